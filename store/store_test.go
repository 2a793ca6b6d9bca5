package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
)

func TestALoadIDCarriesItsTime(t *testing.T) {
	began := time.Date(2026, 11, 22, 1, 2, 3, 456_789_000, time.UTC)
	id := store.NewLoadID(began)
	if got, want := id.Began(), began.Truncate(time.Millisecond); !got.Equal(want) {
		t.Errorf("began %s, want %s", got.UTC(), want)
	}
	if int64(id) <= 0 || int64(store.NewLoadID(time.Date(2088, 1, 1, 0, 0, 0, 0, time.UTC))) <= 0 {
		t.Error("an id does not fit a signed integer")
	}
	if earlier := store.NewLoadID(began.Add(-time.Millisecond)); earlier >= store.FirstLoadID(began) {
		t.Error("an earlier attempt has a greater id")
	}
}

func line(change func(*providers.Line)) *providers.Line {
	l := &providers.Line{
		ServiceCode: "ecs", Currency: "CNY", BilledCost: decimal.RequireFromString("1.10"),
		Tags: map[string]string{"team": "a", "env": "b"}, Native: providers.PairsOf(map[string]string{"x": "1", "y": "2"}),
	}
	if change != nil {
		change(l)
	}
	return l
}

func sum(lines ...*providers.Line) uint64 {
	var t store.Tally
	for _, l := range lines {
		t.Add(l)
	}
	return t.Checksum
}

func TestTheChecksumSeesEveryChange(t *testing.T) {
	same := sum(line(nil))
	for name, change := range map[string]func(*providers.Line){
		"an amount":             func(l *providers.Line) { l.BilledCost = decimal.RequireFromString("1.100000000001") },
		"another amount":        func(l *providers.Line) { l.ListCost = decimal.RequireFromString("0.01") },
		"a text":                func(l *providers.Line) { l.ResourceName = "x" },
		"a text that moved":     func(l *providers.Line) { l.ServiceCode, l.ServiceName = "", "ecs" },
		"a tag's value":         func(l *providers.Line) { l.Tags["team"] = "b" },
		"a tag's key":           func(l *providers.Line) { l.Tags = map[string]string{"team": "a", "en": "vb"} },
		"a native field":        func(l *providers.Line) { l.Native = providers.PairsOf(map[string]string{"x": "1", "y": "2", "z": ""}) },
		"a quantity":            func(l *providers.Line) { l.PricingQuantity = providers.ParseQuantity("0") },
		"a period":              func(l *providers.Line) { l.ChargePeriodEnd = time.Unix(1, 0) },
		"a currency":            func(l *providers.Line) { l.Currency = "USD" },
		"tags that became data": func(l *providers.Line) { l.Native, l.Tags = providers.PairsOf(l.Tags), l.Native.Map() },
	} {
		if sum(line(change)) == same {
			t.Errorf("%s changed and the checksum did not", name)
		}
	}
	if sum(line(nil), line(nil)) == same || sum() == same {
		t.Error("the checksum does not see how often a line occurs")
	}
}

func TestTheChecksumDoesNotSeeOrderOrNotation(t *testing.T) {
	a, b := line(nil), line(func(l *providers.Line) { l.ResourceID = "i-2" })
	if sum(a, b) != sum(b, a) {
		t.Error("the order changes the checksum")
	}
	if sum(line(nil)) != sum(line(func(l *providers.Line) { l.BilledCost, l.Offset = decimal.RequireFromString("1.1"), 7 })) {
		t.Error("1.10 and 1.1, or another offset, change the checksum")
	}
}

func TestTallySums(t *testing.T) {
	var tally store.Tally
	for _, s := range []string{"0.000000000001", "-0.01", "12345678901.123456"} {
		tally.Add(line(func(l *providers.Line) { l.BilledCost = decimal.RequireFromString(s) }))
	}
	tally.Add(line(func(l *providers.Line) { l.Currency = "USD" }))
	if got, want := tally.BilledCost().String(), "12345678901.113456000001 CNY, 1.1 USD"; got != want || tally.Lines != 4 {
		t.Errorf("%d lines, %s; want 4, %s", tally.Lines, got, want)
	}
	mark := store.Mark{LoadID: 1, Lines: 4, BilledCost: tally.BilledCost(), Checksum: tally.Checksum}
	if !tally.SameAs(mark) {
		t.Error("not the same as its own mark")
	}
	mark.LoadID = 0
	if tally.SameAs(mark) {
		t.Error("the same as a day that was never stored")
	}
}

func TestAmountsAreEqualWithoutZeros(t *testing.T) {
	zero, one := decimal.Zero, decimal.NewFromInt(1)
	if !(store.Amounts{"CNY": one, "USD": zero}).Equal(store.Amounts{"CNY": decimal.RequireFromString("1.00")}) {
		t.Error("a sum of zero makes a difference")
	}
	if (store.Amounts{"CNY": one}).Equal(store.Amounts{"USD": one}) {
		t.Error("the currency makes no difference")
	}
}

func TestParseDimension(t *testing.T) {
	for _, good := range []string{"account", "service", "region", "project", "resource", "meter", "tag:team", "tag:部门", "tag:a:b"} {
		if d, err := store.ParseDimension(good); err != nil || string(d) != good {
			t.Errorf("%s: %q, %v", good, d, err)
		}
	}
	for _, bad := range []string{"", "tag:", "Service", "team", "unit", "load"} {
		if _, err := store.ParseDimension(bad); err == nil || !strings.Contains(err.Error(), "is not a dimension") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	lines := store.Query{By: []store.Dimension{store.ByDay}, Where: []store.Filter{{Dimension: store.Tag("team")}}}
	if !lines.NeedsLines() || (store.Query{By: []store.Dimension{store.ByService}}).NeedsLines() {
		t.Error("only resources and tags need the lines")
	}
	for _, q := range []store.Query{{By: []store.Dimension{store.ByMeter}}, {By: []store.Dimension{store.ByUnit}}, {Quantity: true}} {
		if q.Loads = []store.LoadID{1}; !q.NeedsLines() || !errors.Is(q.Check(), store.ErrPast) {
			t.Errorf("%+v does not need the lines", q)
		}
	}
}

func TestParseAmount(t *testing.T) {
	for i, column := range store.AmountColumns() {
		if a, err := store.ParseAmount(column); err != nil || int(a) != i {
			t.Errorf("%s: %d, %v", column, a, err)
		}
	}
	if _, err := store.ParseAmount("cost"); err == nil {
		t.Error("cost was taken for a column")
	}
	l := &providers.Line{RoundingAmount: decimal.NewFromInt(12), ListCost: decimal.NewFromInt(1)}
	if amounts := store.LineAmounts(l); !amounts[store.RoundingAmount].Equal(l.RoundingAmount) || !amounts[store.ListCost].Equal(l.ListCost) {
		t.Errorf("amounts %v are not in the order of their columns", amounts)
	}
}
