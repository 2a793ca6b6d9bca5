package report

import (
	"context"

	"goscan/providers"
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

// events lists what was bought in the section's currency.
func (r reading) events(ctx context.Context, s *Section) error { return nil }
