package render

import (
	"fmt"
	"io"
	"strings"

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
	t := newText(r, o)
	t.header()
	t.concerns()
	for i := range r.Sections {
		t.section(&r.Sections[i])
	}
	if len(r.Sections) == 0 {
		t.say("")
		t.paragraph(t.p.silence(r))
	}
	for _, b := range t.closing() {
		t.block(b)
	}
	t.notes()
	_, err := io.WriteString(w, t.b.String())
	return err
}

func newText(r *report.Report, o TextOptions) *text {
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	return &text{
		view: view{r, phrasesOf(o.Lang)}, style: style{o.Color}, width: min(max(o.Width, leastWidth), mostWidth),
	}
}

// A text is a text report while it is written.
type text struct {
	view
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

// bullet writes a paragraph with a mark before its first line.
func (t *text) bullet(mark, words string, p paint) {
	for i, line := range wrap(words, t.width-4) {
		if i > 0 {
			mark, p = " ", bare
		}
		t.say("  " + t.style.paint(p, mark) + " " + line)
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
	switch joined := cost + joint + source; {
	case source == "":
		t.say(t.style.paint(dim, cost))
	case width(joined) <= t.width:
		t.say(t.style.paint(dim, joined))
	default:
		t.say(t.style.paint(dim, cost))
		t.say(t.style.paint(dim, cut(source, t.width)))
	}
	for _, words := range t.scope() {
		for _, line := range wrap(words, t.width) {
			t.say(t.style.paint(dim, line))
		}
	}
}

// concerns writes what needs attention, before all else.
func (t *text) concerns() {
	all := t.view.concerns()
	if len(all) == 0 {
		return
	}
	t.say("")
	t.say(t.style.paint(bold, t.p.frame.attention))
	for _, c := range all {
		t.bullet("!", c.words, c.paint)
	}
}

func (t *text) section(s *report.Section) {
	t.say("")
	if len(t.r.Sections) > 1 {
		t.say(t.style.paint(dim, "── "+plain(s.Currency)+" "+strings.Repeat("─", t.width-4-width(plain(s.Currency)))))
	}
	t.total(s)
	t.trend(s)
	t.outlook(s)
	for _, b := range t.blocks(s) {
		t.block(b)
	}
}

// total writes the total, what it divides into, and what it is compared with.
func (t *text) total(s *report.Section) {
	t.lead(t.p.total+"  "+money(s.Total, s.Currency), strings.Join(t.p.division(s), joint))
	changes, relatives := 0, 0
	for _, c := range s.Comparisons {
		if c.Delta != nil {
			changes = max(changes, width(change(c.Delta, s.Currency)))
			relatives = max(relatives, width(t.p.relative(c.Delta)))
		}
	}
	for i, c := range s.Comparisons {
		with := t.comparison(c, s.Currency)
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

// lead writes an amount that others follow, and what belongs to it beside it, or below it where there is no room.
func (t *text) lead(title, more string) {
	if width(title+more)+gap <= t.width {
		t.say(t.style.paint(bold, title) + "  " + t.style.paint(dim, more))
		return
	}
	t.say(t.style.paint(bold, title))
	t.say(tableIndent + t.style.paint(dim, cut(more, t.width-len(tableIndent))))
}

// trend draws the last days, weeks or months, when there are at least two to draw.
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

// outlook writes the forecast.
func (t *text) outlook(s *report.Section) {
	o := t.view.outlook(s)
	if o == nil {
		return
	}
	t.say("")
	t.lead(o.title+"  "+o.expected, o.interval)
	if d := o.delta; d != nil {
		figures := t.p.relative(d) + "  " + change(d, s.Currency)
		t.say(tableIndent + t.style.paint(direction(d), figures) + "  " + o.against)
	}
	for _, words := range []string{o.basis, o.method} {
		for _, line := range wrap(words, t.width-len(tableIndent)) {
			if line != "" {
				t.say(tableIndent + t.style.paint(dim, line))
			}
		}
	}
}

// block writes a part of a report that has a heading; nothing when it is empty.
func (t *text) block(b block) {
	if b.empty() {
		return
	}
	t.say("")
	t.say(t.style.paint(bold, cut(b.title, t.width)))
	for _, words := range b.lines {
		t.bullet("·", words, bare)
	}
	if len(b.columns) > 0 {
		for _, line := range draw(b, t.width, t.style) {
			t.say(line)
		}
	}
	for _, words := range b.after {
		t.bullet("·", words, bare)
	}
}

func (t *text) notes() {
	notes := t.view.notes()
	if len(notes) == 0 {
		return
	}
	t.say("")
	t.say(t.style.paint(bold, t.p.notesTitle))
	for _, words := range notes {
		t.bullet("·", words, bare)
	}
}
