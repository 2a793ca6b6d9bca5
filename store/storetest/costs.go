package storetest

import (
	"testing"

	"goscan/providers"
	"goscan/store"
)

var dimensions = [...]store.Dimension{
	store.ByDay, store.ByMonth, store.ByProvider, store.ByAccount, store.BySubAccount, store.ByService, store.ByRegion,
	store.ByProject, store.ByCategory, store.ByBillingMode, store.ByResource, store.ByMeter, store.ByUnit, store.ByLoad,
	store.Tag("team"), store.Tag("env"), store.Tag("nobody has it"), store.Native("编号"), store.Native("Zone"), store.Native("nobody has it"),
}

// fortnight stores some days of two accounts and returns what it stored.
func (f *fixture) fortnight(s Store) truth {
	f.Helper()
	var all truth
	for i, account := range []string{"prod", "test"} {
		for back := range 4 {
			d := october31 + 1 - providers.Day(back)
			lines := samplesFrom(i*7+back, 30+back)
			f.replace(s, account, d, samples(3)) // superseded at once: nothing may count it
			load := f.replace(s, account, d, lines).After.LoadID
			all = append(all, storedDay{bill: bill(account, d), day: d, lines: lines, load: load})
		}
	}
	return all
}

func testCosts(t *testing.T, f *fixture) {
	s := f.open("run-1")
	all := f.fortnight(s)
	query := func(from, to providers.Day, by []store.Dimension, where ...store.Filter) {
		t.Helper()
		f.wantCosts(s, all, store.Query{From: from, To: to, Amount: store.CostBeforeVoucher, By: by, Where: where})
	}
	query(october31-10, october31+10, nil)
	query(october31-100, october31-50, nil)
	for _, d := range dimensions {
		query(october31-2, october31+1, []store.Dimension{d})
		query(october31, october31, []store.Dimension{d})
		query(october31-2, october31+1, []store.Dimension{store.ByDay, d, store.ByAccount})
		for _, values := range filterValues(all, d) {
			where := store.Filter{Dimension: d, Values: values}
			query(october31-2, october31+1, nil, where)
			query(october31-1, october31, []store.Dimension{store.ByService, store.ByRegion}, where)
			query(october31-1, october31, []store.Dimension{store.ByResource}, where,
				store.Filter{Dimension: store.ByRegion, Values: []string{"cn-beijing"}})
		}
	}
}

// filterValues returns lists of values to filter a dimension by: each of the first ones alone, two, and none that any
// line has.
func filterValues(all truth, d store.Dimension) [][]string {
	lists := [][]string{{"no line has this"}, {"' OR 1=1 --", `\`}}
	seen := map[string]bool{}
	var values []string
	for _, s := range all {
		for i := range s.lines {
			if key, _ := s.key(&s.lines[i], d); !seen[key] {
				seen[key] = true
				values = append(values, key)
			}
		}
	}
	if len(values) > 1 {
		lists = append(lists, values[:1], values[:2])
	}
	return append(lists, values)
}

func testFallback(_ *testing.T, f *fixture) {
	s := f.open("run-1")
	lines := samples(8)
	for i := range lines {
		l := &lines[i]
		l.Currency = "CNY"
		switch i % 4 {
		case 0: // Alibaba Cloud gives regions no id
			l.RegionID, l.RegionName, l.SubAccountID, l.ResourceID = "", "华东1（杭州）", "", ""
		case 1:
			l.RegionName, l.SubAccountName, l.ResourceName, l.ServiceName = "", "", "", ""
		case 2:
			l.RegionID, l.RegionName, l.ServiceCode, l.ServiceName = "", "", "", ""
			l.SubAccountID, l.SubAccountName, l.ResourceID, l.ResourceName, l.CostUnit = "", "", "", "", ""
			l.ChargeCategory, l.BillingMode, l.SkuMeter, l.PricingUnit = "", "", "", ""
		}
	}
	load := f.replace(s, "prod", october31, lines).After.LoadID
	all := truth{{bill: bill("prod", october31), day: october31, lines: lines, load: load}}
	for _, d := range dimensions {
		f.wantCosts(s, all, store.Query{From: october31, To: october31, Amount: store.BilledCost, By: []store.Dimension{d}})
		for _, values := range filterValues(all, d) {
			for _, by := range []store.Dimension{store.ByRegion, store.ByResource} {
				f.wantCosts(s, all, store.Query{
					From: october31, To: october31, Amount: store.BilledCost, By: []store.Dimension{by},
					Where: []store.Filter{{Dimension: d, Values: values}},
				})
			}
		}
	}
}

func testTagKeys(_ *testing.T, f *fixture) {
	s := f.open("run-1")
	var lines []providers.Line
	for i, text := range awkwardTexts {
		l := sample(i)
		l.Tags = map[string]string{text + "key": text + "value", "acs:rds:dbInstanceId": "rm-1"}
		l.Native = providers.PairsOf(map[string]string{text + "key": text + "value", "acs:rds:dbInstanceId": `{"a":"native"}`})
		lines = append(lines, l)
	}
	f.replace(s, "prod", october31, lines)
	all := truth{{bill: bill("prod", october31), day: october31, lines: lines}}
	for _, text := range append(awkwardTexts[:], "acs:rds:dbInstanceId") {
		for _, key := range []string{text, text + "key"} {
			if key == "" {
				continue
			}
			for _, d := range []store.Dimension{store.Tag(key), store.Native(key)} {
				f.wantCosts(s, all, store.Query{
					From: october31, To: october31, Amount: store.BilledCost, By: []store.Dimension{d},
				})
				f.wantCosts(s, all, store.Query{
					From: october31, To: october31, Amount: store.BilledCost, By: []store.Dimension{store.ByService},
					Where: []store.Filter{{Dimension: d, Values: []string{text + "value"}}},
				})
			}
		}
	}
}
