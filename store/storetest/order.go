package storetest

import (
	"testing"

	"goscan/providers"
	"goscan/store"
)

// overtake replaces a day by one writer while another, whose fetch began earlier, is in the middle of its own fetch, and
// returns what both changed.
func (f *fixture) overtake(earlier, later Store, early, late []providers.Line) (earlyChange, lateChange store.Change) {
	f.Helper()
	half := len(early) / 2
	earlyChange, err := earlier.Replace(f.Context(), bill("prod", october31), october31, func(put providers.Emit) error {
		if err := filling(early[:half], 2)(put); err != nil {
			return err
		}
		lateChange = f.replace(later, "prod", october31, late)
		return filling(early[half:], 2)(put)
	})
	if err != nil {
		f.Fatalf("the earlier fetch: %v", err)
	}
	return earlyChange, lateChange
}

func testLaterLast(t *testing.T, f *fixture) {
	a, b := f.open("run-a"), f.open("run-b")
	f.replace(a, "prod", october31, samples(5))
	change := f.replace(b, "prod", october31, samplesFrom(10, 3))
	if change.Superseded || change.Before.RunID != "run-a" || change.After.RunID != "run-b" {
		t.Errorf("the later fetch: %+v", change)
	}
	f.wantLines(a, "prod", october31, samplesFrom(10, 3))
}

func testLaterFirst(t *testing.T, f *fixture) {
	a, b := f.open("run-a"), f.open("run-b")
	for round, known := range []bool{false, true} {
		late := samplesFrom(50+round, 7)
		early, later := f.overtake(a, b, samplesFrom(10+round, 8), late)
		if later.Superseded || later.First() == known || later.After.RunID != "run-b" {
			t.Errorf("the later fetch: %+v", later)
		}
		if !early.Superseded || early.Confirmed || early.After.LoadID != later.After.LoadID || early.After.RunID != "run-b" {
			t.Errorf("the earlier fetch: %+v", early)
		}
		if m := f.mark(a, "prod", october31); m == nil || m.LoadID != later.After.LoadID || !m.Version.Equal(later.After.Version) {
			t.Errorf("the day's commit is %+v, want %+v", m, later.After)
		}
		f.wantLines(a, "prod", october31, late)
		f.clean(a)
		f.wantLines(b, "prod", october31, late)
		if n := f.storedLines("prod", october31); n != len(late) {
			t.Errorf("%d lines are kept of a day of %d lines after cleaning", n, len(late))
		}
	}
}

func testLaterConfirmed(t *testing.T, f *fixture) {
	a, b := f.open("run-a"), f.open("run-b")
	old := samples(6)
	first := f.replace(a, "prod", october31, old)
	early, later := f.overtake(a, b, samplesFrom(10, 8), old)
	if !later.Confirmed || later.After.LoadID != first.After.LoadID {
		t.Errorf("the later fetch: %+v", later)
	}
	if !early.Superseded || early.After.LoadID != first.After.LoadID {
		t.Errorf("the earlier fetch: %+v", early)
	}
	f.clean(a)
	f.wantLines(a, "prod", october31, old)
}

func testEarlierConfirms(t *testing.T, f *fixture) {
	a, b := f.open("run-a"), f.open("run-b")
	old, late := samples(6), samplesFrom(30, 9)
	f.replace(a, "prod", october31, old)
	early, later := f.overtake(a, b, old, late)
	if later.Confirmed || later.Superseded {
		t.Errorf("the later fetch: %+v", later)
	}
	if !early.Superseded || early.Confirmed || early.After.LoadID != later.After.LoadID {
		t.Errorf("the earlier fetch: %+v", early)
	}
	f.wantLines(a, "prod", october31, late)
	f.clean(a)
	f.wantLines(a, "prod", october31, late)

	if again := f.replace(a, "prod", october31, old); again.Confirmed || again.Superseded {
		t.Errorf("the old lines, fetched again after all: %+v", again)
	}
	f.wantLines(a, "prod", october31, old)
}
