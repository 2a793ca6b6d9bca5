package render

import (
	"fmt"
	"io"
	"strings"

	"goscan/store"
	"goscan/store/report"
)

// TextOptions say how a text looks.
type TextOptions struct {
	Width int  // columns of the terminal; zero: 80; never less than 60 or more than 120 are used
	Color bool // the caller knows whether the output is a terminal and what NO_COLOR says
	Lang  Lang
}

const (
	defaultWidth = 80
	leastWidth   = 60
	mostWidth    = 120
)

// Text writes a report for a terminal. Rises are red and falls green: it is cost.
func Text(w io.Writer, r *report.Report, o TextOptions) error {
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	t := &text{
		r: r, p: phrasesOf(o.Lang),
		style: style{o.Color}, width: min(max(o.Width, leastWidth), mostWidth),
	}
	t.header()
	for i := range r.Sections {
		t.section(&r.Sections[i])
	}
	if len(r.Sections) == 0 {
		t.say("")
		t.paragraph(t.p.silence(r))
	}
	t.notes()
	_, err := io.WriteString(w, t.b.String())
	return err
}

// A text is a text report while it is written.
type text struct {
	r     *report.Report
	p     *phrases
	style style
	width int
	b     strings.Builder
}

func (t *text) say(line string) { t.b.WriteString(line + "\n") }

func (t *text) paragraph(words string) {
	for _, line := range wrap(words, t.width) {
		t.say(line)
	}
}

// header says what, when, which cost and from where.
func (t *text) header() {
	title, state := t.p.kinds[t.r.Kind], t.p.summaries[t.r.State]
	if t.r.Stored == nil {
		t.say(t.style.paint(bold, title))
		return
	}
	title += "  " + t.p.period(t.r)
	space := strings.Repeat(" ", max(t.width-width(title)-width(state), 1))
	t.say(t.style.paint(bold, title) + space + t.style.paint(statePaint(t.r.State), state))
	cost, source := t.p.cost(t.r.Amount), plain(t.r.Store)
	switch joined := cost + " · " + source; {
	case source == "":
		t.say(t.style.paint(dim, cost))
	case width(joined) <= t.width:
		t.say(t.style.paint(dim, joined))
	default:
		t.say(t.style.paint(dim, cost))
		t.say(t.style.paint(dim, cut(source, t.width)))
	}
}

func (t *text) section(s *report.Section) {
	t.say("")
	if len(t.r.Sections) > 1 {
		t.say(t.style.paint(dim, "── "+plain(s.Currency)+" "+strings.Repeat("─", t.width-4-width(plain(s.Currency)))))
	}
	t.total(s)
	t.trend(s)
	for _, b := range s.Breakdowns {
		if shown(b) {
			t.table(t.p.heading(b.By), t.breakdown(s, b), true)
		}
	}
	t.table(t.p.heading(store.ByAccount), t.accounts(s), false)
}

// total writes the total and what it is compared with.
func (t *text) total(s *report.Section) {
	lines := fmt.Sprintf(t.p.lineCount, number(s.Lines))
	t.say(t.style.paint(bold, t.p.total+"  "+money(s.Total, s.Currency)) + "  " + t.style.paint(dim, lines))
	changes, relatives := 0, 0
	for _, c := range s.Comparisons {
		if c.Delta != nil {
			changes = max(changes, width(change(c.Delta, s.Currency)))
			relatives = max(relatives, width(t.p.relative(c.Delta)))
		}
	}
	for i, c := range s.Comparisons {
		with := t.p.compared(c.With, c.Period, t.r.Period.To)
		switch {
		case c.Delta != nil:
			figures := pad(t.p.relative(c.Delta), relatives, false) + "  " + pad(change(c.Delta, s.Currency), changes, true)
			room := t.width - len(tableIndent) - width(figures) - 2
			t.say(tableIndent + t.style.paint(direction(c.Delta), figures) + "  " + cut(with+t.p.excluded(c), room))
		case i == 0:
			t.say(tableIndent + t.style.paint(dim, cut(fmt.Sprintf(t.p.notCompared, with), t.width-len(tableIndent))))
		}
	}
}

// excluded names the accounts that a comparison leaves out.
func (p *phrases) excluded(c report.Comparison) string {
	if len(c.LeftOut) == 0 {
		return ""
	}
	return fmt.Sprintf(p.without, plain(strings.Join(c.LeftOut, p.comma)))
}

// trend draws the last days or months, when there are at least two to draw.
func (t *text) trend(s *report.Section) {
	label, line, legend, extremes := t.p.history(t.r, s)
	if line == "" {
		return
	}
	t.say("")
	drawing := t.style.paint(bold, label) + "  " + t.style.paint(accent, line)
	if width(label+line+legend)+2*gap <= t.width {
		t.say(drawing + "  " + t.style.paint(dim, legend))
	} else {
		t.say(drawing)
		t.say(tableIndent + t.style.paint(dim, legend))
	}
	if extremes != "" && width(extremes) <= t.width-len(tableIndent) {
		t.say(tableIndent + t.style.paint(dim, extremes))
	}
}

func (t *text) table(title string, columns []column, hasTotal bool) {
	t.say("")
	t.say(t.style.paint(bold, title))
	for _, line := range draw(columns, t.width, hasTotal, t.style) {
		t.say(line)
	}
}

func (t *text) notes() {
	if len(t.r.Notes) == 0 {
		return
	}
	t.say("")
	t.say(t.style.paint(bold, t.p.notesTitle))
	for _, n := range t.r.Notes {
		for i, line := range wrap(t.p.note(n, t.r.Period.To), t.width-4) {
			bullet := "  · "
			if i > 0 {
				bullet = "    "
			}
			t.say(bullet + line)
		}
	}
}
