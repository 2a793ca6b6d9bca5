package storetest

import (
	"slices"
	"strconv"
	"strings"

	"goscan/providers"
	"goscan/store"
)

// A truth is what a store should hold: the suite's own answers to queries are computed from it, line by line.
type truth []storedDay

type storedDay struct {
	bill  providers.Bill
	day   providers.Day
	lines []providers.Line
	load  store.LoadID // where a test asks for loads
}

func (t truth) costs(q store.Query) []store.Cost {
	rows := map[string]*store.Cost{}
	for _, s := range t {
		if s.day < q.From || s.day > q.To || q.Loads != nil && !slices.Contains(q.Loads, s.load) {
			continue
		}
		for i := range s.lines {
			l := &s.lines[i]
			if !s.kept(l, q.Where) {
				continue
			}
			keys, names := s.keys(l, q.By)
			id := strings.Join(append(keys, l.Currency), "\x00")
			row := rows[id]
			if row == nil {
				row = &store.Cost{Keys: keys, Names: names, Currency: l.Currency, Quantity: providers.Quantity{Valid: q.Quantity}}
				rows[id] = row
			}
			row.Lines++
			row.Quantity = plus(row.Quantity, l.PricingQuantity)
			row.Amount = row.Amount.Add(store.LineAmounts(l)[q.Amount])
			for i := range names {
				if row.Names[i] == row.Keys[i] {
					row.Names[i] = names[i] // another line of the key may be the one that has the name
				}
			}
		}
	}
	costs := make([]store.Cost, 0, len(rows))
	for _, row := range rows {
		costs = append(costs, *row)
	}
	return sortedCosts(costs)
}

// plus adds quantities; the sum is unknown when either is.
func plus(a, b providers.Quantity) providers.Quantity {
	if !a.Valid || !b.Valid {
		return providers.Quantity{}
	}
	return providers.Quantity{Decimal: a.Decimal.Add(b.Decimal), Valid: true}
}

func (s storedDay) kept(l *providers.Line, where []store.Filter) bool {
	for _, f := range where {
		key, _ := s.key(l, f.Dimension)
		if !slices.Contains(f.Values, key) {
			return false
		}
	}
	return true
}

func (s storedDay) keys(l *providers.Line, by []store.Dimension) (keys, names []string) {
	for _, d := range by {
		key, name := s.key(l, d)
		keys, names = append(keys, key), append(names, name)
	}
	return keys, names
}

func (s storedDay) key(l *providers.Line, d store.Dimension) (key, name string) {
	if tag, ok := d.Tag(); ok {
		return l.Tags[tag], l.Tags[tag]
	}
	if field, ok := d.Native(); ok {
		value, _ := l.Native.Get(field)
		return value, value
	}
	switch d {
	case store.ByDay:
		key = s.day.String()
	case store.ByMonth:
		key = s.bill.Month.String()
	case store.ByProvider:
		key = s.bill.Provider
	case store.ByAccount:
		key = s.bill.Account
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
	case store.ByLoad:
		key = strconv.FormatUint(uint64(s.load), 10)
	case store.ByResource:
		key, name = l.ResourceID, l.ResourceName
	case store.ByMeter:
		key = l.SkuMeter
	case store.ByUnit:
		key = l.PricingUnit
	}
	if key == "" {
		key = name
	}
	if name == "" {
		name = key
	}
	return key, name
}

func sortedCosts(costs []store.Cost) []store.Cost {
	slices.SortFunc(costs, func(a, b store.Cost) int {
		if c := slices.Compare(a.Keys, b.Keys); c != 0 {
			return c
		}
		return strings.Compare(a.Currency, b.Currency)
	})
	return costs
}
