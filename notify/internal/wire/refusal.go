package wire

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"goscan/notify"
)

// Refusal says what the status of an answer means, when its body says nothing better: nil for 2xx. The text of the error is
// the status alone: what a foreign server puts into a body may be a page of a proxy.
func (c *Client) Refusal(a Answer) *notify.Error {
	if a.Status/100 == 2 {
		return nil
	}
	e := &notify.Error{Code: strconv.Itoa(a.Status), Text: strings.TrimSpace("HTTP " + strconv.Itoa(a.Status) + " " + http.StatusText(a.Status))}
	switch {
	case a.Status == http.StatusTooManyRequests:
		e.Class, e.Wait = notify.Throttled, RetryAfter(a.Header, time.Now())
	case a.Status == http.StatusRequestTimeout:
		e.Class = notify.Transient
	case a.Status == http.StatusServiceUnavailable: // says that it did not handle the request
		e.Class = notify.Transient
		if wait := RetryAfter(a.Header, time.Now()); wait > 0 {
			e.Class, e.Wait = notify.Throttled, wait
		}
	case a.Status >= 500:
		e.Class = notify.Uncertain
	case a.Status/100 == 3:
		e.Text = fmt.Sprintf("the server sends us on to %s, which is not followed", c.place(a.Header.Get("Location")))
		e.Hint = "write the final address into the configuration, if you trust it"
	case a.Status == http.StatusProxyAuthRequired:
		e.Hint = "the proxy wants a user and a password: proxy: http://user:password@host:port"
	default:
		e.Hint = "is the address complete, and does the robot still exist?"
	}
	return e
}

// place is the host that a redirect names: the rest of it may hold a key.
func (c *Client) place(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return "another path"
	}
	return c.Line(u.Host)
}

// Broken is the error of an answer that is no answer of the channel's server: a page of a proxy, or half a document. A
// message may have arrived all the same, unless the status says that it did not.
func (c *Client) Broken(a Answer) *notify.Error {
	if e := c.Refusal(a); e != nil {
		return e
	}
	what := "an answer that is not understood"
	if media, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";"); media != "" && !strings.Contains(media, "json") {
		what = c.Line(media) + " instead of JSON"
	}
	return &notify.Error{
		Class: notify.Uncertain,
		Text:  fmt.Sprintf("HTTP %d with %s: the message may have arrived", a.Status, what),
	}
}

// RetryAfter is how long an answer asks to wait, at most an hour: seconds or a date; 0 if it does not say.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	s := h.Get("Retry-After")
	if s == "" {
		return 0
	}
	wait := time.Duration(0)
	if n, err := strconv.Atoi(s); err == nil {
		wait = time.Duration(min(n, 3600)) * time.Second
	} else if at, err := http.ParseTime(s); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), time.Hour)
}
