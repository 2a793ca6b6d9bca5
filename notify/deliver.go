package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Patience is how long one part is tried. Zero values mean the defaults.
type Patience struct {
	Attempt time.Duration // one attempt; 30 s
	First   time.Duration // the pause after the first failure; 1 s
	Longest time.Duration // the longest pause; 30 s
	Total   time.Duration // from a part's first attempt to its last; 3 min
}

// Terms are what a delivery keeps to.
type Terms struct {
	Pacer    Pacer
	Patience Patience
	// Sent is called after each part that was sent, before the next: n parts are sent now. A caller that records it never
	// sends a part twice. Its error stops the delivery. It may be nil.
	Sent func(n int, r Reply) error
}

// Deliver sends the parts of a message from the given one on, in order, and returns how many of all parts are sent and the
// last reply. What is Transient or Throttled is tried again while the patience and the context last, what is Uncertain once,
// and what is Permanent not at all. The error names the part that was not sent; ClassOf tells its class, and it holds the
// context's own error when that ended. Part number sent is the one to go on from another time.
func Deliver(ctx context.Context, ch Channel, parts []Part, from int, t Terms) (sent int, last Reply, err error) {
	t.Patience = t.Patience.withDefaults()
	for sent = from; sent < len(parts); {
		p := parts[sent]
		last, err = t.deliver(ctx, ch, p)
		if err != nil {
			return sent, last, fmt.Errorf("%s: %w", p.Name, err)
		}
		sent++
		if t.Sent == nil {
			continue
		}
		if err := t.Sent(sent, last); err != nil {
			return sent, last, err
		}
	}
	return sent, last, nil
}

func (p Patience) withDefaults() Patience {
	or := func(d, otherwise time.Duration) time.Duration {
		if d <= 0 {
			return otherwise
		}
		return d
	}
	return Patience{
		Attempt: or(p.Attempt, 30*time.Second), First: or(p.First, time.Second),
		Longest: or(p.Longest, 30*time.Second), Total: or(p.Total, 3*time.Minute),
	}
}

// deliver sends one part as often as it takes.
func (t Terms) deliver(ctx context.Context, ch Channel, p Part) (Reply, error) {
	pauses := t.pauses()
	var giveUp time.Time
	doubts := 0
	for {
		if err := t.await(ctx, ch.Pace()); err != nil {
			return Reply{}, err
		}
		if giveUp.IsZero() {
			giveUp = time.Now().Add(t.Patience.Total) // waiting for the pace is not the server's fault
		}
		reply, err := t.attempt(ctx, ch, p)
		if err == nil {
			return reply, nil
		}
		if ctx.Err() != nil {
			return reply, fmt.Errorf("%w: %w", ctx.Err(), err)
		}
		class := ClassOf(err)
		if class == Uncertain {
			doubts++
		}
		pause := max(min(pauses.NextBackOff(), t.Patience.Longest), waitOf(err))
		if class == Permanent || doubts > 1 || time.Now().Add(pause).After(giveUp) {
			return reply, err
		}
		if ends(ctx, pause) {
			return reply, err
		}
		if slept := sleep(ctx, pause); slept != nil {
			return reply, fmt.Errorf("%w: %w", slept, err)
		}
	}
}

func (t Terms) attempt(ctx context.Context, ch Channel, p Part) (Reply, error) {
	timed, cancel := context.WithTimeout(ctx, t.Patience.Attempt)
	defer cancel()
	return ch.Send(timed, p)
}

func (t Terms) pauses() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval = t.Patience.First
	b.MaxInterval = t.Patience.Longest
	b.Multiplier = 2
	b.Reset()
	return b
}

func waitOf(err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok && e.Class == Throttled {
		return e.Wait
	}
	return 0
}

// ends tells whether the context ends before a pause does: then there is nothing to wait for.
func ends(ctx context.Context, pause time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Now().Add(pause).After(deadline)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
