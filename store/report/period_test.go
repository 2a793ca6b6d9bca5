package report_test

import (
	"errors"
	"fmt"
	"testing"

	"goscan/providers"
	"goscan/store/report"
	"goscan/store/report/internal/memstore"
)

func TestPeriod(t *testing.T) {
	for name, c := range map[string]struct {
		store   func(s *memstore.Store)
		options report.Options
		want    report.Range
		base    report.Range
	}{
		"the newest day that is complete for every account": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-10-01", "2026-10-31", "1", providers.Complete)
				fill(t, s, "b", "2026-10-01", "2026-10-30", "1", providers.Complete)
				fill(t, s, "b", "2026-10-31", "2026-10-31", "1", providers.Provisional)
			},
			want: span(t, "2026-10-30", "2026-10-30"), base: span(t, "2026-10-29", "2026-10-29"),
		},
		"an account that was not stored lately is not waited for": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-10-01", "2026-10-31", "1", providers.Complete)
				fill(t, s, "b", "2026-10-01", "2026-10-23", "1", providers.Complete)
			},
			want: span(t, "2026-10-31", "2026-10-31"), base: span(t, "2026-10-30", "2026-10-30"),
		},
		"an account that is late is waited for": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-10-01", "2026-10-31", "1", providers.Complete)
				fill(t, s, "b", "2026-10-01", "2026-10-24", "1", providers.Complete)
			},
			want: span(t, "2026-10-24", "2026-10-24"), base: span(t, "2026-10-23", "2026-10-23"),
		},
		"a retired account is not waited for": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-10-01", "2026-10-30", "1", providers.Final)
				fill(t, s, "gone", "2026-10-01", "2026-10-31", "1", providers.Provisional)
			},
			options: report.Options{Accounts: map[string]string{"a": "volcengine"}},
			want:    span(t, "2026-10-30", "2026-10-30"), base: span(t, "2026-10-29", "2026-10-29"),
		},
		"the newest stored day when none is complete": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-10-30", "2026-10-31", "1", providers.Provisional)
			},
			want: span(t, "2026-10-31", "2026-10-31"), base: span(t, "2026-10-30", "2026-10-30"),
		},
		"the day asked for, on the first of the year": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-10-30", "2026-10-31", "1", providers.Complete)
			},
			options: report.Options{Day: day(t, "2026-01-01")},
			want:    span(t, "2026-01-01", "2026-01-01"), base: span(t, "2025-12-31", "2025-12-31"),
		},
		"a month to date ends with the newest complete day": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-10-01", "2026-11-11", "1", providers.Complete)
				fill(t, s, "a", "2026-11-12", "2026-11-12", "1", providers.Provisional)
			},
			options: report.Options{Kind: report.Monthly},
			want:    span(t, "2026-11-01", "2026-11-11"), base: span(t, "2026-10-01", "2026-10-11"),
		},
		"a month of which no day is complete ends with its newest day": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-10-01", "2026-10-31", "1", providers.Complete)
				fill(t, s, "a", "2026-11-01", "2026-11-01", "1", providers.Provisional)
			},
			options: report.Options{Kind: report.Monthly},
			want:    span(t, "2026-11-01", "2026-11-01"), base: span(t, "2026-10-01", "2026-10-01"),
		},
		"a whole month is compared with the whole month before": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2024-01-01", "2024-03-31", "1", providers.Complete)
			},
			options: report.Options{Kind: report.Monthly, Month: providers.NewMonth(2024, 2)},
			want:    span(t, "2024-02-01", "2024-02-29"), base: span(t, "2024-01-01", "2024-01-31"),
		},
		"March 30 is compared with the whole of February": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-01-01", "2026-03-30", "1", providers.Complete)
			},
			options: report.Options{Kind: report.Monthly},
			want:    span(t, "2026-03-01", "2026-03-30"), base: span(t, "2026-02-01", "2026-02-28"),
		},
		"the newest week that is complete for every account": {
			// 2026-11-02 is a Monday
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-10-01", "2026-11-11", "1", providers.Complete)
				fill(t, s, "b", "2026-10-01", "2026-11-07", "1", providers.Complete)
				fill(t, s, "b", "2026-11-08", "2026-11-08", "1", providers.Provisional)
			},
			options: report.Options{Kind: report.Weekly},
			want:    span(t, "2026-10-26", "2026-11-01"), base: span(t, "2026-10-19", "2026-10-25"),
		},
		"a week in which an account began may be complete": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-10-01", "2026-11-11", "1", providers.Complete)
				fill(t, s, "b", "2026-11-05", "2026-11-11", "1", providers.Complete)
			},
			options: report.Options{Kind: report.Weekly},
			want:    span(t, "2026-11-02", "2026-11-08"), base: span(t, "2026-10-26", "2026-11-01"),
		},
		"a week to date when none is whole": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-11-03", "2026-11-06", "1", providers.Complete)
			},
			options: report.Options{Kind: report.Weekly},
			want:    span(t, "2026-11-02", "2026-11-06"), base: span(t, "2026-10-26", "2026-10-30"),
		},
		"the week of a Sunday asked for": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-10-01", "2026-11-11", "1", providers.Complete)
			},
			options: report.Options{Kind: report.Weekly, Day: day(t, "2026-11-01")},
			want:    span(t, "2026-10-26", "2026-11-01"), base: span(t, "2026-10-19", "2026-10-25"),
		},
		"the week of a Monday asked for, to date": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2026-10-01", "2026-11-11", "1", providers.Complete)
				fill(t, s, "a", "2026-11-12", "2026-11-12", "1", providers.Provisional)
			},
			options: report.Options{Kind: report.Weekly, Day: day(t, "2026-11-09")},
			want:    span(t, "2026-11-09", "2026-11-11"), base: span(t, "2026-11-02", "2026-11-04"),
		},
		"the week of New Year": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2025-12-01", "2026-01-31", "1", providers.Complete)
			},
			options: report.Options{Kind: report.Weekly, Day: day(t, "2026-01-01")},
			want:    span(t, "2025-12-29", "2026-01-04"), base: span(t, "2025-12-22", "2025-12-28"),
		},
		"January is compared with December": {
			store: func(s *memstore.Store) {
				fill(t, s, "a", "2025-12-01", "2026-01-31", "1", providers.Complete)
			},
			options: report.Options{Kind: report.Monthly},
			want:    span(t, "2026-01-01", "2026-01-31"), base: span(t, "2025-12-01", "2025-12-31"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			var s memstore.Store
			c.store(&s)
			r := build(t, &s, c.options)
			if r.Period != c.want {
				t.Errorf("period is %s to %s, want %s to %s", r.Period.From, r.Period.To, c.want.From, c.want.To)
			}
			if len(r.Sections) == 0 {
				return // nothing is stored around the day asked for
			}
			if got := r.Sections[0].Comparisons[0].Period; got != c.base {
				t.Errorf("compared with %s to %s, want %s to %s", got.From, got.To, c.base.From, c.base.To)
			}
		})
	}
}

