package providertest

import (
	"context"
	"fmt"
	"testing"

	"goscan/providers"
	"goscan/providers/simulator"
)

// testMonth reads months whole and compares them with the sums of their days. A provider without such an answer has
// nothing to prove.
func (s suite) testMonth(t *testing.T) {
	m := providers.NewMonth(2026, 10)
	if _, ok := s.open(t, simulator.Options{Empty: true}, hurried()).Provider.(providers.MonthFetcher); !ok {
		return
	}
	t.Run("a made-up month", func(t *testing.T) {
		on := s.open(t, simulator.Options{Seed: 4}, hurried())
		s.mustEqualMonth(t, on, m, s.setUndated(t, on, m, on.cloud.Rows(m.First(), 2)))
	})
	for _, n := range []int{0, 298, 299, 650} {
		t.Run(fmt.Sprintf("%d rows and two without a day", n), func(t *testing.T) {
			on := s.open(t, simulator.Options{Empty: true}, hurried())
			for i := range 3 {
				s.fill(t, on.cloud, m.First()+providers.Day(10*i), n) // each row is summed over three days
			}
			undated := s.setUndated(t, on, m, s.slim(on.cloud.Rows(m.First(), n+2))[n:])
			if lines := s.mustEqualMonth(t, on, m, undated); len(lines) != n+2 {
				t.Errorf("%d lines, want %d", len(lines), n+2)
			}
			lines, err := s.fetch(t.Context(), on, m.First())
			if err != nil || len(lines) != n {
				t.Errorf("the first day has %d lines and %v, want the %d that have its date", len(lines), err, n)
			}
		})
	}
	t.Run("an empty month", func(t *testing.T) {
		on := s.open(t, simulator.Options{Empty: true}, hurried())
		if lines, err := s.fetchMonth(t.Context(), on, m); err != nil || len(lines) != 0 {
			t.Errorf("%d lines and %v, want none", len(lines), err)
		}
	})
	t.Run("a dataset that is no bill", func(t *testing.T) {
		on := s.open(t, simulator.Options{}, hurried())
		b := providers.Bill{Account: account, Provider: s.kind, Dataset: "split", Month: m}
		err := on.Provider.(providers.MonthFetcher).FetchMonth(t.Context(), b, func([]providers.Line) error { return nil })
		if err == nil || len(on.cloud.Served()) != 0 {
			t.Errorf("%d requests and the error %v, want no request and an error", len(on.cloud.Served()), err)
		}
	})
}

// testMonthMoves reads a month whose answer changes, or whose pages are not those announced: what is read of it is never
// taken for a month.
func (s suite) testMonthMoves(t *testing.T) {
	m := providers.NewMonth(2026, 10)
	if _, ok := s.open(t, simulator.Options{Empty: true}, hurried()).Provider.(providers.MonthFetcher); !ok {
		return
	}
	for name, lines := range map[string]int{"it grows": 620, "it grows by a line": 311, "it shrinks": 305, "it vanishes": 0} {
		t.Run(name, func(t *testing.T) {
			on := s.open(t, simulator.Options{Empty: true}, hurried())
			s.fill(t, on.cloud, m.First(), 310)
			on.cloud.Inject(simulator.Fault{
				When: simulator.Request.Last, Times: 1, Run: func(simulator.Request) { s.fill(t, on.cloud, m.First(), lines) },
			})
			if _, err := s.fetchMonth(t.Context(), on, m); providers.KindOf(err) != providers.Changed {
				t.Errorf("error is %v, of kind %s, want changed", err, providers.KindOf(err))
			}
			s.mustEqualMonth(t, on, m, nil)
		})
	}
	for _, effect := range []simulator.Effect{simulator.MovedTotal, simulator.MissingPage, simulator.RepeatedPage} {
		t.Run(effect.String(), func(t *testing.T) {
			on := s.open(t, simulator.Options{Empty: true}, hurried())
			s.fill(t, on.cloud, m.First(), 600) // two full pages: a repeated one is known by its bytes
			on.cloud.Inject(simulator.Fault{When: simulator.Request.Last, Effect: effect})
			_, err := s.fetchMonth(t.Context(), on, m)
			if kind := providers.KindOf(err); kind != providers.Changed && kind != providers.Malformed {
				t.Errorf("error is %v, of kind %s, want changed or malformed", err, kind)
			}
		})
	}
}

