package sync_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
	billsync "goscan/sync"
)

// isCrash tells whether an error is a caught panic whose text has a part.
func isCrash(err error, part string) bool {
	_, ok := errors.AsType[*providers.Crash](err)
	return ok && strings.Contains(err.Error(), part)
}

func TestAPanicOfAProviderFailsItsDayAlone(t *testing.T) {
	m := newMemory()
	odd := day("2026-11-05")
	crashing := cloud(func(ctx context.Context, d providers.Day, emit providers.Emit) error {
		if d == odd {
			panic("no such field")
		}
		return three(ctx, d, emit)
	})
	outcomes, err := engine(m, map[string]providers.Provider{"prod": crashing}).Run(t.Context(), tasks("prod", "2026-11-01", "2026-11-10"))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		if failed := o.Err != nil; failed != (o.Task.Day == odd) || failed && (!isCrash(o.Err, "internal error: no such field") || o.Skipped) {
			t.Errorf("%s: %v, skipped %t", o.Task.Day, o.Err, o.Skipped)
		}
	}
	if len(m.marks) != 9 {
		t.Errorf("%d days are stored, want 9", len(m.marks))
	}
}

// crashingStore panics when it is told to: before it calls fill, when it is put a page, or afterwards.
type crashingStore struct {
	*memory
	at string
	on providers.Day
}

func (s crashingStore) Replace(ctx context.Context, b providers.Bill, d providers.Day, fill func(providers.Emit) error) (store.Change, error) {
	crash := func(at string) {
		if at == s.at && d == s.on {
			panic("the store is " + at)
		}
	}
	crash("begun")
	change, err := s.memory.Replace(ctx, b, d, func(emit providers.Emit) error {
		return fill(func(page []providers.Line) error {
			crash("put")
			return emit(page)
		})
	})
	crash("done")
	return change, err
}

func TestAPanicOfTheStoreEndsTheRun(t *testing.T) {
	for _, at := range []string{"begun", "put", "done"} {
		m := newMemory()
		e := engine(m, map[string]providers.Provider{"prod": cloud(three)})
		e.Sink, e.Workers = crashingStore{m, at, day("2026-11-08")}, 1
		outcomes, err := e.Run(t.Context(), tasks("prod", "2026-11-01", "2026-11-10"))
		if !isCrash(err, "internal error: the store is "+at) {
			t.Errorf("%s: the run ended with %v", at, err)
		}
		for _, o := range outcomes { // newest first
			if stored := o.Task.Day > day("2026-11-08"); stored != (o.Err == nil) {
				t.Errorf("%s: %s: %v", at, o.Task.Day, o.Err)
			}
		}
	}
}

func TestAPanicOfAnObserverEndsTheRun(t *testing.T) {
	e := engine(newMemory(), map[string]providers.Provider{"prod": cloud(three)})
	e.Observe = func(billsync.Event) { panic("no bar") }
	if _, err := e.Run(t.Context(), tasks("prod", "2026-11-01", "2026-11-10")); !isCrash(err, "no bar") {
		t.Errorf("got %v", err)
	}
}

// mistakenPace panics when it is asked for the third time; its days take a while.
type mistakenPace struct {
	cloud
	asked int
}

func (p *mistakenPace) DaysAtOnce(int) int {
	if p.asked++; p.asked == 3 {
		panic("divided by zero")
	}
	return 5
}

func TestAPanicBesideTheDaysLeavesNoneAtWork(t *testing.T) {
	m := newMemory()
	working := make(chan struct{}, 10)
	slow := &mistakenPace{cloud: func(ctx context.Context, d providers.Day, emit providers.Emit) error {
		working <- struct{}{}
		defer func() { <-working }()
		<-ctx.Done()
		time.Sleep(10 * time.Millisecond)
		return ctx.Err()
	}}
	e := engine(m, map[string]providers.Provider{"prod": slow})
	outcomes, err := e.Run(t.Context(), tasks("prod", "2026-11-01", "2026-11-10"))
	if !isCrash(err, "divided by zero") || len(working) != 0 {
		t.Errorf("the run ended with %v while %d days are at work", err, len(working))
	}
	for _, o := range outcomes {
		if o.Err == nil {
			t.Errorf("%s has no error: it would be counted as stored", o.Task.Day)
		}
	}
}
