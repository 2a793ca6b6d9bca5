package render

import (
	"github.com/xuri/excelize/v2"

	"goscan/store/report"
)

// A grid is a sheet that holds one table: titles, rows, and totals below them.
type grid struct {
	title  string   // of the sheet
	heads  []string // of the columns
	rows   [][]bookCell
	totals [][]bookCell
	shares int // the number of the column that gets bars; zero: none
}

// grid adds a sheet with a table to the book: its titles stay in sight and on each printed page, and its rows can be
// filtered without their totals.
func (b *book) grid(g grid) *bookSheet {
	s := b.sheet(g.title)
	heads := make([]bookCell, len(g.heads))
	for i, head := range g.heads {
		heads[i] = textCell(head)
		heads[i].look.right = len(g.rows) > 0 && g.rows[0][i].look.right
	}
	s.add(roleHead, heads...)
	for _, row := range g.rows {
		s.add(roleBody, row...)
	}
	last := s.row
	for _, row := range g.totals {
		s.add(roleTotal, row...)
	}
	if s.err != nil {
		return s
	}
	s.try(s.file.AutoFilter(s.name, cellAt(1, 1)+":"+cellAt(len(heads), last), nil)) // forgets how the sheet is printed
	s.finish()
	s.try(s.file.SetPanes(s.name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	s.try(s.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: "'" + s.name + "'!$1:$1", Scope: s.name,
	}))
	if g.shares > 0 && last > 1 {
		s.try(s.file.SetConditionalFormat(s.name, cellAt(g.shares, 2)+":"+cellAt(g.shares, last), []excelize.ConditionalFormatOptions{{
			Type: "data_bar", Criteria: "=", MinType: "num", MinValue: "0", MaxType: "num", MaxValue: "1",
			BarColor: "#" + colorBar, BarSolid: true,
		}}))
	}
	return s
}

// breakdowns adds a sheet for each dimension.
func (b *book) breakdowns() {
	for _, first := range b.r.Sections[0].Breakdowns {
		g := grid{
			title: b.p.dimension(first.By), shares: 6,
			heads: []string{
				b.p.dimension(first.By), b.words.code, b.p.provider, b.words.currency, b.p.amount, b.p.share, b.p.moves.base,
				b.p.change, b.p.relativeTitle,
			},
		}
		for i := range b.r.Sections {
			s := &b.r.Sections[i]
			for _, d := range s.Breakdowns {
				if d.By == first.By && shown(d) {
					b.divide(&g, s, d)
				}
			}
		}
		if len(g.rows) > 0 {
			b.grid(g)
		}
	}
}

// divide adds the rows and the total of one currency's breakdown.
func (b *book) divide(g *grid, s *report.Section, d report.Breakdown) {
	row := func(name, code, cloud string, amount, part bookCell, delta *report.Delta) []bookCell {
		cells := []bookCell{textCell(name), textCell(code), textCell(cloud), textCell(s.Currency), amount, part}
		return append(cells, b.p.deltaCells(delta)...)
	}
	for _, r := range d.Rows {
		g.rows = append(g.rows, row(
			b.p.value(d.By, r.Key, r.Name), r.Key, b.p.cloud(r.Provider), amountCell(&r.Amount), percentCell(r.Share), r.Delta,
		))
	}
	if o := d.Other; o != nil {
		name := sprintCount(b.p.other, o.Count)
		g.rows = append(g.rows, row(name, "", "", amountCell(&o.Amount), percentCell(o.Share), o.Delta))
	}
	g.totals = append(g.totals, row(b.p.total, "", "", amountCell(s.Total), percentCell(wholeOf(s)), firstDelta(s)))
}

// firstDelta returns the change that the rows' changes add up to.
func firstDelta(s *report.Section) *report.Delta {
	if len(s.Comparisons) == 0 {
		return nil
	}
	return s.Comparisons[0].Delta
}
