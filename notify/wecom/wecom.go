// Package wecom sends to the robot of a WeCom (企业微信) group, which WeCom also calls message push (消息推送).
//
// A message is one or more texts in markdown_v2, which has tables, or in the older markdown, which old clients show; then
// the chart as an image, the files, and the mentions in a text of their own, the only type in which @ reaches somebody.
// Limits: 4096 bytes of UTF-8 a markdown, 2048 a text, 2 MB an image, 20 MB a file, 20 messages a minute a robot.
package wecom

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"goscan/notify"
	"goscan/notify/internal/wire"
)

// Settings are the keys of a robot in the configuration.
type Settings struct {
	notify.Common `yaml:",inline"`
	WebhookURL    notify.Secret `yaml:"webhook_url"`    // as the group's settings show it
	Format        string        `yaml:"format"`         // markdown_v2, or markdown for clients before 4.1.36
	Mention       []string      `yaml:"mention"`        // user ids, or "@all"
	MentionMobile []string      `yaml:"mention_mobile"` // mobile numbers, or "@all"
}

const (
	markdownV2 = "markdown_v2"
	markdownV1 = "markdown"
)

// New returns settings with their defaults.
func New() notify.Settings { return &Settings{Format: markdownV2} }

// Validate is notify.Settings'.
func (s *Settings) Validate() error {
	errs := []error{s.Common.Validate()}
	if err := wire.CheckURL("webhook_url", s.WebhookURL); err != nil {
		errs = append(errs, err)
	} else if u, _ := url.Parse(s.WebhookURL.Reveal()); u.Query().Get("key") == "" || !strings.HasSuffix(u.Path, sendPath) {
		errs = append(errs, &notify.KeyError{
			Key: "webhook_url", Problem: "is not the address of a robot",
			Hint: "it ends with " + sendPath + "?key=...: copy it whole from the robot's page in the group",
		})
	}
	if s.Format != markdownV2 && s.Format != markdownV1 {
		errs = append(errs, &notify.KeyError{Key: "format", Problem: "is neither markdown_v2 nor markdown"})
	}
	errs = append(errs, wrongNames("mention", s.Mention), wrongNames("mention_mobile", s.MentionMobile))
	return errors.Join(errs...)
}

func wrongNames(key string, names []string) error {
	for _, n := range names {
		if strings.TrimSpace(n) == "" {
			return &notify.KeyError{Key: key, Problem: "has an empty name"}
		}
	}
	return nil
}

const (
	sendPath   = "/webhook/send"
	uploadPath = "/webhook/upload_media"
)

// Open is notify.Settings'.
func (s *Settings) Open(o notify.Options) (notify.Channel, error) {
	send, err := url.Parse(s.WebhookURL.Reveal())
	if err != nil {
		return nil, &notify.KeyError{Key: "webhook_url", Problem: "is no URL"}
	}
	client, err := wire.New(o, s.Proxy, s.WebhookURL)
	if err != nil {
		return nil, err
	}
	upload := *send
	upload.Path = strings.TrimSuffix(send.Path, sendPath) + uploadPath
	query := upload.Query()
	key := query.Get("key")
	query.Set("type", "file")
	upload.RawQuery = query.Encode()
	return &robot{
		settings: *s, client: client, send: send.String(), upload: upload.String(),
		// Two seconds more than a minute: messages may reach the server closer together than they left.
		pace: notify.Pace{Key: wire.Fingerprint("wecom", key), Windows: []notify.Window{{Messages: 20, Per: time.Minute + 2*time.Second}}},
	}, nil
}

type robot struct {
	settings Settings
	client   *wire.Client
	send     string
	upload   string
	pace     notify.Pace
}

// Pace is notify.Channel's.
func (r *robot) Pace() notify.Pace { return r.pace }
