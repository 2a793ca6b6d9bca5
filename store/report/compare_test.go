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

func TestWhatIsCompared(t *testing.T) {
	var s memstore.Store
	fill(t, &s, "a", "2026-09-01", "2026-10-31", "1", providers.Complete)
	fill(t, &s, "a", "2026-10-24", "2026-10-24", "5", providers.Complete)
	for kind, want := range map[report.Kind][]string{
		report.Daily:   {"day_before 1 of 1: 0", "same_weekday 1 of 1: -4", "month_to_date 31 of 30: 5"},
		report.Weekly:  {"week_before 7 of 7: 4", "month_to_date 25 of 25: 4"},
		report.Monthly: {"month_before 31 of 30: 5"},
	} {
		var got []string
		for _, c := range build(t, &s, report.Options{Kind: kind}).Sections[0].Comparisons {
			got = append(got, fmt.Sprintf("%s %d of %d: %s", c.With, c.Of.Days(), c.Period.Days(), c.Delta.Change))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}

func TestAGapLeavesAnAccountOutOfTheMonthToDateAlone(t *testing.T) {
	var s memstore.Store
	fill(t, &s, "a", "2026-09-01", "2026-10-31", "10", providers.Final)
	fill(t, &s, "gap", "2026-09-01", "2026-10-01", "10", providers.Final)
	fill(t, &s, "gap", "2026-10-03", "2026-10-31", "10", providers.Final)
	r := build(t, &s, report.Options{Day: day(t, "2026-10-20")})
	all := r.Sections[0].Comparisons
	if !slices.Equal(all[0].Compared, []string{"a", "gap"}) {
		t.Errorf("%v are compared with the day before, want both", all[0].Compared)
	}
	toDate := all[len(all)-1]
	if !slices.Equal(toDate.LeftOut, []string{"gap"}) || text(toDate.Amount) != "200" || toDate.Delta.Base.String() != "200" {
		t.Errorf("%s against %s without %v, want 200 against 200 without gap", text(toDate.Amount), toDate.Delta.Base, toDate.LeftOut)
	}
	if len(r.Notes) != 1 || r.Notes[0].With != report.MonthToDate || !slices.Equal(r.Notes[0].Days, []report.Range{span(t, "2026-10-02", "2026-10-02")}) {
		t.Errorf("notes are %+v, want one about 2026-10-02 and the month to date", r.Notes)
	}
}

func TestALateCloudIsNoFallOfTheWeek(t *testing.T) {
	var s memstore.Store
	fill(t, &s, "a", "2026-10-01", "2026-11-08", "10", providers.Final)
	fill(t, &s, "late", "2026-10-01", "2026-11-05", "10", providers.Final)
	r := build(t, &s, report.Options{Kind: report.Weekly, Day: day(t, "2026-11-08"), Accounts: map[string]string{"a": "volcengine", "late": "alicloud"}})
	if want := span(t, "2026-11-02", "2026-11-05"); r.Period != want {
		t.Errorf("period is %v, want the days that both have, %v", r.Period, want)
	}
	if c := r.Sections[0].Comparisons[0]; c.Delta.Change.String() != "0" || len(c.LeftOut) != 0 {
		t.Errorf("the week changed by %s without %v, want 0 without none", c.Delta.Change, c.LeftOut)
	}
}

func TestACurrencyOfTheMonthToDateHasASection(t *testing.T) {
	var s memstore.Store
	usd := cost("ecs", "5")
	usd.Currency = "USD"
	fill(t, &s, "a", "2026-10-01", "2026-11-10", "1", providers.Complete)
	s.Put("a", "volcengine", "2026-11-01", providers.Complete, usd, cost("ecs", "1"))
	sections := build(t, &s, report.Options{}).Sections
	if len(sections) != 2 {
		t.Fatalf("%d sections, want one for each currency of the month", len(sections))
	}
	all := sections[1].Comparisons
	if toDate := all[len(all)-1]; text(sections[1].Total) != "0" || text(toDate.Amount) != "5" {
		t.Errorf("USD: %s of the day and %s of the month, want 0 and 5", text(sections[1].Total), text(toDate.Amount))
	}
}

func TestTrendOfWeeks(t *testing.T) {
	var s memstore.Store
	fill(t, &s, "a", "2026-10-20", "2026-11-10", "1", providers.Complete)
	trend := build(t, &s, report.Options{Kind: report.Weekly, Day: day(t, "2026-11-10")}).Sections[0].Trend
	var got []string
	for _, p := range trend[len(trend)-5:] {
		got = append(got, fmt.Sprint(p.Period.From, " ", p.Period.Days(), " ", text(p.Amount), " ", p.Partial))
	}
	want := []string{
		"2026-10-12 7 unknown false", "2026-10-19 7 6 true", "2026-10-26 7 7 false", "2026-11-02 7 7 false", "2026-11-09 2 2 false",
	}
	if len(trend) != 13 || !slices.Equal(got, want) {
		t.Errorf("%d weeks, ending with %q, want 13, ending with %q", len(trend), got, want)
	}
}

func TestUsageIsThePartOfTheTotalThatIsNoPurchase(t *testing.T) {
	of := func(category, currency, amount string) providers.Line {
		l := cost("ecs", amount)
		l.ChargeCategory, l.Currency = category, currency
		return l
	}
	var s memstore.Store
	s.Put("a", "volcengine", "2026-10-31", providers.Complete, of(providers.ChargeUsage, "CNY", "3"),
		of(providers.ChargePurchase, "CNY", "100"), of(providers.ChargeCredit, "CNY", "-1"), of(providers.ChargePurchase, "USD", "7"))
	s.Put("b", "alicloud", "2026-10-31", providers.Complete, of(providers.ChargeUsage, "CNY", "4"))
	sections := build(t, &s, report.Options{}).Sections
	if got := text(sections[0].Usage); got != "7" {
		t.Errorf("usage in CNY is %s of %s, want 7", got, text(sections[0].Total))
	}
	if got := text(sections[1].Usage); got != "0" {
		t.Errorf("usage in USD is %s of %s, want 0", got, text(sections[1].Total))
	}
	r := build(t, &s, report.Options{Day: day(t, "2026-11-01")})
	if got := text(r.Sections[0].Usage); got != "unknown" {
		t.Errorf("usage of a day that nobody stored is %s, want unknown", got)
	}
}

func TestDefaultBreakdowns(t *testing.T) {
	project := cost("ecs", "1")
	project.CostUnit = "search"
	for name, c := range map[string]struct {
		kind  report.Kind
		lines []providers.Line
		cloud string // of the second account
		by    []store.Dimension
		want  []store.Dimension
	}{
		"one cloud":                     {report.Daily, nil, "volcengine", nil, []store.Dimension{store.ByService}},
		"two clouds":                    {report.Daily, nil, "alicloud", nil, []store.Dimension{store.ByProvider, store.ByService}},
		"a week of two clouds":          {report.Weekly, nil, "alicloud", nil, []store.Dimension{store.ByProvider, store.ByService}},
		"a month without projects":      {report.Monthly, []providers.Line{cost("ecs", "1")}, "volcengine", nil, []store.Dimension{store.ByService}},
		"a month with a project":        {report.Monthly, []providers.Line{project}, "alicloud", nil, []store.Dimension{store.ByProvider, store.ByService, store.ByProject}},
		"a day with a project":          {report.Daily, []providers.Line{project}, "volcengine", nil, []store.Dimension{store.ByService}},
		"as asked for, without a value": {report.Monthly, nil, "alicloud", []store.Dimension{store.ByProject, store.ByRegion}, []store.Dimension{store.ByProject, store.ByRegion}},
	} {
		t.Run(name, func(t *testing.T) {
			var s memstore.Store
			fill(t, &s, "a", "2026-10-01", "2026-10-30", "1", providers.Complete)
			s.Put("a", "volcengine", "2026-10-31", providers.Complete, append(c.lines, cost("ecs", "3"))...)
			s.Put("b", c.cloud, "2026-10-31", providers.Complete, cost("ecs", "4"))
			section := build(t, &s, report.Options{Kind: c.kind, Day: day(t, "2026-10-31"), By: c.by}).Sections[0]
			var got []store.Dimension
			for _, b := range section.Breakdowns {
				got = append(got, b.By)
			}
			if !slices.Equal(got, c.want) {
				t.Fatalf("by %v, want %v", got, c.want)
			}
			if got[0] == store.ByProvider {
				rows := section.Breakdowns[0].Rows
				if len(rows) != 2 || !slices.ContainsFunc(rows, func(r report.Row) bool { return r.Name == "alicloud" && r.Amount.String() == "4" }) {
					t.Errorf("clouds are %+v, want volcengine, and alicloud with 4", rows)
				}
			}
		})
	}
}
