package report

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"goscan/providers"
	"goscan/store"
)

// costs are the answers of the store that a report is made of, all of one instant.
type costs struct {
	days     []entry // by account and day: of the period, the trend and all that is compared
	period   []entry // of the period, by account
	before   []entry // of the first base's period, by account
	category []entry // of the period, by account and charge category
	by       []divided
	bases    []base
}

// divided are the costs of the period and of the first base's by a dimension.
type divided struct {
	by             store.Dimension
	period, before []entry
}

// An entry is a sum of an account in a currency. Key and name are those of the second dimension of the query, or of the
// account when there is none.
type entry struct {
	account, currency string
	key, name         string
	amount            providers.Money
	lines             int64
}

// readCosts reads what a report of a period is made of. By are the dimensions of its breakdowns.
func readCosts(ctx context.Context, r store.Reader, o Options, p Range, bases []base, by []store.Dimension) (*costs, error) {
	read := func(p Range, by store.Dimension) ([]entry, error) { return readEntries(ctx, r, o, p, by) }
	c := &costs{bases: bases}
	var err error
	if c.days, err = read(Range{firstDay(o.Kind, p, bases), p.To}, store.ByDay); err != nil {
		return nil, err
	}
	c.period, c.before = byAccount(inPeriod(c.days, p)), byAccount(inPeriod(c.days, bases[0].period))
	if c.category, err = read(p, store.ByCategory); err != nil {
		return nil, err
	}
	for _, dimension := range by {
		d := divided{by: dimension}
		if d.period, err = read(p, dimension); err != nil {
			return nil, err
		}
		if d.before, err = read(bases[0].period, dimension); err != nil {
			return nil, err
		}
		c.by = append(c.by, d)
	}
	return c, c.agree()
}

// dimensions returns the dimensions that a report is broken down by.
func (h *history) dimensions(o Options) []store.Dimension {
	if len(o.By) > 0 {
		return o.By
	}
	by := []store.Dimension{store.ByService}
	if h.clouds() > 1 {
		by = []store.Dimension{store.ByProvider, store.ByService}
	}
	if o.Kind == Monthly {
		by = append(by, store.ByProject)
	}
	return by
}

// named tells whether a line of the period has a value of the dimension.
func (d divided) named() bool {
	return slices.ContainsFunc(d.period, func(e entry) bool { return e.key != "" })
}

// firstDay returns the first day of all that a report of a period shows.
func firstDay(k Kind, p Range, bases []base) providers.Day {
	first := trendOf(k, p)[0].From
	for _, b := range bases {
		first = min(first, b.period.From)
	}
	return first
}

func readEntries(ctx context.Context, r store.Reader, o Options, p Range, by store.Dimension) ([]entry, error) {
	q := store.Query{From: p.From, To: p.To, Amount: *o.Amount, By: []store.Dimension{store.ByAccount}, Where: o.Where}
	if by != store.ByAccount {
		q.By = append(q.By, by)
	}
	rows, err := r.Costs(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("costs by %s from %s to %s: %w", by, p.From, p.To, err)
	}
	entries := make([]entry, len(rows))
	last := len(q.By) - 1
	for i, row := range rows {
		entries[i] = entry{row.Keys[0], row.Currency, row.Keys[last], row.Names[last], row.Amount, row.Lines}
	}
	return entries, nil
}

// agree returns errMoved unless every answer adds up to the same sums: the store answers each query from one instant,
// and a day may be replaced between two of them.
func (c *costs) agree() error {
	total, before := sums(c.period), sums(c.before)
	for _, d := range c.by {
		if !sums(d.period).Equal(total) || !sums(d.before).Equal(before) {
			return errMoved
		}
	}
	if !sums(c.category).Equal(total) {
		return errMoved
	}
	return nil
}

// currencies returns the currencies with lines in the period, the month to date or the first base; if there are none,
// those in the trend.
func (c *costs) currencies() []string {
	shown := slices.Concat(c.period, c.before)
	for _, b := range c.bases {
		shown = append(shown, inPeriod(c.days, b.of)...)
	}
	if len(shown) == 0 {
		shown = c.days
	}
	found := map[string]bool{}
	for _, e := range shown {
		found[e.currency] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// byAccount adds up the entries of each account and currency, in order.
func byAccount(entries []entry) []entry {
	type owner struct{ account, currency string }
	var all []entry
	found := map[owner]int{}
	for _, e := range entries {
		i, ok := found[owner{e.account, e.currency}]
		if !ok {
			i = len(all)
			found[owner{e.account, e.currency}] = i
			all = append(all, entry{account: e.account, currency: e.currency, key: e.account, name: e.account})
		}
		all[i].amount, all[i].lines = all[i].amount.Add(e.amount), all[i].lines+e.lines
	}
	return all
}

func sums(entries []entry) store.Amounts {
	a := store.Amounts{}
	for _, e := range entries {
		a.Add(e.currency, e.amount)
	}
	return a
}

func sum(entries []entry) providers.Money {
	var total providers.Money
	for _, e := range entries {
		total = total.Add(e.amount)
	}
	return total
}

func where(entries []entry, keep func(entry) bool) []entry {
	var kept []entry
	for _, e := range entries {
		if keep(e) {
			kept = append(kept, e)
		}
	}
	return kept
}

func inCurrency(entries []entry, currency string) []entry {
	return where(entries, func(e entry) bool { return e.currency == currency })
}

func ofAccounts(entries []entry, accounts []string) []entry {
	return where(entries, func(e entry) bool { return slices.Contains(accounts, e.account) })
}

func withKey(entries []entry, key string) []entry {
	return where(entries, func(e entry) bool { return e.key == key })
}

// inPeriod keeps the entries, divided by day, of the days of a period.
func inPeriod(entries []entry, p Range) []entry {
	from, to := p.From.String(), p.To.String()
	return where(entries, func(e entry) bool { return from <= e.key && e.key <= to })
}
