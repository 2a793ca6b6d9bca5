//go:build prove

package cmd_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
)

// A span is the last days of a simulated cloud. They are restated again and again, and every bill that a day ever had is
// remembered: no two of a day have the same number of lines or a sum in common.
type span struct {
	cloud    *simulator.Cloud
	from, to providers.Day
	drafts   []map[providers.Day][]simulator.Row

	mu      sync.Mutex
	version int
	ever    map[providers.Day]map[figure]int // the version that a figure was of
}

// A figure is what a day adds up to, in short.
type figure struct {
	lines  int64
	billed string
}

const (
	spanDays   = 9
	spanDrafts = 3
	dayLines   = 305 // of an ordinary day: two pages
	longLines  = 905 // of the second day: four pages
	spanPause  = 8 * time.Millisecond
)

// newSpan starts a cloud with the first version of every day. It takes its time to answer, so that a moment of a run is
// likely to be in the middle of something.
func newSpan(t *testing.T, kind string) *span {
	t.Helper()
	today := providers.DayOf(time.Now())
	s := &span{from: today - spanDays, to: today - 1, ever: map[providers.Day]map[figure]int{}}
	var err error
	if s.cloud, err = simulator.Start(kind, simulator.Options{Empty: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.cloud.Close)
	for draft := range spanDrafts {
		s.drafts = append(s.drafts, s.draft(t, kind, draft))
	}
	s.heal()
	s.restate(t)
	return s
}

// draft returns rows of every day, more than any version will have.
func (s *span) draft(t *testing.T, kind string, n int) map[providers.Day][]simulator.Row {
	t.Helper()
	rows := map[providers.Day][]simulator.Row{}
	for d := s.from; d <= s.to; d++ {
		rows[d] = slim(draftRows(t, kind, uint64(n), d, s.lines(d)+200))
	}
	return rows
}

func (s *span) lines(d providers.Day) int {
	if d == s.from+1 {
		return longLines
	}
	return dayLines
}

// heal removes the faults that a test added, but not the pause.
func (s *span) heal() {
	s.cloud.Heal()
	s.cloud.Inject(simulator.Fault{Wait: spanPause})
}

// restate gives every day its next version.
func (s *span) restate(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := s.drafts[s.version%spanDrafts]
	s.version++
	for d := s.from; d <= s.to; d++ {
		version := rows[d][:s.lines(d)+s.version%200]
		s.remember(t, d, version)
		if err := s.cloud.SetDay(d, version); err != nil {
			t.Fatal(err)
		}
	}
}

// remember notes what a day is going to add up to, before anybody can read it.
func (s *span) remember(t *testing.T, d providers.Day, rows []simulator.Row) {
	t.Helper()
	f := figure{lines: int64(len(rows))}
	field := map[bool]string{true: "PayableAmount", false: "PretaxAmount"}[rows[0]["PayableAmount"] != nil]
	var sum providers.Money
	for _, row := range rows {
		m, err := providers.ParseMoney(fmt.Sprint(row[field]))
		if err != nil {
			t.Fatal(err)
		}
		sum = sum.Add(m)
	}
	f.billed = sum.String()
	if s.ever[d] == nil {
		s.ever[d] = map[figure]int{}
	}
	s.ever[d][f] = s.version
}

// versionOf tells which version of a day a figure is; ok is false when it never was one.
func (s *span) versionOf(d providers.Day, f figure) (version int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	version, ok = s.ever[d][f]
	return version, ok
}

// now returns the current version.
func (s *span) now() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}
