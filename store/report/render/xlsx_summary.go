package render

import (
	"fmt"
	"strings"

	"goscan/store/report"
	"goscan/store/report/anomaly"
)

// summaryColumns is how many columns the tables of the summary have: a name, a currency, five figures and a remark.
const summaryColumns = 8

// A summary is the first sheet of a workbook while it is filled.
type summary struct {
	*bookSheet
	view
}

// summary adds the sheet that tells everything but the details.
func (b *book) summary() {
	s := summary{b.sheet(b.words.summary), view{b.r, b.p}}
	s.widen(0, leastName)
	s.frame()
	if len(b.r.Sections) == 0 {
		s.add(roleBare)
		s.line(roleBare, b.p.silence(b.r), summaryColumns)
	}
	s.attention()
	s.totals()
	s.forecasts()
	s.budgets()
	s.anomalies()
	s.months()
	s.restated()
	s.remarks()
	for len(s.widths) < summaryColumns {
		s.widen(len(s.widths), narrowest)
	}
	s.finish()
}

// frame says what the numbers are.
func (s summary) frame() {
	s.line(roleTitle, s.title(), summaryColumns)
	source := s.p.cost(s.r.Amount)
	if s.r.Stored != nil {
		source = s.p.summaries[s.r.State] + joint + source
	}
	if s.r.Store != "" {
		source += joint + s.r.Store
	}
	s.line(roleBare, source, summaryColumns)
	for _, words := range s.scope() {
		s.line(roleBare, words, summaryColumns)
	}
}

// table begins a table of the summary: its heading, and the titles of its columns, of which the first stands on the left.
func (s summary) table(title string, heads ...string) {
	s.add(roleBare)
	s.line(roleHeading, title, summaryColumns)
	if len(heads) == 0 {
		return
	}
	cells := make([]bookCell, summaryColumns)
	for i, head := range heads {
		cells[i] = textCell(head)
		cells[i].look.right = i > 1 && i < summaryColumns-1
	}
	s.add(roleHead, cells...)
}

// body adds a row of a table of the summary, with empty cells where it has none.
func (s summary) body(cells ...bookCell) {
	for len(cells) < summaryColumns {
		cells = append(cells, bookCell{})
	}
	s.add(roleBody, cells...)
}

func (s summary) attention() {
	concerns := s.concerns()
	if len(concerns) == 0 {
		return
	}
	s.table(s.p.frame.attention)
	for _, c := range concerns {
		s.line(roleAlarm, c.words, summaryColumns)
	}
}

// totals tells what each currency cost, and against what.
func (s summary) totals() {
	if len(s.r.Sections) == 0 {
		return
	}
	p, w := s.p, s.words
	s.table(p.total, p.frame.item, w.currency, p.amount, p.moves.base, p.change, p.relativeTitle, "", w.remark)
	for i := range s.r.Sections {
		c := &s.r.Sections[i]
		remark := textCell(fmt.Sprintf(p.lineCount, number(c.Lines)))
		s.add(roleTotal, textCell(p.total), textCell(c.Currency), amountCell(c.Total), bookCell{}, bookCell{}, bookCell{}, bookCell{}, remark)
		if c.Usage != nil {
			s.body(textCell(p.frame.usage), textCell(c.Currency), amountCell(c.Usage))
		}
		for _, d := range c.Comparisons {
			name := p.compared(d.With, d.Period, s.seen())
			if d.With == report.MonthToDate {
				name = w.soFar + p.comma + name
			}
			cells := append([]bookCell{textCell(name), textCell(c.Currency), amountCell(d.Amount)}, p.deltaCells(d.Delta)...)
			s.body(append(cells, bookCell{}, textCell(s.comparability(d)))...)
		}
	}
}

// comparability says what a comparison leaves out.
func (s summary) comparability(c report.Comparison) string {
	if c.Delta == nil {
		return fmt.Sprintf(s.p.notCompared, s.p.against[c.With])
	}
	return strings.TrimLeft(s.p.excluded(c), ", ")
}

func (s summary) forecasts() {
	p, w := s.p, s.words
	begun := false
	for i := range s.r.Sections {
		c := &s.r.Sections[i]
		f, words := c.Forecast, s.outlook(c)
		if f == nil {
			continue
		}
		if !begun {
			s.table(p.outlook.title, w.month, w.currency, p.outlook.expected, w.low, w.high, w.soFar, w.monthBefore, w.remark)
			begun = true
		}
		remark := words.basis
		if words.method != "" {
			remark += p.frame.semicolon + words.method
		}
		s.body(textCell(f.Month.String()), textCell(c.Currency), amountCell(&f.Expected), amountCell(&f.Low), amountCell(&f.High),
			amountCell(&f.SoFar), amountCell(f.Before), textCell(remark))
	}
}

