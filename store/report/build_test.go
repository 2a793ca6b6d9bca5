package report_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/internal/memstore"
)

func TestRowsAndOtherAddUpToTheTotal(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, top := range []int{1, 3, 10, 499, 500, -1} {
		var s memstore.Store
		for _, account := range []string{"a", "b", "late"} {
			for _, date := range []string{"2026-10-30", "2026-10-31"} {
				if account == "late" && date == "2026-10-30" {
					continue
				}
				var lines []providers.Line
				for range 500 {
					lines = append(lines, cost(fmt.Sprint("s", random.IntN(520)), fmt.Sprintf("%d.%012d", random.IntN(9)-4, random.Int64N(1e12))))
				}
				s.Put(account, "volcengine", date, providers.Complete, lines...)
			}
		}
		section := build(t, &s, report.Options{Top: top}).Sections[0]
		rows := section.Breakdowns[0]
		if top > 0 && len(rows.Rows) > top+1 {
			t.Errorf("top %d: %d rows", top, len(rows.Rows))
		}
		var amount, change providers.Money
		for i, row := range rows.Rows {
			if i > 0 && row.Amount.GreaterThan(rows.Rows[i-1].Amount) {
				t.Errorf("top %d: row %d is larger than the one before", top, i)
			}
			amount = amount.Add(row.Amount)
			if row.Delta != nil {
				change = change.Add(row.Delta.Change)
			}
		}
		if o := rows.Other; o != nil {
			amount, change = amount.Add(o.Amount), change.Add(o.Delta.Change)
		}
		if !amount.Equal(*section.Total) {
			t.Errorf("top %d: rows add up to %s, the total is %s", top, amount, section.Total)
		}
		if want := section.Comparisons[0].Delta.Change; !change.Equal(want) {
			t.Errorf("top %d: changes add up to %s, the total's change is %s", top, change, want)
		}
	}
}

func TestEmptyStore(t *testing.T) {
	r := build(t, &memstore.Store{}, report.Options{Accounts: map[string]string{"a": "volcengine"}})
	if r.Stored != nil || len(r.Sections) != 0 || r.State != report.Missing {
		t.Errorf("stored %v, %d sections, state %s; want nothing", r.Stored, len(r.Sections), r.State)
	}
	if len(r.Accounts) != 1 || r.Accounts[0].State != report.Missing {
		t.Errorf("accounts are %+v, want the configured one, missing", r.Accounts)
	}
}

func TestAnAccountThatLacksADayIsLeftOutOfTheComparison(t *testing.T) {
	for name, c := range map[string]struct {
		lacks          string
		change, base   string
		total          string
		note           report.NoteKind
		missingAccount string
	}{
		"of the period":          {"2026-10-31", "0", "10", "10", report.NoteMissing, "unknown"},
		"of the compared period": {"2026-10-30", "0", "10", "17", report.NoteNotCompared, "7"},
	} {
		t.Run(name, func(t *testing.T) {
			var s memstore.Store
			fill(t, &s, "a", "2026-10-01", "2026-10-31", "10", providers.Complete)
			for d := day(t, "2026-10-01"); d <= day(t, "2026-10-31"); d++ {
				if d.String() != c.lacks {
					s.Put("late", "alicloud", d.String(), providers.Complete, cost("oss", "7"))
				}
			}
			r := build(t, &s, report.Options{Day: day(t, "2026-10-31")})
			section := r.Sections[0]
			compared := section.Comparisons[0]
			if !slices.Equal(compared.Compared, []string{"a"}) || !slices.Equal(compared.LeftOut, []string{"late"}) {
				t.Errorf("compared %v without %v, want [a] without [late]", compared.Compared, compared.LeftOut)
			}
			if got := compared.Delta.Change.String(); got != c.change {
				t.Errorf("change is %s, want %s", got, c.change)
			}
			if got := compared.Delta.Base.String(); got != c.base {
				t.Errorf("base is %s, want %s", got, c.base)
			}
			if got := text(section.Total); got != c.total {
				t.Errorf("total is %s, want %s", got, c.total)
			}
			for _, row := range section.Breakdowns[0].Rows {
				if row.Key == "oss" && row.Delta != nil {
					t.Errorf("the service of the late account has the change %s", row.Delta.Change)
				}
			}
			late := section.Accounts[slices.IndexFunc(section.Accounts, func(a report.AccountRow) bool { return a.Name == "late" })]
			if text(late.Amount) != c.missingAccount || late.Delta != nil {
				t.Errorf("the late account has %s and change %v", text(late.Amount), late.Delta)
			}
			if r.Notes[0].Kind != c.note || r.Notes[0].Account != "late" || r.Notes[0].Days[0].From.String() != c.lacks {
				t.Errorf("first note is %+v, want %s of %s", r.Notes[0], c.note, c.lacks)
			}
		})
	}
}

