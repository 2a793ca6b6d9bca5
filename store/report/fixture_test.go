package report_test

import (
	"context"
	"testing"

	"goscan/providers"
	"goscan/store/report"
	"goscan/store/report/internal/memstore"
)

func day(t *testing.T, s string) providers.Day {
	t.Helper()
	d, err := providers.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func span(t *testing.T, from, to string) report.Range {
	t.Helper()
	return report.Range{From: day(t, from), To: day(t, to)}
}

func money(s string) providers.Money {
	m, err := providers.ParseMoney(s)
	if err != nil {
		panic(err)
	}
	return m
}

// cost is a line of a service in CNY. What it bills differs from its cost before vouchers.
func cost(service, amount string) providers.Line {
	return providers.Line{ServiceCode: service, Currency: "CNY", CostBeforeVoucher: money(amount), BilledCost: money("0.5")}
}

func build(t *testing.T, s *memstore.Store, o report.Options) *report.Report {
	t.Helper()
	r, err := report.Build(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// fill stores the same line on every day of a range.
func fill(t *testing.T, s *memstore.Store, account, from, to, amount string, state providers.State) {
	t.Helper()
	for d := day(t, from); d <= day(t, to); d++ {
		s.Put(account, "volcengine", d.String(), state, cost("ecs", amount))
	}
}

// text writes what may be unknown.
func text(m *providers.Money) string {
	if m == nil {
		return "unknown"
	}
	return m.String()
}
