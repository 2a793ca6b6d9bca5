package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"goscan/providers"
	"goscan/store"
)

// A readDay is what Lines gave of a day.
type readDay struct {
	mark  store.Mark
	lines []providers.Line
}

// read returns all that Lines gives of a query.
func (f *fixture) read(s Store, q store.LineQuery) []readDay {
	f.Helper()
	var days []readDay
	err := s.Lines(f.Context(), q, func(marks []store.Mark, read store.ReadLines) error {
		for _, m := range marks {
			d := readDay{mark: m}
			if err := read(m, collect(&d.lines)); err != nil {
				return err
			}
			days = append(days, d)
		}
		return nil
	})
	if err != nil {
		f.Fatalf("lines of %+v: %v", q, err)
	}
	return days
}

// collect returns an emit that keeps copies of the lines.
func collect(lines *[]providers.Line) providers.Emit {
	return func(page []providers.Line) error {
		for _, l := range page {
			*lines = append(*lines, cloneLine(l))
		}
		return nil
	}
}

func (f *fixture) wantRead(got readDay, m store.Mark, want []providers.Line) {
	f.Helper()
	if diff := cmp.Diff(m, got.mark, cmpopts.EquateEmpty()); diff != "" {
		f.Errorf("commit (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(sorted(want), sorted(got.lines), cmpopts.EquateEmpty()); diff != "" {
		f.Errorf("lines of %s %s (-want +got):\n%s", m.Account, m.Day, diff)
	}
	if !slices.IsSortedFunc(got.lines, func(a, b providers.Line) int { return a.Offset - b.Offset }) {
		f.Errorf("the lines of %s %s are not in order", m.Account, m.Day)
	}
}

func testReadBack(t *testing.T, f *fixture) {
	s := f.open("run-1")
	shuffled := append(samplesFrom(40, 3000), samples(40)...)
	f.replace(s, "prod", october31, shuffled)
	f.replace(s, "prod", october31+1, nil)
	f.replace(s, "prod", october31-1, samples(2))
	f.replace(s, "other", october31, samplesFrom(3, 7))
	f.replace(s, "other", october31, samplesFrom(4, 5)) // only the current load is read
	want := map[store.Key][]providers.Line{
		{Account: "prod", Dataset: providers.DatasetBill, Day: october31}:     shuffled,
		{Account: "prod", Dataset: providers.DatasetBill, Day: october31 - 1}: samples(2),
		{Account: "other", Dataset: providers.DatasetBill, Day: october31}:    samplesFrom(4, 5),
	}
	got := f.read(s, store.LineQuery{To: 20_000 + october31})
	if marks := f.days(s, ""); len(got) != len(marks) || len(got) != 4 {
		t.Fatalf("%d days were read, %d are stored", len(got), len(marks))
	} else {
		for i, m := range marks {
			f.wantRead(got[i], m, want[m.Key()])
		}
	}
	if got := f.read(s, store.LineQuery{Account: "prod", From: october31, To: october31}); len(got) != 1 || len(got[0].lines) != len(shuffled) {
		t.Errorf("a day of an account gave %d days", len(got))
	}
	if got := f.read(s, store.LineQuery{Account: "nobody", To: october31}); len(got) != 0 {
		t.Errorf("an account without days gave %d", len(got))
	}
}

func testReadBackTexts(_ *testing.T, f *fixture) {
	s := f.open("run-1")
	lines := awkwardLines()
	m := f.replace(s, "prod", october31, lines).After
	f.wantRead(f.read(s, store.LineQuery{Account: "prod", From: october31, To: october31})[0], m, lines)
}

var errEnough = errors.New("enough")

func testReadBackStops(t *testing.T, f *fixture) {
	s := f.open("run-1")
	f.replace(s, "prod", october31, samples(1200))
	f.replace(s, "prod", october31+1, samples(1))
	pages := 0
	err := s.Lines(f.Context(), store.LineQuery{To: october31 + 1}, func(days []store.Mark, read store.ReadLines) error {
		return read(days[0], func([]providers.Line) error {
			pages++
			return errEnough
		})
	})
	if !errors.Is(err, errEnough) || pages != 1 {
		t.Errorf("%v after %d pages", err, pages)
	}
}

// Whoever reads while others replace sees the lines of one instant, or is told that they are gone.
func testReadBackInstant(t *testing.T, f *fixture) {
	s, other := f.open("run-1"), f.open("run-2")
	old := map[providers.Day][]providers.Line{october31: samples(5), october31 + 1: samples(9), october31 + 2: nil}
	for d, lines := range old {
		f.replace(s, "prod", d, lines)
	}
	err := s.Lines(f.Context(), store.LineQuery{To: october31 + 9}, func(days []store.Mark, read store.ReadLines) error {
		for d := range old {
			f.replace(other, "prod", d, samplesFrom(50, 3))
		}
		f.replace(other, "prod", october31+3, samples(1))
		if len(days) != len(old) {
			t.Errorf("%d days, want %d", len(days), len(old))
		}
		for _, m := range days {
			got := readDay{mark: m}
			if err := read(m, collect(&got.lines)); err != nil {
				return err
			}
			f.wantRead(got, m, old[m.Day])
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	err = s.Lines(f.Context(), store.LineQuery{Account: "prod", From: october31, To: october31}, func(days []store.Mark, read store.ReadLines) error {
		f.replace(other, "prod", october31, samplesFrom(70, 4))
		f.clean(other)
		got := readDay{mark: days[0]}
		if err := read(days[0], collect(&got.lines)); err != nil {
			return err
		}
		f.wantRead(got, days[0], samplesFrom(50, 3))
		return nil
	})
	if err != nil && !errors.Is(err, store.ErrNotWhole) {
		t.Errorf("lines that are gone: %v", err)
	}
}

// adopt has a store take over a day of another, which holds the lines.
func (f *fixture) adopt(s Store, m store.Mark, lines []providers.Line) store.Change {
	f.Helper()
	change, err := s.Adopt(f.Context(), m, filling(lines, 3))
	if err != nil {
		f.Fatalf("adopt %s %s: %v", m.Account, m.Day, err)
	}
	return change
}

// fetched returns the commit of lines in another store, fetched so many hours after the end of October.
func fetched(hours int, d providers.Day, lines []providers.Line) store.Mark {
	var tally store.Tally
	for i := range lines {
		tally.Add(&lines[i])
	}
	began := (october31 + 1).Start().Add(time.Duration(hours)*time.Hour + 1003*time.Microsecond).UTC()
	return store.Mark{
		Account: "prod", Provider: "volcengine", Dataset: providers.DatasetBill, Month: d.Month(), Day: d,
		LoadID: 77, Version: began, CommittedAt: began.Add(time.Minute), State: providers.Complete,
		Lines: tally.Lines, BilledCost: tally.BilledCost(), Checksum: tally.Checksum, RunID: "far away",
	}
}

func testAdopt(t *testing.T, f *fixture) {
	s := f.open("run-1")
	for d, lines := range map[providers.Day][]providers.Line{october31: samples(2500), october31 - 1: nil} {
		origin := fetched(12, d, lines)
		change := f.adopt(s, origin, lines)
		m := change.After
		if !change.First() || change.Confirmed || change.Superseded {
			t.Errorf("%s: %+v", d, change)
		}
		if !m.Version.Equal(origin.Version) || m.State != origin.State || m.RunID != "run-1" || m.LoadID == origin.LoadID || !m.HasLinesOf(origin) {
			t.Errorf("%s: adopted as %+v, want it as of %+v", d, m, origin)
		}
		if age := f.clock.Now().Sub(m.LoadID.Began()); age < 0 || age > time.Hour {
			t.Errorf("%s: the load began %s ago, so cleaning could take it for abandoned", d, age)
		}
		if got := f.mark(s, "prod", d); got == nil || !cmp.Equal(*got, m, cmpopts.EquateEmpty()) {
			t.Errorf("%s: the newest commit is %+v, want %+v", d, got, m)
		}
		f.wantLines(s, "prod", d, lines)
	}
}

// unread is a fill that must not be called.
func (f *fixture) unread(providers.Emit) error {
	f.Error("lines were read that are stored already")
	return nil
}

func testAdoptAgain(t *testing.T, f *fixture) {
	s := f.open("run-1")
	first, second := samples(7), samplesFrom(20, 4)
	f.adopt(s, fetched(12, october31, first), first)
	for name, test := range map[string]struct {
		origin                store.Mark
		confirmed, superseded bool
	}{
		"the same fetch again":                 {fetched(12, october31, first), true, false},
		"the same lines, fetched before":       {fetched(11, october31, first), true, false},
		"other lines that were fetched before": {fetched(11, october31, second), false, true},
	} {
		change, err := s.Adopt(f.Context(), test.origin, f.unread)
		if err != nil || change.Confirmed != test.confirmed || change.Superseded != test.superseded {
			t.Errorf("%s: %+v, %v", name, change, err)
		}
	}
	if commits, err := s.Commits(f.Context(), "prod", october31, october31); err != nil || len(commits) != 1 {
		t.Errorf("%d commits, want 1: %v", len(commits), err)
	}
	later := f.adopt(s, fetched(13, october31, first), first)
	if !later.Confirmed || !later.After.Version.Equal(fetched(13, october31, first).Version) {
		t.Errorf("the same lines, fetched later: %+v", later)
	}
	other := f.adopt(s, fetched(14, october31, second), second)
	if other.Confirmed || other.Superseded || other.First() {
		t.Errorf("other lines, fetched later: %+v", other)
	}
	f.wantLines(s, "prod", october31, second)
	f.clean(s)
	f.wantLines(s, "prod", october31, second)
}

func testAdoptPruned(t *testing.T, f *fixture) {
	s := f.open("run-1")
	lines := samples(7)
	origin := fetched(12, october31, lines)
	for range 2 {
		f.adopt(s, origin, lines)
		if err := s.Prune(f.Context(), "prod", october31.Month()+1); err != nil {
			t.Fatal(err)
		}
		f.wantLines(s, "prod", october31, nil)
	}
	if change := f.adopt(s, origin, lines); !change.First() || change.Superseded || change.After.State != origin.State {
		t.Errorf("a pruned day: %+v", change)
	}
	f.wantLines(s, "prod", october31, lines)
	if change, err := s.Adopt(f.Context(), origin, f.unread); err != nil || !change.Confirmed {
		t.Errorf("a pruned day, adopted again: %+v, %v", change, err)
	}
}

func testAdoptFails(t *testing.T, f *fixture) {
	s := f.open("run-1")
	old := samples(6)
	f.replace(s, "prod", october31, old)
	other := samplesFrom(9, 2500)
	origin := fetched(24*30, october31, other)
	short := store.Exactly(func(_ store.Mark, emit providers.Emit) error { return filling(other[:2400], 100)(emit) })
	change, err := s.Adopt(f.Context(), origin, func(put providers.Emit) error { return short(origin, put) })
	if !errors.Is(err, store.ErrNotWhole) {
		t.Errorf("lines that are missing: %+v, %v", change, err)
	}
	f.wantLines(s, "prod", october31, old)
	if n := f.storedLines("prod", october31); n != len(old) {
		f.clean(s)
		if n = f.storedLines("prod", october31); n != len(old) {
			t.Errorf("%d lines are kept, want %d", n, len(old))
		}
	}
}
