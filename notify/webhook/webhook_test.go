package webhook_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"goscan/notify"
	"goscan/notify/notifytest"
	"goscan/notify/simulator"
	"goscan/notify/webhook"
)

func TestConformance(t *testing.T) {
	notifytest.Run(t, notifytest.Subject{
		Kind: "webhook",
		Settings: func(url string) notify.Settings {
			s := webhook.New().(*webhook.Settings)
			s.WebhookURL, s.Secret = notify.Secret(url), notifytest.Secret
			s.Headers = map[string]notify.Secret{"Authorization": "Bearer " + notifytest.Secret, "X-Team": notifytest.Key}
			return s
		},
		Refused: 418,
		AnyBody: true,
		Markup:  []string{"\x00", "\u202e", `\u0000`, "null,null"},
	})
}

// play opens a channel to a server that answers as the handler does.
func play(t *testing.T, handler http.HandlerFunc, change func(*webhook.Settings)) notify.Channel {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s := webhook.New().(*webhook.Settings)
	s.WebhookURL = notify.Secret(server.URL + "/hooks/key")
	if change != nil {
		change(s)
	}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	channel, err := s.Open(notify.Options{UserAgent: "goscan/test", Now: func() time.Time { return time.Unix(1795000000, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	return channel
}

func TestDocument(t *testing.T) {
	channel := play(t, nil, nil)
	parts, err := channel.Render(notifytest.Sample())
	if err != nil || len(parts) != 1 {
		t.Fatal(parts, err)
	}
	want := `{"version":"goscan.message/1","id":"daily-2026-11-22","kind":"daily","severity":"warning","lang":"zh",` +
		`"title":"云费用日报 2026-11-22","summary":["昨天共 1,234.56 元，比前天多 5.0%","本月至今 23,456.78 元"],` +
		`"sections":[{"heading":"按服务","lines":["前三名"],"table":{"columns":[{"title":"服务","align":"left"},` +
		`{"title":"昨天","align":"right"},{"title":"变化","align":"right"}],` +
		`"rows":[["云服务器","1,000.00","+5.0%"],["对象存储","234.56","-"]],"total":["合计","1,234.56","+4.0%"]}}],` +
		`"series":{"title":"费用，元","points":[{"label":"11-20","value":"1100"},{"label":"11-21","value":null},{"label":"11-22","value":"1234.56"}]},` +
		`"notes":["按抵扣代金券前的费用统计"],"link":"https://example.com/report?day=2026-11-22"}`
	if got := string(parts[0].Body); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	empty, err := channel.Render(notify.Message{ID: "x", Sections: []notify.Section{{Heading: "h", Table: &notify.Table{Columns: []notify.Column{{Title: "a"}}}}}})
	if err != nil || strings.Contains(string(empty[0].Body), "null") {
		t.Errorf("a list is null: %s, %v", empty[0].Body, err)
	}
}

func TestHeaders(t *testing.T) {
	var got *http.Request
	var body []byte
	channel := play(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
	}, func(s *webhook.Settings) {
		s.Secret, s.Headers = "s3cret", map[string]notify.Secret{"authorization": "Bearer token-1"}
	})
	parts, err := channel.Render(notifytest.Sample())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := channel.Send(t.Context(), parts[0]); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer token-1", "Idempotency-Key": "daily-2026-11-22", "X-Goscan-Timestamp": "1795000000",
		"X-Goscan-Signature": "sha256=" + webhook.Sign("1795000000", "s3cret", body), "User-Agent": "goscan/test",
		"Content-Type": "application/json; charset=utf-8",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Header.Get(name), want)
		}
	}
	if got.Method != http.MethodPost || string(body) != string(parts[0].Body) {
		t.Errorf("%s %s", got.Method, body)
	}
}

// The signature of a known body, computed with another program.
func TestSign(t *testing.T) {
	const want = "66ef648639d5226245f765ca0416c5549c32aab329ad5708610bb4d8a1ac84e5"
	if got := webhook.Sign("1795000000", "s3cret", []byte(`{"a":1}`)); got != want {
		t.Error(got)
	}
}

func TestKeysOfMessages(t *testing.T) {
	var keys []string
	channel := play(t, func(_ http.ResponseWriter, r *http.Request) { keys = append(keys, r.Header.Get("Idempotency-Key")) }, nil)
	for _, id := range []string{"daily-1", "告警 1", "告警 2", "a\r\nX-Evil: 1", "", strings.Repeat("x", 300)} {
		parts, err := channel.Render(notify.Message{ID: id, Title: "t"})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := channel.Send(t.Context(), parts[0]); err != nil {
				t.Fatal(err)
			}
		}
	}
	known := map[string]bool{}
	for i := 0; i < len(keys); i += 2 {
		if keys[i] == "" || keys[i] != keys[i+1] || known[keys[i]] {
			t.Errorf("keys %q", keys)
		}
		known[keys[i]] = true
	}
}

