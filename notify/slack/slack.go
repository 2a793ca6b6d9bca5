// Package slack sends to the incoming webhook of a Slack channel.
//
// A message is blocks: a header, sections, and a table. Slack shows one table block a message, so the longest table of a
// message is one and the others are lists. An incoming webhook can upload neither pictures nor files. Limits: 50 blocks,
// 150 characters a header, 3000 a section, a table of 100 rows and 20 columns, about one message a second a channel; and,
// as Slack's developers say, some 12,000 characters of text a message, of which cells may be 10,000.
package slack

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"goscan/notify"
	"goscan/notify/internal/wire"
)

// Settings are the keys of a webhook in the configuration.
type Settings struct {
	notify.Common `yaml:",inline"`
	WebhookURL    notify.Secret `yaml:"webhook_url"` // as the app's page "Incoming Webhooks" shows it
	Mention       []string      `yaml:"mention"`     // member ids (U...), user groups (S...), or "@channel", "@here"
}

// New returns settings with their defaults.
func New() notify.Settings { return &Settings{} }

// Validate is notify.Settings'.
func (s *Settings) Validate() error {
	errs := []error{s.Common.Validate()}
	if err := wire.CheckURL("webhook_url", s.WebhookURL); err != nil {
		errs = append(errs, err)
	} else if u, _ := url.Parse(s.WebhookURL.Reveal()); strings.Trim(u.Path, "/") == "" {
		errs = append(errs, &notify.KeyError{
			Key: "webhook_url", Problem: "is not the address of a webhook",
			Hint: "it looks like https://hooks.slack.com/services/T.../B.../...: copy it whole from the app's page",
		})
	}
	for _, n := range s.Mention {
		if mention(n) == "" {
			errs = append(errs, &notify.KeyError{
				Key: "mention", Problem: "has a name that is no id",
				Hint: `use ids like U012AB3CD (a member's profile, "Copy member ID"), or "@channel"`,
			})
		}
	}
	return errors.Join(errs...)
}

// mention is the markup that tells somebody, empty if the id is none.
func mention(id string) string {
	if id == "@channel" || id == "@here" {
		return "<!" + id[1:] + ">"
	}
	if len(id) < 2 || strings.ContainsFunc(id, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) {
		return ""
	}
	switch id[0] {
	case 'U', 'W':
		return "<@" + id + ">"
	case 'S':
		return "<!subteam^" + id + ">"
	default:
		return ""
	}
}

// Open is notify.Settings'.
func (s *Settings) Open(o notify.Options) (notify.Channel, error) {
	client, err := wire.New(o, s.Proxy, s.WebhookURL)
	if err != nil {
		return nil, err
	}
	return &hook{
		settings: *s, client: client,
		pace: notify.Pace{
			Key:     wire.Fingerprint("slack", s.WebhookURL.Reveal()),
			Windows: []notify.Window{{Messages: 1, Per: 1100 * time.Millisecond}},
		},
	}, nil
}

type hook struct {
	settings Settings
	client   *wire.Client
	pace     notify.Pace
}

// Pace is notify.Channel's.
func (h *hook) Pace() notify.Pace { return h.pace }
