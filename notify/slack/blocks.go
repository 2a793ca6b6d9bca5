package slack

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"goscan/notify"
)

// header is plain text: nothing in it is markup. Its room for the title is what the counter leaves.
func header(title, counter string) block {
	room := mostHeader - utf8.RuneCountInString(counter)
	if r := []rune(title); len(r) > room {
		title = string(r[:room-1]) + "…"
	}
	return block{"type": "header", "text": block{"type": "plain_text", "text": plain(title) + counter, "emoji": false}}
}

func paragraphs(texts []string) []block {
	var all []block
	for _, t := range texts {
		all = append(all, sections([]string{escape(t)})...)
	}
	return all
}

// sections puts lines of markup into as few sections as hold them.
func sections(lines []string) []block {
	return pack(lines, func(text string) block {
		return block{"type": "section", "text": markup(text)}
	})
}

// small shows texts as small grey lines.
func small(texts []string) []block {
	var lines []string
	for _, t := range texts {
		lines = append(lines, escape(t))
	}
	return pack(lines, func(text string) block {
		return block{"type": "context", "elements": []block{markup(text)}}
	})
}

// markup is verbatim: names of channels and addresses in it become no links.
func markup(text string) block { return block{"type": "mrkdwn", "text": text, "verbatim": true} }

func pack(lines []string, wrap func(string) block) []block {
	var all []block
	var held []string
	n := 0
	flush := func() {
		if len(held) > 0 {
			all = append(all, wrap(strings.Join(held, "\n")))
		}
		held, n = nil, 0
	}
	for _, l := range lines {
		l = clip(l, mostSection)
		size := utf8.RuneCountInString(l) + 1
		if n+size > mostSection {
			flush()
		}
		held, n = append(held, l), n+size
	}
	flush()
	return all
}

// clip cuts a line of markup to less than a number of characters, not within an entity.
func clip(s string, most int) string {
	r := []rune(s)
	if len(r) < most {
		return s
	}
	s = string(r[:most-2])
	if at := strings.LastIndexByte(s, '&'); at >= 0 && !strings.Contains(s[at:], ";") {
		s = s[:at]
	}
	return s + "…"
}

// table renders the table of the message. Its cells are raw text, which knows no markup; an empty one is refused.
func table(t notify.Table) block {
	var settings []block
	titles := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		titles[i] = c.Title
		if c.Right {
			settings = append(settings, block{"align": "right"})
		} else {
			settings = append(settings, block{"align": "left", "is_wrapped": true})
		}
	}
	rows := [][]block{cells(titles)}
	for _, r := range t.Rows {
		rows = append(rows, cells(r))
	}
	if t.Total != nil {
		rows = append(rows, cells(t.Total))
	}
	return block{"type": "table", "column_settings": settings, "rows": rows}
}

func cells(texts []string) []block {
	var all []block
	for _, t := range texts {
		if t == "" {
			t = " "
		}
		all = append(all, block{"type": "raw_text", "text": plain(t)})
	}
	return all
}

// list renders a table as lines that read well on a phone: what a row is about, then each number after its title.
func list(t notify.Table) []string {
	var lines []string
	for _, r := range t.Rows {
		lines = append(lines, "• "+row(t.Columns, r))
	}
	if t.Total != nil {
		lines = append(lines, "• "+row(t.Columns, t.Total))
	}
	return lines
}

func row(columns []notify.Column, texts []string) string {
	var values []string
	for i := 1; i < len(texts); i++ {
		if texts[i] != "" {
			values = append(values, strings.TrimSpace(escape(columns[i].Title)+" "+escape(texts[i])))
		}
	}
	if len(values) == 0 {
		return bold(texts[0])
	}
	// The colon is ASCII in Chinese, too: bold ends at a space or at such a mark alone.
	return bold(texts[0]) + ": " + strings.Join(values, " · ")
}

// link renders an address that is one, and any other text as text.
func link(s, lang string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return escape(s)
	}
	label := "Full report"
	if lang == "zh" {
		label = "完整报告"
	}
	address := strings.NewReplacer("|", "%7C", "<", "%3C", ">", "%3E", "&", "&amp;").Replace(u.String())
	return "<" + address + "|" + label + ">"
}
