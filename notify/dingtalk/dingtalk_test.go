package dingtalk_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"goscan/notify"
	"goscan/notify/dingtalk"
	"goscan/notify/notifytest"
	"goscan/notify/simulator"
)

func TestConformance(t *testing.T) {
	notifytest.Run(t, notifytest.Subject{
		Kind: "dingtalk",
		Settings: func(url string) notify.Settings {
			s := dingtalk.New().(*dingtalk.Settings)
			s.WebhookURL, s.Secret = notify.Secret(url), notifytest.Secret
			return s
		},
		Refused: 987654,
		Markup:  []string{"<script", "](http", "| b", "**bold", "`", "<@", "<!", "<at", "<font", "\\n# h", "\x00", "\u202e"},
	})
}

// The vector was made with another program.
func TestSign(t *testing.T) {
	if got := dingtalk.Sign("1577262236757", "SECdemo"); got != "sLRlUUvzoOXn5DR/+o+s6tOqX+bWe3JGaZ7JQ7844l8=" {
		t.Error(got)
	}
}

func play(t *testing.T, change func(*dingtalk.Settings)) (*simulator.Server, notify.Channel) {
	t.Helper()
	server, err := simulator.Start(simulator.Options{Kind: "dingtalk", Secret: "SECdemo"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	s := dingtalk.New().(*dingtalk.Settings)
	s.WebhookURL, s.Secret = notify.Secret(server.URL()), "SECdemo"
	if change != nil {
		change(s)
	}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	channel, err := s.Open(notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return server, channel
}

func TestRowsAreLines(t *testing.T) {
	server, channel := play(t, func(s *dingtalk.Settings) {
		s.Mention, s.MentionMobile = []string{"@all", "li"}, []string{"13800000000"}
	})
	parts, err := channel.Render(notifytest.Sample())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := notify.Deliver(t.Context(), channel, parts, 0, notify.Terms{}); err != nil {
		t.Fatal(err)
	}
	want := `## 云费用日报 2026-11-22

**昨天共 1,234.56 元，比前天多 5.0%**

本月至今 23,456.78 元

### 按服务

前三名

- **云服务器**：昨天 1,000.00 · 变化 +5.0%
- **对象存储**：昨天 234.56 · 变化 -
- **合计**：昨天 **1,234.56** · 变化 **+4.0%**

> 按抵扣代金券前的费用统计

[完整报告](https://example.com/report?day=2026-11-22)

@13800000000 @li`
	got := server.Messages()[0]
	if got.Title != "云费用日报 2026-11-22" || got.Content != want {
		t.Errorf("%s\n%s", got.Title, got.Content)
	}
	if strings.Join(got.Mention, " ") != "13800000000 li @all" {
		t.Errorf("mentions %q", got.Mention)
	}
}

func TestCodes(t *testing.T) {
	for name, c := range map[string]struct {
		fault simulator.Fault
		class notify.Class
		hint  string
	}{
		"busy":            {simulator.Fault{Code: -1, Text: "系统繁忙"}, notify.Transient, ""},
		"too fast":        {simulator.Fault{Code: 130101, Text: "send too fast"}, notify.Throttled, ""},
		"too fast, new":   {simulator.Fault{Code: 410100, Text: "发送速度太快"}, notify.Throttled, ""},
		"too fast, words": {simulator.Fault{Code: 7, Text: "send too fast, exceed 20 times per minute"}, notify.Throttled, ""},
		"keyword":         {simulator.Fault{Code: 310000, Text: "keywords not in content"}, notify.Permanent, "keyword"},
		"sign":            {simulator.Fault{Code: 310000, Text: "sign not match"}, notify.Permanent, "SEC"},
		"clock":           {simulator.Fault{Code: 310000, Text: "invalid timestamp"}, notify.Permanent, "clock"},
		"address":         {simulator.Fault{Code: 310000, Text: "ip 1.2.3.4 not in whitelist"}, notify.Permanent, "address"},
		"security":        {simulator.Fault{Code: 310000, Text: "?"}, notify.Permanent, "security"},
		"token":           {simulator.Fault{Code: 300005, Text: "token is not exist"}, notify.Permanent, "new robot"},
		"stopped":         {simulator.Fault{Code: 400102, Text: "stopped"}, notify.Permanent, "enable"},
		"dissolved":       {simulator.Fault{Code: 400013, Text: "dissolved"}, notify.Permanent, "another group"},
		"unsafe":          {simulator.Fault{Code: 430103, Text: "unsafe"}, notify.Permanent, "unsafe"},
		"day's limit":     {simulator.Fault{Code: 90030, Text: "over"}, notify.Permanent, "tomorrow"},
	} {
		server, channel := play(t, nil)
		server.Next(c.fault)
		_, err := channel.Send(t.Context(), notify.Part{Body: []byte("{}")})
		e, ok := errors.AsType[*notify.Error](err)
		if !ok || e.Class != c.class || !strings.Contains(e.Hint, c.hint) || e.Class == notify.Throttled && e.Wait < time.Minute {
			t.Errorf("%s: %+v", name, err)
		}
	}
}

func TestWrongSecretIsExplained(t *testing.T) {
	server, channel := play(t, func(s *dingtalk.Settings) { s.Secret = "SECother" })
	_, err := channel.Send(t.Context(), notify.Part{Body: []byte("{}")})
	if e, ok := errors.AsType[*notify.Error](err); !ok || e.Code != "310000" || !strings.Contains(e.Hint, "this very robot") || len(server.Messages()) != 0 {
		t.Errorf("%+v", err)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	s := &dingtalk.Settings{WebhookURL: "https://oapi.dingtalk.com/robot/send", Mention: []string{"li wei"}, MentionMobile: []string{""}}
	err := s.Validate()
	for _, want := range []string{"webhook_url is not", `mention has "li wei"`, "mention_mobile has"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
}
