// Package webhook posts messages as JSON to a server of the user's own.
//
// A message is one request with one document, whose form has a version: fields may be added to it, and none is ever given
// another meaning without another version. Amounts are texts as people read them, the values of the series are exact
// decimal numbers in texts:
//
//	{
//	  "version": "goscan.message/1",
//	  "id": "daily-2026-11-22",         what is told: two messages of one id tell the same
//	  "kind": "daily",                  daily, weekly, monthly, anomalies, failures or test
//	  "severity": "warning",            info, warning or critical
//	  "lang": "zh",
//	  "title": "...",
//	  "summary": ["..."],               paragraphs, the most important first
//	  "sections": [{
//	    "heading": "...",
//	    "lines": ["..."],               paragraphs before the table
//	    "table": {                      absent: none
//	      "columns": [{"title": "...", "align": "left"}, {"title": "...", "align": "right"}],
//	      "rows": [["...", "1,234.56"]],
//	      "total": ["...", "1,234.56"]  absent: none
//	    },
//	    "after": "..."                  absent, or how many rows were left out: a document has at most 1 MiB
//	  }],
//	  "series": {"title": "...", "points": [{"label": "11-22", "value": "1234.56"}, {"label": "11-23", "value": null}]},
//	  "notes": ["..."],                 what to know to read the numbers right
//	  "link": "https://..."
//	}
//
// Lists are never null, and what else has nothing to say is empty or, as noted, absent. No text holds markup.
//
// Headers: Idempotency-Key is the same whenever the same message is sent again, so a receiver that remembers it shows a message
// once. X-Goscan-Timestamp is the time in seconds since 1970. With a secret, X-Goscan-Signature is "sha256=" and, in
// hexadecimal, HMAC-SHA256 with the secret as the key over the time stamp, a full stop and the body as it came; a receiver
// should refuse time stamps that are more than five minutes old. Any status of 2xx means that the message was taken. 408, 425,
// 429 and 5xx are tried again, after Retry-After where the answer has it. Any other status is final.
package webhook

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"goscan/notify"
	"goscan/notify/internal/wire"
)

// Settings are the keys of a receiver in the configuration.
type Settings struct {
	notify.Common `yaml:",inline"`
	WebhookURL    notify.Secret            `yaml:"webhook_url"` // where messages are posted
	Secret        notify.Secret            `yaml:"secret"`      // signs them; empty: they are not signed
	Headers       map[string]notify.Secret `yaml:"headers"`     // sent with each, such as Authorization: Bearer ...
	// AllowHTTP permits an address without TLS that is not of this machine, for a network where nobody else listens: messages
	// and headers can be read on the way. The signature keeps them from being changed.
	AllowHTTP bool `yaml:"allow_http"`
}

// New returns settings with their defaults.
func New() notify.Settings { return &Settings{} }

// Validate is notify.Settings'.
func (s *Settings) Validate() error {
	errs := []error{s.Common.Validate(), s.checkURL()}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		switch {
		case !isToken(name):
			errs = append(errs, &notify.KeyError{Key: "headers", Problem: "has a name that is no name of a header"})
		case reserved(name):
			errs = append(errs, &notify.KeyError{Key: "headers", Problem: "has " + name + ", which is set by Goscan itself"})
		case strings.ContainsFunc(s.Headers[name].Reveal(), func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			errs = append(errs, &notify.KeyError{Key: "headers", Problem: "has a value for " + name + " with a line break or control character"})
		}
	}
	return errors.Join(errs...)
}

func (s *Settings) checkURL() error {
	if u, err := url.Parse(s.WebhookURL.Reveal()); s.AllowHTTP && err == nil && u.Scheme == "http" {
		// What else may be wrong is the same as with https.
		return wire.CheckURL("webhook_url", notify.Secret("https"+strings.TrimPrefix(s.WebhookURL.Reveal(), u.Scheme)))
	}
	err := wire.CheckURL("webhook_url", s.WebhookURL)
	if e, ok := errors.AsType[*notify.KeyError](err); ok && e.Problem == "is not https" {
		e.Hint = "messages would be readable on the way; within a network that you trust set allow_http: true"
	}
	return err
}

// isToken tells whether a text may be the name of a header.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}

func reserved(name string) bool {
	name = http.CanonicalHeaderKey(name)
	return strings.HasPrefix(name, "X-Goscan-") || slices.Contains([]string{
		"Content-Type", "Content-Length", "Content-Encoding", "Host", "Idempotency-Key", "User-Agent", "Connection", "Transfer-Encoding", "Trailer", "Te",
	}, name)
}

// Open is notify.Settings'.
func (s *Settings) Open(o notify.Options) (notify.Channel, error) {
	secrets := []notify.Secret{s.WebhookURL, s.Secret}
	header := http.Header{}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		value := s.Headers[name]
		header.Set(name, value.Reveal())
		secrets = append(secrets, value)
		if _, token, found := strings.Cut(value.Reveal(), " "); found { // "Bearer token"
			secrets = append(secrets, notify.Secret(token))
		}
	}
	client, err := wire.New(o, s.Proxy, secrets...)
	if err != nil {
		return nil, err
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	return &receiver{settings: *s, header: header, client: client, now: now}, nil
}

type receiver struct {
	settings Settings
	header   http.Header
	client   *wire.Client
	now      func() time.Time
}

// Pace is notify.Channel's: how fast a receiver takes messages is not known. It says 429 when it does not.
func (r *receiver) Pace() notify.Pace { return notify.Pace{} }
