package split_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"goscan/notify"
	"goscan/notify/internal/split"
)

// plain is a small dialect: what a page looks like as text.
func plain(p split.Page) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n", p.Title, p.Counter)
	put := func(all ...string) {
		for _, s := range all {
			if s != "" {
				b.WriteString(s + "\n")
			}
		}
	}
	put(p.Summary...)
	for _, s := range p.Sections {
		put("# " + s.Heading)
		put(s.Lines...)
		if s.Table != nil {
			for _, c := range s.Table.Columns {
				b.WriteString("|" + c.Title)
			}
			b.WriteString("\n")
			for _, r := range s.Table.Rows {
				put("|" + strings.Join(r, "|"))
			}
			if s.Table.Total != nil {
				put("=" + strings.Join(s.Table.Total, "|"))
			}
		}
		put(s.After)
	}
	put(p.Notes...)
	put(p.Link, p.Closing)
	return b.String()
}

func within(limit int) split.Fit {
	return func(p split.Page) bool { return len(plain(p)) <= limit }
}

func table(rows int) *notify.Table {
	t := &notify.Table{Columns: []notify.Column{{Title: "资源"}, {Title: "费用", Right: true}}, Total: []string{"合计", "500.00"}}
	for i := range rows {
		t.Rows = append(t.Rows, []string{fmt.Sprintf("资源%03d", i), "1.00"})
	}
	return t
}

func message(rows int) notify.Message {
	return notify.Message{
		Lang: "zh", Title: "云费用日报", Summary: []string{"昨天共 500.00 元"}, Notes: []string{"含税"}, Link: "https://example.com/r",
		Sections: []notify.Section{{Heading: "明细", Table: table(rows)}},
	}
}

func texts(pages []split.Page) []string {
	var all []string
	for _, p := range pages {
		all = append(all, plain(p))
	}
	return all
}

func TestOnePageHasNoCounter(t *testing.T) {
	pages, err := split.Pages(message(3), split.Limits{Fits: within(1000)})
	if err != nil || len(pages) != 1 || pages[0].Counter != "" {
		t.Fatalf("%d pages, %v: %q", len(pages), err, texts(pages))
	}
	want := "云费用日报\n昨天共 500.00 元\n# 明细\n|资源|费用\n|资源000|1.00\n|资源001|1.00\n|资源002|1.00\n=合计|500.00\n含税\nhttps://example.com/r\n"
	if got := plain(pages[0]); got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
}

func TestPagesRepeatTitleHeadingAndColumns(t *testing.T) {
	pages, err := split.Pages(message(40), split.Limits{Fits: within(400)})
	if err != nil || len(pages) < 2 || len(pages) > 5 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	all := strings.Join(texts(pages), "")
	for i := range 40 {
		if n := strings.Count(all, fmt.Sprintf("资源%03d", i)); n != 1 {
			t.Errorf("row %d is shown %d times", i, n)
		}
	}
	for i, s := range texts(pages) {
		if len(s) > 400 {
			t.Errorf("page %d has %d bytes", i+1, len(s))
		}
		heading := "# 明细（续）\n|资源|费用\n|"
		if i == 0 {
			heading = "# 明细\n|资源|费用\n|"
		}
		if head := fmt.Sprintf("云费用日报（%d/%d）\n", i+1, len(pages)); !strings.HasPrefix(s, head) || pages[i].Sections != nil && !strings.Contains(s, heading) {
			t.Errorf("page %d: %s", i+1, s)
		}
	}
	if !strings.HasSuffix(all, "https://example.com/r\n") || strings.Count(all, "含税") != 1 || strings.Count(all, "=合计") != 1 {
		t.Errorf("the end of the message is lost: %s", all)
	}
}

// A page that is full to the last byte without its counter has to be two pages with counters, each within the limit.
func TestCounterHasItsRoom(t *testing.T) {
	for limit := 150; limit < 260; limit++ {
		pages, err := split.Pages(message(12), split.Limits{Fits: within(limit)})
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range texts(pages) {
			if len(s) > limit {
				t.Errorf("limit %d: page %d of %d has %d bytes", limit, i+1, len(pages), len(s))
			}
		}
	}
}

