package email_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"reflect"
	"strings"
	"testing"
	"time"

	"goscan/notify"
	"goscan/notify/email"
	"goscan/notify/notifytest"
)

// settings are valid, for a server with STARTTLS that wants a login.
func settings(s *server, pem string) *email.Settings {
	all := email.New().(*email.Settings)
	all.Host, all.Port, all.CA = "127.0.0.1", s.port(), notify.Secret(pem)
	all.Username, all.Password = username, password
	all.From, all.To = "云账单 <bills@example.com>", []string{"a@example.com", "王小明 <b@example.com>"}
	return all
}

func open(t *testing.T, s *email.Settings) notify.Channel {
	t.Helper()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	channel, err := s.Open(notify.Options{Name: "team", Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 8*3600)) }})
	if err != nil {
		t.Fatal(err)
	}
	return channel
}

func usual() *server { return &server{offers: []string{"STARTTLS", "AUTH PLAIN LOGIN", "8BITMIME"}} }

func render(t *testing.T, channel notify.Channel, m notify.Message) notify.Part {
	t.Helper()
	parts, err := channel.Render(m)
	if err != nil || len(parts) != 1 {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	return parts[0]
}

func full() notify.Message {
	m := notifytest.Sample()
	m.Chart = &notify.File{Name: "chart.png", Type: "image/png", Data: []byte("\x89PNG chart")}
	m.Files = []notify.File{
		{Name: `费用 "2026"/11.xlsx`, Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Data: bytes.Repeat([]byte("workbook "), 1000)},
		{Name: "a.csv", Type: "not a type", Data: []byte("1,2")},
	}
	return m
}

// A piece is a leaf of a mail as a mail program sees it.
type piece struct {
	kind, name, id string
	data           string
}

// pieces takes a mail apart. It fails on every line that is too long.
func pieces(t *testing.T, data string) (mail.Header, []piece) {
	t.Helper()
	for l := range strings.SplitSeq(data, "\r\n") {
		if len(l) > 998 || strings.ContainsAny(l, "\r\n") {
			t.Fatalf("a line of %d bytes: %.100q", len(l), l)
		}
	}
	m, err := mail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var all []piece
	var walk func(contentType, disposition, id, encoding string, r io.Reader)
	walk = func(contentType, disposition, id, encoding string, r io.Reader) {
		kind, params, err := mime.ParseMediaType(contentType)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(kind, "multipart/") {
			all = append(all, piece{kind: kind})
			read := multipart.NewReader(r, params["boundary"])
			for {
				p, err := read.NextPart()
				if err == io.EOF {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				walk(p.Header.Get("Content-Type"), p.Header.Get("Content-Disposition"), p.Header.Get("Content-ID"), p.Header.Get("Content-Transfer-Encoding"), p)
			}
		}
		if encoding != "base64" {
			t.Errorf("%s is encoded as %q", kind, encoding)
		}
		text, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, r))
		if err != nil {
			t.Fatal(err)
		}
		_, params, _ = mime.ParseMediaType(disposition)
		all = append(all, piece{kind, params["filename"], id, string(text)})
	}
	walk(m.Header.Get("Content-Type"), "", "", m.Header.Get("Content-Transfer-Encoding"), m.Body)
	return m.Header, all
}

