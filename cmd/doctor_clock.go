package cmd

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

const (
	skewWorthALook = 30 * time.Second
	skewRefused    = 15 * time.Minute // both clouds refuse a request that was signed longer ago, or later than now

	timePatience = 5 * time.Second
)

// A reference is somebody else's clock.
type reference struct {
	who   string
	cloud bool          // one that refuses requests over it
	ahead time.Duration // of this machine's clock; negative: behind
}

// examineClock judges this machine's clock by that of the cloud that it differs from most, or else by ClickHouse's.
func examineClock(times []reference) finding {
	if slices.ContainsFunc(times, func(r reference) bool { return r.cloud }) {
		times = slices.DeleteFunc(slices.Clone(times), func(r reference) bool { return !r.cloud })
	}
	if len(times) == 0 {
		return finding{Check: checkOfClock, Status: unchecked, Found: "nobody answered who says the time"}
	}
	worst := slices.MaxFunc(times, func(x, y reference) int { return cmp.Compare(x.ahead.Abs(), y.ahead.Abs()) })
	f := finding{Check: checkOfClock, Status: fine, Found: "agrees with " + worst.who}
	if skew := worst.ahead.Abs(); skew > skewWorthALook {
		f.Status, f.Found = doubtful, fmt.Sprintf("this machine's clock is %s that of %s", offset(-worst.ahead, "ahead of", "behind"), worst.who)
		f.Cure = "have it set by NTP, for instance: timedatectl set-ntp true"
	}
	if worst.cloud && worst.ahead.Abs() >= skewRefused {
		f.Status = broken
		f.Found += fmt.Sprintf("; clouds refuse requests that are signed %s off", skewRefused)
	}
	return f
}

// offset says how far a clock is off: "2m0s ahead of".
func offset(ahead time.Duration, before, behind string) string {
	if ahead < 0 {
		return ahead.Abs().Round(time.Second).String() + " " + behind
	}
	return ahead.Round(time.Second).String() + " " + before
}

// examineZone tells how days are counted: whoever reads crontab and report side by side meets two zones.
func (a *app) examineZone() finding {
	day := time.FixedZone("UTC+8", 8*60*60)
	_, east := a.now().Zone()
	return finding{Check: checkOfZone, Status: fine, Found: fmt.Sprintf("days and months are of UTC+8, where it is %s; cron and logs here are of UTC%+03d:%02d",
		a.now().In(day).Format("2006-01-02 15:04"), east/3600, max(east, -east)%3600/60)}
}

// heardOf learns which server a provider talks to, so that the doctor can ask it for the time: where a cloud is served is
// the provider's own business. It looks at the requests' host and at nothing else of them.
type heardOf struct {
	host   atomic.Pointer[string]
	secure atomic.Bool
}

func (h *heardOf) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			_, secure := info.Conn.(*tls.Conn)
			h.secure.Store(secure)
		},
		WroteHeaderField: func(key string, value []string) {
			if (key == ":authority" || strings.EqualFold(key, "Host")) && len(value) == 1 {
				host := value[0]
				h.host.Store(&host)
			}
		},
	})
}

// time asks the server that was heard of for its clock, in the header Date of an unsigned request. Whether it likes the
// request does not matter. Date has whole seconds: their middle is taken.
func (h *heardOf) time(ctx context.Context, now func() time.Time, userAgent string) (r reference, known bool) {
	host := h.host.Load()
	if host == nil {
		return reference{}, false
	}
	u := url.URL{Scheme: "http", Host: *host, Path: "/"}
	if h.secure.Load() {
		u.Scheme = "https"
	}
	ctx, cancel := context.WithTimeout(ctx, timePatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, u.String(), nil)
	if err != nil {
		return reference{}, false
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Cache-Control", "no-cache")
	wire := &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	asked := now()
	resp, err := wire.RoundTrip(req)
	if err != nil {
		return reference{}, false
	}
	took := now().Sub(asked)
	_ = resp.Body.Close() // a HEAD has no body
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return reference{}, false
	}
	return reference{who: u.Host, cloud: true, ahead: date.Add(time.Second / 2).Sub(asked.Add(took / 2))}, true
}
