package wecom_test

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"goscan/notify"
	"goscan/notify/notifytest"
	"goscan/notify/simulator"
	"goscan/notify/wecom"
)

func TestConformance(t *testing.T) {
	notifytest.Run(t, notifytest.Subject{
		Kind: "wecom",
		Settings: func(url string) notify.Settings {
			s := wecom.New().(*wecom.Settings)
			s.WebhookURL = notify.Secret(url)
			return s
		},
		Refused:  987654,
		Unsigned: true,
		Markup:   []string{"<script", "](http", "| b", "**bold", "`", "<@", "<!", "<at", "<font", "\\n# h", "\x00", "\u202e"},
	})
}

// play opens a channel against a robot. The settings may be changed before.
func play(t *testing.T, change func(*wecom.Settings)) (*simulator.Server, notify.Channel) {
	t.Helper()
	server, err := simulator.Start(simulator.Options{Kind: "wecom"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	s := wecom.New().(*wecom.Settings)
	s.WebhookURL = notify.Secret(server.URL())
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

func deliver(t *testing.T, channel notify.Channel, m notify.Message) []notify.Part {
	t.Helper()
	parts, err := channel.Render(m)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := notify.Deliver(t.Context(), channel, parts, 0, notify.Terms{}); err != nil {
		t.Fatal(err)
	}
	return parts
}

func TestMarkdownV2(t *testing.T) {
	server, channel := play(t, nil)
	deliver(t, channel, notifytest.Sample())
	want := `## 云费用日报 2026-11-22

**昨天共 1,234.56 元，比前天多 5.0%**

本月至今 23,456.78 元

### 按服务

前三名

| 服务 | 昨天 | 变化 |
| :-- | --: | --: |
| 云服务器 | 1,000.00 | +5.0% |
| 对象存储 | 234.56 | - |
| **合计** | **1,234.56** | **+4.0%** |

> 按抵扣代金券前的费用统计

[完整报告](https://example.com/report?day=2026-11-22)`
	if got := server.Messages()[0]; got.Type != "markdown_v2" || got.Content != want {
		t.Errorf("%s\n%s", got.Type, got.Content)
	}
}

func TestOldMarkdownHasNoTables(t *testing.T) {
	server, channel := play(t, func(s *wecom.Settings) { s.Format = "markdown" })
	deliver(t, channel, notifytest.Sample())
	got := server.Messages()[0]
	if want := "\n> **云服务器**：昨天 1,000.00 · 变化 +5.0%\n> **对象存储**"; got.Type != "markdown" || !strings.Contains(got.Content, want) || strings.Contains(got.Content, "|") {
		t.Errorf("%s\n%s", got.Type, got.Content)
	}
}

// Whatever a name holds, a row of the table stays one row of as many cells.
func TestTablesStayTables(t *testing.T) {
	for _, name := range notifytest.Hostile() {
		server, channel := play(t, nil)
		m := notifytest.Sample()
		m.Sections[0].Table.Rows[0][0] = name
		deliver(t, channel, m)
		for _, l := range strings.Split(server.Messages()[0].Content, "\n") {
			if strings.HasPrefix(l, "|") && strings.Count(l, "|") != 4 {
				t.Errorf("%q breaks the table: %s", name, l)
			}
		}
	}
}

var png = append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 100)...)

func TestChartFileAndMentions(t *testing.T) {
	server, channel := play(t, func(s *wecom.Settings) { s.Mention, s.MentionMobile = []string{"li", "@all"}, []string{"13800000000"} })
	m := notifytest.Sample()
	m.Title = "日报 <@boss>"
	m.Chart = &notify.File{Name: "chart.png", Type: "image/png", Data: png}
	m.Files = []notify.File{{Name: `费用"2026".xlsx`, Type: "application/vnd.ms-excel", Data: []byte("a workbook")}}
	parts := deliver(t, channel, m)
	var names []string
	for _, p := range parts {
		names = append(names, p.Name)
	}
	if got := strings.Join(names, ", "); got != `markdown_v2, image, file 费用"2026".xlsx, mention` {
		t.Fatal(got)
	}
	got := server.Messages()
	if !bytes.Equal(got[1].Data, png) || string(got[2].Data) != "a workbook" || got[2].Title != "费用_2026_.xlsx" {
		t.Errorf("image %d bytes, file %q %q", len(got[1].Data), got[2].Title, got[2].Data)
	}
	if got[3].Content != "日报 ＜@boss>" || strings.Join(got[3].Mention, " ") != "li @all 13800000000" {
		t.Errorf("%q mentions %q", got[3].Content, got[3].Mention)
	}
}

func TestWhatWeComRefusesIsNamedInstead(t *testing.T) {
	server, channel := play(t, nil)
	m := notifytest.Sample()
	m.Chart = &notify.File{Name: "chart.png", Data: append(png, make([]byte, 2<<20)...)}
	m.Files = []notify.File{{Name: "empty.xlsx", Data: []byte("12345")}}
	if parts := deliver(t, channel, m); len(parts) != 1 {
		t.Errorf("%d parts", len(parts))
	}
	if s := server.Messages()[0].Content; !strings.Contains(s, "chart.png 未发送") || !strings.Contains(s, "empty.xlsx 未发送") {
		t.Error(s)
	}
}

func TestForgottenFileIsUploadedOnceMore(t *testing.T) {
	server, channel := play(t, nil)
	file := notify.Part{Name: "file", File: &notify.File{Name: "a.xlsx", Data: []byte("workbook")}}
	server.Next(simulator.Fault{Code: 40007, Text: "invalid media_id"})
	if _, err := channel.Send(t.Context(), file); err != nil || len(server.Messages()) != 1 {
		t.Errorf("%v", err)
	}
	server.Next(simulator.Fault{Code: 40007, Text: "x"}, simulator.Fault{Code: 40007, Text: "x"})
	if _, err := channel.Send(t.Context(), file); notify.ClassOf(err) != notify.Permanent || server.Requests() != 5 {
		t.Errorf("%v after %d requests", err, server.Requests())
	}
}

// What fails while a file is uploaded has shown nothing to anybody.
func TestUploadIsNeverUncertain(t *testing.T) {
	server, channel := play(t, nil)
	server.Next(simulator.Fault{Reset: true})
	_, err := channel.Send(t.Context(), notify.Part{File: &notify.File{Name: "a.xlsx", Data: []byte("workbook")}})
	if err == nil || notify.ClassOf(err) != notify.Transient {
		t.Error(err)
	}
}

func TestCodes(t *testing.T) {
	for code, want := range map[int]notify.Class{
		-1: notify.Transient, 45033: notify.Transient, 45009: notify.Throttled,
		40058: notify.Permanent, 40008: notify.Permanent, 44004: notify.Permanent, 45002: notify.Permanent, 40009: notify.Permanent,
		93000: notify.Permanent, 93004: notify.Permanent, 93008: notify.Permanent, 1: notify.Permanent,
	} {
		server, channel := play(t, nil)
		server.Next(simulator.Fault{Code: code, Text: "refused"})
		reply, err := channel.Send(t.Context(), notify.Part{Body: []byte("{}")})
		e, ok := errors.AsType[*notify.Error](err)
		if !ok || e.Class != want || e.Text != "refused" || reply.Text != "refused" || e.Code != strconv.Itoa(code) {
			t.Errorf("%d: %+v, %+v", code, e, reply)
			continue
		}
		if want == notify.Permanent && e.Hint == "" || want == notify.Throttled && e.Wait < time.Minute {
			t.Errorf("%d: hint %q, wait %s", code, e.Hint, e.Wait)
		}
	}
}

func TestRateIsWhatTheServerCounts(t *testing.T) {
	server, channel := play(t, nil)
	part := notify.Part{Body: []byte(`{"msgtype":"text","text":{"content":"x"}}`)}
	for range 20 {
		if _, err := channel.Send(t.Context(), part); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := channel.Send(t.Context(), part); notify.ClassOf(err) != notify.Throttled || len(server.Messages()) != 20 {
		t.Errorf("the 21st: %v", err)
	}
	pace := channel.Pace()
	if w := pace.Windows[0]; w.Messages != 20 || w.Per < time.Minute || strings.Contains(pace.Key, "sample-key") {
		t.Errorf("%+v", pace)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*wecom.Settings)
		key    string
	}{
		"no key":        {func(s *wecom.Settings) { s.WebhookURL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send" }, "webhook_url"},
		"another's":     {func(s *wecom.Settings) { s.WebhookURL = "https://example.com/?key=1" }, "webhook_url"},
		"format":        {func(s *wecom.Settings) { s.Format = "html" }, "format"},
		"empty mention": {func(s *wecom.Settings) { s.Mention = []string{" "} }, "mention"},
		"common":        {func(s *wecom.Settings) { s.MinSeverity = "loud" }, "min_severity"},
	} {
		s := wecom.New().(*wecom.Settings)
		s.WebhookURL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		c.change(s)
		if e, ok := errors.AsType[*notify.KeyError](s.Validate()); !ok || e.Key != c.key {
			t.Errorf("%s: %v", name, s.Validate())
		}
	}
}
