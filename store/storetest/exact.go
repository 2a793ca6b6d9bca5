package storetest

import (
	"testing"

	"goscan/providers"
	"goscan/store"
)

func testExact(_ *testing.T, f *fixture) {
	s := f.open("run-1")
	var all truth
	for day := range 3 {
		lines := samplesFrom(day, 200)
		for i := range lines {
			lines[i].Currency = "CNY"
		}
		d := october31 - providers.Day(day)
		f.replace(s, "prod", d, lines)
		all = append(all, storedDay{bill: bill("prod", d), day: d, lines: lines})
	}
	for amount := range store.Amount(store.AmountCount) {
		for _, by := range [][]store.Dimension{nil, {store.ByResource}, {store.ByService, store.ByDay}, {store.ByMonth}} {
			f.wantCosts(s, all, store.Query{From: october31 - 2, To: october31, Amount: amount, By: by})
		}
	}
	// One value at a time, so that no other hides what it lost.
	for _, text := range awkward {
		lines := make([]providers.Line, 300)
		for i := range lines {
			lines[i] = sample(0)
			lines[i].BilledCost = money(text)
		}
		f.replace(s, "one", october31, lines)
		f.wantCosts(s, truth{{bill: bill("one", october31), day: october31, lines: lines}}, store.Query{
			From: october31, To: october31, Amount: store.BilledCost,
			Where: []store.Filter{{Dimension: store.ByAccount, Values: []string{"one"}}},
		})
	}
}

func testCurrencies(t *testing.T, f *fixture) {
	s := f.open("run-1")
	lines := []providers.Line{sample(0), sample(0), sample(0)}
	for i, currency := range []string{"CNY", "USD", "USD"} {
		lines[i].Currency, lines[i].BilledCost = currency, money("1.5")
	}
	change := f.replace(s, "prod", october31, lines)
	want := store.Amounts{"CNY": money("1.5"), "USD": money("3")}
	if !change.After.BilledCost.Equal(want) {
		t.Errorf("billed cost %s, want %s", change.After.BilledCost, want)
	}
	for _, by := range [][]store.Dimension{nil, {store.ByResource}} {
		costs, err := s.Costs(f.Context(), store.Query{From: october31, To: october31, Amount: store.BilledCost, By: by})
		if err != nil {
			t.Fatal(err)
		}
		got := store.Amounts{}
		for _, c := range costs {
			got.Add(c.Currency, c.Amount)
		}
		if len(costs) != 2 || !got.Equal(want) {
			t.Errorf("by %v: %d rows, %s, want 2 rows, %s", by, len(costs), got, want)
		}
	}
}
