package call

import (
	"errors"
	"math"
	"net/netip"
	"net/url"

	"goscan/providers"
)

// An Endpoint is where an API is served.
type Endpoint struct {
	Scheme string // "https"; "http" only on this machine
	Host   string // host, or host:port
}

// String returns scheme://host.
func (e Endpoint) String() string { return e.Scheme + "://" + e.Host }

// ParseEndpoint parses scheme://host[:port]. An empty text is the zero Endpoint. Plain http is accepted for loopback
// addresses only: requests carry signatures, answers carry bills.
func ParseEndpoint(text string) (Endpoint, error) {
	if text == "" {
		return Endpoint{}, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Path != "" && u.Path != "/") {
		return Endpoint{}, &providers.KeyError{Key: "endpoint", Problem: "is not scheme://host[:port]"}
	}
	switch {
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return Endpoint{Scheme: u.Scheme, Host: u.Host}, nil
	case u.Scheme == "http":
		return Endpoint{}, &providers.KeyError{Key: "endpoint", Problem: "is plain http to another machine", Hint: "use https://" + u.Host}
	default:
		return Endpoint{}, &providers.KeyError{Key: "endpoint", Problem: "is not scheme://host[:port]", Hint: "the scheme is https"}
	}
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// CheckCommon reports what is wrong with the keys that every account takes, as KeyErrors.
func CheckCommon(c *providers.Common) error {
	var wrong []error
	if _, err := ParseEndpoint(c.Endpoint); err != nil {
		wrong = append(wrong, err)
	}
	if c.Rate < 0 || math.IsNaN(c.Rate) || math.IsInf(c.Rate, 0) {
		wrong = append(wrong, &providers.KeyError{Key: "rate", Problem: "is not a positive number of requests per second"})
	}
	if c.Lookback != nil && *c.Lookback < 0 {
		wrong = append(wrong, &providers.KeyError{Key: "lookback", Problem: "is negative"})
	}
	return errors.Join(wrong...)
}