// fetchMonth reads a month and returns its lines by offset.
func (s suite) fetchMonth(ctx context.Context, on subject, m providers.Month) (map[int]providers.Line, error) {
	return on.gather(ctx, func(ctx context.Context, emit providers.Emit) error {
		return on.Provider.(providers.MonthFetcher).FetchMonth(ctx, s.bill(m.First()), emit)
	})
}

// setUndated gives a month two rows that belong to no day of it: one without a date, one with another month's.
func (s suite) setUndated(t *testing.T, on subject, m providers.Month, rows []simulator.Row) []simulator.Row {
	t.Helper()
	date := map[string]string{simulator.Volcengine: "ExpenseDate", simulator.Alicloud: "BillingDate"}[s.kind]
	rows[0][date], rows[1][date] = "", (m.First() - 1).String()
	if err := on.cloud.SetUndated(m, rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// mustEqualMonth reads a month and checks that its lines are the sums of its rows: of every column per service, of the
// cost per resource; that none is missing, and that each is charged for the month. It returns the lines.
func (s suite) mustEqualMonth(t *testing.T, on subject, m providers.Month, undated []simulator.Row) map[int]providers.Line {
	t.Helper()
	on.cloud.Forget()
	lines, err := s.fetchMonth(t.Context(), on, m)
	if err != nil {
		t.Fatal(err)
	}
	served := on.cloud.Served()
	if want := max(1, (len(lines)+299)/300); len(served) != want || served[0].Month != m || served[0].Day != 0 {
		t.Errorf("%d requests, the first %+v; want %d of the month", len(served), served[0], want)
	}
	for i := range len(lines) {
		l, ok := lines[i]
		if !ok {
			t.Fatalf("no line has the offset %d of %d", i, len(lines))
		}
		if !l.ChargePeriodStart.Equal(m.First().Start()) || !l.ChargePeriodEnd.Equal((m + 1).First().Start()) {
			t.Fatalf("line %d is charged for %s to %s, want the month", i, l.ChargePeriodStart, l.ChargePeriodEnd)
		}
	}
	s.mustEqualServices(t, on, m, lines)
	rows := undated
	for d := m.First(); d <= m.Last(); d++ {
		rows = append(rows, on.cloud.Day(d)...)
	}
	s.mustEqualResources(t, rows, lines)
	return lines
}

func (s suite) mustEqualServices(t *testing.T, on subject, m providers.Month, lines map[int]providers.Line) {
	t.Helper()
	got, truth := sum(lines), on.cloud.TruthOfMonth(m)
	if len(got) != len(truth) {
		t.Errorf("lines are of %d services, want %d", len(got), len(truth))
	}
	for service, want := range truth {
		want.Lines = got[service].Lines // the truth counts the rows of every day
		if !got[service].Equal(want) {
			t.Errorf("%s in %s: lines add up to %+v, want %+v", service.Code, service.Currency, got[service], want)
		}
	}
}

// mustEqualResources compares the cost of each resource with the sum of its rows, of all days and of none.
func (s suite) mustEqualResources(t *testing.T, rows []simulator.Row, lines map[int]providers.Line) {
	t.Helper()
	got, want := map[string]providers.Money{}, map[string]providers.Money{}
	for _, l := range lines {
		got[l.ResourceID] = got[l.ResourceID].Add(l.BilledCost)
	}
	for _, row := range rows {
		resource, _ := row[s.resourceField()].(string)
		cost, err := providers.ParseMoney(fmt.Sprint(row[s.costField()]))
		if err != nil {
			t.Fatal(err)
		}
		want[resource] = want[resource].Add(cost)
	}
	if len(got) != len(want) {
		t.Errorf("lines are of %d resources, want %d", len(got), len(want))
	}
	for resource, cost := range want {
		if !got[resource].Equal(cost) {
			t.Errorf("%s: lines add up to %s, want %s", resource, got[resource], cost)
		}
	}
}

func (s suite) costField() string {
	return map[string]string{simulator.Volcengine: "PayableAmount", simulator.Alicloud: "PretaxAmount"}[s.kind]
}
