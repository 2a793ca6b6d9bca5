// Package markdown renders pages in the Markdown of chat programs, each of which knows a part of it and documents no escapes:
// what would be markup in a text is replaced by its full-width twin.
package markdown

import (
	"net/url"
	"strings"

	"goscan/notify"
	"goscan/notify/internal/split"
	"goscan/notify/internal/text"
)

// A Style is what a dialect knows.
type Style struct {
	Tables bool   // GFM tables; else each row is a line of its own
	Row    string // what such a line begins with: "- " or "> "
	Break  string // between paragraphs: one or two line breaks
}

// special is markup somewhere: of emphasis, code, links, tables, HTML, mentions and escapes.
const special = "|`*<>[]\\&"

// Escape returns a line that is no markup.
func Escape(s string) string {
	s = text.Wide(s, special)
	switch {
	case strings.HasPrefix(s, "#"), strings.HasPrefix(s, "="): // a heading
		return text.Wide(s[:1], "#=") + s[1:]
	case len(s) >= 3 && strings.Trim(s, "- ") == "": // a rule
		return text.Wide(s, "-")
	}
	return s
}

// Page renders a page.
func (s Style) Page(p split.Page) string {
	blocks := []string{"## " + Escape(p.Title) + p.Counter}
	for i, l := range p.Summary {
		if i == 0 && p.First {
			blocks = append(blocks, bold(l))
		} else {
			blocks = append(blocks, Escape(l))
		}
	}
	for _, section := range p.Sections {
		blocks = append(blocks, s.section(section, p.Lang)...)
	}
	for _, n := range p.Notes {
		blocks = append(blocks, "> "+Escape(n))
	}
	if p.Link != "" {
		blocks = append(blocks, link(p.Link, p.Lang))
	}
	if p.Closing != "" {
		blocks = append(blocks, Escape(p.Closing))
	}
	return strings.Join(blocks, s.Break)
}

func (s Style) section(section split.Section, lang string) []string {
	var blocks []string
	if section.Heading != "" {
		blocks = append(blocks, "### "+Escape(section.Heading))
	}
	for _, l := range section.Lines {
		blocks = append(blocks, Escape(l))
	}
	if section.Table != nil {
		blocks = append(blocks, s.table(section.Table, lang))
	}
	if section.After != "" {
		blocks = append(blocks, Escape(section.After))
	}
	return blocks
}

func (s Style) table(t *notify.Table, lang string) string {
	var lines []string
	if s.Tables {
		lines = append(lines, head(t.Columns), rule(t.Columns))
	}
	for _, r := range t.Rows {
		lines = append(lines, s.row(t.Columns, r, lang, Escape))
	}
	if t.Total != nil {
		lines = append(lines, s.row(t.Columns, t.Total, lang, bold))
	}
	if len(lines) == 0 {
		lines = append(lines, none(lang))
	}
	return strings.Join(lines, "\n")
}

func head(columns []notify.Column) string {
	var b strings.Builder
	for _, c := range columns {
		b.WriteString("| " + Escape(c.Title) + " ")
	}
	return b.String() + "|"
}

func rule(columns []notify.Column) string {
	var b strings.Builder
	for _, c := range columns {
		if c.Right {
			b.WriteString("| --: ")
		} else {
			b.WriteString("| :-- ")
		}
	}
	return b.String() + "|"
}

// row renders a row of a table, or a line that reads well on a phone: what it is about, then each number after its title.
func (s Style) row(columns []notify.Column, cells []string, lang string, show func(string) string) string {
	if s.Tables {
		var b strings.Builder
		for _, c := range cells {
			b.WriteString("| " + show(c) + " ")
		}
		return b.String() + "|"
	}
	var values []string
	for i := 1; i < len(cells); i++ {
		if cells[i] != "" {
			values = append(values, strings.TrimSpace(Escape(columns[i].Title)+" "+show(cells[i])))
		}
	}
	colon := ": "
	if lang == "zh" {
		colon = "："
	}
	if len(values) == 0 {
		colon = ""
	}
	return s.Row + bold(cells[0]) + colon + strings.Join(values, " · ")
}

func bold(s string) string {
	if s == "" {
		return ""
	}
	return "**" + Escape(s) + "**"
}

func none(lang string) string {
	if lang == "zh" {
		return "（无）"
	}
	return "(none)"
}

// link renders an address that is one, and any other text as text.
func link(s, lang string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return Escape(s)
	}
	label := "Full report"
	if lang == "zh" {
		label = "完整报告"
	}
	address := strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E", "|", "%7C", "`", "%60", "*", "%2A").Replace(u.String())
	return "[" + label + "](" + address + ")"
}
