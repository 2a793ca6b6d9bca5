package notify

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Base returns c: settings that embed Common have it.
func (c *Common) Base() *Common { return c }

// chosen are the kinds that kinds: may name.
func chosen() []Kind { return []Kind{KindDaily, KindWeekly, KindMonthly, KindAnomalies, KindFailures} }

// Validate reports what is wrong with the keys that every channel takes, as KeyErrors joined. What `where:` says is
// checked by those who read reports.
func (c *Common) Validate() error {
	var errs []error
	for _, k := range c.Kinds {
		if !slices.Contains(chosen(), k) {
			errs = append(errs, &KeyError{Key: "kinds", Problem: fmt.Sprintf("has %q, which is no kind of message", k), Hint: "use daily, weekly, monthly, anomalies, failures"})
		}
	}
	if _, ok := ParseSeverity(c.MinSeverity); !ok {
		errs = append(errs, &KeyError{Key: "min_severity", Problem: fmt.Sprintf("is %q", c.MinSeverity), Hint: "use info, warning or critical"})
	}
	if !slices.Contains([]string{"", "zh", "en"}, c.Lang) {
		errs = append(errs, &KeyError{Key: "lang", Problem: fmt.Sprintf("is %q", c.Lang), Hint: "use zh or en"})
	}
	if age, err := time.ParseDuration(c.MaxAge); c.MaxAge != "" && (err != nil || age <= 0) {
		errs = append(errs, &KeyError{Key: "max_age", Problem: fmt.Sprintf("is %q", c.MaxAge), Hint: `write a time like "12h"`})
	}
	if !proxyIsFine(c.Proxy) {
		errs = append(errs, &KeyError{Key: "proxy", Problem: "is no address of a proxy", Hint: "write http://[user:password@]host:port"})
	}
	return errors.Join(errs...)
}

func proxyIsFine(s Secret) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s.Reveal())
	return err == nil && u.Host != "" && slices.Contains([]string{"http", "https", "socks5"}, strings.ToLower(u.Scheme))
}

// ParseSeverity returns the severity that min_severity: names; none is Info.
func ParseSeverity(s string) (Severity, bool) {
	switch s {
	case "", "info":
		return Info, true
	case "warning":
		return Warning, true
	case "critical":
		return Critical, true
	default:
		return Info, false
	}
}

// String returns the word that min_severity: takes.
func (s Severity) String() string {
	switch s {
	case Critical:
		return "critical"
	case Warning:
		return "warning"
	default:
		return "info"
	}
}