func TestNewerDaysAreToldOnlyWhenThePeriodWasChosen(t *testing.T) {
	var s memstore.Store
	fill(t, &s, "a", "2026-10-01", "2026-10-29", "1", providers.Final)
	fill(t, &s, "a", "2026-10-30", "2026-10-30", "1", providers.Complete)
	fill(t, &s, "a", "2026-10-31", "2026-11-01", "1", providers.Provisional)

	notes := build(t, &s, report.Options{}).Notes
	if len(notes) != 1 || notes[0].Kind != report.NoteNewer || notes[0].Days[0] != span(t, "2026-10-31", "2026-11-01") {
		t.Errorf("notes are %+v, want one about 2026-10-31 to 2026-11-01", notes)
	}
	if notes := build(t, &s, report.Options{Day: day(t, "2026-10-30")}).Notes; len(notes) != 0 {
		t.Errorf("notes of a day asked for are %+v, want none", notes)
	}
}

func TestNewerDaysOfAWeeklyReport(t *testing.T) {
	var s memstore.Store
	fill(t, &s, "a", "2026-10-01", "2026-11-14", "1", providers.Final)
	weekly := report.Options{Kind: report.Weekly}
	if notes := build(t, &s, weekly).Notes; len(notes) != 0 {
		t.Errorf("notes are %+v, want none: the week that began has not ended", notes)
	}
	fill(t, &s, "a", "2026-11-15", "2026-11-15", "1", providers.Provisional)
	notes := build(t, &s, weekly).Notes
	if len(notes) == 0 || notes[0].Kind != report.NoteNewer || notes[0].Days[0] != span(t, "2026-11-09", "2026-11-15") {
		t.Errorf("notes are %+v, want one about 2026-11-09 to 2026-11-15", notes)
	}
}

