package simulator_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"goscan/notify/simulator"
)

func start(t *testing.T, o simulator.Options) *simulator.Server {
	t.Helper()
	s, err := simulator.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func post(t *testing.T, url, media, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", media)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	said, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(said)
}

// Each limit is met to the byte and missed by one.
func TestWhatIsRefused(t *testing.T) {
	wecom := func(n int) string {
		return `{"msgtype":"markdown_v2","markdown_v2":{"content":"` + strings.Repeat("x", n) + `"}}`
	}
	dingtalk := func(n int) string {
		s := `{"msgtype":"markdown","markdown":{"title":"t","text":""}}`
		return strings.Replace(s, `""`, `"`+strings.Repeat("x", n-len(s))+`"`, 1)
	}
	feishu := func(n int) string {
		s := `{"msg_type":"text","content":{"text":""}}`
		return strings.Replace(s, `""`, `"`+strings.Repeat("x", n-len(s))+`"`, 1)
	}
	card := func(tables int, table string) string {
		return `{"msg_type":"interactive","card":{"schema":"2.0","body":{"elements":[` + strings.TrimSuffix(strings.Repeat(table+",", tables), ",") + `]}}}`
	}
	const table = `{"tag":"table","page_size":10,"columns":[{"name":"c0","data_type":"text"}],"rows":[{"c0":"x"}]}`
	const media = "application/json"
	for name, c := range map[string]struct{ kind, media, body, code string }{
		"wecom: all bytes":           {"wecom", media, wecom(4096), `"errcode":0`},
		"wecom: a byte more":         {"wecom", media, wecom(4097), "40058"},
		"wecom: the wrong key":       {"wecom", media, `{"msgtype":"markdown_v2","markdown":{"content":"x"}}`, "40058"},
		"wecom: a type of its own":   {"wecom", media, `{"msgtype":"html","html":{"content":"x"}}`, "40008"},
		"wecom: empty":               {"wecom", media, `{"msgtype":"text","text":{"content":""}}`, "44004"},
		"wecom: a long text":         {"wecom", media, `{"msgtype":"text","text":{"content":"` + strings.Repeat("费", 683) + `"}}`, "40058"},
		"wecom: no upload":           {"wecom", media, `{"msgtype":"file","file":{"media_id":"x"}}`, "40007"},
		"wecom: a wrong sum":         {"wecom", media, `{"msgtype":"image","image":{"base64":"iVBORw==","md5":"0"}}`, "40058"},
		"wecom: no JSON":             {"wecom", "text/plain", wecom(1), "43003"},
		"dingtalk: all bytes":        {"dingtalk", media, dingtalk(20000), `"errcode":0`},
		"dingtalk: a byte more":      {"dingtalk", media, dingtalk(20001), "460101"},
		"dingtalk: no title":         {"dingtalk", media, `{"msgtype":"markdown","markdown":{"text":"x"}}`, "40035"},
		"dingtalk: another type":     {"dingtalk", media, `{"msgtype":"table"}`, "400105"},
		"feishu: all bytes":          {"feishu", media, feishu(20480), `"code":0`},
		"feishu: a byte more":        {"feishu", media, feishu(20481), "9499"},
		"feishu: five tables":        {"feishu", media, card(5, table), `"code":0`},
		"feishu: six tables":         {"feishu", media, card(6, table), "11310"},
		"feishu: a long table page":  {"feishu", media, card(1, strings.Replace(table, "10", "11", 1)), "11310"},
		"feishu: a cell is a number": {"feishu", media, card(1, strings.Replace(table, `"x"`, "1", 1)), "11310"},
		"slack: no text":             {"slack", media, `{}`, "no_text"},
		"slack: a long header":       {"slack", media, `{"blocks":[{"type":"header","text":{"text":"` + strings.Repeat("费", 151) + `"}}]}`, "invalid_blocks"},
		"slack: two tables":          {"slack", media, `{"blocks":[{"type":"table","rows":[[{}]]},{"type":"table","rows":[[{}]]}]}`, "invalid_blocks"},
		"webhook: no key":            {"webhook", media, `{}`, "Idempotency-Key"},
	} {
		// A clock that stands still anywhere but on a whole or half hour.
		s := start(t, simulator.Options{Kind: c.kind, Now: func() time.Time { return time.Unix(1763690000, 1) }})
		_, said := post(t, s.URL(), c.media, c.body)
		if !strings.Contains(said, c.code) {
			t.Errorf("%s: %s, want %s", name, said, c.code)
		}
		if accepted := strings.Contains(c.code, `code":0`); accepted != (len(s.Messages()) == 1) {
			t.Errorf("%s: %d messages arrived", name, len(s.Messages()))
		}
	}
}

func TestSignaturesAreChecked(t *testing.T) {
	for kind, code := range map[string]string{"dingtalk": "310000", "feishu": "19021"} {
		s := start(t, simulator.Options{Kind: kind, Secret: "s"})
		body := `{"msg_type":"text","content":{"text":"x"},"msgtype":"markdown","markdown":{"title":"t","text":"x"}}`
		if _, said := post(t, s.URL(), "application/json", body); !strings.Contains(said, code) {
			t.Errorf("%s: %s", kind, said)
		}
	}
}

func TestRates(t *testing.T) {
	for kind, c := range map[string]struct {
		most int
		body string
		code string
	}{
		"wecom":    {20, `{"msgtype":"text","text":{"content":"x"}}`, "45009"},
		"dingtalk": {20, `{"msgtype":"markdown","markdown":{"title":"t","text":"x"}}`, "130101"},
		"feishu":   {5, `{"msg_type":"text","content":{"text":"x"}}`, "11232"},
	} {
		now := time.Unix(1763690000, 1)
		s := start(t, simulator.Options{Kind: kind, Now: func() time.Time { return now }})
		for range c.most {
			post(t, s.URL(), "application/json", c.body)
		}
		if _, said := post(t, s.URL(), "application/json", c.body); !strings.Contains(said, c.code) || len(s.Messages()) != c.most {
			t.Errorf("%s: %d arrived, then %s", kind, len(s.Messages()), said)
		}
		now = now.Add(time.Minute)
		if post(t, s.URL(), "application/json", c.body); len(s.Messages()) != c.most+1 {
			t.Errorf("%s: a minute later it is still shut out", kind)
		}
	}
}

func TestUnknownKind(t *testing.T) {
	if _, err := simulator.Start(simulator.Options{Kind: "irc"}); err == nil {
		t.Error("started")
	}
}
