package providers

import (
	"errors"
	"strings"
)

// A Cloud is what the registry knows of one kind of provider.
type Cloud struct {
	Title    string // as people call it: "Volcengine (火山引擎)"
	Calendar Calendar
	PageSize int             // lines of a full page: what the cost of a plan is estimated from
	Proof    Proof           // how lines compare with the overview
	Settings func() Settings // a new value with the cloud's defaults, for one account of the configuration
}

// A Proof says what the lines of a month must add up to in the cloud's overview.
type Proof struct {
	// RoundedOnce: the overview's amounts are rounded once per row where the lines are not, and Total.RoundingAmount must
	// be added to CostBeforeVoucher and BilledCost to get what the lines add up to.
	RoundedOnce bool
	// SettledField names the native field by which lines are told apart that Total.SettledCost counts, those with one of
	// SettledValues. Empty: it counts all lines.
	SettledField  string
	SettledValues []string
}

// A Registry maps the kind of a provider, as `type:` names it, to its Cloud.
type Registry map[string]Cloud

// Settings are the keys of one account under `providers:` in the configuration: a pointer to a struct with yaml tags
// that embeds Common inline. Secrets are fields of type Secret; for each the configuration also takes KEY_file.
type Settings interface {
	// Base returns the keys that every account takes.
	Base() *Common
	// Validate reports what is wrong as KeyErrors joined with errors.Join. It does no I/O.
	Validate() error
	// Open returns the account's provider. It does no network I/O: credentials are first used by the first call.
	Open(o Options) (Provider, error)
}

// Common are the keys that every account takes.
type Common struct {
	Type     string  `yaml:"type"`     // the kind of cloud; by default the account's name
	Since    *Day    `yaml:"since"`    // the first day to keep; by default the first day of the month before the first sync
	Lookback *int    `yaml:"lookback"` // how many of the last days are fetched again until they are final
	Rate     float64 `yaml:"rate"`     // requests per second; by default the cloud's documented limit, less a margin
	Endpoint string  `yaml:"endpoint"` // scheme://host[:port] of the API, instead of the cloud's own
}

// A KeyError says what is wrong with one key of an account's settings.
type KeyError struct {
	Key     string // as written in the configuration: "access_key"
	Problem string // "is missing"
	Hint    string // may be empty
}

func (e *KeyError) Error() string { return e.Key + " " + e.Problem }

// KeyErrors returns the KeyErrors of an error of Settings.Validate.
func KeyErrors(err error) []*KeyError {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*KeyError
		for _, e := range joined.Unwrap() {
			all = append(all, KeyErrors(e)...)
		}
		return all
	}
	if e, ok := errors.AsType[*KeyError](err); ok {
		return []*KeyError{e}
	}
	return nil
}

// A Secret is a text that prints as stars everywhere. Reveal gives the text itself.
type Secret string

// Reveal returns the secret text.
func (s Secret) Reveal() string { return string(s) }

// String returns stars, or nothing for an empty secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return strings.Repeat("*", 8)
}

// GoString returns stars: %#v prints no secret either.
func (s Secret) GoString() string { return s.String() }

// MarshalText returns stars: no encoder writes a secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
