package report_test

import (
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
	fill(t, &s, "a", "2026-10-01", "2026-10-30", "1", providers.Complete)
	fill(t, &s, "a", "2026-10-31", "2026-11-01", "1", providers.Provisional)

	notes := build(t, &s, report.Options{}).Notes
	if len(notes) != 1 || notes[0].Kind != report.NoteNewer || notes[0].Days[0] != span(t, "2026-10-31", "2026-11-01") {
		t.Errorf("notes are %+v, want one about 2026-10-31 to 2026-11-01", notes)
	}
	if notes := build(t, &s, report.Options{Day: day(t, "2026-10-30")}).Notes; len(notes) != 0 {
		t.Errorf("notes of a day asked for are %+v, want none", notes)
	}
}
