package providertest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/providers/simulator"
)

// testOverview compares overviews with the truth: of a made-up month, of one in two currencies, of an empty one and of
// one with more products than a page holds.
func (s suite) testOverview(t *testing.T) {
	m := providers.NewMonth(2026, 10)
	t.Run("a made-up month", func(t *testing.T) {
		s.mustOverview(t, s.open(t, simulator.Options{Seed: 4}, hurried()), m)
	})
	t.Run("two currencies", func(t *testing.T) {
		on := s.open(t, simulator.Options{Seed: 4}, hurried())
		rows := on.cloud.Day(m.First())
		for _, row := range rows[:5] {
			row["Currency"] = "USD"
		}
		if err := on.cloud.SetDay(m.First(), rows); err != nil {
			t.Fatal(err)
		}
		s.mustOverview(t, on, m)
	})
	t.Run("an empty month", func(t *testing.T) {
		on := s.open(t, simulator.Options{Empty: true}, hurried())
		if totals, err := on.Overview(t.Context(), m); err != nil || len(totals) != 0 {
			t.Errorf("%d totals and %v, want none", len(totals), err)
		}
	})
	t.Run("700 products", func(t *testing.T) {
		on := s.open(t, simulator.Options{Empty: true}, hurried())
		var rows []simulator.Row
		for i := range 700 {
			rows = append(rows, on.cloud.Row(m.First(), simulator.Charge{
				Product: fmt.Sprintf("product-%03d", i), ProductName: fmt.Sprintf("产品%d", i), List: decimal.New(int64(i)*1001, -4),
			}))
		}
		if err := on.cloud.SetDay(m.First(), rows); err != nil {
			t.Fatal(err)
		}
		s.mustOverview(t, on, m)
	})
}

func (s suite) mustOverview(t *testing.T, on subject, m providers.Month) {
	t.Helper()
	got, err := on.Overview(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(got, func(a, b providers.Total) int {
		return cmp.Or(cmp.Compare(a.ServiceCode, b.ServiceCode), cmp.Compare(a.Currency, b.Currency))
	})
	want := on.cloud.Overview(m)
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%d totals, want %d", len(got), len(want))
	}
	for i := range want {
		if !sameTotal(got[i], want[i]) {
			t.Errorf("total %d is\n%+v, want\n%+v", i, got[i], want[i])
		}
	}
}

func sameTotal(a, b providers.Total) bool {
	return a.ServiceCode == b.ServiceCode && a.ServiceName == b.ServiceName && a.Currency == b.Currency && a.Rows == b.Rows &&
		a.ListCost.Equal(b.ListCost) && a.BilledCost.Equal(b.BilledCost) && a.SettledCost.Equal(b.SettledCost) &&
		a.CostBeforeVoucher.Equal(b.CostBeforeVoucher) && a.RoundingAmount.Equal(b.RoundingAmount) && a.TaxAmount.Equal(b.TaxAmount)
}

// testOverviewFaults meets the faults that an overview can meet.
func (s suite) testOverviewFaults(t *testing.T) {
	m := providers.NewMonth(2026, 10)
	for _, f := range faultCases() {
		switch f.effect {
		case simulator.RepeatedPage, simulator.MissingPage, simulator.MovedTotal, simulator.EndlessToken:
			continue // an overview of one page has no such faults
		}
		for _, times := range []int{1, 0} {
			t.Run(fmt.Sprintf("%s, %s", f.effect, map[int]string{1: "once", 0: "for good"}[times]), func(t *testing.T) {
				t.Parallel()
				on := s.open(t, simulator.Options{Empty: true}, f.patience(times))
				s.fill(t, on.cloud, m.First(), 30)
				on.cloud.Inject(simulator.Fault{Times: times, Effect: f.effect})
				if times == 1 && f.heals {
					s.mustOverview(t, on, m)
					return
				}
				_, err := on.Overview(t.Context(), m)
				on.log.noteError(err)
				if !slices.Contains(f.kinds, providers.KindOf(err)) {
					t.Errorf("error is %v, of kind %s, want %v", err, providers.KindOf(err), f.kinds)
				}
			})
		}
	}
}

// testCredentials uses keys that the cloud does not know, or that may not read bills.
func (s suite) testCredentials(t *testing.T) {
	d := providers.NewDay(2026, 10, 9)
	for name, setUp := range map[string]struct {
		options simulator.Options
		fault   *simulator.Fault
	}{
		"unknown access key":   {options: simulator.Options{AccessKey: "AKOFSOMEBODYELSE"}},
		"a permission missing": {fault: &simulator.Fault{Effect: simulator.Forbidden}},
	} {
		t.Run(name, func(t *testing.T) {
			on := s.open(t, setUp.options, hurried())
			if setUp.fault != nil {
				on.cloud.Inject(*setUp.fault)
			}
			_, fetchErr := s.fetch(t.Context(), on, d)
			_, overviewErr := on.Overview(t.Context(), d.Month())
			errs := map[string]error{"Fetch": fetchErr, "Overview": overviewErr}
			if checker, ok := on.Provider.(providers.Checker); ok {
				errs["Check"] = checker.Check(t.Context())
			}
			for call, err := range errs {
				on.log.noteError(err)
				if providers.KindOf(err) != providers.Denied || providers.HintOf(err) == "" {
					t.Errorf("%s: error is %v with hint %q, want one of kind denied with a hint", call, err, providers.HintOf(err))
				}
			}
			if n := len(on.cloud.Served()); n != len(errs) {
				t.Errorf("%d requests for %d calls: retrying what is denied is useless", n, len(errs))
			}
		})
	}
	t.Run("a check of good credentials is one call", func(t *testing.T) {
		on := s.open(t, simulator.Options{}, hurried())
		checker, ok := on.Provider.(providers.Checker)
		if !ok {
			return
		}
		if err := checker.Check(t.Context()); err != nil || len(on.cloud.Served()) != 1 {
			t.Errorf("%d requests and %v, want one and none", len(on.cloud.Served()), err)
		}
	})
}

// testObserve counts what the observer is told against what the cloud served.
func (s suite) testObserve(t *testing.T) {
	on := s.open(t, simulator.Options{Empty: true}, hurried())
	d := providers.NewDay(2026, 10, 9)
	s.fill(t, on.cloud, d, 700)
	on.cloud.Inject(simulator.Fault{When: simulator.Request.Last, Times: 2, Effect: simulator.InternalError})
	if _, err := s.fetch(context.Background(), on, d); err != nil {
		t.Fatal(err)
	}
	calls, served := on.calls(), on.cloud.Served()
	if len(calls) != len(served) {
		t.Errorf("%d attempts observed, %d served", len(calls), len(served))
	}
	failed, third := 0, 0
	for _, c := range calls {
		if c.Err != nil {
			failed++
			if c.Kind != providers.Unavailable {
				t.Errorf("a failed attempt is of kind %s", c.Kind)
			}
		}
		if c.Attempt == 3 {
			third++
		}
		if c.Op != served[0].Op || c.RequestID == "" {
			t.Errorf("an attempt is of %q with request id %q", c.Op, c.RequestID)
		}
	}
	if failed != 2 || third != 1 {
		t.Errorf("%d failed and %d third attempts observed, want 2 and 1", failed, third)
	}
}
