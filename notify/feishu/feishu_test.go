package feishu_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"goscan/notify"
	"goscan/notify/feishu"
	"goscan/notify/notifytest"
	"goscan/notify/simulator"
)

func TestConformance(t *testing.T) {
	notifytest.Run(t, notifytest.Subject{
		Kind: "feishu",
		Settings: func(url string) notify.Settings {
			s := feishu.New().(*feishu.Settings)
			s.WebhookURL, s.Secret = notify.Secret(url), notifytest.Secret
			return s
		},
		Refused: 987654,
		Markup:  []string{"\\u0000", "\u202e", "lark_md"},
	})
}

// The vector was made with another program.
func TestSign(t *testing.T) {
	if got := feishu.Sign("1599360473", "demo"); got != "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=" {
		t.Error(got)
	}
}

var noon = time.Date(2026, 11, 23, 4, 7, 0, 0, time.UTC)

func play(t *testing.T, secret string, change func(*feishu.Settings)) (*simulator.Server, notify.Channel) {
	t.Helper()
	clock := noon
	server, err := simulator.Start(simulator.Options{Kind: "feishu", Secret: secret, Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	s := feishu.New().(*feishu.Settings)
	s.WebhookURL, s.Secret = notify.Secret(server.URL()), notify.Secret(secret)
	if change != nil {
		change(s)
	}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	channel, err := s.Open(notify.Options{Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	return server, channel
}

func first(t *testing.T, channel notify.Channel, m notify.Message) notify.Part {
	t.Helper()
	parts, err := channel.Render(m)
	if err != nil {
		t.Fatal(err)
	}
	return parts[0]
}

func TestCard(t *testing.T) {
	_, channel := play(t, "", func(s *feishu.Settings) { s.Mention = []string{"@all", "ou_1"} })
	m := notifytest.Sample()
	m.Summary, m.Link, m.Notes = m.Summary[:1], "", nil
	want := `{"card":{"body":{"elements":[` +
		`{"tag":"div","text":{"content":"昨天共 1,234.56 元，比前天多 5.0%","tag":"plain_text","text_size":"normal"}},` +
		`{"aspect_ratio":"16:9","chart_spec":{"data":{"values":[{"x":"11-20","y":1100},{"x":"11-21","y":null},{"x":"11-22","y":1234.56}]},` +
		`"invalidType":"break","title":{"text":"费用，元"},"type":"line","xField":"x","yField":"y"},"tag":"chart"},` +
		`{"tag":"div","text":{"content":"按服务","tag":"plain_text","text_size":"heading"}},` +
		`{"tag":"div","text":{"content":"前三名","tag":"plain_text","text_size":"normal"}},` +
		`{"columns":[{"data_type":"text","display_name":"服务","horizontal_align":"left","name":"c0","width":"auto"},` +
		`{"data_type":"text","display_name":"昨天","horizontal_align":"right","name":"c1","width":"auto"},` +
		`{"data_type":"text","display_name":"变化","horizontal_align":"right","name":"c2","width":"auto"}],` +
		`"header_style":{"background_style":"grey","bold":true},"page_size":3,"row_height":"low",` +
		`"rows":[{"c0":"云服务器","c1":"1,000.00","c2":"+5.0%"},{"c0":"对象存储","c1":"234.56","c2":"-"},{"c0":"合计","c1":"1,234.56","c2":"+4.0%"}],"tag":"table"},` +
		`{"content":"<at id=all></at> <at id=ou_1></at>","tag":"markdown"}]},` +
		`"config":{"update_multi":true},"header":{"template":"orange","title":{"content":"云费用日报 2026-11-22","tag":"plain_text"}},"schema":"2.0"},"msg_type":"interactive"}`
	if got := string(first(t, channel, m).Body); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestNoChartOfWhatIsNoNumber(t *testing.T) {
	_, channel := play(t, "", nil)
	for _, value := range []string{"", "1,234.56", `"1"`, "null", " 1", "0x1"} {
		m := notifytest.Sample()
		m.Series = &notify.Series{Points: []notify.Point{{Label: "a", Value: value, Known: true}}}
		if body := string(first(t, channel, m).Body); strings.Contains(body, "chart") {
			t.Errorf("%q: %s", value, body)
		}
	}
}

// A card that is refused as a card arrives as text, in which names mention nobody.
func TestRefusedCardIsSentAsText(t *testing.T) {
	for _, code := range []int{11246, 230099, 11310} {
		server, channel := play(t, "s3cr3t-of-bot", nil)
		m := notifytest.Sample()
		m.Sections[0].Table.Rows[0][0] = `<at user_id="all">all</at>`
		server.Next(simulator.Fault{Code: code, Text: "Failed to create card content"})
		reply, err := channel.Send(t.Context(), first(t, channel, m))
		if err != nil || !strings.Contains(reply.Text, "sent as text") {
			t.Fatalf("%+v, %v", reply, err)
		}
		got := server.Messages()
		if len(got) != 1 || got[0].Type != "text" {
			t.Fatalf("%+v", got)
		}
		for _, want := range []string{"云费用日报 2026-11-22\n昨天共 1,234.56 元", "服务 | 昨天 | 变化\n＜at user_id=\"all\"＞all＜/at＞ | 1,000.00 | +5.0%", "https://example.com/report"} {
			if !strings.Contains(got[0].Content, want) {
				t.Errorf("%q is missing:\n%s", want, got[0].Content)
			}
		}
	}
	server, channel := play(t, "", nil)
	server.Next(simulator.Fault{Code: 11246, Text: "card"}, simulator.Fault{Code: 11246, Text: "card"})
	if _, err := channel.Send(t.Context(), first(t, channel, notifytest.Sample())); notify.ClassOf(err) != notify.Permanent || err == nil {
		t.Errorf("refused as text, too: %v", err)
	}
}

func TestCodes(t *testing.T) {
	for name, c := range map[string]struct {
		fault simulator.Fault
		class notify.Class
		sent  bool
		hint  string
	}{
		"token":          {fault: simulator.Fault{Code: 19001, Text: "param invalid"}, hint: "new bot"},
		"sign":           {fault: simulator.Fault{Code: 19021, Text: "sign"}, hint: "clock"},
		"address":        {fault: simulator.Fault{Code: 19022, Text: "Ip Not Allowed"}, hint: "address"},
		"keyword":        {fault: simulator.Fault{Code: 19024, Text: "Key Words Not Found"}, hint: "keyword"},
		"bad request":    {fault: simulator.Fault{Code: 9499, Text: "Bad Request"}, hint: "report"},
		"bad request 2":  {fault: simulator.Fault{Code: 9499, Text: "Too Many Request"}, class: notify.Throttled},
		"frequency":      {fault: simulator.Fault{Code: 11232, Text: "frequency limited psm[x]"}, class: notify.Throttled},
		"the older form": {fault: simulator.Fault{Status: 200, Body: `{"StatusCode":0,"StatusMessage":"success"}`}, sent: true},
		"older refusal":  {fault: simulator.Fault{Status: 200, Body: `{"StatusCode":19001,"StatusMessage":"no"}`}, hint: "new bot"},
		"code and 500":   {fault: simulator.Fault{Status: 500, Body: `{"code":0}`}, class: notify.Uncertain},
	} {
		server, channel := play(t, "", nil)
		server.Next(c.fault)
		_, err := channel.Send(t.Context(), first(t, channel, notifytest.Sample()))
		e, _ := errors.AsType[*notify.Error](err)
		if (err == nil) != c.sent || err != nil && (e.Class != c.class || !strings.Contains(e.Hint, c.hint)) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestPaceAvoidsWholeAndHalfHours(t *testing.T) {
	_, channel := play(t, "", nil)
	for minute := range 60 {
		at := time.Date(2026, 11, 23, 9, minute, 31, 0, time.UTC)
		if got := channel.Pace().Avoid(at); got != (minute == 0 || minute == 30) {
			t.Errorf("%02d: %t", minute, got)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for url, fine := range map[notify.Secret]bool{
		"https://open.feishu.cn/open-apis/bot/v2/hook/abc":      true,
		"https://open.larksuite.com/open-apis/bot/v2/hook/abc":  true,
		"https://open.feishu.cn/open-apis/bot/hook/abc":         false,
		"https://open.feishu.cn/open-apis/bot/v2/hook/":         false,
		"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=": false,
	} {
		s := &feishu.Settings{WebhookURL: url}
		if err := s.Validate(); (err == nil) != fine {
			t.Errorf("%s: %v", url.Reveal(), err)
		}
	}
	s := &feishu.Settings{WebhookURL: "https://open.feishu.cn/open-apis/bot/v2/hook/abc", Mention: []string{"x></at><at id=all"}}
	if e, ok := errors.AsType[*notify.KeyError](s.Validate()); !ok || e.Key != "mention" {
		t.Error(s.Validate())
	}
}

// Twelve tables take three cards: none is refused, and so none arrives as text.
func TestTablesOfACardAreCounted(t *testing.T) {
	server, channel := play(t, "", nil)
	m := notify.Message{Title: "t"}
	for range 12 {
		m.Sections = append(m.Sections, notify.Section{Heading: "h", Table: &notify.Table{Columns: []notify.Column{{Title: "a"}}, Rows: [][]string{{"1"}}}})
	}
	parts, err := channel.Render(m)
	if err != nil || len(parts) != 3 {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	for _, p := range parts {
		if _, err := channel.Send(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	for _, got := range server.Messages() {
		if got.Type != "interactive" {
			t.Errorf("arrived as %s", got.Type)
		}
	}
}
