package notify

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A Pacer counts what is sent to each server, over all processes that share it.
type Pacer interface {
	// Take counts one message of key at now and returns 0 if every window has room for it. Otherwise it counts nothing and
	// returns how long the window that is full stays so.
	Take(ctx context.Context, key string, windows []Window, now time.Time) (wait time.Duration, err error)
}

// await returns when the pace allows one more message, and has counted it. It does not wait for what the context does not
// live to see.
func (t Terms) await(ctx context.Context, p Pace) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		wait := untilAllowed(p, time.Now())
		if wait == 0 && t.Pacer != nil {
			var err error
			if wait, err = t.Pacer.Take(ctx, p.Key, p.Windows, time.Now()); err != nil {
				return fmt.Errorf("pace: %w", err)
			}
		}
		if wait <= 0 {
			return nil
		}
		if ends(ctx, wait) {
			return &Error{Class: Throttled, Text: fmt.Sprintf("the pace of the channel asks to wait %s, which is too long", wait.Round(time.Second)), Wait: wait}
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// untilAllowed is the time until the first moment, in steps of a second, that is not to be avoided; an hour at most.
func untilAllowed(p Pace, now time.Time) time.Duration {
	if p.Avoid == nil {
		return 0
	}
	wait := time.Duration(0)
	for wait < time.Hour && p.Avoid(now.Add(wait)) {
		wait += time.Second
	}
	return wait
}

// Turns is a Pacer of one process. It is ready to use.
type Turns struct {
	mutex sync.Mutex
	taken map[string][]time.Time // ascending
}

// Take is Pacer's.
func (t *Turns) Take(_ context.Context, key string, windows []Window, now time.Time) (time.Duration, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.taken == nil {
		t.taken = map[string][]time.Time{}
	}
	wait, longest := time.Duration(0), time.Duration(0)
	for _, w := range windows {
		wait = max(wait, w.Wait(t.taken[key], now))
		longest = max(longest, w.Per)
	}
	if wait > 0 {
		return wait, nil
	}
	kept := t.taken[key]
	for len(kept) > 0 && !kept[0].After(now.Add(-longest)) {
		kept = kept[1:]
	}
	t.taken[key] = append(kept, now)
	return 0, nil
}

// Wait returns how long the window has no room for one more message, given when earlier ones were sent, in ascending order.
func (w Window) Wait(sent []time.Time, now time.Time) time.Duration {
	if w.Messages <= 0 || len(sent) < w.Messages {
		return 0
	}
	return max(sent[len(sent)-w.Messages].Add(w.Per).Sub(now), 0)
}
