package report

import (
	"context"
	"slices"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report/forecast"
	"goscan/store/report/series"
)

// A Forecast is what the period's month will have cost at its end: what is stored of it, the usage of the other days as
// package forecast estimates it, and the renewals that are due.
type Forecast struct {
	Month    providers.Month
	SoFar    providers.Money // stored up to the last day that is known for every account
	Through  providers.Day   // that day
	Days     int             // how many days are estimated
	Renewals providers.Money // the part of Expected that is renewals that are due
	Range80
	Before  *providers.Money // the cost of the whole month before; nil when it is not stored whole
	Method  string           // enough to compute it again
	LeftOut []string         // accounts of which too little is known: nothing of them is in any of these sums
}

// forecast estimates what the month of the period will cost in the section's currency.
func (r reading) forecast(ctx context.Context, s *Section, u *usage) (err error) {
	s.Forecast, _, err = r.estimateMonth(ctx, u, r.options.Where, s.Currency)
	return err
}

// estimateMonth returns what the month of the period's end will cost in a currency, and what is expected of each day
// that is estimated, beginning with the one after Forecast.Through. It returns nil when the month is whole or too little
// is known.
func (r reading) estimateMonth(ctx context.Context, u *usage, where []store.Filter, currency string) (*Forecast, []providers.Money, error) {
	month := u.to.Month()
	if u.to == month.Last() {
		return nil, nil, nil
	}
	accounts, leftOut := r.predictable(u, currency)
	through, ok := r.knownThrough(u, accounts)
	if !ok || len(accounts) == 0 {
		return nil, nil, nil
	}
	charges := u.of(currency, accounts)
	calendar := series.China()
	past := seriesOf(isUsage(charges), u.from, through, func(d providers.Day) bool { return r.allKnow(accounts, d) })
	estimate, ok := forecast.Rest(past, month.Last(), calendar)
	if !ok {
		return nil, nil, nil
	}
	due, err := r.renewals(ctx, u, where, currency, accounts, through+1, month.Last())
	if err != nil {
		return nil, nil, err
	}
	f := &Forecast{
		Month: month, Through: through, Days: estimate.Days, Method: estimate.Method, LeftOut: leftOut,
		SoFar: charged(charges, Range{month.First(), through}),
	}
	perDay := forecast.Days(past, month.Last(), calendar)
	for _, p := range due {
		f.Renewals = f.Renewals.Add(p.Amount)
		if i := int(p.Day - through - 1); i < len(perDay) {
			perDay[i] = perDay[i].Add(p.Amount)
		}
	}
	known := f.SoFar.Add(f.Renewals)
	f.Range80 = Range80{known.Add(estimate.Expected), known.Add(estimate.Low), known.Add(estimate.High)}
	before := Range{(month - 1).First(), (month - 1).Last()}
	if r.storedBefore(accounts, before) {
		f.Before = new(charged(charges, before))
	}
	return f, perDay, nil
}

// storedBefore tells whether a period is stored whole of all accounts that had begun, and that one had.
func (r reading) storedBefore(accounts []string, p Range) bool {
	lacks := func(name string) bool { return r.history.account(name).lacks(p) }
	whole := func(name string) bool { return r.history.account(name).whole(p) }
	return slices.ContainsFunc(accounts, whole) && !slices.ContainsFunc(accounts, lacks)
}

// predictable divides the accounts that were charged in a currency into those whose month so far is known up to a few
// days ago, and the others. Of a retired account nobody knows what it is still charged.
func (r reading) predictable(u *usage, currency string) (accounts, leftOut []string) {
	month := u.to.Month().First()
	for _, a := range r.history.all {
		since := u.from
		if a.retired {
			since = month
		}
		if !slices.ContainsFunc(u.charges, func(c charge) bool { return c.account == a.name && c.currency == currency && c.day >= since }) {
			continue
		}
		if a.retired {
			leftOut = append(leftOut, a.name)
			continue
		}
		last := u.to
		for last > u.to-lately && !a.knows(last) {
			last--
		}
		begun := max(month, a.first)
		if !a.knows(last) || begun <= last && !a.whole(Range{begun, last}) {
			leftOut = append(leftOut, a.name)
			continue
		}
		accounts = append(accounts, a.name)
	}
	return accounts, leftOut
}

// knownThrough returns the last day that is complete for all accounts.
func (r reading) knownThrough(u *usage, accounts []string) (providers.Day, bool) {
	for d := u.to; d > u.to-lately; d-- {
		if r.allKnow(accounts, d) {
			return d, true
		}
	}
	return 0, false
}

// allKnow tells whether an account had begun by a day, and the day is complete for all that had.
func (r reading) allKnow(accounts []string, d providers.Day) bool {
	begun := false
	for _, name := range accounts {
		a := r.history.account(name)
		if d >= a.first && !a.knows(d) {
			return false
		}
		begun = begun || d >= a.first
	}
	return begun
}

// charged sums the charges of a range of days.
func charged(charges []charge, p Range) providers.Money {
	var total providers.Money
	for _, c := range charges {
		if c.day >= p.From && c.day <= p.To {
			total = total.Add(c.amount)
		}
	}
	return total
}
