package render

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
)

// Markdown writes a report as GitHub flavoured Markdown, in the part of it that chats understand: headings, bold text,
// inline code, lists and tables.
func Markdown(w io.Writer, r *report.Report, lang Lang) error {
	m := &markdown{r: r, p: phrasesOf(lang)}
	m.header()
	for i := range r.Sections {
		m.section(&r.Sections[i])
	}
	if len(r.Sections) == 0 {
		m.say("", m.p.silence(r))
	}
	m.notes()
	_, err := io.WriteString(w, m.b.String())
	return err
}

// A markdown is a Markdown report while it is written.
type markdown struct {
	r *report.Report
	p *phrases
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
	source := "> " + m.p.summaries[m.r.State] + " · " + escape(m.p.cost(m.r.Amount))
	if m.r.Store != "" {
		source += " · `" + strings.ReplaceAll(plain(m.r.Store), "`", "'") + "`"
	}
	m.say("", source)
}

func (m *markdown) section(s *report.Section) {
	if len(m.r.Sections) > 1 {
		m.say("", "## "+escape(s.Currency))
	}
	m.say("", "**"+m.p.total+" "+escape(money(s.Total, s.Currency))+"**", "")
	for i, c := range s.Comparisons {
		with := m.p.compared(c.With, c.Period, m.r.Period.To)
		switch {
		case c.Delta != nil:
			m.say("- " + m.p.relative(c.Delta) + " " + escape(change(c.Delta, s.Currency)+" "+with+m.p.excluded(c)))
		case i == 0:
			m.say("- " + fmt.Sprintf(m.p.notCompared, with))
		}
	}
	if label, line, legend, extremes := m.p.history(m.r, s); line != "" {
		m.say("- " + label + " `" + line + "` " + legend)
		if extremes != "" {
			m.say("- " + escape(extremes))
		}
	}
	for _, b := range s.Breakdowns {
		if shown(b) {
			m.breakdown(s, b)
		}
	}
	m.accounts(s)
}

func (m *markdown) breakdown(s *report.Section, b report.Breakdown) {
	compared := s.Comparisons[0].Delta != nil
	m.say("", "### "+escape(m.p.heading(b.By)), "")
	titles := []string{escape(m.p.dimension(b.By)), m.p.provider, m.p.amount, m.p.share, m.p.change, m.p.relativeTitle}
	aligns := []string{":--", ":--", "--:", "--:", "--:", "--:"}
	row := func(name, provider string, amount, part *providers.Money, d *report.Delta) []string {
		return []string{
			name, escape(provider), escape(money(amount, s.Currency)), share(part), escape(change(d, s.Currency)), m.p.relative(d),
		}
	}
	rows := [][]string{titles, aligns}
	clouds := false
	for _, r := range b.Rows {
		clouds = clouds || r.Provider != ""
		rows = append(rows, row(escape(m.p.name(r.Name)), r.Provider, &r.Amount, r.Share, r.Delta))
	}
	if o := b.Other; o != nil {
		rows = append(rows, row(fmt.Sprintf(m.p.other, number(int64(o.Count))), "", &o.Amount, o.Share, o.Delta))
	}
	rows = append(rows, row(m.p.total, "", s.Total, wholeOf(s), s.Comparisons[0].Delta))
	for _, cells := range rows {
		if !compared {
			cells = cells[:4]
		}
		if !clouds {
			cells = append(cells[:1:1], cells[2:]...)
		}
		m.row(cells)
	}
}

func (m *markdown) accounts(s *report.Section) {
	m.say("", "### "+m.p.heading(store.ByAccount), "")
	m.row([]string{
		m.p.account, m.p.provider, m.p.amount, m.p.share, m.p.change, m.p.relativeTitle, m.p.state, m.p.lines,
	})
	m.row([]string{":--", ":--", "--:", "--:", "--:", "--:", ":--", "--:"})
	for _, a := range s.Accounts {
		m.row([]string{
			escape(m.p.name(a.Name)), escape(a.Provider), escape(money(a.Amount, s.Currency)), share(a.Share),
			escape(change(a.Delta, s.Currency)), m.p.relative(a.Delta), m.p.stateOf(a.Account), linesOf(a),
		})
	}
}

func (m *markdown) row(cells []string) { m.say("| " + strings.Join(cells, " | ") + " |") }

func (m *markdown) notes() {
	if len(m.r.Notes) == 0 {
		return
	}
	m.say("", "### "+m.p.notesTitle, "")
	for _, n := range m.r.Notes {
		m.say("- " + escape(m.p.note(n, m.r.Period.To)))
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
