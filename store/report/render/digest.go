package render

import (
	"fmt"
	"strings"

	"goscan/store"
	"goscan/store/report"
)

// A Digest is a report condensed for a chat: plain texts without markup, so that each channel words them in its own
// dialect. Names in it come from bills and tags.
type Digest struct {
	Title    string
	Summary  []string // the most important first
	Sections []DigestSection
	Notes    []string
	Pressing int // how many things ask somebody to act
}

// A DigestSection is a table under a heading.
type DigestSection struct {
	Heading string
	Lines   []string
	Table   *DigestTable // nil: none
}

// A DigestTable has at most four columns, so that a phone shows it.
type DigestTable struct {
	Columns []DigestColumn
	Rows    [][]string
	Total   []string // nil: none
}

// A DigestColumn is a column of a digest's table.
type DigestColumn struct {
	Title string
	Right bool
}

const (
	longestTitle = 24 // columns of a name on a phone
	phoneParts   = 2  // how many effects of a change a phone shows
)

// NewDigest condenses a report.
func NewDigest(r *report.Report, lang Lang) Digest {
	v := view{r, phrasesOf(lang)}
	d := Digest{Title: v.p.kinds[r.Kind], Notes: v.notes()}
	if r.Stored == nil {
		d.Summary = []string{v.p.silence(r)}
		return d
	}
	d.Title += " " + v.p.period(r) + joint + v.p.summaries[r.State]
	for i := range r.Sections {
		d.Summary = append(d.Summary, v.sums(&r.Sections[i])...)
	}
	if len(r.Sections) == 0 {
		d.Summary = []string{v.p.silence(r)}
	}
	d.Summary = append(d.Summary, v.scope()...)
	for _, c := range v.concerns() {
		d.Summary = append(d.Summary, c.words)
		d.Pressing++
	}
	for i := range r.Sections {
		d.Sections = append(d.Sections, v.digested(&r.Sections[i])...)
	}
	return d
}

// sums words a section's total and its changes, and the month to date with its forecast.
func (v view) sums(s *report.Section) []string {
	total, rest := []string{v.p.total + " " + money(s.Total, s.Currency)}, []string(nil)
	for _, c := range s.Comparisons {
		if c.Delta == nil {
			continue
		}
		words := v.p.relative(c.Delta) + " " + change(c.Delta, s.Currency) + " " + v.p.compared(c.With, c.Period, v.seen())
		if c.With == report.MonthToDate {
			rest = append(rest, fmt.Sprintf(v.p.frame.toDate, money(c.Amount, s.Currency), words+v.p.excluded(c)))
		} else {
			total = append(total, words+v.p.excluded(c))
		}
	}
	if o := v.outlook(s); o != nil {
		words := o.title + " " + o.expected + v.p.frame.bracket(o.interval)
		if o.delta != nil {
			words += " " + v.p.relative(o.delta) + " " + o.against
		}
		rest = append(rest, words)
	}
	return append([]string{strings.Join(total, v.p.frame.semicolon)}, rest...)
}

// digested returns the tables of a section: the first breakdown, what changed, the accounts if there are several, and
// what is unusual.
func (v view) digested(s *report.Section) []DigestSection {
	var all []DigestSection
	if b := leadingBreakdown(s); b != nil {
		all = append(all, v.digestBreakdown(s, b))
	}
	if s.Movers != nil && len(s.Movers.Rows) > 0 {
		all = append(all, v.digestMovers(s))
	}
	if len(s.Accounts) > 1 {
		all = append(all, v.digestAccounts(s))
	}
	if len(s.Anomalies) > 0 {
		all = append(all, DigestSection{Heading: v.p.alerts.title, Table: v.p.digestAlerts(s.Anomalies[:min(len(s.Anomalies), mostListed)])})
	}
	if len(v.r.Sections) > 1 {
		for i := range all {
			all[i].Heading += joint + plain(s.Currency)
		}
	}
	return all
}

// leadingBreakdown returns the breakdown by service, or the first one that has rows.
func leadingBreakdown(s *report.Section) *report.Breakdown {
	var first *report.Breakdown
	for i := range s.Breakdowns {
		b := &s.Breakdowns[i]
		if !shown(*b) {
			continue
		}
		if b.By == store.ByService {
			return b
		}
		if first == nil {
			first = b
		}
	}
	return first
}

func (v view) digestBreakdown(s *report.Section, b *report.Breakdown) DigestSection {
	p := v.p
	t := &DigestTable{Columns: []DigestColumn{{p.dimension(b.By), false}, {p.amount, true}, {p.change, true}, {p.relativeTitle, true}}}
	for _, r := range b.Rows {
		name := cut(p.value(b.By, r.Key, r.Name), longestTitle)
		t.Rows = append(t.Rows, []string{name, money(&r.Amount, s.Currency), change(r.Delta, s.Currency), p.relative(r.Delta)})
	}
	if o := b.Other; o != nil {
		name := fmt.Sprintf(p.other, number(int64(o.Count)))
		t.Rows = append(t.Rows, []string{name, money(&o.Amount, s.Currency), change(o.Delta, s.Currency), p.relative(o.Delta)})
	}
	d := s.Comparisons[0].Delta
	t.Total = []string{p.total, money(s.Total, s.Currency), change(d, s.Currency), p.relative(d)}
	return DigestSection{Heading: p.heading(b.By), Table: t}
}

func (v view) digestMovers(s *report.Section) DigestSection {
	p, m := v.p, s.Movers
	t := &DigestTable{Columns: []DigestColumn{{p.dimension(store.ByService), false}, {p.change, true}, {p.moves.parts, false}}}
	if !explains(m) {
		t.Columns = t.Columns[:2]
	}
	add := func(name string, e report.Effects) {
		list := p.effectList(&e)
		words := strings.Join(list[:min(len(list), phoneParts)], joint)
		if len(list) > phoneParts {
			words += " " + ellipsis
		}
		t.Rows = append(t.Rows, []string{name, signed(e.Sum(), s.Currency), words}[:len(t.Columns)])
	}
	several := len(accountsOf(m.Rows)) > 1
	for _, r := range m.Rows {
		name := cut(p.name(r.Name), longestTitle)
		if several {
			name = fmt.Sprintf(p.alerts.scope, cut(name, longestTitle/2), cut(p.name(r.Account), longestTitle/2))
		}
		add(name, r.Effects)
	}
	if o := m.Other; o != nil {
		add(fmt.Sprintf(p.moves.others, number(int64(o.Count))), o.Effects)
	}
	t.Total = []string{p.total, signed(m.Total.Sum(), s.Currency), ""}[:len(t.Columns)]
	return DigestSection{Heading: v.moversHeading(s), Table: t}
}

func (v view) digestAccounts(s *report.Section) DigestSection {
	p := v.p
	t := &DigestTable{Columns: []DigestColumn{{p.account, false}, {p.amount, true}, {p.relativeTitle, true}, {p.state, false}}}
	for _, a := range s.Accounts {
		t.Rows = append(t.Rows, []string{
			cut(p.name(a.Name), longestTitle), money(a.Amount, s.Currency), p.relative(a.Delta), p.stateOf(a.Account),
		})
	}
	return DigestSection{Heading: p.heading(store.ByAccount), Table: t}
}