func TestAPeriodThatNobodyStoredHasNoTotal(t *testing.T) {
	var s memstore.Store
	fill(t, &s, "a", "2026-10-01", "2026-10-31", "10", providers.Complete)
	r := build(t, &s, report.Options{Day: day(t, "2026-11-01")})
	section := r.Sections[0]
	if section.Total != nil || section.Comparisons[0].Delta != nil || r.State != report.Missing {
		t.Errorf("total %s, change %v, state %s; want unknown, none and missing",
			text(section.Total), section.Comparisons[0].Delta, r.State)
	}
	if a := section.Accounts[0]; a.Amount != nil || a.State != report.Missing {
		t.Errorf("the account is %+v, want it missing", a)
	}
}

func TestAGapInBothMonthsIsToldOnce(t *testing.T) {
	var s memstore.Store
	fill(t, &s, "a", "2026-09-01", "2026-10-31", "10", providers.Final)
	fill(t, &s, "gaps", "2026-09-02", "2026-10-01", "10", providers.Final)
	fill(t, &s, "gaps", "2026-10-03", "2026-10-31", "10", providers.Final)
	r := build(t, &s, report.Options{Kind: report.Monthly})
	if len(r.Notes) != 1 || r.Notes[0].Kind != report.NoteMissing || r.Notes[0].Days[0] != span(t, "2026-10-02", "2026-10-02") {
		t.Errorf("notes are %+v, want one about 2026-10-02", r.Notes)
	}
	if a := r.Accounts[1]; a.Days != 31 || a.Stored != 30 || a.State != report.Missing {
		t.Errorf("the account is %+v, want 30 of 31 days", a)
	}
	if got := r.Sections[0].Comparisons[0]; !slices.Equal(got.LeftOut, []string{"gaps"}) || got.Delta.Change.String() != "10" {
		t.Errorf("change is %s without %v, want 10 without [gaps]", got.Delta.Change, got.LeftOut)
	}
}

func TestNoComparisonWhenTheComparedDayIsNotStored(t *testing.T) {
	var s memstore.Store
	s.Put("a", "volcengine", "2026-10-31", providers.Complete, cost("ecs", "3"))
	section := build(t, &s, report.Options{}).Sections[0]
	for _, c := range section.Comparisons {
		if c.Delta != nil || c.Amount != nil {
			t.Errorf("%s: %+v, want no comparison", c.With, c.Delta)
		}
	}
	if row := section.Breakdowns[0].Rows[0]; row.Delta != nil {
		t.Errorf("a row has the change %s", row.Delta.Change)
	}
	if last := len(section.Trend) - 1; text(section.Trend[last].Amount) != "3" || section.Trend[last-1].Amount != nil {
		t.Errorf("the trend ends with %s and %s, want unknown and 3",
			text(section.Trend[last-1].Amount), text(section.Trend[last].Amount))
	}
}

func TestADayStoredWithoutLinesIsAZero(t *testing.T) {
	var s memstore.Store
	s.Put("a", "volcengine", "2026-10-30", providers.Complete)
	s.Put("a", "volcengine", "2026-10-31", providers.Complete, cost("ecs", "3"))
	delta := build(t, &s, report.Options{}).Sections[0].Comparisons[0].Delta
	if delta == nil || delta.Change.String() != "3" || delta.Percent != nil {
		t.Errorf("change is %+v, want 3 without a percentage", delta)
	}

	s.Put("a", "volcengine", "2026-10-31", providers.Complete)
	s.Put("a", "volcengine", "2026-10-30", providers.Complete, cost("ecs", "3"))
	section := build(t, &s, report.Options{}).Sections[0]
	if text(section.Total) != "0" || section.Comparisons[0].Delta.Percent.String() != "-100" {
		t.Errorf("total %s, change %s %%; want 0 and -100", text(section.Total), section.Comparisons[0].Delta.Percent)
	}
	if rows := section.Breakdowns[0].Rows; len(rows) != 1 || rows[0].Delta.Change.String() != "-3" {
		t.Errorf("rows are %+v, want the vanished service with its change", rows)
	}
}

func TestPercentages(t *testing.T) {
	for name, c := range map[string]struct{ before, now, percent, share string }{
		"a rise":                 {"3", "4", "33.3", "100"},
		"rounded up from a half": {"2000", "2001", "0.1", "100"},
		"rounded half down away": {"2000", "1999", "-0.1", "100"},
		"from a refund":          {"-10", "5", "150", "100"},
		"to a refund":            {"10", "-5", "-150", "unknown"},
		"between refunds":        {"-10", "-15", "-50", "unknown"},
		"from zero":              {"0", "5", "unknown", "100"},
	} {
		t.Run(name, func(t *testing.T) {
			var s memstore.Store
			s.Put("a", "volcengine", "2026-10-30", providers.Complete, cost("ecs", c.before))
			s.Put("a", "volcengine", "2026-10-31", providers.Complete, cost("ecs", c.now))
			section := build(t, &s, report.Options{}).Sections[0]
			row := section.Breakdowns[0].Rows[0]
			if got := text(row.Delta.Percent); got != c.percent {
				t.Errorf("changed by %s %%, want %s", got, c.percent)
			}
			if got := text(row.Share); got != c.share {
				t.Errorf("share is %s %%, want %s", got, c.share)
			}
		})
	}
}