func TestMonthToDate(t *testing.T) {
	for name, c := range map[string]struct {
		kind       report.Kind
		day        string
		of, period report.Range
		base       string // the cost is 1 a day
	}{
		"in the middle of a month":               {report.Daily, "2026-11-10", span(t, "2026-11-01", "2026-11-10"), span(t, "2026-10-01", "2026-10-10"), "10"},
		"on the first":                           {report.Daily, "2026-11-01", span(t, "2026-11-01", "2026-11-01"), span(t, "2026-10-01", "2026-10-01"), "1"},
		"on the first of the year":               {report.Daily, "2026-01-01", span(t, "2026-01-01", "2026-01-01"), span(t, "2025-12-01", "2025-12-01"), "1"},
		"on the last of a month":                 {report.Daily, "2026-11-30", span(t, "2026-11-01", "2026-11-30"), span(t, "2026-10-01", "2026-10-31"), "31"},
		"on the last of February":                {report.Daily, "2026-02-28", span(t, "2026-02-01", "2026-02-28"), span(t, "2026-01-01", "2026-01-31"), "31"},
		"on February 28 of a leap year":          {report.Daily, "2024-02-28", span(t, "2024-02-01", "2024-02-28"), span(t, "2024-01-01", "2024-01-28"), "28"},
		"on February 29":                         {report.Daily, "2024-02-29", span(t, "2024-02-01", "2024-02-29"), span(t, "2024-01-01", "2024-01-31"), "31"},
		"on March 30, cut at the last day":       {report.Daily, "2026-03-30", span(t, "2026-03-01", "2026-03-30"), span(t, "2026-02-01", "2026-02-28"), "28"},
		"at the end of a week across two months": {report.Weekly, "2026-10-28", span(t, "2026-11-01", "2026-11-01"), span(t, "2026-10-01", "2026-10-01"), "1"},
	} {
		t.Run(name, func(t *testing.T) {
			var s memstore.Store
			fill(t, &s, "a", day(t, c.day).Month().First().String(), day(t, c.day).Month().Last().String(), "1", providers.Complete)
			fill(t, &s, "a", (day(t, c.day).Month() - 1).First().String(), day(t, c.day).Month().First().String(), "1", providers.Complete)
			fill(t, &s, "a", (day(t, c.day).Month() + 1).First().String(), (day(t, c.day).Month() + 1).Last().String(), "1", providers.Complete)
			all := build(t, &s, report.Options{Kind: c.kind, Day: day(t, c.day)}).Sections[0].Comparisons
			got := all[len(all)-1]
			if got.With != report.MonthToDate || got.Of != c.of || got.Period != c.period {
				t.Fatalf("%s: %v is compared with %v, want the month to date, %v with %v", got.With, got.Of, got.Period, c.of, c.period)
			}
			if want := fmt.Sprint(c.of.Days()); text(got.Amount) != want || got.Delta.Base.String() != c.base {
				t.Errorf("%s against %s, want %s against %s", text(got.Amount), got.Delta.Base, want, c.base)
			}
		})
	}
}

func TestTheNewestMonthThatIsClosed(t *testing.T) {
	for name, c := range map[string]struct {
		fill func(s *memstore.Store)
		want string
	}{
		"the last": {func(s *memstore.Store) {
			fill(t, s, "a", "2026-09-01", "2026-10-31", "1", providers.Final)
			fill(t, s, "a", "2026-11-01", "2026-11-05", "1", providers.Complete)
		}, "2026-10"},
		"the one before where one account's is not": {func(s *memstore.Store) {
			fill(t, s, "a", "2026-09-01", "2026-10-31", "1", providers.Final)
			fill(t, s, "b", "2026-09-01", "2026-09-30", "1", providers.Final)
			fill(t, s, "b", "2026-10-01", "2026-10-31", "1", providers.Complete)
		}, "2026-09"},
		"none": {func(s *memstore.Store) { fill(t, s, "a", "2026-10-02", "2026-10-31", "1", providers.Final) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var s memstore.Store
			c.fill(&s)
			r, err := report.Build(t.Context(), &s, report.Options{Kind: report.Monthly, Closed: true})
			switch {
			case c.want == "" && !errors.Is(err, report.ErrNoneClosed):
				t.Errorf("error %v, want that none is closed", err)
			case c.want != "" && (err != nil || r.Period.From.Month().String() != c.want):
				t.Errorf("month %v, %v; want %s", r, err, c.want)
			}
		})
	}
}
