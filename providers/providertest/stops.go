package providertest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"goscan/providers"
	"goscan/providers/simulator"
)

// testEmitError refuses a page.
func (s suite) testEmitError(t *testing.T) {
	on := s.open(t, simulator.Options{Empty: true}, hurried())
	d := providers.NewDay(2026, 10, 5)
	s.fill(t, on.cloud, d, 6_000)
	for name, refused := range map[string]int32{"the first page is refused": 1, "the tenth page is refused": 10, "the last page is refused": 20} {
		t.Run(name, func(t *testing.T) {
			on.cloud.Forget()
			errFull := errors.New("the disk is full")
			var pages atomic.Int32
			err := on.Fetch(t.Context(), s.bill(d), d, func([]providers.Line) error {
				if pages.Add(1) == refused {
					return errFull
				}
				return nil
			})
			if !errors.Is(err, errFull) {
				t.Errorf("error is %v, want emit's", err)
			}
			after := pages.Load()
			if served := len(on.cloud.Served()); refused <= 10 && served > 17 {
				t.Errorf("%d requests were made, page %d was refused", served, refused)
			}
			time.Sleep(20 * time.Millisecond)
			if pages.Load() != after {
				t.Error("pages are emitted after Fetch returned")
			}
		})
	}
}

// testCancel cancels a fetch while it waits for the cloud, for its next attempt, and for emit.
func (s suite) testCancel(t *testing.T) {
	d := providers.NewDay(2026, 10, 5)
	patient := providers.Patience{Attempt: 3 * time.Second, First: 3 * time.Second, Longest: 3 * time.Second, Total: 8 * time.Second}
	for name, when := range map[string]func(simulator.Request) bool{
		"first page": simulator.Request.First, "middle page": simulator.Request.Middle, "last page": simulator.Request.Last,
	} {
		for _, effect := range []simulator.Effect{simulator.Stall, simulator.Unavailable} {
			t.Run(effect.String()+" on the "+name, func(t *testing.T) {
				s.mustCancel(t, d, patient, func(cancel func(), on subject) providers.Emit {
					on.cloud.Inject(simulator.Fault{
						When: when, Effect: effect, Wait: 3 * time.Second,
						Run: func(simulator.Request) { time.AfterFunc(30*time.Millisecond, cancel) },
					})
					return func([]providers.Line) error { return nil }
				})
			})
		}
	}
	t.Run("while a page is emitted", func(t *testing.T) {
		s.mustCancel(t, d, patient, func(cancel func(), _ subject) providers.Emit {
			return func([]providers.Line) error {
				cancel()
				return nil
			}
		})
	})
	t.Run("before it begins", func(t *testing.T) {
		s.mustCancel(t, d, patient, func(cancel func(), _ subject) providers.Emit {
			cancel()
			return func([]providers.Line) error { return nil }
		})
	})
}

// mustCancel fetches a day of five pages that prepare makes sure to cancel.
func (s suite) mustCancel(t *testing.T, d providers.Day, p providers.Patience, prepare func(cancel func(), on subject) providers.Emit) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	cloud, err := simulator.Start(s.kind, simulator.Options{Empty: true, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	on := s.openAt(t, cloud, now, p)
	s.fill(t, cloud, d, 1_500)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var cancelled atomic.Int64
	emit := prepare(func() {
		cancelled.CompareAndSwap(0, time.Now().UnixNano())
		cancel()
	}, on)
	err = on.Fetch(ctx, s.bill(d), d, emit)
	on.log.noteError(err)
	if late := time.Duration(time.Now().UnixNano() - cancelled.Load()); cancelled.Load() == 0 || late > time.Second {
		t.Errorf("Fetch returned %s after it was cancelled", late)
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
	cloud.Close()
	if err := goleak.Find(before); err != nil {
		t.Errorf("goroutines are left: %v", err)
	}
}
