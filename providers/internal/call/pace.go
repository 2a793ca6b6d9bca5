package call

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"
)

const (
	gentleCut    = 0.1                   // of the rate, when the cloud throttles after a quiet time
	hardCut      = 0.5                   // when it throttles again and again: it allows much less than we believe
	soon         = 10 * time.Second      // after the last cut: the next one is twice as deep
	longestHold  = 10 * time.Second      // that a cloud's word stops all requests for
	leastMadeUp  = 25 * time.Millisecond // of a delay: machines are this late
	slowest      = 1.0 / 64              // of the configured rate, as the next two
	strideUp     = 0.03                  // a second, far from the rate that was too fast
	creepUp      = 0.0006                // a second, near it: a refusal every half minute is few enough
	nearBelow    = 0.98                  // of the rate that was too fast
	nearAbove    = 1.01
	longestCount = 128 // requests that are counted together
	smoothing    = 0.1 // weight of the latest answer in the mean of their times
	farTooMany   = 100 // answers a second: to work on them takes longer than to wait for them
	mostAway     = 16  // requests that are under way, or whose answers are worked on: each answer is about a megabyte
)

// Ranks of requests that wait for a pace. In between a fetch chooses its own.
const (
	RankFirst = math.MaxInt // what others cannot begin without
	RankNone  = 0
)

// A Pace is the rate of requests that everything in the process shares which the cloud counts together. It is lowered
// when the cloud throttles, and recovers: quickly to just below the rate that was too fast, slowly past it, quickly again
// beyond.
//
// Requests leave at even distances, because a cloud may count in any way. One that leaves late is made up for, but never
// so that the cloud's own count of a second could see one too many: of a rate of 4.9, no six are within a second.
type Pace struct {
	top   float64
	count int // requests that together take at least count/rate

	mu      sync.Mutex
	rate    float64
	tooFast float64 // the rate at which the cloud throttled last; top before
	cut     time.Time
	depth   float64 // of the last cut
	raised  time.Time
	held    time.Time // no request leaves before
	due     time.Time // when the next request leaves at an even pace
	left    []time.Time
	next    int // in left, the oldest
	queue   []*waiter
	away    int     // requests that left and are not done
	answer  float64 // mean seconds that an answer takes; 0 before the first
}

// A waiter is a request that waits for its turn.
type waiter struct {
	rank int
	turn chan struct{} // tells it that it may have become the first
}

// NewPace returns a pace of so many requests per second.
func NewPace(perSecond float64) *Pace {
	return &Pace{
		top: perSecond, rate: perSecond, tooFast: perSecond,
		count: min(max(int(math.Ceil(perSecond)), 1), longestCount),
	}
}

// Wait returns when a request may be sent, or with ctx's error. Of several that wait the one of the highest rank is the
// next, of equal ones the one that came first. Done must follow: while too many are not done no other may be sent, because
// answers that nobody has had time for take memory.
func (p *Pace) Wait(ctx context.Context, rank int) error {
	w := &waiter{rank: rank, turn: make(chan struct{}, 1)}
	p.mu.Lock()
	p.queue = append(p.queue, w)
	p.mu.Unlock()
	for {
		if ctx.Err() != nil {
			p.quit(w)
			return ctx.Err()
		}
		pause, first := p.try(w)
		if first && pause <= 0 {
			return nil
		}
		w.wait(ctx, pause, first)
	}
}

// wait returns when it is worth trying again: a waiter that is not the first is told when it may be.
func (w *waiter) wait(ctx context.Context, pause time.Duration, first bool) {
	var due <-chan time.Time
	if first {
		t := time.NewTimer(pause)
		defer t.Stop()
		due = t.C
	}
	select {
	case <-w.turn:
	case <-due:
	case <-ctx.Done():
	}
}

// try lets a waiter go if it is the first and a request may leave now. Otherwise it tells how long that takes.
func (p *Pace) try(w *waiter) (pause time.Duration, first bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.first() != w {
		return 0, false
	}
	if p.away >= mostAway {
		return longestHold, true // Done tells it to try again
	}
	now := time.Now()
	if pause = p.earliest().Sub(now); pause > 0 {
		return pause, true
	}
	p.away++
	p.leave(now)
	p.remove(w)
	return 0, true
}

