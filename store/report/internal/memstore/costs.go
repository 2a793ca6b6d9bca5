package memstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"goscan/providers"
	"goscan/store"
)

// Costs implements store.Reader. Like the real stores it refuses to answer by lines what is asked of given loads.
func (s *Store) Costs(ctx context.Context, q store.Query) ([]store.Cost, error) {
	s.asking.Lock()
	defer s.asking.Unlock()
	if s.Before != nil {
		if err := s.Before(s, q); err != nil {
			return nil, err
		}
	}
	if err := q.Check(); err != nil {
		return nil, err
	}
	sums := map[string]*store.Cost{}
	for _, load := range s.asked(q) {
		for i := range load.lines {
			if err := add(sums, load.mark, &load.lines[i], q); err != nil {
				return nil, err
			}
		}
	}
	var costs []store.Cost
	for _, id := range slices.Sorted(maps.Keys(sums)) {
		costs = append(costs, *sums[id])
	}
	return costs, ctx.Err()
}

// asked returns the loads that a query is about.
func (s *Store) asked(q store.Query) []load {
	ids := slices.Compact(slices.Sorted(slices.Values(q.Loads)))
	if q.Loads == nil {
		for _, m := range s.current {
			ids = append(ids, m.LoadID)
		}
		slices.Sort(ids)
	}
	var loads []load
	for _, id := range ids {
		if l, ok := s.loads[id]; ok && q.From <= l.mark.Day && l.mark.Day <= q.To {
			loads = append(loads, l)
		}
	}
	return loads
}

// add adds a line to the sum that it belongs to, unless a filter drops it.
func add(sums map[string]*store.Cost, m store.Mark, l *providers.Line, q store.Query) error {
	for _, f := range q.Where {
		key, _, err := keyOf(m, l, f.Dimension)
		if err != nil || !slices.Contains(f.Values, key) {
			return err
		}
	}
	keys, names := make([]string, len(q.By)), make([]string, len(q.By))
	for i, dimension := range q.By {
		var err error
		if keys[i], names[i], err = keyOf(m, l, dimension); err != nil {
			return err
		}
	}
	id := strings.Join(append(keys, l.Currency), "\x00")
	sum := sums[id]
	if sum == nil {
		sum = &store.Cost{Keys: keys, Names: names, Currency: l.Currency, Quantity: providers.Quantity{Valid: q.Quantity}}
		sums[id] = sum
	}
	sum.Amount = sum.Amount.Add(store.LineAmounts(l)[q.Amount])
	sum.Lines++
	switch {
	case sum.Quantity.Valid && l.PricingQuantity.Valid:
		sum.Quantity.Decimal = sum.Quantity.Decimal.Add(l.PricingQuantity.Decimal)
	case sum.Quantity.Valid:
		sum.Quantity = providers.Quantity{}
	}
	for i := range names {
		if sum.Names[i] == sum.Keys[i] {
			sum.Names[i] = names[i]
		}
	}
	return nil
}

func keyOf(m store.Mark, l *providers.Line, d store.Dimension) (key, name string, err error) {
	tag, isTag := d.Tag()
	field, isNative := d.Native()
	switch {
	case isTag:
		key = l.Tags[tag]
	case isNative:
		key, _ = l.Native.Get(field)
	default:
		key, name, err = columnsOf(m, l, d)
	}
	if key == "" {
		key = name
	}
	if name == "" {
		name = key
	}
	return key, name, err
}

func columnsOf(m store.Mark, l *providers.Line, d store.Dimension) (key, name string, err error) {
	switch d {
	case store.ByDay:
		key = m.Day.String()
	case store.ByMonth:
		key = m.Month.String()
	case store.ByProvider:
		key = m.Provider
	case store.ByAccount:
		key = m.Account
	case store.BySubAccount:
		key, name = l.SubAccountID, l.SubAccountName
	case store.ByService:
		key, name = l.ServiceCode, l.ServiceName
	case store.ByRegion:
		key, name = l.RegionID, l.RegionName
	case store.ByProject:
		key = l.CostUnit
	case store.ByCategory:
		key = l.ChargeCategory
	case store.ByBillingMode:
		key = l.BillingMode
	case store.ByResource:
		key, name = l.ResourceID, l.ResourceName
	case store.ByMeter:
		key = l.SkuMeter
	case store.ByUnit:
		key = l.PricingUnit
	case store.ByLoad:
		key = strconv.FormatUint(uint64(m.LoadID), 10)
	default:
		err = fmt.Errorf("memstore does not know the dimension %q", d)
	}
	return key, name, err
}
