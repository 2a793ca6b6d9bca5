package report

import (
	"context"

	"goscan/providers"
)

// Movers say what the change of a section's first comparison is made of: the effects of all rows and of Other add up to
// it, to the last digit.
type Movers struct {
	Rows  []Mover // by the absolute value of the change, largest first
	Other *MoversOther
	Total Effects // of all rows and Other: its sum is the comparison's change
}

// A Mover is the change of one service of one account.
type Mover struct {
	Account  string
	Provider string
	Service  string // its code
	Name     string // for people
	Amount   providers.Money
	Base     providers.Money
	Change   providers.Money // Amount - Base
	Effects  Effects
	Leading  []MoverResource // the resources that changed most, at most 3
}

// A MoverResource is a resource's part in a change.
type MoverResource struct {
	Resource, Name string
	Change         providers.Money
	New, Vanished  bool
}

// MoversOther sums the movers that are not shown.
type MoversOther struct {
	Count  int
	Change providers.Money
	Effects
}

// Effects divide a change by its reason; they add up to it exactly. Quantity and Price split the change of a meter of a
// resource that was used in both periods and whose quantities, in one unit, are known and above zero: Quantity is the
// change of the quantity at the old price (rounded to 12 digits), Price is all the rest.
type Effects struct {
	New       providers.Money // usage of resources that had no usage before
	Vanished  providers.Money // usage of resources that have none any more
	Quantity  providers.Money
	Price     providers.Money
	Purchases providers.Money // charges that are no usage: purchases, renewals, refunds, taxes
	Rest      providers.Money // usage whose quantities do not say why it changed
}

// Sum returns the change that the effects divide.
func (e Effects) Sum() providers.Money {
	return e.New.Add(e.Vanished).Add(e.Quantity).Add(e.Price).Add(e.Purchases).Add(e.Rest)
}

// Add returns the effects of both.
func (e Effects) Add(o Effects) Effects {
	return Effects{
		New: e.New.Add(o.New), Vanished: e.Vanished.Add(o.Vanished), Quantity: e.Quantity.Add(o.Quantity),
		Price: e.Price.Add(o.Price), Purchases: e.Purchases.Add(o.Purchases), Rest: e.Rest.Add(o.Rest),
	}
}

// movers says what the change of the section's first comparison is made of.
func (r reading) movers(ctx context.Context, s *Section) error { return nil }
