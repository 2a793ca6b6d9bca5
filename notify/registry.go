package notify

import (
	"net/http"
	"time"
)

// A Registry maps the type of a channel, as `type:` names it, to what makes its settings: a new value with the channel's
// defaults, for one entry under `notify:` in the configuration.
type Registry map[string]func() Settings

// Settings are the keys of one channel: a pointer to a struct with yaml tags that embeds Common inline. Secrets are
// fields of type Secret; for each the configuration also takes KEY_file. A webhook's URL is a secret.
type Settings interface {
	// Base returns the keys that every channel takes.
	Base() *Common
	// Validate reports what is wrong as KeyErrors joined with errors.Join. It does no I/O.
	Validate() error
	// Open returns the channel. It does no I/O.
	Open(o Options) (Channel, error)
}

// Common are the keys that every channel takes.
type Common struct {
	Type        string   `yaml:"type"`         // the type of channel; by default the entry's name
	Kinds       []Kind   `yaml:"kinds"`        // the kinds of messages that it gets: daily, weekly, monthly, anomalies, failures; none: all
	MinSeverity string   `yaml:"min_severity"` // info, warning or critical: what is less is not sent; empty: info
	Lang        string   `yaml:"lang"`         // zh or en; empty: report.lang
	Where       []string `yaml:"where"`        // "tag:team=search", "account=prod,test": the channel's reports are about this part alone
	MaxAge      string   `yaml:"max_age"`      // how long a message that could not be sent is still worth sending, "12h"; empty: 24h
	Proxy       Secret   `yaml:"proxy"`        // http://[user:password@]host:port; empty: HTTPS_PROXY and NO_PROXY of the environment
}

// Options is what a channel gets from the program.
type Options struct {
	Name      string // the entry's name, for errors
	UserAgent string
	Now       func() time.Time
	// Transport is what requests go through; nil: one of the channel's own (internal/wire) that verifies TLS, uses the
	// proxy of Common and has timeouts.
	Transport http.RoundTripper
}

// A KeyError says what is wrong with one key of a channel's settings.
type KeyError struct {
	Key     string // as written in the configuration: "webhook_url"
	Problem string // "is missing"
	Hint    string // may be empty
}

func (e *KeyError) Error() string { return e.Key + " " + e.Problem }
