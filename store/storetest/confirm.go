package storetest

import (
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"goscan/providers"
)

func testConfirmed(t *testing.T, f *fixture) {
	lines := samples(23)
	backwards := slices.Clone(lines)
	slices.Reverse(backwards)
	f.clock.set(october31.Start().Add(20 * time.Hour))
	first := f.replace(f.open("run-1"), "prod", october31, lines).After

	f.clock.set((october31 + 1).Start().Add(8 * time.Hour))
	s := f.open("run-2")
	before := first
	for name, fill := range map[string]func(put providers.Emit) error{
		"the same pages":     filling(lines, 3),
		"one page":           filling(lines, 100),
		"single lines":       filling(lines, 1),
		"in another order":   filling(backwards, 4),
		"several goroutines": filling23Ways(lines),
	} {
		change, err := s.Replace(f.Context(), bill("prod", october31), october31, fill)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !change.Confirmed || change.Superseded {
			t.Errorf("%s: not confirmed: %+v", name, change)
		}
		after := change.After
		if after.LoadID != first.LoadID || !after.Version.After(before.Version) || after.RunID != "run-2" {
			t.Errorf("%s: confirmed %+v by %+v", name, before, after)
		}
		if after.State != providers.Complete || after.Lines != len(lines) || after.Checksum != first.Checksum {
			t.Errorf("%s: the confirmation says %+v", name, after)
		}
		if !change.Before.Version.Equal(before.Version) {
			t.Errorf("%s: before is %+v, want %+v", name, change.Before, before)
		}
		before = after
	}
	f.clock.set((october31 + 20).Start())
	if last := f.replace(s, "prod", october31, lines); !last.Confirmed || last.After.State != providers.Final {
		t.Errorf("a fetch after the month's close: %+v", last)
	}
	f.wantLines(s, "prod", october31, lines)
	f.clean(s)
	f.wantLines(s, "prod", october31, lines)
	if n := f.storedLines("prod", october31); n != len(lines) {
		t.Errorf("%d lines are kept of a day of %d lines after cleaning", n, len(lines))
	}
}

// A day that is fetched in blocks is known to be identical only at its end.
func testNotConfirmed(t *testing.T, f *fixture) {
	s := f.open("run-1")
	lines := samples(20)
	changes := map[string]func(l []providers.Line) []providers.Line{
		"a line less":      func(l []providers.Line) []providers.Line { return l[1:] },
		"a line twice":     func(l []providers.Line) []providers.Line { return append(l, l[0]) },
		"another name":     func(l []providers.Line) []providers.Line { l[7].ServiceName += "!"; return l },
		"another tag":      func(l []providers.Line) []providers.Line { l[7].Tags["team"] = "x"; return l },
		"another native":   func(l []providers.Line) []providers.Line { l[7].Native = with(l[7].Native, "Zone", "b"); return l },
		"the last digit":   func(l []providers.Line) []providers.Line { l[7].PaidAmount = money("7.500000000001"); return l },
		"another quantity": func(l []providers.Line) []providers.Line { l[7].PricingQuantity = providers.Quantity{}; return l },
	}
	for name, change := range changes {
		f.replace(s, "prod", october31, lines)
		other := samples(20)
		other = change(other)
		if c := f.replace(s, "prod", october31, other); c.Confirmed {
			t.Errorf("%s was taken for the same day", name)
		}
		f.wantLines(s, "prod", october31, other)
	}
	large := samples(3000)
	f.replace(s, "prod", october31, large)
	if c := f.replace(s, "prod", october31, large); !c.Confirmed {
		t.Errorf("a large identical day: %+v", c)
	}
	f.clean(s)
	if n := f.storedLines("prod", october31); n != len(large) {
		t.Errorf("%d lines are kept of a day of %d lines after cleaning", n, len(large))
	}
}

func testConcurrentPuts(_ *testing.T, f *fixture) {
	s := f.open("run-1")
	lines := samples(690)
	for range 3 {
		if _, err := s.Replace(f.Context(), bill("prod", october31), october31, filling23Ways(lines)); err != nil {
			f.Fatal(err)
		}
		f.wantLines(s, "prod", october31, lines)
		lines = lines[:len(lines)/2]
	}
}

// filling23Ways puts the lines from 23 goroutines at once.
func filling23Ways(lines []providers.Line) func(put providers.Emit) error {
	return func(put providers.Emit) error {
		var g errgroup.Group
		for part := range slices.Chunk(lines, (len(lines)+22)/23) {
			g.Go(func() error { return filling(part, 7)(put) })
		}
		return g.Wait()
	}
}

func testConcurrentDays(_ *testing.T, f *fixture) {
	s := f.open("run-1")
	var g errgroup.Group
	for i := range 24 {
		d := october31 - providers.Day(i%12)
		account := []string{"prod", "test"}[i/12]
		g.Go(func() error {
			for round := range 3 {
				if _, err := s.Replace(f.Context(), bill(account, d), d, filling(samplesFrom(i+round, 5+i), 3)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		f.Fatal(err)
	}
	for i := range 24 {
		f.wantLines(s, []string{"prod", "test"}[i/12], october31-providers.Day(i%12), samplesFrom(i+2, 5+i))
	}
}