func TestTooManyRowsAreShortenedAndCounted(t *testing.T) {
	m := message(500)
	m.Sections = append(m.Sections, notify.Section{Heading: "账号", Lines: []string{"两个账号"}, Table: table(3)})
	m.Files = []notify.File{{Name: "goscan.xlsx"}}
	for _, attached := range []bool{true, false} {
		pages, err := split.Pages(m, split.Limits{Fits: within(800), Attached: attached})
		if err != nil || len(pages) != 5 {
			t.Fatalf("%d pages, %v", len(pages), err)
		}
		all := strings.Join(texts(pages), "")
		shown := 0
		for i := range 500 {
			if strings.Contains(all, fmt.Sprintf("资源%03d|", i)) {
				shown++
			}
		}
		where := map[bool]string{true: "附件", false: "链接"}[attached]
		if want := fmt.Sprintf("另有 %d 行未列出，完整内容见%s", 500-shown, where); strings.Count(all, want) != 1 {
			t.Errorf("%d rows are shown and %q is missing:\n%s", shown, want, all)
		}
		if shown < 100 || strings.Count(all, "=合计|500.00") != 2 || !strings.Contains(all, "两个账号") || !strings.Contains(all, "含税") {
			t.Errorf("with %d rows something else is lost:\n%s", shown, all)
		}
	}
}

func TestOneLongTextIsClipped(t *testing.T) {
	m := notify.Message{Lang: "en", Title: "Costs", Summary: []string{"first", strings.Repeat("长", 1000), "last"}}
	pages, err := split.Pages(m, split.Limits{Fits: within(120)})
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(texts(pages), "")
	if !strings.Contains(all, "长…\n") || !strings.Contains(all, "first") || !strings.Contains(all, "last") || !utf8.ValidString(all) {
		t.Error(all)
	}
}

func TestTooManyParagraphsSaySo(t *testing.T) {
	m := notify.Message{Lang: "en", Title: "Costs"}
	for i := range 100 {
		m.Summary = append(m.Summary, fmt.Sprintf("paragraph %d", i))
	}
	pages, err := split.Pages(m, split.Limits{Fits: within(100)})
	if err != nil || len(pages) != 5 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	if pages[4].Closing == "" || slices.ContainsFunc(texts(pages), func(s string) bool { return len(s) > 100 }) {
		t.Errorf("%q", texts(pages))
	}
}

func TestNoRoomAtAllIsAnError(t *testing.T) {
	if pages, err := split.Pages(message(3), split.Limits{Fits: within(10)}); err == nil {
		t.Errorf("%q", texts(pages))
	}
}

func TestHeadingsDoNotStandAlone(t *testing.T) {
	m := message(30)
	m.Sections = append([]notify.Section{{Heading: "说明"}, {Heading: "空表", Table: &notify.Table{Columns: []notify.Column{{Title: "甲"}}}}}, m.Sections...)
	for limit := 160; limit < 500; limit += 7 {
		pages, err := split.Pages(m, split.Limits{Fits: within(limit)})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range texts(pages) {
			if strings.HasSuffix(strings.TrimSuffix(s, "https://example.com/r\n"), "# 明细\n|资源|费用\n") {
				t.Errorf("limit %d: a table begins without a row:\n%s", limit, s)
			}
		}
	}
}

func FuzzPages(f *testing.F) {
	f.Add("云费用日报", "昨天|今天", "资源\n\x00\u202e<b>", 40, 3, 300, true)
	f.Add("", "", "", 0, 0, 0, false)
	f.Add(strings.Repeat("标题", 300), "x", strings.Repeat("👨‍👩‍👧‍👦", 400), 700, 9, 900, true)
	f.Fuzz(func(t *testing.T, title, paragraph, cell string, rows, columns, limit int, zh bool) {
		rows, columns, limit = abs(rows)%600, abs(columns)%12, abs(limit)%5000
		if len(title)+len(paragraph)+len(cell) > 10000 {
			return
		}
		m := notify.Message{Lang: "en", Title: title, Summary: []string{paragraph, cell}, Notes: []string{paragraph}}
		if zh {
			m.Lang = "zh"
		}
		tab := &notify.Table{Total: []string{cell}}
		for range columns {
			tab.Columns = append(tab.Columns, notify.Column{Title: paragraph})
		}
		for i := range rows {
			tab.Rows = append(tab.Rows, []string{fmt.Sprintf("row-%d-", i), cell, cell, cell}[:1+i%4])
		}
		m.Sections = []notify.Section{{Heading: paragraph, Lines: []string{cell}, Table: tab}, {Heading: cell}}
		pages, err := split.Pages(m, split.Limits{Fits: within(limit)})
		if err != nil {
			return
		}
		if len(pages) == 0 || len(pages) > 5 {
			t.Fatalf("%d pages", len(pages))
		}
		all := strings.Join(texts(pages), "")
		for _, s := range texts(pages) {
			if len(s) > limit || !utf8.ValidString(s) {
				t.Fatalf("a page of %d bytes, at most %d: %q", len(s), limit, s)
			}
		}
		if !pages[0].First || strings.ContainsAny(all, "\x00\r\t\u202e") {
			t.Fatalf("%q", all)
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
