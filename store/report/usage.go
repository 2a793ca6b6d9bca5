package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report/anomaly"
	"goscan/store/report/forecast"
	"goscan/store/report/series"
)

// usageDays is how far back the daily costs go that forecasts and anomalies learn from: 18 weeks.
const usageDays = 126

// A usage is what was charged on each day up to a report's period, by account and service.
type usage struct {
	from, to providers.Day
	charges  []charge
}

// A charge is what one service of an account cost on a day.
type charge struct {
	day                   providers.Day
	account, currency     string
	service, name, mostly string // mostly: the charge category
	amount                providers.Money
}

// readUsage reads the daily costs of the days that a report learns from, of the lines that the filters keep.
func (r reading) readUsage(ctx context.Context, where []store.Filter) (*usage, error) {
	to := r.report.Period.To
	return r.readCharges(ctx, where, min(to-usageDays+1, (to.Month()-1).First()), to)
}

// readCharges reads the daily costs of a range of days.
func (r reading) readCharges(ctx context.Context, where []store.Filter, from, to providers.Day) (*usage, error) {
	u := &usage{from: from, to: to}
	rows, err := r.Costs(ctx, store.Query{
		From: u.from, To: u.to, Amount: r.report.Amount, Where: where,
		By: []store.Dimension{store.ByDay, store.ByAccount, store.ByService, store.ByCategory},
	})
	if err != nil {
		return nil, fmt.Errorf("daily costs from %s to %s: %w", u.from, u.to, err)
	}
	u.charges = make([]charge, len(rows))
	for i, row := range rows {
		day, err := providers.ParseDay(row.Keys[0])
		if err != nil {
			return nil, fmt.Errorf("daily costs: %w", err)
		}
		u.charges[i] = charge{day, row.Keys[1], row.Currency, row.Keys[2], row.Names[2], row.Keys[3], row.Amount}
	}
	return u, nil
}

// of returns what was charged in a currency on the accounts.
func (u *usage) of(currency string, accounts []string) []charge {
	var kept []charge
	for _, c := range u.charges {
		if c.currency == currency && slices.Contains(accounts, c.account) {
			kept = append(kept, c)
		}
	}
	return kept
}

// purchases returns filters that keep the purchases of a currency in a range of days, nil when there were none. They name the
// accounts and services that have any: their lines are found faster than those of a category.
func (u *usage) purchases(currency string, p Range) []store.Filter {
	accounts, services := map[string]bool{}, map[string]bool{}
	for _, c := range u.charges {
		if c.mostly == providers.ChargePurchase && c.currency == currency && c.day >= p.From && c.day <= p.To {
			accounts[c.account], services[c.service] = true, true
		}
	}
	if len(accounts) == 0 {
		return nil
	}
	return []store.Filter{
		{Dimension: store.ByCategory, Values: []string{providers.ChargePurchase}},
		{Dimension: store.ByAccount, Values: slices.Sorted(maps.Keys(accounts))},
		{Dimension: store.ByService, Values: slices.Sorted(maps.Keys(services))},
	}
}

// series adds charges up to one value for each day of a range on which it is known.
func seriesOf(charges []charge, from, to providers.Day, known func(providers.Day) bool) series.Series {
	s := series.Series{From: from, Values: make([]series.Value, max(int(to-from)+1, 0))}
	for i := range s.Values {
		s.Values[i].Known = known(from + providers.Day(i))
	}
	for _, c := range charges {
		if c.day >= from && c.day <= to && s.Values[c.day-from].Known {
			v := &s.Values[c.day-from]
			v.Cost = v.Cost.Add(c.amount)
		}
	}
	return s
}

// isUsage keeps what was charged by use: purchases, refunds and taxes follow no daily pattern.
func isUsage(charges []charge) []charge {
	return slices.DeleteFunc(slices.Clone(charges), func(c charge) bool { return c.mostly != providers.ChargeUsage })
}

// knows tells whether an account's day is stored and complete.
func (a *accountDays) knows(d providers.Day) bool {
	state, ok := a.states[d]
	return ok && state != providers.Provisional
}

// scopes returns the daily usage of each service of each account.
func (r reading) scopes(u *usage) []anomaly.Scoped {
	grouped := map[anomaly.Scope][]charge{}
	for _, c := range isUsage(u.charges) {
		scope := anomaly.Scope{Account: c.account, Service: c.service, Currency: c.currency}
		grouped[scope] = append(grouped[scope], c)
	}
	all := make([]anomaly.Scoped, 0, len(grouped))
	for scope, charges := range grouped {
		a := r.history.account(scope.Account)
		if a == nil {
			continue
		}
		scope.Provider = a.provider
		for _, c := range charges { // of several names of one code the first in the alphabet
			if c.name != "" && (scope.ServiceName == "" || c.name < scope.ServiceName) {
				scope.ServiceName = c.name
			}
		}
		all = append(all, anomaly.Scoped{Scope: scope, Series: seriesOf(charges, u.from, u.to, a.knows)})
	}
	slices.SortFunc(all, func(a, b anomaly.Scoped) int {
		return cmp.Or(cmp.Compare(a.Scope.Account, b.Scope.Account), cmp.Compare(a.Scope.Service, b.Scope.Service), cmp.Compare(a.Scope.Currency, b.Scope.Currency))
	})
	return all
}

// renewals returns the payments that are due within a range of days, as far as what the accounts paid in the two months
// before and in this one tells.
func (r reading) renewals(ctx context.Context, u *usage, where []store.Filter, currency string, accounts []string, from, to providers.Day) ([]forecast.Payment, error) {
	since := (from.Month() - 2).First()
	bought := u.purchases(currency, Range{since, from - 1})
	if bought == nil || from > to {
		return nil, nil
	}
	rows, err := r.Costs(ctx, store.Query{
		From: since, To: from - 1, Amount: r.report.Amount,
		By:    []store.Dimension{store.ByDay, store.ByAccount, store.ByService, store.ByResource},
		Where: slices.Concat(where, bought, []store.Filter{{Dimension: store.ByAccount, Values: accounts}}),
	})
	if errors.Is(err, store.ErrPast) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("purchases from %s to %s: %w", since, from-1, err)
	}
	var paid []forecast.Payment
	for _, row := range rows {
		day, err := providers.ParseDay(row.Keys[0])
		if err != nil {
			return nil, fmt.Errorf("purchases: %w", err)
		}
		if row.Currency == currency && row.Keys[3] != "" {
			resource := row.Keys[1] + "/" + row.Keys[2] + "/" + row.Keys[3]
			paid = append(paid, forecast.Payment{Day: day, Resource: resource, Amount: row.Amount})
		}
	}
	return forecast.Due(paid, from, to), nil
}
