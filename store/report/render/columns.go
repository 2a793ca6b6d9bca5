package render

import (
	"fmt"

	"goscan/providers"
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
func (t *text) breakdown(s *report.Section, b report.Breakdown) []column {
	name := column{title: t.p.dimension(b.By), flexible: true}
	provider := column{title: t.p.provider, drop: dropProvider}
	amount := column{title: t.p.amount, right: true}
	portion := column{title: t.p.share, right: true, drop: dropShare}
	bars := column{drop: dropBar, parts: []providers.Money{}}
	absolute := column{title: t.p.change, right: true, drop: dropChange}
	relative := column{title: t.p.relativeTitle, right: true}
	add := func(title, cloud string, m, part *providers.Money, d *report.Delta, p paint) {
		name.cells = append(name.cells, cell{title, p})
		provider.cells = append(provider.cells, cell{plain(cloud), dim})
		amount.cells = append(amount.cells, cell{money(m, s.Currency), p})
		portion.cells = append(portion.cells, cell{share(part), p})
		absolute.cells = append(absolute.cells, cell{change(d, s.Currency), direction(d)})
		relative.cells = append(relative.cells, cell{t.p.relative(d), direction(d)})
	}
	clouds := false
	for _, row := range b.Rows {
		add(t.p.name(row.Name), row.Provider, &row.Amount, row.Share, row.Delta, bare)
		bars.parts = append(bars.parts, row.Amount)
		clouds = clouds || row.Provider != ""
	}
	if o := b.Other; o != nil {
		add(fmt.Sprintf(t.p.other, number(int64(o.Count))), "", &o.Amount, o.Share, o.Delta, dim)
		bars.parts = append(bars.parts, providers.Money{})
	}
	add(t.p.total, "", s.Total, wholeOf(s), s.Comparisons[0].Delta, bold)
	columns := []column{name}
	if clouds {
		columns = append(columns, provider)
	}
	columns = append(columns, amount, bars, portion)
	if s.Comparisons[0].Delta != nil {
		columns = append(columns, absolute, relative)
	}
	return columns
}

// wholeOf is the share of the total: a hundred percent where shares make sense.
func wholeOf(s *report.Section) *providers.Money {
	if s.Total == nil || !s.Total.IsPositive() {
		return nil
	}
	return new(newInt(100))
}

// accounts returns the table of a section's accounts.
func (t *text) accounts(s *report.Section) []column {
	name := column{title: t.p.account, flexible: true}
	provider := column{title: t.p.provider, drop: dropProvider}
	amount := column{title: t.p.amount, right: true}
	portion := column{title: t.p.share, right: true, drop: dropShare}
	absolute := column{title: t.p.change, right: true, drop: dropChange}
	relative := column{title: t.p.relativeTitle, right: true}
	state := column{title: t.p.state}
	lines := column{title: t.p.lines, right: true}
	for _, a := range s.Accounts {
		name.cells = append(name.cells, cell{t.p.name(a.Name), bare})
		provider.cells = append(provider.cells, cell{plain(a.Provider), dim})
		amount.cells = append(amount.cells, cell{money(a.Amount, s.Currency), bare})
		portion.cells = append(portion.cells, cell{share(a.Share), bare})
		absolute.cells = append(absolute.cells, cell{change(a.Delta, s.Currency), direction(a.Delta)})
		relative.cells = append(relative.cells, cell{t.p.relative(a.Delta), direction(a.Delta)})
		state.cells = append(state.cells, cell{t.p.stateOf(a.Account), statePaint(a.State)})
		lines.cells = append(lines.cells, cell{linesOf(a), bare})
	}
	if s.Comparisons[0].Delta == nil {
		return []column{name, provider, amount, portion, state, lines}
	}
	return []column{name, provider, amount, portion, absolute, relative, state, lines}
}

// linesOf formats how many lines an account has in the currency.
func linesOf(a report.AccountRow) string {
	if a.Stored == 0 {
		return nothing
	}
	return number(a.Lines)
}
