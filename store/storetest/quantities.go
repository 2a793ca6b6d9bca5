package storetest

import (
	"testing"

	"goscan/providers"
	"goscan/store"
)

// Quantities at which inexact arithmetic shows, and the greatest that the columns hold, which fits no word of a machine.
var awkwardQuantities = [...]string{
	"99999999999999999999999999.999999999999", "0.000000000001", "-99999999999999999999999999.999999999998", "9223372036854775807",
	"24", "0", "-0.1", "0.3", "18446744073709551616", "1e-5",
}

func testQuantities(t *testing.T, f *fixture) {
	s := f.open("run-1")
	var all truth
	for back := range 2 {
		lines := samplesFrom(back, 60)
		for i := range lines {
			lines[i].PricingQuantity = quantity(awkwardQuantities[i%len(awkwardQuantities)])
			switch {
			case i%7 == 3: // some lines of most rows
				lines[i].PricingQuantity = providers.Quantity{}
			case lines[i].ResourceID == "i-4": // all lines of a row
				lines[i].PricingQuantity, lines[i].PricingUnit = providers.Quantity{}, ""
			}
		}
		d := october31 + providers.Day(back)
		load := f.replace(s, "prod", d, lines).After.LoadID
		all = append(all, storedDay{bill: bill("prod", d), day: d, lines: lines, load: load})
	}
	known := 0
	for _, by := range [][]store.Dimension{
		nil, {store.ByResource, store.ByMeter, store.ByUnit}, {store.ByAccount, store.ByService, store.ByCategory, store.ByResource, store.ByMeter, store.ByUnit},
		{store.ByDay, store.ByResource}, {store.ByUnit}, {store.Native("编号")},
	} {
		for _, where := range [][]store.Filter{
			nil,
			{{Dimension: store.ByMeter, Values: []string{"内存"}}},
			{{Dimension: store.ByUnit, Values: []string{"", "核*时"}}, {Dimension: store.Tag("env"), Values: []string{""}}},
		} {
			q := store.Query{From: october31, To: october31 + 1, Amount: store.ListCost, By: by, Where: where, Quantity: true}
			f.wantCosts(s, all, q)
			for _, c := range all.costs(q) {
				if c.Quantity.Valid {
					known++
				}
			}
			q.Quantity = false
			f.wantCosts(s, all, q)
		}
	}
	if known < 100 {
		t.Fatalf("only %d sums are known: the lines prove little", known)
	}
}
