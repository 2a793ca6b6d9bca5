package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"goscan/providers"
	"goscan/store"
)

// Movers say what the change of a section's first comparison is made of: the effects of all rows and of Other add up to
// it, to the last digit.
type Movers struct {
	Rows  []Mover      // by the absolute value of the change, largest first; none has a change of zero
	Other *MoversOther // the movers that are not shown, also those whose effects cancel out; nil when there are none
	Total Effects      // of all rows and Other: its sum is the comparison's change
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
	Leading  []MoverResource // the resources that changed most, at most 3; none when the store knows none of the past
}

// A MoverResource is a resource's part in a change. What a bill charges to no resource is one resource whose id is empty.
type MoverResource struct {
	Resource, Name string
	Change         providers.Money
	New, Vanished  bool // as in Effects: its usage is, its purchases do not matter
}

// MoversOther sums the movers that are not shown.
type MoversOther struct {
	Count  int
	Change providers.Money
	Effects
}

// Effects divide a change by its reason; they add up to it exactly. Quantity and Price split the change of a meter of a
// resource that was used in both periods, whose quantities, in one unit, are known and above zero, and that was not
// credited more than it cost: Quantity is the change of the quantity at the old price (rounded to 12 digits), Price is
// all the rest. A line without an amount and a quantity is no usage.
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

// none tells whether every effect is zero.
func (e Effects) none() bool {
	return e.New.IsZero() && e.Vanished.IsZero() && e.Quantity.IsZero() && e.Price.IsZero() && e.Purchases.IsZero() && e.Rest.IsZero()
}

// Add returns the effects of both.
func (e Effects) Add(o Effects) Effects {
	return Effects{
		New: e.New.Add(o.New), Vanished: e.Vanished.Add(o.Vanished), Quantity: e.Quantity.Add(o.Quantity),
		Price: e.Price.Add(o.Price), Purchases: e.Purchases.Add(o.Purchases), Rest: e.Rest.Add(o.Rest),
	}
}

// movers says what the change of the section's first comparison is made of. The queries are newer than the one that the
// change was computed from, so what they say must add up to it.
func (r reading) movers(ctx context.Context, s *Section) error {
	if len(s.Comparisons) == 0 || s.Comparisons[0].Delta == nil {
		return nil
	}
	c := s.Comparisons[0]
	p, err := r.readPieces(ctx, c, s.Currency)
	if err != nil {
		return err
	}
	all := p.movers(r.history)
	var base providers.Money
	for _, m := range all {
		base = base.Add(m.Base)
	}
	m := cutMovers(all, r.options.Top)
	if !base.Equal(c.Delta.Base) || !m.Total.Sum().Equal(c.Delta.Change) {
		return errMoved
	}
	if len(m.Rows) > 0 || m.Other != nil {
		s.Movers = m
	}
	return nil
}

// readPieces reads the two periods of a comparison in pieces: by meter and unit of every resource, or by service and
// category where a store that answers as of the past knows no more.
func (r reading) readPieces(ctx context.Context, c Comparison, currency string) (*pieces, error) {
	p, err := r.readBy(ctx, c, currency, store.ChangeDimensions())
	if errors.Is(err, store.ErrPast) {
		p, err = r.readBy(ctx, c, currency, store.ChangeDimensions()[:pastDimensions])
	}
	return p, err
}

// readBy reads the periods side by side, or what changed where they are two days in a row and the store can tell.
func (r reading) readBy(ctx context.Context, c Comparison, currency string, by []store.Dimension) (*pieces, error) {
	p := newPieces(len(by) > pastDimensions)
	if differ, ok := r.Source.(store.Differ); ok && p.byResource && c.Of.Days() == 1 && c.Period == c.Of.shift(-1) {
		before, after, err := differ.Changed(ctx, store.ChangeQuery{Day: c.Of.From, Amount: *r.options.Amount, Where: r.whereCompared(c)})
		if err != nil {
			return nil, fmt.Errorf("what changed on %s: %w", c.Of.From, err)
		}
		p.addAll(earlier, before, currency)
		p.addAll(later, after, currency)
		return p, nil
	}
	var rows [2][]store.Cost
	both, bothCtx := errgroup.WithContext(ctx)
	for when, period := range [...]Range{earlier: c.Period, later: c.Of} {
		both.Go(func() (err error) {
			defer providers.Recover(&err)
			rows[when], err = r.Costs(bothCtx, store.Query{
				From: period.From, To: period.To, Amount: *r.options.Amount, By: by, Quantity: p.byResource, Where: r.whereCompared(c),
			})
			if err != nil {
				return fmt.Errorf("costs by %s from %s to %s: %w", by[len(by)-1], period.From, period.To, err)
			}
			return nil
		})
	}
	if err := both.Wait(); err != nil {
		return nil, err
	}
	p.addAll(earlier, rows[earlier], currency)
	p.addAll(later, rows[later], currency)
	return p, nil
}

// whereCompared limits the report's lines to the accounts that a comparison compares.
func (r reading) whereCompared(c Comparison) []store.Filter {
	return slices.Concat(r.options.Where, []store.Filter{{Dimension: store.ByAccount, Values: c.Compared}})
}

// cutMovers keeps the movers that changed most and sums the others. A mover of which nothing changed is left out.
func cutMovers(all []Mover, top int) *Movers {
	slices.SortFunc(all, func(a, b Mover) int {
		return cmp.Or(b.Change.Abs().Cmp(a.Change.Abs()), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Service, b.Service))
	})
	shown := len(all)
	for shown > 0 && all[shown-1].Change.IsZero() {
		shown--
	}
	// One row would take as much room as the line that sums it.
	if top >= 0 && shown > top+1 {
		shown = top
	}
	m := &Movers{Rows: all[:shown]}
	for _, mover := range m.Rows {
		m.Total = m.Total.Add(mover.Effects)
	}
	for _, mover := range all[shown:] {
		if mover.Effects.none() {
			continue
		}
		if m.Other == nil {
			m.Other = &MoversOther{}
		}
		m.Other.Count++
		m.Other.Change = m.Other.Change.Add(mover.Change)
		m.Other.Effects = m.Other.Effects.Add(mover.Effects)
		m.Total = m.Total.Add(mover.Effects)
	}
	return m
}
