package render

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"goscan/store/report"
)

// Markdown writes a report as GitHub flavoured Markdown, in the part of it that chats understand: headings, bold text,
// inline code, lists and tables.
func Markdown(w io.Writer, r *report.Report, lang Lang) error {
	m := &markdown{view: view{r, phrasesOf(lang)}}
	m.header()
	m.concerns()
	for i := range r.Sections {
		m.section(&r.Sections[i])
	}
	if len(r.Sections) == 0 {
		m.say("", m.p.silence(r))
	}
	for _, b := range m.closing() {
		m.block(b)
	}
	m.notes()
	_, err := io.WriteString(w, m.b.String())
	return err
}

// A markdown is a Markdown report while it is written.
type markdown struct {
	view
	b strings.Builder
}

func (m *markdown) say(lines ...string) {
	for _, line := range lines {
		m.b.WriteString(line + "\n")
	}
}

func (m *markdown) header() {
	if m.r.Stored == nil {
		m.say("## " + m.p.kinds[m.r.Kind])
		return
	}
	m.say("## " + m.p.kinds[m.r.Kind] + " " + m.p.period(m.r))
	source := "> " + m.p.summaries[m.r.State] + joint + escape(m.p.cost(m.r.Amount))
	if m.r.Store != "" {
		source += joint + "`" + strings.ReplaceAll(plain(m.r.Store), "`", "'") + "`"
	}
	for _, words := range m.scope() {
		source += joint + escape(words)
	}
	m.say("", source)
}

func (m *markdown) concerns() {
	all := m.view.concerns()
	if len(all) == 0 {
		return
	}
	m.say("", "**"+m.p.frame.attention+"**", "")
	for _, c := range all {
		m.say("- " + escape(c.words))
	}
}

func (m *markdown) section(s *report.Section) {
	if len(m.r.Sections) > 1 {
		m.say("", "## "+escape(s.Currency))
	}
	m.say("", "**"+m.p.total+" "+escape(money(s.Total, s.Currency))+"**"+m.division(s), "")
	for i, c := range s.Comparisons {
		with := m.comparison(c, s.Currency)
		switch {
		case c.Delta != nil:
			m.say("- " + m.p.relative(c.Delta) + " " + escape(change(c.Delta, s.Currency)+" "+with+m.p.excluded(c)))
		case i == 0:
			m.say("- " + escape(fmt.Sprintf(m.p.notCompared, with)))
		}
	}
	if label, line, legend, extremes := m.p.history(m.r, s); line != "" {
		m.say("- " + label + " `" + line + "` " + legend)
		if extremes != "" {
			m.say("- " + escape(extremes))
		}
	}
	m.outlook(s)
	for _, b := range m.blocks(s) {
		m.block(b)
	}
}

// division words what the total divides into; a total of usage alone divides into nothing.
func (m *markdown) division(s *report.Section) string {
	if parts := m.p.division(s); len(parts) > 1 {
		return " " + escape(strings.Join(parts[:len(parts)-1], joint))
	}
	return ""
}

func (m *markdown) outlook(s *report.Section) {
	o := m.view.outlook(s)
	if o == nil {
		return
	}
	m.say("", "**"+o.title+" "+escape(o.expected)+"** "+escape(o.interval), "")
	if o.delta != nil {
		m.say("- " + m.p.relative(o.delta) + " " + escape(change(o.delta, s.Currency)+" "+o.against))
	}
	for _, words := range []string{o.basis, o.method} {
		if words != "" {
			m.say("- " + escape(words))
		}
	}
}

// block writes a part of a report that has a heading; nothing when it is empty.
func (m *markdown) block(b block) {
	if b.empty() {
		return
	}
	m.say("", "### "+escape(b.title))
	m.bullets(b.lines)
	if len(b.columns) > 0 {
		m.say("")
		m.table(b)
	}
	m.bullets(append(m.told(b), b.after...))
}

// told words the details of a table's rows, which Markdown cannot show within it.
func (m *markdown) told(b block) []string {
	var all []string
	for _, d := range b.details {
		all = append(all, d.about+m.p.alerts.colon+d.words)
	}
	return all
}

func (m *markdown) bullets(paragraphs []string) {
	for i, words := range paragraphs {
		if i == 0 {
			m.say("")
		}
		m.say("- " + escape(words))
	}
}

// table writes a block's table, without what is drawn of blocks.
func (m *markdown) table(b block) {
	columns := slices.DeleteFunc(slices.Clone(b.columns), func(c column) bool { return c.parts != nil || c.graphic })
	titles, aligns := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		titles[i], aligns[i] = escape(c.title), ":--"
		if c.right {
			aligns[i] = "--:"
		}
	}
	m.row(titles)
	m.row(aligns)
	for row := range b.columns[0].rows() {
		cells := make([]string, len(columns))
		for i, c := range columns {
			if c.lists != nil {
				cells[i] = escape(strings.Join(c.lists[row], joint))
			} else {
				cells[i] = escape(c.cells[row].text)
			}
		}
		m.row(cells)
	}
}

func (m *markdown) row(cells []string) { m.say("| " + strings.Join(cells, " | ") + " |") }

func (m *markdown) notes() {
	if notes := m.view.notes(); len(notes) > 0 {
		m.say("", "### "+m.p.notesTitle)
		m.bullets(notes)
	}
}

// escape makes a text that came from a bill show as it is: on one line, without markup, within its cell of a table.
func escape(s string) string {
	runes := []rune(plain(s))
	var b strings.Builder
	for i, r := range runes {
		switch r {
		case '<':
			b.WriteString("&lt;")
			continue
		case '&':
			b.WriteString("&amp;")
			continue
		case '\\', '`', '*', '[', ']', '|', '~':
			b.WriteByte('\\')
		case '_':
			if !withinWord(runes, i) {
				b.WriteByte('\\')
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// withinWord tells whether an underscore stands between letters or digits: there it is no markup, and many names of
// clouds have one.
func withinWord(runes []rune, i int) bool {
	word := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]))
	}
	return word(i-1) && word(i+1)
}
