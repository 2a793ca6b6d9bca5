package providertest

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
)

// A fault of the matrix and what may come of it.
type faultCase struct {
	effect simulator.Effect
	kinds  []providers.Kind // of the error when the cloud does not recover
	heals  bool             // one such answer must be survived: the next attempt brings the right lines
}

func faultCases() []faultCase {
	throttled, unavailable := []providers.Kind{providers.Throttled}, []providers.Kind{providers.Unavailable}
	malformed, denied := []providers.Kind{providers.Malformed}, []providers.Kind{providers.Denied}
	moved := []providers.Kind{providers.Changed, providers.Malformed}
	return []faultCase{
		{simulator.TooMany, throttled, true},
		{simulator.Throttling, throttled, true},
		{simulator.InternalError, unavailable, true},
		{simulator.BadGateway, unavailable, true},
		{simulator.Unavailable, unavailable, true},
		{simulator.ErrorIn200, unavailable, true},
		{simulator.Reset, unavailable, true},
		{simulator.Truncated, unavailable, true},
		{simulator.Stall, unavailable, true},
		{simulator.WrongType, malformed, false},
		{simulator.NoResult, malformed, false},
		{simulator.RepeatedPage, moved, false},
		{simulator.MissingPage, moved, false},
		{simulator.MovedTotal, moved, false},
		{simulator.EndlessToken, moved, false},
		{simulator.Forbidden, denied, false},
	}
}

// testFaults meets every fault in every phase of a day, once and for good. What comes of it is the exact lines, or an
// error of the right kind; never anything between.
func (s suite) testFaults(t *testing.T) {
	cases := 0
	d := providers.NewDay(2026, 10, 6)
	rows := s.slim(s.open(t, simulator.Options{Empty: true}, hurried()).cloud.Rows(d, 740)) // three pages, the last one short
	for _, f := range faultCases() {
		if f.effect == simulator.EndlessToken && s.kind != simulator.Alicloud {
			continue
		}
		for phase, when := range map[string]func(simulator.Request) bool{
			"first": simulator.Request.First, "middle": simulator.Request.Middle, "last": simulator.Request.Last,
		} {
			for _, times := range []int{1, 0} {
				often := map[int]string{1: "once", 0: "for good"}[times]
				cases++
				t.Run(fmt.Sprintf("%s on the %s page, %s", f.effect, phase, often), func(t *testing.T) {
					t.Parallel()
					on := s.open(t, simulator.Options{Empty: true}, f.patience(times))
					if err := on.cloud.SetDay(d, rows); err != nil {
						t.Fatal(err)
					}
					s.meet(t, on, trial{f, d, times, on.cloud.Inject(simulator.Fault{When: when, Times: times, Effect: f.effect})})
				})
			}
		}
	}
	t.Logf("%d cases", cases)
}

// A trial is a fault that a cloud has on a day.
type trial struct {
	faultCase
	day   providers.Day
	times int
	hits  func() int
}

// meet fetches the day of a trial.
func (s suite) meet(t *testing.T, on subject, f trial) {
	t.Helper()
	lines, err := s.fetch(t.Context(), on, f.day)
	if f.hits() == 0 {
		t.Fatal("the fault was never met")
	}
	switch {
	case err == nil:
		s.mustEqual(t, on, f.day, lines)
		if f.times == 0 && f.heals {
			t.Error("every answer failed, but there is no error")
		}
	case f.times == 1 && f.heals:
		t.Errorf("one failing answer was not survived: %v", err)
	case !slices.Contains(f.kinds, providers.KindOf(err)):
		t.Errorf("error is %v, of kind %s, want %v", err, providers.KindOf(err), f.kinds)
	}
}

// patience is short where waiting is what the case is about.
func (f faultCase) patience(times int) providers.Patience {
	p := hurried()
	if f.effect == simulator.Stall {
		p.Attempt = time.Second
	}
	if times == 0 {
		p.Total = 150 * time.Millisecond
	}
	return p
}

// testRestated changes a day in the middle of its pages: the lines of two states of a bill are never taken for a bill.
func (s suite) testRestated(t *testing.T) {
	d := providers.NewDay(2026, 10, 7)
	for name, lines := range map[string]int{"it grows": 1_000, "it grows by a line": 901, "it shrinks": 650, "it vanishes": 0} {
		t.Run(name, func(t *testing.T) {
			on := s.open(t, simulator.Options{Empty: true}, hurried())
			s.fill(t, on.cloud, d, 900)
			hits := on.cloud.Inject(simulator.Fault{
				When: simulator.Request.Last, Times: 1, Run: func(simulator.Request) { s.fill(t, on.cloud, d, lines) },
			})
			_, err := s.fetch(t.Context(), on, d)
			if kind := providers.KindOf(err); hits() != 1 || kind != providers.Changed {
				t.Errorf("error is %v, of kind %s, want changed", err, kind)
			}
			again, err := s.fetch(t.Context(), on, d)
			if err != nil {
				t.Fatal(err)
			}
			s.mustEqual(t, on, d, again)
		})
	}
}

// testTrailingToken reads from a cloud that hands out a token behind the last line.
func (s suite) testTrailingToken(t *testing.T) {
	on := s.open(t, simulator.Options{Empty: true, TrailingToken: true}, hurried())
	for i, n := range []int{0, 1, 300, 450} {
		d := providers.NewDay(2026, 10, 8) + providers.Day(i)
		s.fill(t, on.cloud, d, n)
		lines, err := s.fetch(t.Context(), on, d)
		if err != nil {
			t.Fatal(err)
		}
		s.mustEqual(t, on, d, lines)
	}
}

// testRate reads from a cloud that lets fewer requests through than the provider sends, and refuses every third of those
// for no reason.
func (s suite) testRate(t *testing.T) {
	on := s.open(t, simulator.Options{Empty: true, Rate: 15}, providers.Patience{
		Attempt: 20 * time.Second, First: 50 * time.Millisecond, Longest: 500 * time.Millisecond, Total: time.Minute,
	})
	d := providers.NewDay(2026, 10, 9)
	s.fill(t, on.cloud, d, 3_000)
	var asked atomic.Int32
	hits := on.cloud.Inject(simulator.Fault{
		When: func(simulator.Request) bool { return asked.Add(1)%3 == 0 }, Effect: simulator.Throttling,
	})
	lines, err := s.fetch(t.Context(), on, d)
	if err != nil {
		t.Fatal(err)
	}
	s.mustEqual(t, on, d, lines)
	if hits() == 0 {
		t.Error("the cloud never refused: the test tests nothing")
	}
}
