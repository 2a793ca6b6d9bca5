// Package dingtalk sends to the custom robot (自定义机器人) of a DingTalk group.
//
// DingTalk's markdown has no tables that all clients show, and takes no pictures or files: each row becomes a line of a list
// that reads well on a phone. Limits: 20,000 bytes a message, 20 messages a minute a robot; who sends more is shut out for ten
// minutes.
package dingtalk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"goscan/notify"
	"goscan/notify/internal/markdown"
	"goscan/notify/internal/split"
	"goscan/notify/internal/text"
	"goscan/notify/internal/wire"
)

// Settings are the keys of a robot in the configuration.
type Settings struct {
	notify.Common `yaml:",inline"`
	WebhookURL    notify.Secret `yaml:"webhook_url"`    // as the robot's page shows it
	Secret        notify.Secret `yaml:"secret"`         // of the security setting 加签 (signature): SEC...; empty: another setting is used
	Mention       []string      `yaml:"mention"`        // user ids, or "@all"
	MentionMobile []string      `yaml:"mention_mobile"` // mobile numbers
}

// New returns settings with their defaults.
func New() notify.Settings { return &Settings{} }

// Validate is notify.Settings'.
func (s *Settings) Validate() error {
	errs := []error{s.Common.Validate()}
	if err := wire.CheckURL("webhook_url", s.WebhookURL); err != nil {
		errs = append(errs, err)
	} else if u, _ := url.Parse(s.WebhookURL.Reveal()); u.Query().Get("access_token") == "" {
		errs = append(errs, &notify.KeyError{
			Key: "webhook_url", Problem: "is not the address of a robot",
			Hint: "it ends with /robot/send?access_token=...: copy it whole from the robot's page",
		})
	}
	errs = append(errs, wrongNames("mention", s.Mention), wrongNames("mention_mobile", s.MentionMobile))
	return errors.Join(errs...)
}

func wrongNames(key string, names []string) error {
	for _, n := range names {
		if n == "" || strings.ContainsFunc(n, func(r rune) bool { return r <= ' ' }) {
			return &notify.KeyError{Key: key, Problem: fmt.Sprintf("has %q, which is nobody's name", n)}
		}
	}
	return nil
}

// Open is notify.Settings'.
func (s *Settings) Open(o notify.Options) (notify.Channel, error) {
	target, err := url.Parse(s.WebhookURL.Reveal())
	if err != nil {
		return nil, &notify.KeyError{Key: "webhook_url", Problem: "is no URL"}
	}
	client, err := wire.New(o, s.Proxy, s.WebhookURL, s.Secret)
	if err != nil {
		return nil, err
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	return &robot{
		settings: *s, client: client, target: target, now: now,
		// Two seconds more than a minute: messages may reach the server closer together than they left.
		pace: notify.Pace{
			Key:     wire.Fingerprint("dingtalk", target.Query().Get("access_token")),
			Windows: []notify.Window{{Messages: 20, Per: time.Minute + 2*time.Second}},
		},
	}, nil
}

type robot struct {
	settings Settings
	client   *wire.Client
	target   *url.URL
	now      func() time.Time
	pace     notify.Pace
}

// Pace is notify.Channel's.
func (r *robot) Pace() notify.Pace { return r.pace }

const mostBody = 20000 // bytes of the whole body

// Render is notify.Channel's.
func (r *robot) Render(m notify.Message) ([]notify.Part, error) {
	pages, err := split.Pages(m, split.Limits{Fits: func(p split.Page) bool {
		body, err := r.body(p)
		return err == nil && len(body) <= mostBody
	}})
	if err != nil {
		return nil, err
	}
	var parts []notify.Part
	for i, p := range pages {
		body, err := r.body(p)
		if err != nil {
			return nil, err
		}
		name := "markdown"
		if len(pages) > 1 {
			name = fmt.Sprintf("markdown %d/%d", i+1, len(pages))
		}
		parts = append(parts, notify.Part{Name: name, Body: body})
	}
	return parts, nil
}

type message struct {
	Type     string  `json:"msgtype"`
	Markdown content `json:"markdown"`
	At       *at     `json:"at,omitempty"`
}

type content struct {
	Title string `json:"title"` // what the list of chats and the notification show; required
	Text  string `json:"text"`
}

type at struct {
	Mobiles []string `json:"atMobiles"`
	Users   []string `json:"atUserIds"`
	All     bool     `json:"isAtAll"`
}

// body renders a page. The first one mentions those who are to be mentioned: the text has to name them, too.
func (r *robot) body(p split.Page) ([]byte, error) {
	style := markdown.Style{Row: "- ", Break: "\n\n"}
	title := p.Title
	if title == "" {
		title = "Goscan"
	}
	m := message{Type: "markdown", Markdown: content{Title: text.Wide(markdown.Escape(title), "@") + p.Counter, Text: style.Page(p)}}
	users, mobiles := r.settings.Mention, r.settings.MentionMobile
	if p.First && len(users)+len(mobiles) > 0 {
		people := slices.DeleteFunc(slices.Clone(users), func(s string) bool { return s == "@all" })
		m.At = &at{Mobiles: mobiles, Users: people, All: len(people) < len(users)}
		var named []string
		for _, n := range slices.Concat(mobiles, people) {
			named = append(named, "@"+n)
		}
		if len(named) > 0 {
			m.Markdown.Text += "\n\n" + strings.Join(named, " ")
		}
	}
	return wire.JSON(m)
}

// signed returns the address with the time and its signature: HMAC-SHA256 with the secret as the key over the milliseconds,
// a line feed and the secret once more.
func (r *robot) signed() string {
	if r.settings.Secret == "" {
		return r.target.String()
	}
	stamp := strconv.FormatInt(r.now().UnixMilli(), 10)
	query := r.target.Query()
	query.Set("timestamp", stamp)
	query.Set("sign", Sign(stamp, r.settings.Secret.Reveal()))
	u := *r.target
	u.RawQuery = query.Encode()
	return u.String()
}

// Sign returns the signature of a time stamp in milliseconds.
func Sign(stamp, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "\n" + secret))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
