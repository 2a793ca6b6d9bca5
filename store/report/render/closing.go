package render

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"goscan/providers"
	"goscan/store/report"
)

// months tells whether the months that have ended are closed and agree with the clouds' own overviews. Accounts of which
// the same is to be said share a line.
func (v view) months() block {
	b := block{title: v.p.closing.title}
	type standing struct {
		month providers.Month
		words string
	}
	accounts := map[standing][]string{}
	var order []standing
	for _, m := range v.r.Months {
		s := standing{m.Month, v.p.monthWords(m, v.seen())}
		if accounts[s] == nil {
			order = append(order, s)
		}
		accounts[s] = append(accounts[s], m.Account)
	}
	slices.SortStableFunc(order, func(a, b standing) int { return cmp.Compare(a.month, b.month) })
	for _, s := range order {
		b.lines = append(b.lines, fmt.Sprintf(v.p.closing.line, s.month, v.p.list(accounts[s]), s.words))
	}
	return b
}

// monthWords words how a month of an account stands.
func (p *phrases) monthWords(m report.MonthState, seen providers.Day) string {
	w := p.closing
	if !m.Closed {
		return fmt.Sprintf(w.open, p.summaries[m.State])
	}
	words := w.final
	if m.State != report.Final {
		words = fmt.Sprintf(w.closed, p.summaries[m.State])
	}
	return fmt.Sprintf(w.both, words, p.reconciled(m, seen))
}

// reconciled words how a closed month compares with the cloud's own overview.
func (p *phrases) reconciled(m report.MonthState, seen providers.Day) string {
	words := p.closing.results[m.Reconciled]
	switch m.Reconciled {
	case report.Differs:
		words = fmt.Sprintf(words, p.differences(m.Difference))
	case report.Accepted:
		words = fmt.Sprintf(words, p.differences(m.Difference), plain(m.Accepted))
	}
	if m.Compared.IsZero() {
		return words
	}
	return fmt.Sprintf(p.closing.compared, words, short(providers.DayOf(m.Compared), seen))
}

// differences words amounts by currency.
func (p *phrases) differences(byCurrency map[string]providers.Money) string {
	if len(byCurrency) == 0 {
		return nothing
	}
	var all []string
	for _, currency := range slices.Sorted(maps.Keys(byCurrency)) {
		all = append(all, exactly(byCurrency[currency], currency))
	}
	return strings.Join(all, p.comma)
}
