package report_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/internal/memstore"
)

// compared is a row of a comparison of September 2026 that tolerates a cent.
func compared(account, service string, amount store.Amount, stored, announced, accepted string) store.MonthRow {
	return store.MonthRow{
		Account: account, Provider: "volcengine", Dataset: providers.DatasetBill, Month: providers.NewMonth(2026, 9),
		ServiceCode: service, Currency: "CNY", Amount: amount, Closed: true,
		Stored: money(stored), Announced: money(announced), Tolerance: money("0.01"), Accepted: accepted,
		RecordedAt: time.Date(2026, 10, 3, 8, 0, 0, 0, time.UTC),
	}
}

func record(t *testing.T, s *memstore.Store, rows ...store.MonthRow) {
	t.Helper()
	if err := s.RecordMonth(context.Background(), rows); err != nil {
		t.Fatal(err)
	}
}

func TestHowTheMonthBeforeStands(t *testing.T) {
	open := compared("a", "ecs", store.CostBeforeVoucher, "10", "8", "")
	open.Closed = false
	other := compared("a", "ecs", store.CostBeforeVoucher, "10", "8", "")
	other.Month--
	for name, c := range map[string]struct {
		state  providers.State
		rows   []store.MonthRow
		want   string
		closed bool
		note   report.NoteKind
	}{
		"not compared": {
			providers.Final, nil, "final not_compared  ", true, "",
		},
		"not closed": {
			providers.Complete, nil, "complete not_compared  ", false, report.NoteUnclosed,
		},
		"compared before it closed": {
			providers.Complete, []store.MonthRow{open}, "complete not_compared  ", false, report.NoteUnclosed,
		},
		"another month was compared": {
			providers.Final, []store.MonthRow{other}, "final not_compared  ", true, "",
		},
		"agrees within the tolerance": {
			providers.Final, []store.MonthRow{compared("a", "ecs", store.CostBeforeVoucher, "10", "10.01", "")}, "final agrees  ", true, "",
		},
		"differs": {
			providers.Final, []store.MonthRow{
				compared("a", "ecs", store.CostBeforeVoucher, "10", "8", "known"),
				compared("a", "oss", store.CostBeforeVoucher, "10", "10.5", ""),
				compared("a", "oss", store.BilledCost, "10", "7", ""),
				compared("a", "vpc", store.CostBeforeVoucher, "10", "10.01", ""),
			}, "final differs 1.5 CNY ", true, report.NoteUnreconciled,
		},
		"only what is payable differs": {
			providers.Final, []store.MonthRow{
				compared("a", "ecs", store.CostBeforeVoucher, "10", "10", ""), compared("a", "ecs", store.BilledCost, "10", "7", ""),
			}, "final differs 3 CNY ", true, report.NoteUnreconciled,
		},
		"was accepted": {
			providers.Final, []store.MonthRow{
				compared("a", "ecs", store.CostBeforeVoucher, "10", "8", "a gift"), compared("a", "oss", store.CostBeforeVoucher, "1", "2", "a gift"),
				compared("a", "vpc", store.CostBeforeVoucher, "1", "3", "a fee"),
			}, "final accepted -1 CNY a gift; a fee", true, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var s memstore.Store
			fill(t, &s, "a", "2026-09-01", "2026-09-30", "1", c.state)
			fill(t, &s, "a", "2026-10-01", "2026-10-10", "1", providers.Complete)
			record(t, &s, c.rows...)
			r := build(t, &s, report.Options{})
			if len(r.Months) != 1 {
				t.Fatalf("months are %+v, want September", r.Months)
			}
			m := r.Months[0]
			if got := fmt.Sprint(m.State, " ", m.Reconciled, " ", m.Difference, " ", m.Accepted); got != c.want || m.Closed != c.closed {
				t.Errorf("September is %q, closed %v, want %q, %v", got, m.Closed, c.want, c.closed)
			}
			var notes []report.NoteKind
			for _, n := range r.Notes {
				if notes = append(notes, n.Kind); n.Month != m.Month || n.Account != "a" {
					t.Errorf("a note is of %s %s", n.Account, n.Month)
				}
			}
			if c.note == "" && len(notes) > 0 || c.note != "" && !slices.Equal(notes, []report.NoteKind{c.note}) {
				t.Errorf("notes are %q, want %q", notes, c.note)
			}
		})
	}
}

func TestWhichMonthsAreTold(t *testing.T) {
	for name, c := range map[string]struct {
		options report.Options
		want    []string
	}{
		"a day":                 {report.Options{Day: day(t, "2026-12-10")}, []string{"a 2026-11 complete", "new 2026-11 missing"}},
		"the first of the year": {report.Options{Day: day(t, "2027-01-01")}, []string{"a 2026-12 missing", "new 2026-12 missing"}},
		"a day of a month that has ended": {
			report.Options{Day: day(t, "2026-11-30")},
			[]string{"a 2026-10 final", "a 2026-11 complete", "new 2026-11 missing"},
		},
		"a day amid a month that has ended": {
			report.Options{Day: day(t, "2026-11-15")},
			[]string{"a 2026-10 final", "a 2026-11 complete", "new 2026-11 missing"},
		},
		"a month":         {report.Options{Kind: report.Monthly, Month: providers.NewMonth(2026, 11)}, []string{"a 2026-10 final", "a 2026-11 complete", "new 2026-11 missing"}},
		"a month to date": {report.Options{Kind: report.Monthly}, []string{"a 2026-11 complete", "new 2026-11 missing"}},
		"the oldest":      {report.Options{Kind: report.Monthly, Month: providers.NewMonth(2026, 10)}, []string{"a 2026-10 final"}},
	} {
		t.Run(name, func(t *testing.T) {
			var s memstore.Store
			fill(t, &s, "a", "2026-10-01", "2026-10-31", "1", providers.Final)
			fill(t, &s, "a", "2026-11-01", "2026-12-10", "1", providers.Complete)
			fill(t, &s, "new", "2026-11-20", "2026-12-10", "1", providers.Complete)
			fill(t, &s, "gone", "2026-10-01", "2026-12-10", "1", providers.Complete)
			c.options.Accounts = map[string]string{"a": "volcengine", "new": "volcengine", "never": "alicloud"}
			var got []string
			for _, m := range build(t, &s, c.options).Months {
				got = append(got, fmt.Sprint(m.Account, " ", m.Month, " ", m.State))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
