package render

import (
	"goscan/providers"
	"goscan/store/report"
)

// A view is a report as one language words it: what all formats for people share.
type view struct {
	r *report.Report
	p *phrases
}

// A block is a part of a report under its own heading: paragraphs, a table, and paragraphs about it.
type block struct {
	title   string
	lines   []string // before the table
	columns []column // none: no table
	total   bool     // the table's last row is a total
	details []detail
	after   []string // after the table
}

// A detail says more of one row of a block's table.
type detail struct {
	row   int
	about string // names the row where the detail does not stand below it
	words string
}

func (b *block) empty() bool { return len(b.lines)+len(b.columns)+len(b.after) == 0 }

// blocks returns what a section holds below its total, in the order in which a reader needs it: what is expected, what is
// unusual, what changed, and then all of it.
func (v view) blocks(s *report.Section) []block {
	all := []block{v.budgets(s.Budgets), v.alerts(s), v.movers(s), v.events(s)}
	for _, b := range s.Breakdowns {
		if shown(b) {
			all = append(all, v.breakdown(s, b))
		}
	}
	return append(all, v.accounts(s))
}

// closing returns what a report says of all currencies at its end.
func (v view) closing() []block { return []block{v.budgets(v.r.Idle), v.months(), v.restated()} }

// notes words what is not told by a block already.
func (v view) notes() []string {
	var all []string
	for _, n := range v.r.Notes {
		if n.Kind != report.NoteUnclosed && n.Kind != report.NoteUnreconciled {
			all = append(all, v.p.note(n, v.seen()))
		}
	}
	return all
}

// seen is the day from which a report looks at others.
func (v view) seen() providers.Day { return v.r.Period.To }
