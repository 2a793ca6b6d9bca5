package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"goscan/providers"
	"goscan/store"
)

var october = october31.Month()

// at returns an instant with microseconds in a zone of its own.
func at(hour int) time.Time {
	return time.Date(2026, 11, 20, hour, 1, 2, 345_678_000, time.FixedZone("UTC+8", 8*60*60))
}

// compared returns n rows of a comparison of October of an account, in their order, no two alike.
func compared(account string, recorded time.Time, n int) []store.MonthRow {
	rows := make([]store.MonthRow, n)
	for i := range rows {
		rows[i] = store.MonthRow{
			Account: account, Provider: "volcengine", Dataset: providers.DatasetBill, Month: october,
			ServiceCode: fmt.Sprintf("svc%02d", i/4), ServiceName: awkwardTexts[i/4%len(awkwardTexts)],
			Currency: []string{"CNY", "USD"}[i/2%2], Amount: []store.Amount{store.BilledCost, store.CostBeforeVoucher}[i%2],
			Closed: i%3 == 0, Lines: int64(i) << 33, Rows: i,
			Stored: money(awkward[i%len(awkward)]), Announced: money(awkward[(i+3)%len(awkward)]),
			Rounding: money(awkward[(i+8)%len(awkward)]), Tolerance: money("0.01"),
			Overview: "7c3f…" + account, Accepted: awkwardTexts[(i+3)%len(awkwardTexts)], RecordedAt: recorded, RunID: "run-1",
		}
	}
	return rows
}

func (f *fixture) record(s Store, rows []store.MonthRow) {
	f.Helper()
	if err := s.RecordMonth(f.Context(), rows); err != nil {
		f.Fatalf("record: %v", err)
	}
}

func (f *fixture) wantMonths(s Store, account string, want ...[]store.MonthRow) {
	f.Helper()
	got, err := s.Months(f.Context(), account)
	if err != nil {
		f.Fatalf("months of %s: %v", account, err)
	}
	if diff := cmp.Diff(slices.Concat(want...), got); diff != "" {
		f.Errorf("months of %s (-want +got):\n%s", account, diff)
	}
}

func testMonths(_ *testing.T, f *fixture) {
	s := f.open("run-1")
	f.wantMonths(s, "prod")
	first := compared("prod", at(9), 90)
	shuffled := slices.Clone(first)
	slices.Reverse(shuffled)
	f.record(s, shuffled)
	f.wantMonths(s, "prod", first)
	f.wantMonths(f.open("reader"), "prod", first)

	second := compared("prod", at(10), 12) // services that are gone are not known from the time before
	f.record(s, second)
	f.wantMonths(s, "prod", second)
	f.record(s, compared("prod", at(8), 40)) // recorded later, but compared before
	f.wantMonths(s, "prod", second)
	f.record(s, nil)
	f.wantMonths(s, "prod", second)

	other, before, amortized := compared("prod-2", at(11), 4), compared("prod", at(7), 5), compared("prod", at(6), 3)
	for i := range before {
		before[i].Month = october - 10 // of the year before
	}
	for i := range amortized {
		amortized[i].Dataset = "amortized" // another bill of the same month
	}
	f.record(s, slices.Concat(other, before))
	f.record(s, amortized)
	f.wantMonths(s, "prod", before, amortized, second)
	f.wantMonths(s, "prod-2", other)
	f.wantMonths(s, "nobody")
	f.wantMonths(s, "") // an account must be named
}

func testMonthsWhole(t *testing.T, f *fixture) {
	s := f.open("run-1")
	old := compared("prod", at(1), 30)
	f.record(s, old)
	for _, spoil := range []func(r *store.MonthRow){
		func(r *store.MonthRow) { r.Stored = money("0.0000000000001") },
		func(r *store.MonthRow) { r.Announced = money("123456789012345678901234567") },
		func(r *store.MonthRow) { r.Rounding = money("1e26") },
		func(r *store.MonthRow) { r.Tolerance = money("1e-13") },
		func(r *store.MonthRow) { // each fits, their difference does not
			r.Stored, r.Announced = money("99999999999999999999999999"), money("-99999999999999999999999999")
		},
	} {
		rows := compared("prod", at(2), 30)
		spoil(&rows[29])
		err := s.RecordMonth(f.Context(), rows)
		if !errors.Is(err, providers.ErrPrecision) || !strings.Contains(err.Error(), "svc07") {
			t.Errorf("a row that does not fit: %v", err)
		}
		f.wantMonths(s, "prod", old)
	}
	ctx, cancel := context.WithCancel(f.Context())
	cancel()
	if err := s.RecordMonth(ctx, compared("prod", at(2), 30)); !errors.Is(err, context.Canceled) {
		t.Errorf("RecordMonth: error %v, want %v", err, context.Canceled)
	}
	if _, err := s.Months(ctx, "prod"); !errors.Is(err, context.Canceled) {
		t.Errorf("Months: error %v, want %v", err, context.Canceled)
	}
	if _, err := s.Commits(ctx, "", october31, october31); !errors.Is(err, context.Canceled) {
		t.Errorf("Commits: error %v, want %v", err, context.Canceled)
	}
	f.wantMonths(s, "prod", old)
	f.readWhileRecording(s)
}

// readWhileRecording records a month again and again, each time with another number of rows that all say that number.
func (f *fixture) readWhileRecording(s Store) {
	f.Helper()
	reader := f.open("reader")
	recorded := make(chan struct{})
	var g errgroup.Group
	g.Go(func() error {
		defer close(recorded)
		for i := range 25 {
			rows := compared("busy", at(1).Add(time.Duration(i)*time.Second), 5+i*7%40)
			for j := range rows {
				rows[j].Rows = len(rows)
			}
			if err := s.RecordMonth(f.Context(), rows); err != nil {
				return err
			}
		}
		return nil
	})
	g.Go(func() error {
		for last := false; ; {
			rows, err := reader.Months(f.Context(), "busy")
			if err != nil {
				return err
			}
			for _, r := range rows {
				if r.Rows != len(rows) || !r.RecordedAt.Equal(rows[0].RecordedAt) {
					return fmt.Errorf("%d rows of a comparison of %d, of %s and %s", len(rows), r.Rows, rows[0].RecordedAt, r.RecordedAt)
				}
			}
			if last {
				if len(rows) != 5+24*7%40 {
					return fmt.Errorf("at the end there are %d rows", len(rows))
				}
				return nil
			}
			select {
			case <-recorded:
				last = true
			default:
			}
		}
	})
	if err := g.Wait(); err != nil {
		f.Error(err)
	}
}
