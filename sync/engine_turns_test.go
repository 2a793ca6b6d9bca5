package sync_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"goscan/providers"
	"goscan/store"
	billsync "goscan/sync"
)

// pacedCloud counts how many of its days are read at once. The first page of a day takes a second, and so does the rest.
type pacedCloud struct {
	cloud
	mu       sync.Mutex
	atOnce   int // what it says
	then     int // what it says after its first answer
	reading  int
	busiest  int
	lastLeft int
}

func (c *pacedCloud) DaysAtOnce(left int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lastLeft = left
	return c.atOnce
}

func (c *pacedCloud) Fetch(_ context.Context, _ providers.Bill, _ providers.Day, emit providers.Emit) error {
	c.mu.Lock()
	c.reading++
	c.busiest = max(c.busiest, c.reading)
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.reading--
	}()
	time.Sleep(time.Second)
	c.mu.Lock()
	c.atOnce = c.then
	c.mu.Unlock()
	err := emit(make([]providers.Line, 1))
	time.Sleep(time.Second)
	return err
}

func TestAPacedProviderSaysHowManyDaysAreReadAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &pacedCloud{atOnce: 1, then: 5}
		m := newMemory()
		e := engine(m, map[string]providers.Provider{"prod": c})
		e.Workers = 32
		began := time.Now()
		outcomes, err := e.Run(t.Context(), tasks("prod", "2026-11-01", "2026-11-11"))
		if err != nil || len(outcomes) != 11 || len(m.days) != 11 {
			t.Fatalf("%d outcomes, %d days, %v", len(outcomes), len(m.days), err)
		}
		// A day alone for a second, four more until 3 s, the sixth beside them from 2 s, four more until 5 s, the last from 4 s.
		if took := time.Since(began); c.busiest != 5 || took != 6*time.Second {
			t.Errorf("%d at once, %s; want 5, 6s", c.busiest, took)
		}
		if c.lastLeft != 5 {
			t.Errorf("the last day was asked for with %d left, want 5: four under way and itself", c.lastLeft)
		}
	})
}

// slowStore takes a minute to commit a day.
type slowStore struct {
	*memory
	mu            sync.Mutex
	open, busiest int
}

func (s *slowStore) Replace(ctx context.Context, b providers.Bill, d providers.Day, fill func(providers.Emit) error) (store.Change, error) {
	s.count(1)
	defer s.count(-1)
	change, err := s.memory.Replace(ctx, b, d, fill)
	time.Sleep(time.Minute)
	return change, err
}

func (s *slowStore) count(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open += n
	s.busiest = max(s.busiest, s.open)
}

func TestAStoreThatIsSlowerThanTheCloudHoldsItUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &pacedCloud{atOnce: 3, then: 3}
		s := &slowStore{memory: newMemory()}
		e := engine(s.memory, map[string]providers.Provider{"prod": c})
		e.Sink, e.Workers = s, 32
		if _, err := e.Run(t.Context(), tasks("prod", "2026-10-01", "2026-10-30")); err != nil {
			t.Fatal(err)
		}
		if s.busiest != 5 || c.busiest != 3 {
			t.Errorf("%d days open and %d read at once, want 5 and 3", s.busiest, c.busiest)
		}
	})
}

func TestAnInterruptEndsTheWaitForATurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &pacedCloud{atOnce: 1, then: 1}
		e := engine(newMemory(), map[string]providers.Provider{"prod": c})
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		outcomes, err := e.Run(ctx, tasks("prod", "2026-11-01", "2026-11-10"))
		skipped := 0
		for _, o := range outcomes {
			if o.Skipped {
				skipped++
			}
		}
		if err == nil || skipped < 8 {
			t.Errorf("%d of 10 days were skipped; error %v", skipped, err)
		}
	})
}

var _ providers.Paced = (*pacedCloud)(nil)
var _ billsync.Sink = (*slowStore)(nil)
