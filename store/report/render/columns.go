package render

import (
	"fmt"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
)

// What is left out first when room is short.
const (
	dropShare = iota + 1
	dropBar
	dropProvider
	dropChange
)

// breakdown returns the table of a breakdown: its rows, the others, and the total.
func (v view) breakdown(s *report.Section, b report.Breakdown) block {
	name := column{title: v.p.dimension(b.By), flexible: true}
	provider := column{title: v.p.provider, drop: dropProvider}
	amount := column{title: v.p.amount, right: true}
	portion := column{title: v.p.share, right: true, drop: dropShare}
	bars := column{drop: dropBar, parts: []providers.Money{}}
	absolute := column{title: v.p.change, right: true, drop: dropChange}
	relative := column{title: v.p.relativeTitle, right: true}
	add := func(title, cloud string, m, part *providers.Money, d *report.Delta, p paint) {
		name.cells = append(name.cells, cell{title, p})
		provider.cells = append(provider.cells, cell{cloud, dim})
		amount.cells = append(amount.cells, cell{money(m, s.Currency), p})
		portion.cells = append(portion.cells, cell{share(part), p})
		absolute.cells = append(absolute.cells, cell{change(d, s.Currency), direction(d)})
		relative.cells = append(relative.cells, cell{v.p.relative(d), direction(d)})
	}
	clouds := false
	for _, row := range b.Rows {
		add(v.p.value(b.By, row.Key, row.Name), v.p.cloud(row.Provider), &row.Amount, row.Share, row.Delta, bare)
		bars.parts = append(bars.parts, row.Amount)
		clouds = clouds || row.Provider != ""
	}
	if o := b.Other; o != nil {
		add(fmt.Sprintf(v.p.other, number(int64(o.Count))), "", &o.Amount, o.Share, o.Delta, dim)
		bars.parts = append(bars.parts, providers.Money{})
	}
	add(v.p.total, "", s.Total, wholeOf(s), s.Comparisons[0].Delta, bold)
	columns := []column{name}
	if clouds {
		columns = append(columns, provider)
	}
	columns = append(columns, amount, bars, portion)
	if s.Comparisons[0].Delta != nil {
		columns = append(columns, absolute, relative)
	}
	return block{title: v.p.heading(b.By), columns: columns, total: true}
}

// wholeOf is the share of the total: a hundred percent where shares make sense.
func wholeOf(s *report.Section) *providers.Money {
	if s.Total == nil || !s.Total.IsPositive() {
		return nil
	}
	return new(newInt(100))
}

// accounts returns the table of a section's accounts.
func (v view) accounts(s *report.Section) block {
	name := column{title: v.p.account, flexible: true}
	provider := column{title: v.p.provider, drop: dropProvider}
	amount := column{title: v.p.amount, right: true}
	portion := column{title: v.p.share, right: true, drop: dropShare}
	absolute := column{title: v.p.change, right: true, drop: dropChange}
	relative := column{title: v.p.relativeTitle, right: true}
	state := column{title: v.p.state}
	lines := column{title: v.p.lines, right: true}
	for _, a := range s.Accounts {
		name.cells = append(name.cells, cell{v.p.name(a.Name), bare})
		provider.cells = append(provider.cells, cell{v.p.cloud(a.Provider), dim})
		amount.cells = append(amount.cells, cell{money(a.Amount, s.Currency), bare})
		portion.cells = append(portion.cells, cell{share(a.Share), bare})
		absolute.cells = append(absolute.cells, cell{change(a.Delta, s.Currency), direction(a.Delta)})
		relative.cells = append(relative.cells, cell{v.p.relative(a.Delta), direction(a.Delta)})
		state.cells = append(state.cells, cell{v.p.stateOf(a.Account), statePaint(a.State)})
		lines.cells = append(lines.cells, cell{linesOf(a), bare})
	}
	columns := []column{name, provider, amount, portion, absolute, relative, state, lines}
	if s.Comparisons[0].Delta == nil {
		columns = []column{name, provider, amount, portion, state, lines}
	}
	return block{title: v.p.heading(store.ByAccount), columns: columns}
}

// linesOf formats how many lines an account has in the currency.
func linesOf(a report.AccountRow) string {
	if a.Stored == 0 {
		return nothing
	}
	return number(a.Lines)
}
