package slack_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"goscan/notify"
	"goscan/notify/notifytest"
	"goscan/notify/simulator"
	"goscan/notify/slack"
)

func TestConformance(t *testing.T) {
	notifytest.Run(t, notifytest.Subject{
		Kind: "slack",
		Settings: func(url string) notify.Settings {
			s := slack.New().(*slack.Settings)
			s.WebhookURL = notify.Secret(url)
			return s
		},
		Refused:  418,
		Unsigned: true,
		Markup:   []string{"<script", "<@", "<!", "<at", "\x00", "\u202e", `"text":""`},
	})
}

func play(t *testing.T, change func(*slack.Settings)) (*simulator.Server, notify.Channel) {
	t.Helper()
	server, err := simulator.Start(simulator.Options{Kind: "slack"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	s := slack.New().(*slack.Settings)
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

func render(t *testing.T, channel notify.Channel, m notify.Message) []notify.Part {
	t.Helper()
	parts, err := channel.Render(m)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

func TestBlocks(t *testing.T) {
	_, channel := play(t, func(s *slack.Settings) { s.Mention = []string{"U012AB3CD", "@here", "S99"} })
	m := notifytest.Sample()
	m.Sections = append(m.Sections, notify.Section{Heading: "按账号", Table: &notify.Table{
		Columns: m.Sections[0].Table.Columns, Rows: [][]string{{"prod & <test>", "1.00", ""}},
	}})
	parts := render(t, channel, m)
	if len(parts) != 1 {
		t.Fatalf("%d parts", len(parts))
	}
	want := `{"text":"云费用日报 2026-11-22\n昨天共 1,234.56 元，比前天多 5.0%","blocks":[` +
		`{"text":{"emoji":false,"text":"云费用日报 2026-11-22","type":"plain_text"},"type":"header"},` +
		section("昨天共 1,234.56 元，比前天多 5.0%") + "," + section("本月至今 23,456.78 元") + "," + section(`*按服务*\n前三名`) + "," +
		`{"column_settings":[{"align":"left","is_wrapped":true},{"align":"right"},{"align":"right"}],"rows":[` +
		row("服务", "昨天", "变化") + "," + row("云服务器", "1,000.00", "+5.0%") + "," + row("对象存储", "234.56", "-") + "," + row("合计", "1,234.56", "+4.0%") +
		`],"type":"table"},` +
		section(`*按账号*\n• *prod &amp; &lt;test&gt;*: 昨天 1.00`) + "," +
		`{"elements":[{"text":"按抵扣代金券前的费用统计","type":"mrkdwn","verbatim":true}],"type":"context"},` +
		section("<https://example.com/report?day=2026-11-22|完整报告>") + "," + section("<@U012AB3CD> <!here> <!subteam^S99>") + `]}`
	if got := string(parts[0].Body); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func section(text string) string {
	return `{"text":{"text":"` + text + `","type":"mrkdwn","verbatim":true},"type":"section"}`
}

func row(cells ...string) string {
	var all []string
	for _, c := range cells {
		all = append(all, fmt.Sprintf(`{"text":%q,"type":"raw_text"}`, c))
	}
	return "[" + strings.Join(all, ",") + "]"
}

// A star within bold would end it.
func TestBoldOfNames(t *testing.T) {
	_, channel := play(t, nil)
	body := string(render(t, channel, notify.Message{Title: "t", Sections: []notify.Section{{Heading: "2*3_4"}, {Heading: " "}}})[0].Body)
	if !strings.Contains(body, `"text":"*2＊3_4*"`) || strings.Contains(body, "**") {
		t.Error(body)
	}
}

// shown lists all texts of a body with their types.
func shown(t *testing.T, body []byte) (texts []string, blocks int) {
	t.Helper()
	var m struct{ Blocks []any }
	if err := json.Unmarshal(body, &m); err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if s, ok := v["text"].(string); ok {
				texts = append(texts, s)
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(m.Blocks)
	return texts, len(m.Blocks)
}

// Slack refuses a message of some 12,000 characters, and a table whose cells have 10,000, although each block is within
// its limits.
func TestTextOfAllBlocks(t *testing.T) {
	_, channel := play(t, nil)
	for name, table := range map[string]*notify.Table{
		"many":  {Columns: []notify.Column{{Title: "名称"}, {Title: "费用", Right: true}}},
		"long":  {Columns: []notify.Column{{Title: "名称"}}},
		"broad": {Columns: make([]notify.Column, 30)},
	} {
		for i := range 500 {
			cells := []string{fmt.Sprintf("很长的资源名称 %03d", i), "1.00"}
			if name == "long" {
				cells[0] = strings.Repeat("长&", 250)
			}
			table.Rows = append(table.Rows, cells)
		}
		parts := render(t, channel, notify.Message{Title: "t", Lang: "zh", Sections: []notify.Section{{Heading: "h", Table: table}}})
		if len(parts) < 2 || len(parts) > 5 {
			t.Errorf("%s: %d parts", name, len(parts))
		}
		for _, p := range parts {
			texts, blocks := shown(t, p.Body)
			if n := utf8.RuneCountInString(strings.Join(texts, "")); n > 9500 || blocks > 50 {
				t.Errorf("%s, %s: %d characters in %d blocks", name, p.Name, n, blocks)
			}
		}
	}
}

func TestEmphasisOfNames(t *testing.T) {
	_, channel := play(t, nil)
	for name, want := range map[string]string{
		"**bold** _it_":    "＊＊bold＊＊ ＿it＿",
		"prod_web_1":       "prod_web_1",
		"_private_":        "＿private＿",
		"2*3 *x*":          "2*3 ＊x＊",
		"~old~ `code`":     "～old～ ｀code｀",
		"> quote":          "＞ quote",
		"a > b & c":        "a &gt; b &amp; c",
		"<!channel> hi":    "&lt;!channel&gt; hi",
		"&lt;!channel&gt;": "&amp;lt;!channel&amp;gt;",
	} {
		body := string(render(t, channel, notify.Message{Title: "t", Lang: "en", Notes: []string{name}})[0].Body)
		if !strings.Contains(body, `"text":"`+want+`","type":"mrkdwn"`) {
			t.Errorf("%q: %s", name, body)
		}
	}
}

func TestWords(t *testing.T) {
	for name, c := range map[string]struct {
		fault simulator.Fault
		class notify.Class
		hint  string
	}{
		"removed":    {simulator.Fault{Code: 404, Text: "no_service"}, notify.Permanent, "add a new one"},
		"token":      {simulator.Fault{Code: 403, Text: "invalid_token"}, notify.Permanent, "add a new one"},
		"disabled":   {simulator.Fault{Code: 404, Text: "no_active_hooks"}, notify.Permanent, "enable"},
		"deleted":    {simulator.Fault{Code: 404, Text: "channel_not_found"}, notify.Permanent, "deleted"},
		"archived":   {simulator.Fault{Code: 410, Text: "channel_is_archived"}, notify.Permanent, "unarchive"},
		"prohibited": {simulator.Fault{Code: 403, Text: "action_prohibited"}, notify.Permanent, "administrator"},
		"payload":    {simulator.Fault{Code: 400, Text: "invalid_payload"}, notify.Permanent, "--dry-run"},
		"unknown":    {simulator.Fault{Code: 400, Text: "brand_new_error"}, notify.Permanent, "documents"},
		"too fast":   {simulator.Fault{Code: 429, Text: "rate_limited"}, notify.Throttled, ""},
	} {
		server, channel := play(t, nil)
		server.Next(c.fault)
		reply, err := channel.Send(t.Context(), notify.Part{Body: []byte(`{"text":"x"}`)})
		e, ok := errors.AsType[*notify.Error](err)
		if !ok || e.Class != c.class || e.Text != c.fault.Text || reply.Text != c.fault.Text || !strings.Contains(e.Hint, c.hint) || reply.Status != c.fault.Code {
			t.Errorf("%s: %+v, %+v", name, e, reply)
		}
		if c.class == notify.Throttled && e.Wait < time.Second {
			t.Errorf("%s: it waits %s", name, e.Wait)
		}
	}
}

// A page of a proxy is no word of Slack's: it is not shown.
func TestPagesAreNotShown(t *testing.T) {
	server, channel := play(t, nil)
	server.Next(simulator.Fault{Code: 403, Text: "<html>Blocked by Policy of user li.lei"})
	_, err := channel.Send(t.Context(), notify.Part{Body: []byte(`{"text":"x"}`)})
	if err == nil || err.Error() != "403: HTTP 403 Forbidden" {
		t.Error(err)
	}
}

func TestRefusedBlocksAreSentAsText(t *testing.T) {
	server, channel := play(t, nil)
	m := notifytest.Sample()
	m.Title = "R&D <!channel>"
	parts := render(t, channel, m)
	server.Next(simulator.Fault{Code: 400, Text: "invalid_blocks: /blocks/3/rows/1"})
	reply, err := channel.Send(t.Context(), parts[0])
	if err != nil || !strings.Contains(reply.Text, "sent as text") {
		t.Fatalf("%+v, %v", reply, err)
	}
	got := server.Messages()[0].Title
	for _, want := range []string{"R&amp;D ＜!channel＞\n", "\n*按服务*\n前三名\n服务 | 昨天 | 变化\n云服务器 | 1,000.00 | +5.0%\n", "|完整报告>"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	server.Next(simulator.Fault{Code: 400, Text: "invalid_blocks"}, simulator.Fault{Code: 400, Text: "no_text"})
	if _, err := channel.Send(t.Context(), parts[0]); notify.ClassOf(err) != notify.Permanent || err == nil {
		t.Errorf("refused twice: %v", err)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*slack.Settings)
		key    string
	}{
		"no path":     {func(s *slack.Settings) { s.WebhookURL = "https://hooks.slack.com/" }, "webhook_url"},
		"nothing":     {func(s *slack.Settings) { s.WebhookURL = "" }, "webhook_url"},
		"a name":      {func(s *slack.Settings) { s.Mention = []string{"@li.lei"} }, "mention"},
		"hidden call": {func(s *slack.Settings) { s.Mention = []string{"U1> <!channel"} }, "mention"},
		"common":      {func(s *slack.Settings) { s.Lang = "fr" }, "lang"},
	} {
		s := slack.New().(*slack.Settings)
		s.WebhookURL, s.Mention = "https://hooks.slack.com/services/T0/B0/key", []string{"W1", "@channel"}
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		c.change(s)
		if e, ok := errors.AsType[*notify.KeyError](s.Validate()); !ok || e.Key != c.key {
			t.Errorf("%s: %v", name, s.Validate())
		}
	}
}