func TestCurrenciesAreNeverAdded(t *testing.T) {
	var s memstore.Store
	usd := cost("ecs", "5")
	usd.Currency = "USD"
	s.Put("a", "volcengine", "2026-10-31", providers.Complete, cost("ecs", "3"), usd)
	s.Put("b", "volcengine", "2026-10-31", providers.Complete, usd)
	r := build(t, &s, report.Options{Accounts: map[string]string{"a": "volcengine", "b": "volcengine", "never": "alicloud"}})
	var got []string
	for _, section := range r.Sections {
		got = append(got, section.Currency+" "+text(section.Total))
		for _, a := range section.Accounts {
			got = append(got, fmt.Sprintf("%s %s %d", a.Name, text(a.Amount), a.Lines))
		}
	}
	want := []string{"CNY 3", "a 3 1", "never unknown 0", "USD 10", "a 5 1", "b 5 1"}
	if !slices.Equal(got, want) {
		t.Errorf("sections are %q, want %q", got, want)
	}
}

func TestEqualCodesOfTwoCloudsAreTwoServicesButOneTag(t *testing.T) {
	var s memstore.Store
	line := cost("ecs", "3")
	line.Tags = map[string]string{"team": "search"}
	s.Put("a", "volcengine", "2026-10-31", providers.Complete, line)
	s.Put("a2", "volcengine", "2026-10-31", providers.Complete, line)
	s.Put("b", "alicloud", "2026-10-31", providers.Complete, line)
	by := build(t, &s, report.Options{By: []store.Dimension{store.ByService, store.Tag("team"), store.ByService}}).Sections[0].Breakdowns
	if len(by) != 2 {
		t.Fatalf("%d breakdowns, want 2: a dimension named twice is one", len(by))
	}
	if rows := by[0].Rows; len(rows) != 2 || rows[0].Provider != "volcengine" || rows[0].Amount.String() != "6" {
		t.Errorf("services are %+v, want two, volcengine's first", rows)
	}
	if rows := by[1].Rows; len(rows) != 1 || rows[0].Amount.String() != "9" || rows[0].Provider != "" {
		t.Errorf("teams are %+v, want one", rows)
	}
}

func TestTheCostColumnIsAnOption(t *testing.T) {
	var s memstore.Store
	s.Put("a", "volcengine", "2026-10-31", providers.Complete, cost("ecs", "3"))
	if got := text(build(t, &s, report.Options{}).Sections[0].Total); got != "3" {
		t.Errorf("total is %s, want the cost before vouchers, 3", got)
	}
	if got := text(build(t, &s, report.Options{Amount: new(store.BilledCost)}).Sections[0].Total); got != "0.5" {
		t.Errorf("total is %s, want the billed cost, 0.5", got)
	}
}

func TestARetiredAccountIsNotMissing(t *testing.T) {
	var s memstore.Store
	fill(t, &s, "a", "2026-10-01", "2026-10-31", "1", providers.Final)
	fill(t, &s, "gone", "2026-10-01", "2026-10-30", "1", providers.Complete)
	fill(t, &s, "gone-lately", "2026-09-01", "2026-10-23", "1", providers.Complete)
	fill(t, &s, "long-gone", "2026-08-01", "2026-08-31", "1", providers.Complete)
	r := build(t, &s, report.Options{Accounts: map[string]string{"a": "volcengine"}})
	if len(r.Notes) != 0 || r.State != report.Final {
		t.Errorf("state %s with the notes %+v, want final without notes", r.State, r.Notes)
	}
	if len(r.Months) != 1 || r.Months[0].Account != "a" {
		t.Errorf("months are %+v, want October of a", r.Months)
	}
	if len(r.Accounts) != 2 || !r.Accounts[1].Retired {
		t.Errorf("accounts are %+v, want a and the retired gone", r.Accounts)
	}
	for _, p := range r.Sections[0].Trend {
		if p.Partial {
			t.Errorf("%s is partial", p.Period.From)
		}
	}
}

