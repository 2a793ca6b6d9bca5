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
	period []entry   // by account
	bases  []costsOf // one for each base, by account
	trend  []entry   // by account and day
	by     []divided // one for each dimension of the breakdowns
}

type costsOf struct {
	base    base
	entries []entry
}

// divided are the costs of the period and of the first base by a dimension.
type divided struct {
	by           store.Dimension
	period, base []entry
}

// An entry is a sum of an account in a currency. Key and name are those of the second dimension of the query, or of the
// account when there is none.
type entry struct {
	account, currency string
	key, name         string
	amount            providers.Money
	lines             int64
}

func readCosts(ctx context.Context, r store.Reader, o Options, p Range, bases []base) (*costs, error) {
	read := func(p Range, by store.Dimension) ([]entry, error) { return readEntries(ctx, r, *o.Amount, p, by) }
	c := &costs{}
	var err error
	if c.period, err = read(p, store.ByAccount); err != nil {
		return nil, err
	}
	for _, b := range bases {
		entries, err := read(b.period, store.ByAccount)
		if err != nil {
			return nil, err
		}
		c.bases = append(c.bases, costsOf{b, entries})
	}
	if c.trend, err = read(Range{trendOf(o.Kind, p)[0].From, p.To}, store.ByDay); err != nil {
		return nil, err
	}
	for _, by := range o.By {
		d := divided{by: by}
		if d.period, err = read(p, by); err != nil {
			return nil, err
		}
		if d.base, err = read(bases[0].period, by); err != nil {
			return nil, err
		}
		c.by = append(c.by, d)
	}
	return c, c.agree(p)
}

func readEntries(ctx context.Context, r store.Reader, amount store.Amount, p Range, by store.Dimension) ([]entry, error) {
	q := store.Query{From: p.From, To: p.To, Amount: amount, By: []store.Dimension{store.ByAccount}}
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
func (c *costs) agree(p Range) error {
	total, base := sums(c.period), sums(c.bases[0].entries)
	for _, d := range c.by {
		if !sums(d.period).Equal(total) || !sums(d.base).Equal(base) {
			return errMoved
		}
	}
	if !sums(inPeriod(c.trend, p)).Equal(total) {
		return errMoved
	}
	return nil
}

// currencies returns the currencies with lines in the period or in the first base; if there are none, in the trend.
func (c *costs) currencies() []string {
	found := map[string]bool{}
	for _, e := range slices.Concat(c.period, c.bases[0].entries) {
		found[e.currency] = true
	}
	if len(found) == 0 {
		for _, e := range c.trend {
			found[e.currency] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
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

// inPeriod keeps the entries, divided by day, of the days of a period.
func inPeriod(entries []entry, p Range) []entry {
	from, to := p.From.String(), p.To.String()
	return where(entries, func(e entry) bool { return from <= e.key && e.key <= to })
}
