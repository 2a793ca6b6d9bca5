package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
)

var errCloud = errors.New("the cloud failed")

func testFailingFill(t *testing.T, f *fixture) {
	s := f.open("run-1")
	old := samples(6)
	before := f.replace(s, "prod", october31, old).After
	for name, fill := range map[string]func(put providers.Emit) error{
		"before the first page": func(providers.Emit) error { return errCloud },
		"after some pages": func(put providers.Emit) error {
			return errors.Join(filling(samplesFrom(9, 40), 3)(put), errCloud)
		},
		"after many lines": func(put providers.Emit) error {
			return errors.Join(filling(samplesFrom(9, 3000), 400)(put), errCloud)
		},
	} {
		change, err := s.Replace(f.Context(), bill("prod", october31), october31, fill)
		if !errors.Is(err, errCloud) {
			t.Errorf("%s: error %v does not hold fill's", name, err)
		}
		if change.After.LoadID != 0 && change.After.LoadID != before.LoadID {
			t.Errorf("%s: a failed replacement made a change: %+v", name, change)
		}
		f.wantLines(s, "prod", october31, old)
	}
	if m := f.mark(s, "prod", october31); m == nil || m.LoadID != before.LoadID || !m.Version.Equal(before.Version) {
		t.Errorf("the day's commit is %+v, want %+v", m, before)
	}
	_, err := s.Replace(f.Context(), bill("prod", october31+1), october31+1, func(providers.Emit) error { return errCloud })
	if !errors.Is(err, errCloud) {
		t.Errorf("a new day: error %v does not hold fill's", err)
	}
	if m := f.mark(s, "prod", october31+1); m != nil {
		t.Errorf("a day whose only fetch failed is stored: %+v", m)
	}
	f.clean(s)
	if n := f.storedLines("prod", october31); n != len(old) {
		t.Errorf("%d lines are kept of a day of %d lines after cleaning", n, len(old))
	}
	f.wantLines(s, "prod", october31, old)
}

func testPrecision(t *testing.T, f *fixture) {
	s := f.open("run-1")
	old := samples(4)
	f.replace(s, "prod", october31, old)
	for _, text := range []string{"0.0000000000001", "1.2345678901234", "123456789012345678901234567"} {
		lines := samplesFrom(30, 5)
		lines[3].TaxAmount = money(text)
		for name, fill := range map[string]func(put providers.Emit) error{
			"fill returns put's error": filling(lines, 2),
			"fill drops put's error":   func(put providers.Emit) error { _ = filling(lines, 2)(put); return nil },
		} {
			_, err := s.Replace(f.Context(), bill("prod", october31), october31, fill)
			if !errors.Is(err, providers.ErrPrecision) {
				t.Errorf("%s: %s: error %v, want %v", text, name, err, providers.ErrPrecision)
			}
			f.wantLines(s, "prod", october31, old)
		}
	}
}

func testCancelled(t *testing.T, f *fixture) {
	s := f.open("run-1")
	old := samples(5)
	f.replace(s, "prod", october31, old)

	for name, fill := range map[string]func(cancel func(), put providers.Emit) error{
		"before the first page": func(cancel func(), put providers.Emit) error {
			cancel()
			return filling(samplesFrom(9, 9), 3)(put)
		},
		"after many lines": func(cancel func(), put providers.Emit) error {
			err := filling(samplesFrom(9, 3000), 400)(put)
			cancel()
			return err
		},
		"between two pages": func(cancel func(), put providers.Emit) error {
			err := filling(samplesFrom(9, 9), 3)(put)
			cancel()
			return errors.Join(err, filling(samplesFrom(9, 9), 3)(put))
		},
	} {
		ctx, cancel := context.WithCancel(f.Context())
		var cancelled time.Time
		stop := func() { cancelled = time.Now(); cancel() }
		_, err := s.Replace(ctx, bill("prod", october31), october31, func(put providers.Emit) error { return fill(stop, put) })
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v, want %v", name, err, context.Canceled)
		}
		if took := time.Since(cancelled); took > 5*time.Second {
			t.Errorf("%s: ended %s after the cancellation", name, took)
		}
		f.wantLines(s, "prod", october31, old)
	}

	ctx, cancel := context.WithCancel(f.Context())
	cancel()
	if _, err := s.Days(ctx, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("Days: error %v, want %v", err, context.Canceled)
	}
	if _, err := s.Costs(ctx, store.Query{From: october31, To: october31}); !errors.Is(err, context.Canceled) {
		t.Errorf("Costs: error %v, want %v", err, context.Canceled)
	}
	f.replace(s, "prod", october31, samples(2))
	f.wantLines(s, "prod", october31, samples(2))
}