func TestTrendOfMonths(t *testing.T) {
	var s memstore.Store
	fill(t, &s, "a", "2026-08-30", "2026-11-10", "1", providers.Complete)
	trend := build(t, &s, report.Options{Kind: report.Monthly}).Sections[0].Trend
	var got []string
	for _, p := range trend[len(trend)-5:] {
		got = append(got, fmt.Sprint(p.Period.From, " ", text(p.Amount), " ", p.Partial))
	}
	want := []string{
		"2026-07-01 unknown false", "2026-08-01 2 true", "2026-09-01 30 false", "2026-10-01 31 false", "2026-11-01 10 false",
	}
	if len(trend) != 13 || !slices.Equal(got, want) {
		t.Errorf("%d months, ending with %q, want 13, ending with %q", len(trend), got, want)
	}
}

func TestAReportIsOfOneInstant(t *testing.T) {
	// A write happens before the numbered query: that of the days, of the period's categories, and by service of the
	// period and of the base.
	type write struct {
		before int
		date   string
		amount string
	}
	for name, writes := range map[string][]write{
		"a day replaced at once":                        {{1, "2026-10-31", "5"}},
		"the period replaced before its categories":     {{2, "2026-10-31", "5"}},
		"the categories between two replacements":       {{2, "2026-10-31", "5"}, {3, "2026-10-31", "100"}},
		"the period replaced before its services":       {{3, "2026-10-31", "5"}},
		"the base replaced before its services":         {{4, "2026-10-30", "5"}},
		"the period replaced again in the second round": {{3, "2026-10-31", "5"}, {7, "2026-10-31", "6"}},
	} {
		t.Run(name, func(t *testing.T) {
			used := func(amount string) providers.Line {
				line := cost("ecs", amount)
				line.ChargeCategory = providers.ChargeUsage
				return line
			}
			var s memstore.Store
			s.Put("a", "volcengine", "2026-10-30", providers.Complete, used("100"))
			s.Put("a", "volcengine", "2026-10-31", providers.Complete, used("100"))
			n := 0
			s.Before = func(s *memstore.Store, _ store.Query) error {
				n++
				for _, w := range writes {
					if w.before == n {
						s.Put("a", "volcengine", w.date, providers.Complete, used(w.amount))
					}
				}
				return nil
			}
			section := build(t, &s, report.Options{}).Sections[0]
			total, row := *section.Total, section.Breakdowns[0].Rows[0]
			if !row.Amount.Equal(total) || !section.Trend[len(section.Trend)-1].Amount.Equal(total) {
				t.Errorf("total %s, row %s, trend %s", total, row.Amount, section.Trend[len(section.Trend)-1].Amount)
			}
			if !section.Usage.Equal(total) {
				t.Errorf("total %s, all of it usage, and usage %s", total, section.Usage)
			}
			if base := section.Comparisons[0].Delta.Base; !row.Delta.Base.Equal(base) {
				t.Errorf("base %s, the row's %s", base, row.Delta.Base)
			}
		})
	}
}

func TestADayStoredWhileTheReportIsReadIsNoMissingDay(t *testing.T) {
	first := true
	s := memstore.Store{Before: func(s *memstore.Store, _ store.Query) error {
		if first {
			s.Put("b", "alicloud", "2026-10-31", providers.Complete, cost("oss", "7"))
		}
		first = false
		return nil
	}}
	s.Put("a", "volcengine", "2026-10-31", providers.Complete, cost("ecs", "1"))
	section := build(t, &s, report.Options{}).Sections[0]
	if len(section.Accounts) != 2 || text(section.Accounts[0].Amount) != "7" || text(section.Total) != "8" {
		t.Errorf("total %s of %+v, want 8 of b and a", text(section.Total), section.Accounts)
	}
}

func TestAStoreThatNeverRestsIsAnError(t *testing.T) {
	n := 0
	s := memstore.Store{Before: func(s *memstore.Store, _ store.Query) error {
		n++
		s.Put("a", "volcengine", "2026-10-31", providers.Complete, cost("ecs", fmt.Sprint(n)))
		return nil
	}}
	s.Put("a", "volcengine", "2026-10-31", providers.Complete, cost("ecs", "1"))
	if r, err := report.Build(context.Background(), &s, report.Options{}); err == nil {
		t.Errorf("the report is of %s, want an error", text(r.Sections[0].Total))
	}
	if n > 20 {
		t.Errorf("%d queries", n)
	}
}

func TestErrors(t *testing.T) {
	broken := errors.New("no connection")
	s := memstore.Store{Before: func(*memstore.Store, store.Query) error { return broken }}
	s.Put("a", "volcengine", "2026-10-31", providers.Complete, cost("ecs", "1"))
	_, err := report.Build(context.Background(), &s, report.Options{})
	if want := "costs by day from 2026-09-01 to 2026-10-31: no connection"; !errors.Is(err, broken) || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := report.Build(ctx, &s, report.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want that of the context", err)
	}
}
