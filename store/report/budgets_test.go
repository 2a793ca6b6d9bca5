package report_test

import (
	"fmt"
	"slices"
	"testing"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/internal/memstore"
)

func plan(name, amount string, match ...store.Filter) report.Plan {
	return report.Plan{Name: name, Match: match, Amount: money(amount), Currency: "CNY", Thresholds: []int{80, 100}}
}

func TestABudget(t *testing.T) {
	for name, c := range map[string]struct {
		day     string
		amount  string
		costs   string // of every day since the first of the month before
		want    string
		runsOut string
	}{
		"evenly used":             {"2026-11-15", "300", "10", "150 used 50 elapsed 50 reached 0 left 15", ""},
		"just below a threshold":  {"2026-11-15", "187.500000000001", "10", "150 used 80 elapsed 50 reached 0 left 15", ""},
		"a threshold is reached":  {"2026-11-15", "187.5", "10", "150 used 80 elapsed 50 reached 80 left 15", ""},
		"used to the last":        {"2026-11-15", "150", "10", "150 used 100 elapsed 50 reached 100 left 15", "2026-11-15"},
		"above":                   {"2026-11-15", "101", "10", "150 used 148.5 elapsed 50 reached 100 left 15 over", "2026-11-11"},
		"on the first":            {"2026-11-01", "300", "10", "10 used 3.3 elapsed 3.3 reached 0 left 29", ""},
		"on the last":             {"2026-11-30", "300", "10", "300 used 100 elapsed 100 reached 100 left 0", "2026-11-30"},
		"on the first of January": {"2026-01-01", "310", "10", "10 used 3.2 elapsed 3.2 reached 0 left 30", ""},
		"on February 29":          {"2024-02-29", "290", "1", "29 used 10 elapsed 100 reached 0 left 0", ""},
		"of refunds":              {"2026-11-15", "300", "-1", "-15 used -5 elapsed 50 reached 0 left 15", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var s memstore.Store
			fill(t, &s, "a", (day(t, c.day).Month() - 1).First().String(), day(t, c.day).Month().Last().String(), c.costs, providers.Complete)
			budgets := build(t, &s, report.Options{Day: day(t, c.day), Plans: []report.Plan{plan("all", c.amount)}}).Sections[0].Budgets
			if len(budgets) != 1 {
				t.Fatalf("%d budgets, want 1", len(budgets))
			}
			b := budgets[0]
			got := fmt.Sprintf("%s used %s elapsed %s reached %d left %d", b.Spent, b.Used, b.Elapsed, b.Reached, b.DaysLeft)
			if b.Over {
				got += " over"
			}
			if got != c.want || b.Name != "all" || b.Month != day(t, c.day).Month() || len(b.Partial) > 0 {
				t.Errorf("%s %s: %q without %v, want %q", b.Name, b.Month, got, b.Partial, c.want)
			}
			if c.runsOut == "" && b.RunsOut != nil || c.runsOut != "" && (b.RunsOut == nil || b.RunsOut.String() != c.runsOut) {
				t.Errorf("runs out on %v, want %q", b.RunsOut, c.runsOut)
			}
		})
	}
}

func TestARefundBringsABudgetBack(t *testing.T) {
	var s memstore.Store
	for date, amount := range map[string]string{"2026-11-01": "120", "2026-11-02": "-50", "2026-11-03": "40", "2026-11-04": "1"} {
		s.Put("a", "volcengine", date, providers.Complete, cost("ecs", amount))
	}
	for date, want := range map[string]string{"2026-11-01": "2026-11-01", "2026-11-02": "", "2026-11-03": "2026-11-03", "2026-11-04": "2026-11-03"} {
		b := build(t, &s, report.Options{Day: day(t, date), Plans: []report.Plan{plan("all", "100")}}).Sections[0].Budgets[0]
		got := ""
		if b.RunsOut != nil {
			got = b.RunsOut.String()
		}
		if got != want {
			t.Errorf("on %s: runs out on %q, want %q", date, got, want)
		}
	}
}

func TestABudgetCountsWhatItMatchesWhateverTheReportIsOf(t *testing.T) {
	plans := []report.Plan{
		plan("all", "1000"), plan("ali", "1000", only(store.ByProvider, "alicloud")), plan("late", "1000", only(store.ByAccount, "late")),
		plan("ecs", "1000", only(store.ByService, "ecs")), plan("oss", "1000", only(store.ByService, "oss"), only(store.ByAccount, "ali", "a")),
	}
	for name, c := range map[string]struct {
		where []store.Filter
		want  []string
	}{
		"everything": {nil, []string{"all 675 [late]", "ali 155 []", "late 210 [late]", "ecs 613 [late]", "oss 62 []"}},
		"an account": {[]store.Filter{only(store.ByAccount, "a")}, []string{"all 675 [late]", "ali 155 []", "ecs 613 [late]", "oss 62 []"}},
		"a service":  {[]store.Filter{only(store.ByService, "oss")}, []string{"all 675 [late]", "ali 155 []", "late 210 [late]", "oss 62 []"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := threeAccounts(t)
			r := build(t, s, report.Options{Day: day(t, "2026-10-31"), Where: c.where, Plans: plans})
			var got []string
			for _, b := range r.Sections[0].Budgets {
				got = append(got, fmt.Sprint(b.Name, " ", b.Spent, " ", b.Partial))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestABudgetIsNeverMissing(t *testing.T) {
	dollars := plan("dollars", "10")
	dollars.Currency = "USD"
	var s memstore.Store
	fill(t, &s, "a", "2026-10-01", "2026-11-10", "1", providers.Complete)
	r := build(t, &s, report.Options{
		Plans: []report.Plan{dollars, plan("yuan", "10")}, Accounts: map[string]string{"a": "volcengine", "never": "alicloud"},
	})
	if len(r.Sections) != 1 || len(r.Sections[0].Budgets) != 1 || r.Sections[0].Budgets[0].Name != "yuan" {
		t.Errorf("sections are %+v, want one with the budget in yuan", r.Sections)
	}
	if got := r.Sections[0].Budgets[0].Partial; !slices.Equal(got, []string{"never"}) {
		t.Errorf("the budget in yuan lacks %v, want the account that was never stored", got)
	}
	if len(r.Idle) != 1 || r.Idle[0].Name != "dollars" || !r.Idle[0].Spent.IsZero() || !slices.Equal(r.Idle[0].Partial, []string{"never"}) {
		t.Errorf("idle are %+v, want the budget in dollars", r.Idle)
	}
}

func TestARetiredAccountTakesNothingFromABudget(t *testing.T) {
	var s memstore.Store
	fill(t, &s, "a", "2026-10-01", "2026-11-10", "1", providers.Complete)
	fill(t, &s, "gone", "2026-10-01", "2026-11-03", "1", providers.Complete)
	fill(t, &s, "gone-with-a-gap", "2026-10-01", "2026-11-01", "1", providers.Complete)
	fill(t, &s, "gone-with-a-gap", "2026-11-03", "2026-11-03", "1", providers.Complete)
	b := build(t, &s, report.Options{Plans: []report.Plan{plan("all", "100")}, Accounts: map[string]string{"a": "volcengine"}}).Sections[0].Budgets[0]
	if b.Spent.String() != "15" || !slices.Equal(b.Partial, []string{"gone-with-a-gap"}) {
		t.Errorf("spent %s without %v, want 15 without the retired account that has a gap", b.Spent, b.Partial)
	}
}
