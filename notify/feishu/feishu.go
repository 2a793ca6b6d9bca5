// Package feishu sends to the custom bot (自定义机器人) of a Feishu or Lark group.
//
// A message is one or more cards of schema 2.0 with tables and a chart that Feishu draws itself; a custom bot can upload
// neither pictures nor files. Texts are plain_text elements, which know no markup. A card that Feishu refuses as a card is sent
// as text. Limits: 20 KB a request, 5 tables a card, 5 messages a second and 100 a minute, and not at whole and half hours,
// when every bot of the country sends.
package feishu

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"goscan/notify"
	"goscan/notify/internal/wire"
)

// Settings are the keys of a bot in the configuration.
type Settings struct {
	notify.Common `yaml:",inline"`
	WebhookURL    notify.Secret `yaml:"webhook_url"` // of open.feishu.cn or open.larksuite.com
	Secret        notify.Secret `yaml:"secret"`      // of the security setting 签名校验 (signature); empty: not set
	Mention       []string      `yaml:"mention"`     // open ids (ou_...) or user ids, or "@all"
}

// New returns settings with their defaults.
func New() notify.Settings { return &Settings{} }

// Validate is notify.Settings'.
func (s *Settings) Validate() error {
	errs := []error{s.Common.Validate()}
	if err := wire.CheckURL("webhook_url", s.WebhookURL); err != nil {
		errs = append(errs, err)
	} else if u, _ := url.Parse(s.WebhookURL.Reveal()); !strings.Contains(u.Path, "/bot/v2/hook/") || strings.HasSuffix(u.Path, "/") {
		errs = append(errs, &notify.KeyError{
			Key: "webhook_url", Problem: "is not the address of a custom bot",
			Hint: "it ends with /open-apis/bot/v2/hook/...: copy it whole from the bot's page",
		})
	}
	for _, n := range s.Mention {
		if n != "@all" && (n == "" || strings.ContainsFunc(n, noID)) {
			errs = append(errs, &notify.KeyError{Key: "mention", Problem: fmt.Sprintf("has %q, which is no id", n), Hint: `use ids like ou_..., or "@all"`})
		}
	}
	return errors.Join(errs...)
}

func noID(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' && r != '.'
}

// Open is notify.Settings'.
func (s *Settings) Open(o notify.Options) (notify.Channel, error) {
	client, err := wire.New(o, s.Proxy, s.WebhookURL, s.Secret)
	if err != nil {
		return nil, err
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	return &bot{
		settings: *s, client: client, now: now,
		pace: notify.Pace{
			Key:     wire.Fingerprint("feishu", s.WebhookURL.Reveal()),
			Windows: []notify.Window{{Messages: 4, Per: time.Second}, {Messages: 100, Per: time.Minute + 2*time.Second}},
			Avoid:   func(t time.Time) bool { return t.Minute()%30 == 0 },
		},
	}, nil
}

type bot struct {
	settings Settings
	client   *wire.Client
	now      func() time.Time
	pace     notify.Pace
}

// Pace is notify.Channel's.
func (b *bot) Pace() notify.Pace { return b.pace }

// Sign returns the signature of a time stamp in seconds: HMAC-SHA256 over nothing, with the time stamp, a line feed and the
// secret as the key.
func Sign(stamp, secret string) string {
	return base64.StdEncoding.EncodeToString(hmac.New(sha256.New, []byte(stamp+"\n"+secret)).Sum(nil))
}
