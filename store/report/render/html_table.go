package render

import (
	"slices"
	"strings"

	"goscan/providers"
	"goscan/store/report"
	"goscan/store/report/render/chart"
)

// A pageTable is a block of a report as a page shows it.
type pageTable struct {
	Title string
	Class string
	Lines []string // before the table
	Head  []pageHead
	Rows  []pageRow
	After []string
}

type pageHead struct{ Title, Class string }

type pageRow struct {
	Class   string
	Cells   []pageCell
	Details []string
}

// A pageCell is a cell: of the first column it is the row's name, with what tells it from others of the name below it.
type pageCell struct {
	Text, Class string
	Below       string
	Mark        *mark
}

// tablesOf makes the tables of the blocks that hold anything.
func tablesOf(blocks ...block) []pageTable {
	var all []pageTable
	for _, b := range blocks {
		if !b.empty() {
			all = append(all, tableOf(b))
		}
	}
	return all
}

// tableOf makes a page's table of a block. Columns that are left out first on a terminal are left out on a phone; that of
// clouds and accounts moves below the names.
func tableOf(b block) pageTable {
	t := pageTable{Title: b.title, Lines: b.lines, After: b.after}
	if len(b.columns) == 0 {
		return t
	}
	var below *column
	t.Rows = make([]pageRow, b.columns[0].rows())
	for i := range b.columns {
		c := &b.columns[i]
		switch {
		case c.drop == dropProvider:
			below = c
			continue
		case c.graphic:
			continue
		}
		t.Head = append(t.Head, pageHead{c.title, columnClass(c)})
		marks := barMarks(c.parts)
		for row := range t.Rows {
			cell := pageCell{Class: columnClass(c)}
			switch {
			case c.parts != nil && row < len(marks):
				cell.Mark = &marks[row]
			case c.lists != nil:
				cell.Text = strings.Join(c.lists[row], joint)
			case c.parts == nil:
				cell.Text, cell.Class = c.cells[row].text, classes(cell.Class, classOf(c.cells[row].paint))
			}
			t.Rows[row].Cells = append(t.Rows[row].Cells, cell)
		}
	}
	if below != nil {
		for row := range t.Rows {
			t.Rows[row].Cells[nameColumn(t)].Below = below.cells[row].text
		}
	}
	for _, d := range b.details {
		t.Rows[d.row].Details = append(t.Rows[d.row].Details, d.words)
	}
	if b.total {
		t.Rows[len(t.Rows)-1].Class = "total"
	}
	return t
}

// nameColumn returns which column names the rows: the flexible one, or the first.
func nameColumn(t pageTable) int {
	for i, h := range t.Head {
		if strings.Contains(h.Class, "name") {
			return i
		}
	}
	return 0
}

func columnClass(c *column) string {
	var names []string
	if c.flexible {
		names = append(names, "name")
	}
	if c.right {
		names = append(names, "figure")
	}
	if c.parts != nil {
		names = append(names, "bars")
	}
	if c.lists != nil {
		names = append(names, "list")
	}
	if c.drop > 0 && c.parts == nil {
		names = append(names, "wide")
	}
	return classes(names...)
}

// A mark is a small drawing as wide as its place: spans and lines across it.
type mark struct {
	Label string // for those who do not see it; empty where the numbers stand beside it
	Spans []markSpan
	Lines []markSpan // of no width
}

type markSpan struct {
	chart.Span
	Class string
}

// barMarks draws amounts as bars from a common zero.
func barMarks(amounts []providers.Money) []mark {
	a := axisOf(amounts)
	return each(amounts, func(m providers.Money) mark { return barMark(a, m, "used") })
}

func axisOf(amounts []providers.Money) chart.Axis {
	return chart.NewAxis(each(amounts, providers.Money.InexactFloat64)...)
}

func barMark(a chart.Axis, m providers.Money, class string) mark {
	if m.IsNegative() {
		class = "fall"
	}
	return mark{Spans: []markSpan{{a.Span(0, m.InexactFloat64()), class}}, Lines: zeroLine(a)}
}

// zeroLine marks zero where it is not the left edge.
func zeroLine(a chart.Axis) []markSpan {
	if zero := a.Span(0, 0); zero.X > 0 {
		return []markSpan{{zero, "zero"}}
	}
	return nil
}

// explanation shows what the change of the first comparison is made of: its effects as steps, and the movers as bars to
// both sides of zero.
func (v pageView) explanation(s *report.Section) []pageTable {
	b := v.movers(s)
	if b.empty() {
		return nil
	}
	b.after = nil // the steps say it
	t := tableOf(b)
	changes := each(s.Movers.Rows, func(m report.Mover) providers.Money { return m.Change })
	if s.Movers.Other != nil {
		changes = append(changes, s.Movers.Other.Change)
	}
	const after = 2 // the name and the change
	a := axisOf(changes)
	t.Head = slices.Insert(t.Head, after, pageHead{Class: "bars"})
	for i := range t.Rows {
		cell := pageCell{Class: "bars"}
		if i < len(changes) {
			cell.Mark = new(barMark(a, changes[i], "rise"))
		}
		t.Rows[i].Cells = slices.Insert(t.Rows[i].Cells, after, cell)
	}
	steps := v.steps(s)
	if len(steps) > 0 {
		t.Class = "joined" // its heading is that of the steps
	}
	return append(steps, t)
}

// steps shows the effects of a change one after the other, as a waterfall; nothing when there is only one.
func (v pageView) steps(s *report.Section) []pageTable {
	var parts []effectPart
	for _, part := range effectParts(s.Movers.Total) {
		if !part.amount.IsZero() {
			parts = append(parts, part)
		}
	}
	if len(parts) < 2 {
		return nil
	}
	amounts := each(parts, func(p effectPart) providers.Money { return p.amount })
	spans, axis := chart.Steps(each(amounts, providers.Money.InexactFloat64))
	t := pageTable{Title: v.moversHeading(s), Class: "steps", Head: []pageHead{
		{v.p.moves.parts, "name"}, {v.p.change, "figure"}, {"", "bars"},
	}}
	add := func(name string, change providers.Money, span chart.Span, class string) {
		m := mark{Spans: []markSpan{{span, classOf(directionOf(change))}}, Lines: zeroLine(axis)}
		t.Rows = append(t.Rows, pageRow{Class: class, Cells: []pageCell{
			{Text: name, Class: "name"}, {Text: signed(change, s.Currency), Class: classes("figure", classOf(directionOf(change)))},
			{Class: "bars", Mark: &m},
		}})
	}
	for i, part := range parts {
		add(v.p.moves.effects[part.effect], part.amount, spans[i], "")
	}
	add(v.p.total, s.Movers.Total.Sum(), spans[len(parts)], "total")
	return []pageTable{t}
}
