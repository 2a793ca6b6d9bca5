package report_test

import (
	"fmt"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/internal/memstore"
)

// paidAhead is a line of a subscription that is paid at once.
func paidAhead(service, resource, amount string) providers.Line {
	l := cost(service, amount)
	l.ChargeCategory, l.ResourceID = providers.ChargePurchase, resource
	return l
}

// used is a line of usage.
func used(service, amount string) providers.Line {
	l := cost(service, amount)
	l.ChargeCategory = providers.ChargeUsage
	return l
}

// steady stores the same usage on every day of a range, and a subscription of 100 on the 20th of each month.
func steady(t *testing.T, s *memstore.Store, account, from, to, amount string) {
	t.Helper()
	for d := day(t, from); d <= day(t, to); d++ {
		lines := []providers.Line{used("ecs", amount)}
		if _, _, n := d.Date(); n == 20 {
			lines = append(lines, paidAhead("rds", "rm-1", "100"))
		}
		s.Put(account, "volcengine", d.String(), providers.Complete, lines...)
	}
}

func TestForecastOfASteadyMonth(t *testing.T) {
	var s memstore.Store
	steady(t, &s, "a", "2026-08-01", "2026-11-10", "10")
	f := build(t, &s, report.Options{}).Sections[0].Forecast
	if f == nil {
		t.Fatal("no forecast")
	}
	got := fmt.Sprint(f.Month, f.Through, f.Days, " so far ", f.SoFar, " renewals ", f.Renewals, " expected ", f.Expected, " before ", text(f.Before))
	want := "2026-11 2026-11-10 20 so far 100 renewals 100 expected 400 before 410"
	if got != want {
		t.Errorf("forecast is %s, want %s", got, want)
	}
	if f.Low.GreaterThan(f.Expected) || f.High.LessThan(f.Expected) || f.Method == "" || len(f.LeftOut) > 0 {
		t.Errorf("interval %s to %s, method %q, without %q", f.Low, f.High, f.Method, f.LeftOut)
	}
}

func TestNoForecast(t *testing.T) {
	for name, fill := range map[string]func(s *memstore.Store){
		"of a whole month": func(s *memstore.Store) { steady(t, s, "a", "2026-08-01", "2026-10-31", "10") },
		"from ten days":    func(s *memstore.Store) { steady(t, s, "a", "2026-11-01", "2026-11-10", "10") },
		"of what ended":    func(s *memstore.Store) { steady(t, s, "gone", "2026-08-01", "2026-11-10", "10") },
		"with a gap this week": func(s *memstore.Store) {
			steady(t, s, "a", "2026-08-01", "2026-11-04", "10")
			steady(t, s, "a", "2026-11-06", "2026-11-10", "10")
		},
	} {
		t.Run(name, func(t *testing.T) {
			var s memstore.Store
			fill(&s)
			if f := build(t, &s, report.Options{Accounts: map[string]string{"a": "volcengine"}}).Sections[0].Forecast; f != nil {
				t.Errorf("forecast is %+v", f)
			}
		})
	}
}

func TestALateAccountIsForecastFromTheDayThatAllKnow(t *testing.T) {
	var s memstore.Store
	steady(t, &s, "a", "2026-08-01", "2026-11-10", "10")
	steady(t, &s, "late", "2026-08-01", "2026-11-08", "5")
	steady(t, &s, "stuck", "2026-08-01", "2026-10-20", "5")
	f := build(t, &s, report.Options{Day: day(t, "2026-11-10")}).Sections[0].Forecast
	if f == nil || f.Through.String() != "2026-11-08" || f.SoFar.String() != "120" || len(f.LeftOut) != 1 || f.LeftOut[0] != "stuck" {
		t.Errorf("forecast is %+v, want it from 2026-11-08 without stuck", f)
	}
}

func TestABudgetForesees(t *testing.T) {
	var s memstore.Store
	steady(t, &s, "a", "2026-08-01", "2026-11-10", "10")
	steady(t, &s, "b", "2026-08-01", "2026-11-10", "99")
	plan := report.Plan{
		Name: "a", Amount: money("155"), Currency: "CNY", Thresholds: []int{50, 80},
		Match: []store.Filter{{Dimension: store.ByAccount, Values: []string{"a"}}},
	}
	b := build(t, &s, report.Options{Plans: []report.Plan{plan}, Amount: new(store.BilledCost)}).Sections[0].Budgets[0]
	if b.Spent.String() != "100" || b.Reached != 50 || !b.Over || b.Forecast == nil || b.Forecast.Expected.String() != "400" {
		t.Errorf("budget is %+v, forecast %+v", b, b.Forecast)
	}
	if b.RunsOut == nil || b.RunsOut.String() != "2026-11-16" {
		t.Errorf("it runs out on %v, want 2026-11-16", b.RunsOut)
	}
}

