package sync

import (
	"cmp"
	"context"
	"slices"

	"goscan/providers"
	"goscan/store"
)

// An Unseen is a resource of which the cloud's month-level answer says something else than the days that are stored: a line
// without a date, or with another month's, that no day's answer shows.
type Unseen struct {
	ServiceCode string
	Resource    string // its id, or its name when it has none
	Name        string
	Currency    string
	Stored      providers.Money // cost_before_voucher of the stored days
	Announced   providers.Money // of the month-level answer
}

// Difference returns what is stored less what the cloud announced.
func (u Unseen) Difference() providers.Money { return u.Stored.Sub(u.Announced) }

type resource struct{ service, id, currency string }

// unseen asks the cloud for the lines of the whole month and returns the resources that differ from what is stored, the
// largest difference first. A cloud that has no such answer names none.
func (v *Verifier) unseen(ctx context.Context, b providers.Bill) ([]Unseen, error) {
	cloud, ok := v.Providers[b.Account].(providers.MonthFetcher)
	if !ok {
		return nil, nil
	}
	found := map[resource]*Unseen{}
	at := func(key resource, name string) *Unseen {
		if found[key] == nil {
			found[key] = &Unseen{ServiceCode: key.service, Resource: key.id, Name: name, Currency: key.currency}
		}
		return found[key]
	}
	pages := make(chan map[resource]*Unseen, 1) // holds found while no page is counted: pages come from several goroutines
	pages <- found
	err := fetchMonth(providers.ForDay(ctx, b, 0), cloud, b, func(page []providers.Line) error {
		held := <-pages
		defer func() { pages <- held }()
		for i := range page {
			l := &page[i]
			u := at(resource{l.ServiceCode, cmp.Or(l.ResourceID, l.ResourceName), l.Currency}, l.ResourceName)
			u.Announced = u.Announced.Add(l.CostBeforeVoucher)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows, err := v.Books.Costs(ctx, store.Query{
		From: b.Month.First(), To: b.Month.Last(), Amount: store.CostBeforeVoucher,
		By:    []store.Dimension{store.ByService, store.ByResource},
		Where: []store.Filter{{Dimension: store.ByAccount, Values: []string{b.Account}}},
	})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		u := at(resource{r.Keys[0], r.Keys[1], r.Currency}, r.Names[1])
		u.Stored = u.Stored.Add(r.Amount)
	}
	return differing(found), nil
}

// fetchMonth puts the lines of a month. A panic of the provider is an error of that month.
func fetchMonth(ctx context.Context, cloud providers.MonthFetcher, b providers.Bill, emit providers.Emit) (err error) {
	defer providers.Recover(&err)
	return cloud.FetchMonth(ctx, b, emit)
}

func differing(found map[resource]*Unseen) []Unseen {
	var all []Unseen
	for _, u := range found {
		if !u.Difference().IsZero() {
			all = append(all, *u)
		}
	}
	slices.SortFunc(all, func(x, y Unseen) int {
		return cmp.Or(y.Difference().Abs().Cmp(x.Difference().Abs()), cmp.Compare(x.ServiceCode, y.ServiceCode), cmp.Compare(x.Resource, y.Resource))
	})
	return all
}
