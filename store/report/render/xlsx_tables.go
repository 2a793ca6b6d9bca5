package render

import (
	"cmp"
	"fmt"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
)

// accounts adds the sheet of accounts.
func (b *book) accounts() {
	g := grid{
		title: b.p.account, shares: 5,
		heads: []string{
			b.p.account, b.p.provider, b.words.currency, b.p.amount, b.p.share, b.p.moves.base, b.p.change, b.p.relativeTitle,
			b.p.state, b.p.lines,
		},
	}
	for i := range b.r.Sections {
		s := &b.r.Sections[i]
		for _, a := range s.Accounts {
			lines := unknownCell()
			if a.Stored > 0 {
				lines = countCell(a.Lines)
			}
			cells := []bookCell{
				textCell(b.p.name(a.Name)), textCell(b.p.cloud(a.Provider)), textCell(s.Currency), amountCell(a.Amount), percentCell(a.Share),
			}
			cells = append(cells, b.p.deltaCells(a.Delta)...)
			g.rows = append(g.rows, append(cells, textCell(b.p.stateOf(a.Account)), lines))
		}
		cells := []bookCell{textCell(b.p.total), {}, textCell(s.Currency), amountCell(s.Total), percentCell(wholeOf(s))}
		cells = append(cells, b.p.deltaCells(firstDelta(s))...)
		g.totals = append(g.totals, append(cells, bookCell{}, countCell(s.Lines)))
	}
	b.grid(g)
}

// movers adds the sheet of what changed and why.
func (b *book) movers() {
	g := grid{
		title: b.p.moves.title,
		heads: []string{
			b.p.dimensions[store.ByService], b.words.code, b.p.account, b.p.provider, b.words.currency, b.p.moves.base, b.p.amount,
			b.p.change,
		},
	}
	for _, part := range effectParts(report.Effects{}) {
		g.heads = append(g.heads, b.p.moves.effects[part.effect])
	}
	g.heads = append(g.heads, b.p.frame.resource)
	for i := range b.r.Sections {
		if s := &b.r.Sections[i]; s.Movers != nil {
			b.moved(&g, s)
		}
	}
	if len(g.rows) > 0 {
		b.grid(g)
	}
}

// moved adds the movers of one currency.
func (b *book) moved(g *grid, s *report.Section) {
	row := func(name, code, account, cloud string, base, amount bookCell, change providers.Money, e report.Effects, leading string) []bookCell {
		cells := []bookCell{
			textCell(name), textCell(code), textCell(account), textCell(cloud), textCell(s.Currency), base, amount, changeCell(&change),
		}
		for _, part := range effectParts(e) {
			c := changeCell(&part.amount)
			if part.amount.IsZero() {
				c.look.ink = inkDim
			}
			cells = append(cells, c)
		}
		return append(cells, textCell(leading))
	}
	for _, m := range s.Movers.Rows {
		g.rows = append(g.rows, row(
			b.p.name(m.Name), m.Service, m.Account, b.p.cloud(m.Provider), amountCell(&m.Base), amountCell(&m.Amount), m.Change,
			m.Effects, b.leading(m, s.Currency),
		))
	}
	if o := s.Movers.Other; o != nil {
		name := sprintCount(b.p.moves.others, o.Count)
		g.rows = append(g.rows, row(name, "", "", "", bookCell{}, bookCell{}, o.Change, o.Effects, ""))
	}
	g.totals = append(g.totals, row(b.p.total, "", "", "", bookCell{}, bookCell{}, s.Movers.Total.Sum(), s.Movers.Total, ""))
}

// leading words the resources that changed most.
func (b *book) leading(m report.Mover, currency string) string {
	if len(m.Leading) == 0 {
		return ""
	}
	return b.p.leading(m, currency)
}

// events adds the sheet of purchases, renewals and refunds.
func (b *book) events() {
	g := grid{
		title: b.p.spent.title,
		heads: []string{
			b.p.frame.day, b.p.frame.kind, b.p.account, b.p.provider, b.p.dimensions[store.ByService], b.p.frame.resource,
			b.words.currency, b.p.amount,
		},
	}
	for _, s := range b.r.Sections {
		for _, e := range s.Events {
			g.rows = append(g.rows, []bookCell{
				dayCell(e.Day), textCell(b.p.spent.kinds[e.Kind]), textCell(e.Account), textCell(b.p.cloud(e.Provider)),
				textCell(b.p.name(cmp.Or(e.ServiceName, e.Service))), textCell(both(e.Resource, e.Name)), textCell(s.Currency), amountCell(&e.Amount),
			})
		}
		if o := s.EventsOther; o != nil {
			name := sprintCount(b.p.spent.other, o.Count)
			g.rows = append(g.rows, []bookCell{
				textCell(name), {}, {}, {}, {}, {}, textCell(s.Currency), amountCell(&o.Amount),
			})
		}
	}
	if len(g.rows) > 0 {
		b.grid(g)
	}
}

// sprintCount words a number of things that are not shown.
func sprintCount(format string, n int) string { return fmt.Sprintf(format, number(int64(n))) }
