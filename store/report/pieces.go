package report

import (
	"cmp"
	"slices"

	"goscan/providers"
	"goscan/store"
)

// A change is explained by store.ChangeDimensions. Of the past a store knows only the first pastDimensions.
const pastDimensions = 3

// A moment is one of the two periods that are compared.
type moment int

const (
	earlier moment = iota
	later
)

// pieces are the sums of two periods, divided as far as the store knows.
type pieces struct {
	byResource bool // else every service is one resource with one meter of unknown quantity
	services   map[serviceKey]*Mover
	resources  map[resourceKey]*resourcePiece
	meters     map[meterKey]*meterPiece
}

type serviceKey struct{ account, service string }

// A resourceKey is one of a service. It and the meterKey name what they are of by its place: there may be some 100,000 of
// them, and their texts are long.
type resourceKey struct {
	service  *Mover
	resource string
}

type meterKey struct {
	resource *resourcePiece
	meter    string
}

// A resourcePiece is what a resource was charged for.
type resourcePiece struct {
	name   string
	change providers.Money
	used   [2]bool // by moment: whether it has usage
	of     *Mover
}

// A meterPiece is the usage of one meter of a resource.
type meterPiece struct {
	amount   [2]providers.Money // by moment, like quantity
	quantity [2]providers.Money
	unit     string
	seen     bool
	unclear  bool // some quantity is unknown, or there are two units
}

func newPieces(byResource bool) *pieces {
	return &pieces{byResource, map[serviceKey]*Mover{}, map[resourceKey]*resourcePiece{}, map[meterKey]*meterPiece{}}
}

// addAll counts the sums of one of the periods that are in a currency.
func (p *pieces) addAll(when moment, rows []store.Cost, currency string) {
	for i := range rows {
		if rows[i].Currency == currency {
			p.add(when, &rows[i])
		}
	}
}

// add counts a sum of one of the periods. What did not change, which a store.Differ sums, is to cancel out: it is of no
// category and no resource.
func (p *pieces) add(when moment, row *store.Cost) {
	var key, name [6]string // of store.ChangeDimensions
	copy(key[:], row.Keys)
	copy(name[:], row.Names)
	account, code, category, id, meter, unit := key[0], key[1], key[2], key[3], key[4], key[5]

	service := entryOf(p.services, serviceKey{account, code})
	service.Name = firstName(service.Name, name[1], code)
	resource := entryOf(p.resources, resourceKey{service, id})
	resource.of, resource.name = service, firstName(resource.name, name[3], id)
	change := row.Amount
	if when == earlier {
		change = change.Neg()
		service.Base = service.Base.Add(row.Amount)
	} else {
		service.Amount = service.Amount.Add(row.Amount)
	}
	service.Change, resource.change = service.Change.Add(change), resource.change.Add(change)
	switch {
	case category != providers.ChargeUsage:
		service.Effects.Purchases = service.Effects.Purchases.Add(change)
	case !row.Amount.IsZero() || row.Quantity.Valid && !row.Quantity.Decimal.IsZero():
		resource.used[when] = true
		entryOf(p.meters, meterKey{resource, meter}).add(when, unit, row)
	}
}

// entryOf returns the entry of a key, made when there is none.
func entryOf[K comparable, V any](m map[K]*V, key K) *V {
	entry := m[key]
	if entry == nil {
		entry = new(V)
		m[key] = entry
	}
	return entry
}

// firstName returns the first in the alphabet of two names, so that it does not depend on the order in which a store
// answers. A name that is only the key, which a store gives where a line has none, is no name.
func firstName(known, next, key string) string {
	if next == "" || next == key || known != "" && known < next {
		return known
	}
	return next
}

func (m *meterPiece) add(when moment, unit string, row *store.Cost) {
	if !row.Quantity.Valid || m.seen && m.unit != unit {
		m.unclear = true
	}
	m.amount[when] = m.amount[when].Add(row.Amount)
	m.quantity[when] = m.quantity[when].Add(row.Quantity.Decimal)
	m.unit, m.seen = unit, true
}

// divide adds the change of a meter of a resource whose usage is known in both periods, or began, or ended, to the effects.
func (m *meterPiece) divide(used [2]bool, e *Effects) {
	more := m.quantity[later].Sub(m.quantity[earlier])
	change := m.amount[later].Sub(m.amount[earlier])
	switch {
	case change.IsZero() && more.IsZero(): // like most that there is
	case !used[earlier]:
		e.New = e.New.Add(change)
	case !used[later]:
		e.Vanished = e.Vanished.Add(change)
	case m.unclear, !m.quantity[earlier].IsPositive(), !m.quantity[later].IsPositive(),
		m.amount[earlier].IsNegative(), m.amount[later].IsNegative():
		e.Rest = e.Rest.Add(change)
	default:
		quantity := m.amount[earlier].Mul(more).DivRound(m.quantity[earlier], providers.MoneyScale)
		e.Quantity, e.Price = e.Quantity.Add(quantity), e.Price.Add(change.Sub(quantity))
	}
}

// movers returns the change of every service, in no particular order.
func (p *pieces) movers(h *history) []Mover {
	for key, m := range p.meters {
		m.divide(key.resource.used, &key.resource.of.Effects)
	}
	if p.byResource {
		for key, r := range p.resources {
			if !r.change.IsZero() {
				r.of.Leading = append(r.of.Leading, MoverResource{
					Resource: key.resource, Name: cmp.Or(r.name, key.resource), Change: r.change,
					New: r.used[later] && !r.used[earlier], Vanished: r.used[earlier] && !r.used[later],
				})
			}
		}
	}
	all := make([]Mover, 0, len(p.services))
	for key, service := range p.services {
		service.Account, service.Provider, service.Service = key.account, h.provider(key.account), key.service
		service.Name = cmp.Or(service.Name, key.service)
		service.Leading = leading(service.Leading)
		all = append(all, *service)
	}
	return all
}

const leadingResources = 3

// leading keeps the resources that changed most.
func leading(all []MoverResource) []MoverResource {
	slices.SortFunc(all, func(a, b MoverResource) int {
		return cmp.Or(b.Change.Abs().Cmp(a.Change.Abs()), cmp.Compare(a.Resource, b.Resource))
	})
	return slices.Clone(all[:min(len(all), leadingResources)]) // the rest may be many
}