func (s summary) budgets() {
	p, w := s.p, s.words
	var all []report.Budget
	for _, c := range s.r.Sections {
		all = append(all, c.Budgets...)
	}
	all = append(all, s.r.Idle...)
	if len(all) == 0 {
		return
	}
	s.table(s.budgetHeading(all[0]), p.plans.title, w.currency, p.plans.spent, p.plans.amount, p.plans.used, p.plans.elapsed,
		p.plans.forecast, p.plans.standing)
	for _, b := range all {
		words, paint := p.standing(b, s.seen())
		if len(b.Partial) > 0 {
			words += p.frame.semicolon + fmt.Sprintf(p.plans.partial, p.name(b.Name), p.list(b.Partial))
		}
		standing := textCell(words)
		if paint == red {
			standing.look.ink = inkRise
		}
		expected := unknownCell()
		if b.Forecast != nil {
			expected = amountCell(&b.Forecast.Expected)
		}
		s.body(textCell(p.name(b.Name)), textCell(b.Currency), amountCell(&b.Spent), amountCell(&b.Amount), percentCell(&b.Used),
			percentCell(&b.Elapsed), expected, standing)
	}
}

func (s summary) anomalies() {
	p, w := s.p, s.words
	var all []anomaly.Alert
	for _, c := range s.r.Sections {
		all = append(all, c.Anomalies...)
	}
	if len(all) == 0 {
		return
	}
	s.table(p.alerts.title, p.alerts.service, w.currency, p.alerts.actual, p.alerts.expected, w.low, w.high, p.alerts.impact, w.remark)
	for _, a := range all {
		impact := changeCell(&a.Impact)
		if !pressing(a) {
			impact.look.ink = inkDim
		}
		s.body(textCell(p.alerts.kinds[a.Kind]+" "+p.scope(a)), textCell(a.Currency), amountCell(&a.Actual), amountCell(&a.Expected),
			amountCell(&a.Low), amountCell(&a.High), impact, textCell(s.explanation(a)))
	}
}

// explanation says what an alert's figures do not: its state and days, what it is made of, its rule and its id.
func (s summary) explanation(a anomaly.Alert) string {
	w := s.p.alerts
	parts := []string{w.states[a.State]}
	if a.Planned != "" {
		parts[0] = fmt.Sprintf(w.reason, plain(a.Planned))
	}
	parts = append(parts, s.p.span(report.Range{From: a.From, To: a.To}, s.seen()))
	if a.Before != nil {
		parts = append(parts, fmt.Sprintf(w.before, signed(*a.Before, a.Currency)))
	}
	if len(a.Contributors) > 1 {
		parts = append(parts, fmt.Sprintf(w.leading, s.p.contributors(a)))
	}
	if a.Rule != "" {
		parts = append(parts, fmt.Sprintf(w.rule, plain(a.Rule)))
	}
	return strings.Join(append(parts, w.id+" "+plain(a.ID)), joint)
}

func (s summary) months() {
	if len(s.r.Months) == 0 {
		return
	}
	s.table(s.p.closing.title, s.p.account, s.words.month, "", "", "", "", "", s.words.remark)
	for _, m := range s.r.Months {
		standing := textCell(s.p.monthWords(m, s.seen()))
		if m.Reconciled == report.Differs {
			standing.look.ink = inkRise
		}
		s.body(textCell(s.p.name(m.Account)), textCell(m.Month.String()), bookCell{}, bookCell{}, bookCell{}, bookCell{}, bookCell{}, standing)
	}
}

func (s summary) restated() {
	r, p := s.r.Restated, s.p
	if r == nil || r.Count == 0 {
		return
	}
	s.table(p.restated.title, p.account, s.words.currency, p.frame.day, p.restated.before, p.restated.after, p.change, "", s.words.remark)
	for _, d := range r.Days {
		day := dayCell(d.Day)
		day.look.right = true
		s.body(textCell(p.name(d.Account)), textCell(d.Currency), day, amountCell(&d.Before), amountCell(&d.After),
			changeCell(new(d.After.Sub(d.Before))), bookCell{}, textCell(s.closedWord(d)))
	}
	s.line(roleBare, s.restatedWords(), summaryColumns)
}

func (s summary) remarks() {
	if len(s.r.Notes) == 0 {
		return
	}
	s.table(s.p.notesTitle)
	for _, n := range s.r.Notes {
		s.line(roleBare, s.p.note(n, s.seen()), summaryColumns)
	}
}