// jump stores 60 days of usage, the last of them ten times as much.
func jump(t *testing.T, s *memstore.Store, last string) {
	t.Helper()
	for d := day(t, "2026-09-12"); d < day(t, "2026-11-10"); d++ {
		s.Put("a", "volcengine", d.String(), providers.Complete, used("ecs", "500"), used("oss", "300"))
	}
	s.Put("a", "volcengine", "2026-11-10", providers.Complete, used("ecs", last), used("oss", "300"))
}

func TestARestatementRetractsAnAnomaly(t *testing.T) {
	now := time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC)
	s := memstore.Store{Now: now}
	jump(t, &s, "5000")
	options := report.Options{Day: day(t, "2026-11-10"), Since: now.Add(time.Hour)}
	alerts := build(t, &s, options).Sections[0].Anomalies
	if len(alerts) != 1 || alerts[0].State != "new" || alerts[0].Contributors[0].Service != "ecs" || alerts[0].Impact.LessThan(money("4000")) {
		t.Fatalf("alerts are %+v, want one of ecs", alerts)
	}
	id := alerts[0].ID

	s.Now = now.Add(24 * time.Hour)
	s.Put("a", "volcengine", "2026-11-10", providers.Complete, used("ecs", "501"), used("oss", "300"))
	alerts = build(t, &s, options).Sections[0].Anomalies
	if len(alerts) != 1 || alerts[0].State != "retracted" || alerts[0].ID != id {
		t.Errorf("alerts are %+v, want %s retracted", alerts, id)
	}

	s.Now = now.Add(25 * time.Hour)
	s.Put("a", "volcengine", "2026-11-10", providers.Complete, used("ecs", "3000"), used("oss", "300"))
	alerts = build(t, &s, options).Sections[0].Anomalies
	if len(alerts) != 1 || alerts[0].State != "revised" || alerts[0].Before == nil || alerts[0].ID != id {
		t.Errorf("alerts are %+v, want %s revised", alerts, id)
	}
}

func TestAnIncompleteDayHasNoAnomaly(t *testing.T) {
	var s memstore.Store
	jump(t, &s, "5000")
	s.Put("a", "volcengine", "2026-11-10", providers.Provisional, used("ecs", "5000"))
	if alerts := build(t, &s, report.Options{Day: day(t, "2026-11-10")}).Sections[0].Anomalies; len(alerts) > 0 {
		t.Errorf("alerts are %+v", alerts)
	}
}

func TestAnomaliesOfARange(t *testing.T) {
	var s memstore.Store
	jump(t, &s, "5000")
	span, alerts, err := report.Anomalies(t.Context(), &s, report.Options{}, 0, 0)
	if err != nil || span.From.String() != "2026-10-12" || span.To.String() != "2026-11-10" || len(alerts) != 1 {
		t.Errorf("%v: %d alerts, %v", span, len(alerts), err)
	}
	if _, alerts, err = report.Anomalies(t.Context(), &s, report.Options{}, 0, day(t, "2026-11-09")); err != nil || len(alerts) != 0 {
		t.Errorf("before the jump: %d alerts, %v", len(alerts), err)
	}
	for _, c := range [][2]string{{"2026-12-01", "2026-12-31"}, {"2026-01-01", "2026-02-01"}} {
		if _, _, err := report.Anomalies(t.Context(), &s, report.Options{}, day(t, c[0]), day(t, c[1])); err == nil {
			t.Errorf("%v: no error although nothing is stored of it", c)
		}
	}
	if _, _, err := report.Anomalies(t.Context(), &memstore.Store{}, report.Options{}, 0, 0); err == nil {
		t.Error("an empty store: no error")
	}
}

func TestBacktest(t *testing.T) {
	var s memstore.Store
	steady(t, &s, "a", "2026-06-01", "2026-11-10", "500")
	b, err := report.NewBacktest(t.Context(), &s, report.Options{}, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if b.From.String() != "2026-06-15" || len(b.Anomalies.Trials) < 5 || len(b.Forecasts) != 1 || b.Forecasts[0].Currency != "CNY" {
		t.Errorf("backtest is %+v", b)
	}
	for _, f := range b.Forecasts[0].Scores {
		if f.Method == "forecast" && f.Day == 0 && (f.Forecasts == 0 || f.WAPE > 0.001) {
			t.Errorf("forecasts of a steady cost are off by %v (%d forecasts)", f.WAPE, f.Forecasts)
		}
	}
}
