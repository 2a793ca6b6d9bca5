package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"goscan/providers"
	"goscan/store"
)

// A fixture is a test with its database and its clock.
type fixture struct {
	*testing.T
	Database
	clock *clock
}

// A clock never shows the same instant twice, so that no two fetches begin at once.
type clock struct{ micros atomic.Int64 }

func newClock(start time.Time) *clock {
	c := &clock{}
	c.set(start)
	return c
}

func (c *clock) set(t time.Time) { c.micros.Store(t.UnixMicro()) }

// Now returns the next millisecond, with some microseconds to see that they are kept.
func (c *clock) Now() time.Time { return time.UnixMicro(c.micros.Add(1003)) }

// newRun returns a run with a simple calendar: issued 6 hours after the day's end, closed on the 2nd at noon.
func newRun(id string, now func() time.Time) store.Run {
	calendar := providers.Calendar{IssueLag: 6 * time.Hour, CloseDay: 2, CloseHour: 12}
	return store.Run{
		ID:  id,
		Now: now,
		State: func(_ providers.Bill, d providers.Day, began time.Time) providers.State {
			return calendar.State(d, began)
		},
	}
}

// open opens a store for a run and closes it when the test ends.
func (f *fixture) open(runID string) Store {
	f.Helper()
	s, err := f.Open(f.Context(), newRun(runID, f.clock.Now))
	if err != nil {
		f.Fatalf("open: %v", err)
	}
	f.Cleanup(func() {
		if err := s.Close(); err != nil {
			f.Errorf("close: %v", err)
		}
	})
	return s
}

func bill(account string, d providers.Day) providers.Bill {
	return providers.Bill{Account: account, Provider: "volcengine", Dataset: providers.DatasetBill, Month: d.Month()}
}

// replace replaces a day and fails the test when that fails.
func (f *fixture) replace(s Store, account string, d providers.Day, lines []providers.Line) store.Change {
	f.Helper()
	change, err := s.Replace(f.Context(), bill(account, d), d, filling(lines, 3))
	if err != nil {
		f.Fatalf("replace %s %s: %v", account, d, err)
	}
	return change
}

// filling returns a fill that puts the lines in pages of the given size, each of which is spoiled after its put: a page
// is valid only during the call.
func filling(lines []providers.Line, size int) func(put providers.Emit) error {
	return func(put providers.Emit) error {
		for page := range slices.Chunk(lines, size) {
			if err := putPage(put, page); err != nil {
				return err
			}
		}
		return nil
	}
}

func putPage(put providers.Emit, lines []providers.Line) error {
	page := make([]providers.Line, len(lines))
	for i, l := range lines {
		page[i] = cloneLine(l)
	}
	err := put(page)
	for i := range page {
		clear(page[i].Tags)
		clear(page[i].Native.Values)
		page[i] = providers.Line{ResourceID: "a page was kept after its put"}
	}
	return err
}

// wantLines checks that a day has exactly the given lines, in the lines and in the daily sums.
func (f *fixture) wantLines(s Store, account string, d providers.Day, want []providers.Line) {
	f.Helper()
	got, err := f.Lines(f.Context(), account, d)
	if err != nil {
		f.Fatalf("lines of %s %s: %v", account, d, err)
	}
	if diff := cmp.Diff(sorted(want), sorted(got), cmpopts.EquateEmpty()); diff != "" {
		f.Fatalf("lines of %s %s (-want +got):\n%s", account, d, diff)
	}
	truth := truth{{bill: bill(account, d), day: d, lines: want}}
	for _, by := range []store.Dimension{store.ByService, store.ByResource} {
		f.wantCosts(s, truth, store.Query{
			From: d, To: d, Amount: store.BilledCost, By: []store.Dimension{by},
			Where: []store.Filter{{Dimension: store.ByAccount, Values: []string{account}}},
		})
	}
}

// wantCosts checks a query's answer against the one computed from the lines.
func (f *fixture) wantCosts(s Store, lines truth, q store.Query) {
	f.Helper()
	got, err := s.Costs(f.Context(), q)
	if err != nil {
		f.Fatalf("costs %+v: %v", q, err)
	}
	if diff := cmp.Diff(lines.costs(q), sortedCosts(got), cmpopts.EquateEmpty()); diff != "" {
		f.Errorf("costs %+v (-want +got):\n%s", q, diff)
	}
}

// mark returns the newest commit of a day, nil when it was never stored.
func (f *fixture) mark(s Store, account string, d providers.Day) *store.Mark {
	f.Helper()
	for _, m := range f.days(s, account) {
		if m.Day == d {
			return &m
		}
	}
	return nil
}

func (f *fixture) days(s Store, account string) []store.Mark {
	f.Helper()
	marks, err := s.Days(f.Context(), account)
	if err != nil {
		f.Fatalf("days of %q: %v", account, err)
	}
	return marks
}

func (f *fixture) storedLines(account string, d providers.Day) int {
	f.Helper()
	n, err := f.StoredLines(f.Context(), account, d)
	if err != nil {
		f.Fatalf("stored lines of %s %s: %v", account, d, err)
	}
	return n
}

func (f *fixture) clean(s Store) {
	f.Helper()
	if err := f.Clean(context.WithoutCancel(f.Context()), s); err != nil {
		f.Fatalf("clean: %v", err)
	}
}

// sorted returns lines in an order that depends only on what they say, with times in UTC.
func sorted(lines []providers.Line) []providers.Line {
	out := make([]providers.Line, len(lines))
	for i, l := range lines {
		l.ChargePeriodStart, l.ChargePeriodEnd = l.ChargePeriodStart.UTC(), l.ChargePeriodEnd.UTC()
		out[i] = l
	}
	slices.SortFunc(out, func(a, b providers.Line) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
	return out
}