func TestMail(t *testing.T) {
	s, pem := start(t, usual())
	all := settings(s, pem)
	all.Cc = []string{"c@example.com"}
	channel := open(t, all)
	part := render(t, channel, full())
	if again := render(t, channel, full()); !reflect.DeepEqual(part, again) {
		t.Error("rendered once more it is another mail")
	}
	reply, err := channel.Send(t.Context(), part)
	if err != nil || reply != (notify.Reply{Status: 250, Code: "250", Text: "2.0.0 queued as 4F2A"}) {
		t.Fatal(reply, err)
	}
	got := s.received()[0]
	if !got.secure || got.user != username || !strings.HasPrefix(got.from, "<bills@example.com>") || strings.Join(got.to, " ") != "<a@example.com> <b@example.com> <c@example.com>" {
		t.Errorf("%+v", got)
	}
	head, parts := pieces(t, got.data)
	words := new(mime.WordDecoder)
	for name, want := range map[string]string{
		"From": "云账单 <bills@example.com>", "To": "<a@example.com>, 王小明 <b@example.com>", "Cc": "<c@example.com>", "Subject": "云费用日报 2026-11-22",
		"Date": "Mon, 23 Nov 2026 09:00:00 +0800", "Auto-Submitted": "auto-generated", "Mime-Version": "1.0", "Importance": "",
	} {
		if shown, err := words.DecodeHeader(head.Get(name)); err != nil || shown != want {
			t.Errorf("%s: %q, want %q", name, shown, want)
		}
	}
	if id := head.Get("Message-ID"); !strings.HasPrefix(id, "<goscan.") || !strings.HasSuffix(id, "@example.com>") {
		t.Error(id)
	}
	var kinds []string
	for _, p := range parts {
		kinds = append(kinds, p.kind)
	}
	want := "multipart/mixed multipart/alternative text/plain multipart/related text/html image/png " +
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet application/octet-stream"
	if strings.Join(kinds, " ") != want {
		t.Fatalf("%q", kinds)
	}
	for _, text := range []string{"云费用日报 2026-11-22", "昨天共 1,234.56 元", "按服务", "云服务器", "合计", "按抵扣代金券前的费用统计", "https://example.com/report?day=2026-11-22"} {
		if !strings.Contains(parts[2].data, text) || !strings.Contains(parts[4].data, text) {
			t.Errorf("%q is not in both texts", text)
		}
	}
	if cid := strings.Trim(parts[5].id, "<>"); cid == "" || !strings.Contains(parts[4].data, `src="cid:`+cid+`"`) || parts[5].data != "\x89PNG chart" {
		t.Errorf("chart %q is not in %s", cid, parts[4].data)
	}
	if f := parts[6]; f.name != "费用 _2026__11.xlsx" || len(f.data) != 9000 || parts[7].name != "a.csv" {
		t.Errorf("%q of %d bytes, %q", f.name, len(f.data), parts[7].name)
	}
}