func TestStatuses(t *testing.T) {
	for status, want := range map[int]struct {
		class notify.Class
		hint  string
	}{
		400: {notify.Permanent, "does not take the document"}, 401: {notify.Permanent, "secret:"}, 404: {notify.Permanent, "address"},
		407: {notify.Permanent, "proxy"}, 413: {notify.Permanent, "1 MiB"}, 422: {notify.Permanent, "goscan.message/1"},
		408: {notify.Transient, ""}, 425: {notify.Transient, ""}, 500: {notify.Transient, ""}, 502: {notify.Transient, ""}, 504: {notify.Transient, ""},
		429: {notify.Throttled, ""}, 503: {notify.Throttled, ""},
	} {
		channel := play(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			if status == 429 || status == 503 {
				w.Header().Set("Retry-After", "7")
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "because\nof key s3cret-value")
		}, func(s *webhook.Settings) { s.Secret = "s3cret-value" })
		reply, err := channel.Send(t.Context(), notify.Part{Body: []byte("{}")})
		e, ok := errors.AsType[*notify.Error](err)
		if !ok || e.Class != want.class || !strings.Contains(e.Hint, want.hint) || (want.hint == "") != (e.Hint == "") {
			t.Errorf("%d: %+v", status, e)
			continue
		}
		if !strings.Contains(e.Text, "because of key ********") || reply.Status != status {
			t.Errorf("%d: %s, %+v", status, e.Text, reply)
		}
		if want.class == notify.Throttled && e.Wait != 7*time.Second {
			t.Errorf("%d: it waits %s", status, e.Wait)
		}
	}
}

func TestPagesAreNotShown(t *testing.T) {
	channel := play(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(403)
		_, _ = io.WriteString(w, "<html>Blocked for user li.lei")
	}, nil)
	reply, err := channel.Send(t.Context(), notify.Part{Body: []byte("{}")})
	if err == nil || err.Error() != "403: HTTP 403 Forbidden" || reply.Text != "Forbidden" {
		t.Error(err, reply)
	}
}

// A huge report stays within what servers take, and says what it lacks.
func TestSize(t *testing.T) {
	server, err := simulator.Start(simulator.Options{Kind: "webhook"})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	channel := play(t, nil, func(s *webhook.Settings) { s.WebhookURL = notify.Secret(server.URL()) })
	m := notifytest.Sample()
	for range 20000 {
		m.Sections[0].Table.Rows = append(m.Sections[0].Table.Rows, []string{"生产环境云服务器实例编号", "1,234.56", "+1.0%"})
	}
	parts, err := channel.Render(m)
	if err != nil || len(parts) != 1 {
		t.Fatal(err)
	}
	var got struct {
		Sections []struct {
			After string
			Table struct{ Rows [][]string }
		}
	}
	if err := json.Unmarshal(parts[0].Body, &got); err != nil {
		t.Fatal(err)
	}
	if n := len(got.Sections[0].Table.Rows); len(parts[0].Body) > 1<<20 || len(parts[0].Body) < 1<<19 || !strings.HasPrefix(got.Sections[0].After, "另有 ") || n > 20000 {
		t.Errorf("%d bytes, %d rows, %q", len(parts[0].Body), n, got.Sections[0].After)
	}
	if _, err := channel.Send(t.Context(), parts[0]); err != nil {
		t.Error(err)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*webhook.Settings)
		key    string
	}{
		"http":           {func(s *webhook.Settings) { s.WebhookURL = "http://hooks.internal/x" }, "webhook_url"},
		"http, no host":  {func(s *webhook.Settings) { s.AllowHTTP, s.WebhookURL = true, "http:///x" }, "webhook_url"},
		"ftp":            {func(s *webhook.Settings) { s.AllowHTTP, s.WebhookURL = true, "ftp://hooks.internal/x" }, "webhook_url"},
		"a header name":  {func(s *webhook.Settings) { s.Headers = map[string]notify.Secret{"a b": "c"} }, "headers"},
		"our header":     {func(s *webhook.Settings) { s.Headers = map[string]notify.Secret{"x-goscan-signature": "c"} }, "headers"},
		"another header": {func(s *webhook.Settings) { s.Headers = map[string]notify.Secret{"X-Team": "c\r\nHost: evil"} }, "headers"},
		"common":         {func(s *webhook.Settings) { s.Proxy = "nonsense" }, "proxy"},
	} {
		s := webhook.New().(*webhook.Settings)
		s.WebhookURL, s.Headers = "https://hooks.example.com/x", map[string]notify.Secret{"Authorization": "Bearer x"}
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		c.change(s)
		if e, ok := errors.AsType[*notify.KeyError](s.Validate()); !ok || e.Key != c.key {
			t.Errorf("%s: %v", name, s.Validate())
		}
	}
	s := &webhook.Settings{WebhookURL: "http://hooks.internal/x", AllowHTTP: true}
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
}