// earliest returns when the next request may leave. The caller holds p.mu.
func (p *Pace) earliest() time.Time {
	at := p.due
	if len(p.left) == p.count {
		at = later(at, p.left[p.next].Add(p.times(p.count)))
	}
	return later(at, p.held)
}

// leave notes that a request leaves. The caller holds p.mu.
func (p *Pace) leave(now time.Time) {
	madeUp := max(p.times(1)/4, leastMadeUp)
	p.due = later(p.due, now.Add(-madeUp)).Add(p.times(1))
	if len(p.left) < p.count {
		p.left = append(p.left, now)
		return
	}
	p.left[p.next] = now
	p.next = (p.next + 1) % p.count
}

// times returns how long n requests take at the present rate.
func (p *Pace) times(n int) time.Duration {
	return time.Duration(float64(n) / p.rate * float64(time.Second))
}

// quit takes a waiter out of the queue that was not let go.
func (p *Pace) quit(w *waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.remove(w)
}

// first returns who is next. The caller holds p.mu, and the queue is not empty.
func (p *Pace) first() *waiter {
	best := p.queue[0]
	for _, w := range p.queue {
		if w.rank > best.rank {
			best = w
		}
	}
	return best
}

// remove takes a waiter out of the queue and wakes the one that is first without it. The caller holds p.mu.
func (p *Pace) remove(w *waiter) {
	if i := slices.Index(p.queue, w); i >= 0 {
		p.queue = slices.Delete(p.queue, i, i+1)
	}
	p.wake()
}

// wake tells the first of those that wait to try. The caller holds p.mu.
func (p *Pace) wake() {
	if len(p.queue) == 0 {
		return
	}
	select {
	case p.first().turn <- struct{}{}:
	default: // it is told already
	}
}

// Done tells that a request that Wait let go needs no more memory: it failed, or its answer is worked off.
func (p *Pace) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away--
	p.wake()
}

// Waiting returns how many requests wait for their turn.
func (p *Pace) Waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.queue)
}

// Throttled lowers the rate after a refusal of a request that was sent at an instant. Refusals of requests that had been
// sent before the last cut are of the same reason as it was. For as long as the cloud asks to wait no request leaves.
func (p *Pace) Throttled(sent time.Time, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.held = later(p.held, now.Add(min(wait, longestHold)))
	if sent.Before(p.cut) {
		return
	}
	if now.Sub(p.cut) < soon {
		p.depth = min(2*p.depth, hardCut)
	} else {
		p.depth = gentleCut
	}
	p.tooFast = p.rate
	p.rate = max(p.rate*(1-p.depth), p.top*slowest)
	p.cut, p.raised = now, now
}

// Answered tells of a request that succeeded, and how long that took, 0 when nobody knows. It raises a lowered rate, once a
// second.
func (p *Pace) Answered(took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.answer == 0 {
		p.answer = took.Seconds()
	}
	if took > 0 {
		p.answer += smoothing * (took.Seconds() - p.answer)
	}
	now := time.Now()
	if p.rate >= p.top || now.Sub(p.raised) < time.Second {
		return
	}
	p.rate, p.raised = p.faster(), now
}

// faster returns the rate that follows the present one. The caller holds p.mu.
func (p *Pace) faster() float64 {
	below, above := p.tooFast*nearBelow, p.tooFast*nearAbove
	to := p.rate + p.top*strideUp
	switch {
	case p.rate < below:
		to = min(to, below)
	case p.rate < above:
		to = p.rate + p.top*creepUp
	}
	return min(to, p.top)
}

// PerSecond returns the present rate.
func (p *Pace) PerSecond() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rate
}

// Width returns how many requests have to be under way at once to keep the rate, as far as is known: those that leave
// while one is answered, a quarter more because answers differ, and one that waits for its turn.
func (p *Pace) Width() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return 1 + int(math.Ceil(min(p.rate, farTooMany)*p.answer*1.25))
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