func TestBodyIsForPeople(t *testing.T) {
	s, pem := start(t, usual())
	got := string(render(t, open(t, settings(s, pem)), full()).Body)
	for _, want := range []string{
		"From: 云账单 <bills@example.com>\nTo: a@example.com, 王小明 <b@example.com>\nSubject: 云费用日报 2026-11-22\n",
		"\n- 云服务器：昨天 1,000.00 · 变化 +5.0%\n", "[in the text: chart.png, 10 bytes]", `[attached: 费用 "2026"/11.xlsx, 9000 bytes]`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

func TestMinimalMail(t *testing.T) {
	s, pem := start(t, usual())
	channel := open(t, settings(s, pem))
	for _, m := range []notify.Message{{}, {Title: "only", Lang: "en", Severity: notify.Critical}, {Title: "t", Link: "javascript:alert(1)"}} {
		part := render(t, channel, m)
		if _, err := channel.Send(t.Context(), part); err != nil {
			t.Fatal(err)
		}
	}
	all := s.received()
	head, parts := pieces(t, all[1].data)
	if len(parts) != 3 || parts[0].kind != "multipart/alternative" || head.Get("Importance") != "high" || head.Get("Subject") != "only" {
		t.Errorf("%v %v", head, parts)
	}
	if _, parts := pieces(t, all[2].data); strings.Contains(parts[2].data, "href") {
		t.Error(parts[2].data)
	}
}

// The same message is the same mail; another message, channel or team is another one.
func TestMessageID(t *testing.T) {
	s, pem := start(t, usual())
	ids := map[string]bool{}
	id := func(change func(*email.Settings), m notify.Message, name string) {
		all := settings(s, pem)
		change(all)
		channel, err := all.Open(notify.Options{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		head, _ := pieces(t, string(render(t, channel, m).File.Data))
		ids[head.Get("Message-ID")] = true
	}
	keep := func(*email.Settings) {}
	other, longer := notifytest.Sample(), notifytest.Sample()
	other.ID, longer.Notes = "daily-2026-11-23", append(longer.Notes, "more")
	id(keep, notifytest.Sample(), "a")
	id(keep, longer, "a")
	if len(ids) != 1 {
		t.Errorf("one message, ids %v", ids)
	}
	id(keep, other, "a")
	id(keep, notifytest.Sample(), "b")
	id(func(s *email.Settings) { s.To = s.To[:1] }, notifytest.Sample(), "a")
	if len(ids) != 4 {
		t.Errorf("four messages, ids %v", ids)
	}
}

func TestHostileNames(t *testing.T) {
	s, pem := start(t, usual())
	channel := open(t, settings(s, pem))
	names := append(notifytest.Hostile(), "x\r\nBcc: evil@example.com", "=?utf-8?B?ZXZpbA==?=", ".\r\nQUIT", "很长"+strings.Repeat("标题", 500))
	for _, name := range names {
		m := full()
		m.ID, m.Title, m.Summary, m.Notes = name, name, []string{name}, []string{name}
		m.Sections[0].Heading, m.Sections[0].Table.Rows[0][0], m.Sections[0].Table.Columns[0].Title = name, name, name
		m.Files[0].Name, m.Files[0].Type, m.Chart.Name = name, name, name
		if _, err := channel.Send(t.Context(), render(t, channel, m)); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		got := s.received()
		head, parts := pieces(t, got[len(got)-1].data)
		if head.Get("Bcc") != "" || len(parts) != 8 || len(got[len(got)-1].to) != 2 {
			t.Errorf("%q: %v, %d parts", name, head, len(parts))
		}
		if subject, err := new(mime.WordDecoder).DecodeHeader(head.Get("Subject")); err != nil || subject == "evil" || strings.ContainsAny(subject, "\r\n\x1b\u202e") {
			t.Errorf("%q: subject %q, %v", name, subject, err)
		}
		for _, markup := range []string{"<script", "<at", "<font", "<@", "<!c", "\u202e", "\x1b"} {
			if strings.Contains(parts[4].data, markup) {
				t.Errorf("%q is shown as %s", name, markup)
			}
		}
	}
	if len(s.received()) != len(names) {
		t.Errorf("%d mails", len(s.received()))
	}
}

func TestSizes(t *testing.T) {
	s, pem := start(t, usual())
	channel := open(t, settings(s, pem))
	m := full()
	m.Files = append(m.Files, notify.File{Name: "all.csv", Data: make([]byte, 15<<20)})
	table := m.Sections[0].Table
	for i := range 500 {
		table.Rows = append(table.Rows, []string{fmt.Sprintf("生产环境云服务器实例编号%03d号", i), "1.00", ""})
	}
	_, parts := pieces(t, string(render(t, channel, m).File.Data))
	html := parts[4].data
	shown := strings.Count(html, "编号")
	left := fmt.Sprintf("另有 %d 行未列出，完整内容见附件", 502-2-shown)
	if len(html) > 95<<10 || shown < 100 || shown > 500 || shown < 500 && !strings.Contains(html, left) {
		t.Errorf("%d bytes, %d rows", len(html), shown)
	}
	if len(parts) != 8 || !strings.Contains(html, "all.csv 未附上") {
		t.Errorf("%d parts", len(parts))
	}
	for range 5000 {
		table.Rows = append(table.Rows, []string{"生产环境云服务器实例", "1.00", ""})
	}
	if _, parts = pieces(t, string(render(t, channel, m).File.Data)); len(parts[4].data) > 95<<10 || !strings.Contains(parts[2].data, "未列出，完整内容见附件") {
		t.Errorf("%d bytes: %.300s", len(parts[4].data), parts[2].data)
	}
}
