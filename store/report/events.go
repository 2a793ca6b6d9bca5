package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"goscan/providers"
	"goscan/store"
)

// An EventKind says what was bought.
type EventKind string

// The kinds of events. A cloud that does not tell a renewal from a new purchase has purchases only.
const (
	EventPurchase EventKind = "purchase" // 新购, or not told apart
	EventRenewal  EventKind = "renewal"  // 续费
	EventRefund   EventKind = "refund"   // 退款: its amount is negative
)

// An Event is money that was spent at once and not by use: a subscription that was bought, renewed or given back.
type Event struct {
	Kind           EventKind
	Day            providers.Day
	Account        string
	Provider       string
	Service        string
	ServiceName    string
	Resource, Name string // of the resource; empty when the bill names none
	Amount         providers.Money
}

// The native fields that tell one purchase from another: Volcengine's and Alibaba Cloud's.
const (
	fieldBillCategory = "BillCategory"
	fieldItem         = "Item"
)

// kindOf returns what a charge of the category Purchase is, by the cloud's own words for it (see the packages of the
// clouds) and by its sign. Alibaba Cloud calls purchases and renewals SubscriptionOrder. What is paid for another size of
// what runs (更配) or for keeping a trial (转正) is a purchase.
func kindOf(billCategory, item string, amount providers.Money) EventKind {
	switch {
	case amount.IsNegative(), item == "Refund", strings.HasPrefix(billCategory, "退款"), strings.HasPrefix(billCategory, "refund"):
		return EventRefund
	case billCategory == "消费-续费", billCategory == "consume-renew":
		return EventRenewal
	}
	return EventPurchase
}

// eventKey identifies an event: the charges of one kind for one resource on one day.
type eventKey struct {
	kind                            EventKind
	day, account, service, resource string
}

// events lists what was bought in the section's currency: the charges of the category Purchase, those that give money
// back too. Transfers and credits are none. A store that answers as of the past does not know them.
func (r reading) events(ctx context.Context, s *Section, daily *usage) error {
	p := r.report.Period
	bought := daily.purchases(s.Currency, p)
	if bought == nil {
		return nil
	}
	rows, err := r.Costs(ctx, store.Query{
		From: p.From, To: p.To, Amount: *r.options.Amount,
		By: []store.Dimension{
			store.ByDay, store.ByAccount, store.ByService, store.ByResource,
			store.Native(fieldBillCategory), store.Native(fieldItem),
		},
		Where: slices.Concat(r.options.Where, bought),
	})
	switch {
	case errors.Is(err, store.ErrPast):
		return nil
	case err != nil:
		return fmt.Errorf("purchases from %s to %s: %w", p.From, p.To, err)
	}
	rows = slices.DeleteFunc(rows, func(c store.Cost) bool { return c.Currency != s.Currency })
	all, err := r.eventsOf(rows)
	if err != nil {
		return err
	}
	s.Events, s.EventsOther = cutEvents(all, r.options.Top)
	return nil
}

// eventsOf returns the events of the sums by day, account, service, resource and the cloud's words, largest first.
func (r reading) eventsOf(rows []store.Cost) ([]Event, error) {
	byKey := map[eventKey]*Event{}
	for _, row := range rows {
		day, err := providers.ParseDay(row.Keys[0])
		if err != nil {
			return nil, fmt.Errorf("purchases: %w", err)
		}
		key := eventKey{kindOf(row.Keys[4], row.Keys[5], row.Amount), row.Keys[0], row.Keys[1], row.Keys[2], row.Keys[3]}
		e := entryOf(byKey, key)
		e.Kind, e.Day, e.Account, e.Service, e.Resource = key.kind, day, key.account, key.service, key.resource
		e.Provider = r.history.provider(key.account)
		e.ServiceName = firstName(e.ServiceName, row.Names[2], key.service)
		e.Name = firstName(e.Name, row.Names[3], key.resource)
		e.Amount = e.Amount.Add(row.Amount)
	}
	var all []Event
	for _, e := range byKey {
		if !e.Amount.IsZero() {
			e.ServiceName, e.Name = cmp.Or(e.ServiceName, e.Service), cmp.Or(e.Name, e.Resource)
			all = append(all, *e)
		}
	}
	slices.SortFunc(all, func(a, b Event) int {
		return cmp.Or(b.Amount.Abs().Cmp(a.Amount.Abs()), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Account, b.Account),
			cmp.Compare(a.Service, b.Service), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Kind, b.Kind))
	})
	return all, nil
}

// cutEvents keeps the first events and sums the others.
func cutEvents(all []Event, top int) ([]Event, *Other) {
	// One event would take as much room as the line that sums it.
	if top < 0 || len(all) <= top+1 {
		return all, nil
	}
	other := &Other{Count: len(all) - top}
	for _, e := range all[top:] {
		other.Amount = other.Amount.Add(e.Amount)
	}
	return slices.Clone(all[:top]), other
}
