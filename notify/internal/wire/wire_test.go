package wire_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"goscan/notify"
	"goscan/notify/internal/wire"
)

const key = "hook-key-7d1e9c"

func post(t *testing.T, o notify.Options, proxy notify.Secret, target string) (wire.Answer, *notify.Error) {
	t.Helper()
	c, err := wire.New(o, proxy, notify.Secret(target), "other-secret")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.PostJSON(t.Context(), target, http.Header{"X-Own": {"1"}}, []byte(`{}`))
	if err == nil {
		return answer, c.Refusal(answer)
	}
	e, ok := errors.AsType[*notify.Error](err)
	if !ok {
		t.Fatalf("%v is no *notify.Error", err)
	}
	for _, secret := range []string{key, "proxy-password", "other-secret", "Post \""} {
		if strings.Contains(e.Error()+e.Hint, secret) {
			t.Errorf("%q shows %s", e.Error(), secret)
		}
	}
	return answer, e
}

func TestPost(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.Header.Get("X-Own") != "1" || r.UserAgent() != "goscan/1" || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s %v", r.Method, r.Header)
		}
		_, _ = w.Write(make([]byte, 1<<20))
	}))
	defer server.Close()
	answer, err := post(t, notify.Options{UserAgent: "goscan/1"}, "", server.URL+"/?key="+key)
	if err != nil || answer.Status != 200 || len(answer.Body) != 64<<10 {
		t.Errorf("%d, %d bytes, %v", answer.Status, len(answer.Body), err)
	}
}

func TestFailuresHideTheirAddress(t *testing.T) {
	busy, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := busy.Addr().String()
	if err := busy.Close(); err != nil {
		t.Fatal(err)
	}
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	defer untrusted.Close()
	for name, c := range map[string]struct {
		proxy  notify.Secret
		target string
		class  notify.Class
	}{
		"refused":             {target: "http://" + gone + "/?key=" + key, class: notify.Transient},
		"no such host":        {target: "http://host.invalid/hook/" + key, class: notify.Transient},
		"untrusted":           {target: untrusted.URL + "/" + key, class: notify.Permanent},
		"proxy is not there":  {proxy: notify.Secret("http://user:proxy-password@" + gone), target: "https://example.com/" + key, class: notify.Transient},
		"no URL":              {target: "http://%zz/" + key, class: notify.Permanent},
		"no scheme we know":   {target: "gopher://" + gone + "/" + key, class: notify.Transient},
		"plain answer to TLS": {target: "https://" + strings.TrimPrefix(httptestPlain(t), "http://") + "/" + key, class: notify.Transient},
	} {
		if _, err := post(t, notify.Options{}, c.proxy, c.target); err == nil || err.Class != c.class || err.Text == "" {
			t.Errorf("%s: %+v", name, err)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
}

func httptestPlain(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	return server.URL
}

// The proxy of the settings is used, with its password.
func TestProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "chat.example" || r.Header.Get("Proxy-Authorization") == "" {
			t.Errorf("%s %v", r.Host, r.Header)
		}
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	defer proxy.Close()
	with := notify.Secret(strings.Replace(proxy.URL, "http://", "http://user:proxy-password@", 1))
	if _, err := post(t, notify.Options{}, with, "http://chat.example/"+key); err == nil || err.Class != notify.Permanent || !strings.Contains(err.Hint, "proxy") {
		t.Errorf("%+v", err)
	}
	if _, err := wire.New(notify.Options{}, "not an address"); err == nil || strings.Contains(err.Error(), "not an address") {
		t.Errorf("%v", err)
	}
}

func TestRefusal(t *testing.T) {
	c, err := wire.New(notify.Options{}, "", "https://h/"+key)
	if err != nil {
		t.Fatal(err)
	}
	for status, class := range map[int]notify.Class{301: notify.Permanent, 400: notify.Permanent, 408: notify.Transient, 429: notify.Throttled, 500: notify.Uncertain, 503: notify.Transient, 504: notify.Uncertain} {
		e := c.Refusal(wire.Answer{Status: status, Header: http.Header{"Location": {"https://evil.example/" + key}}})
		if e == nil || e.Class != class || strings.Contains(e.Text, key) {
			t.Errorf("%d: %+v", status, e)
		}
	}
	if e := c.Refusal(wire.Answer{Status: 204}); e != nil {
		t.Error(e)
	}
	e := c.Refusal(wire.Answer{Status: 503, Header: http.Header{"Retry-After": {"7"}}})
	if e.Class != notify.Throttled || e.Wait != 7*time.Second {
		t.Errorf("%+v", e)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Duration{
		"": 0, "30": 30 * time.Second, "-5": 0, "999999": time.Hour, "soon": 0,
		now.Add(time.Minute).Format(http.TimeFormat): time.Minute, now.Add(-time.Minute).Format(http.TimeFormat): 0,
	} {
		if got := wire.RetryAfter(http.Header{"Retry-After": {in}}, now); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestLineHidesSecretsInEveryForm(t *testing.T) {
	c, err := wire.New(notify.Options{}, "http://u:proxy-password@p:1", "https://h.example/services/T0/B0/"+key+"?access_token=tok/en+1&type=file", "short secret")
	if err != nil {
		t.Fatal(err)
	}
	got := c.Line("POST https://h.example/services/T0/B0/" + key + "?access_token=tok/en+1 tok%2Fen%201 tok/en 1 tok%2Fen+1 " + key + "\nproxy-password short secret short+secret; type=file")
	for _, secret := range []string{key, "tok/en 1", "tok%2Fen+1", "proxy-password", "short"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q shows %q", got, secret)
		}
	}
	if !strings.Contains(got, "type=file") || strings.Contains(got, "\n") {
		t.Error(got)
	}
	if long := c.Line(strings.Repeat("长", 200)); len(long) > 200 {
		t.Errorf("%d bytes", len(long))
	}
}

// A server that takes a connection and never reads is no place where a message may have arrived.
func TestInterrupted(t *testing.T) {
	c, err := wire.New(notify.Options{}, "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.PostJSON(ctx, "http://127.0.0.1:9/", nil, nil)
	if e, ok := errors.AsType[*notify.Error](err); !ok || e.Class != notify.Transient || e.Text != "interrupted" {
		t.Errorf("%+v", err)
	}
}

func TestCheckURL(t *testing.T) {
	for in, fine := range map[notify.Secret]bool{
		"https://a.example/x": true, "http://127.0.0.1:80/x": true, "http://[::1]/x": true, "http://localhost/": true,
		"": false, "http://a.example/": false, "a.example/x": false, "https://a.example/x\n": false, "ftp://a.example": false,
	} {
		err := wire.CheckURL("webhook_url", in)
		if (err == nil) != fine {
			t.Errorf("%s: %v", in.Reveal(), err)
		}
		if err != nil && strings.Contains(err.Error(), "a.example") {
			t.Errorf("%v shows the address", err)
		}
	}
}
