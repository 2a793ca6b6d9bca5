package call

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	slowDownWindow = time.Second      // requests in flight are throttled together: that is one reason to slow down
	speedUpEvery   = 10 * time.Second // without throttling
	speedUpBy      = 0.05             // of the configured rate
	slowest        = 1.0 / 64         // of the configured rate
)

// A Pace is the request rate that several goroutines share. It halves when the cloud throttles and recovers in steps
// while it does not. Requests are spaced evenly, because clouds count them in windows that we cannot see.
type Pace struct {
	limiter *rate.Limiter
	top     float64

	mu      sync.Mutex
	changed time.Time // the last change of the rate
}

// NewPace returns a pace of so many requests per second.
func NewPace(perSecond float64) *Pace {
	return &Pace{limiter: rate.NewLimiter(rate.Limit(perSecond), 1), top: perSecond}
}

// Wait returns when the next request may be sent, or with ctx's error as soon as it is clear that ctx ends before that.
func (p *Pace) Wait(ctx context.Context) error {
	if err := p.limiter.Wait(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return context.DeadlineExceeded
	}
	return nil
}

// Throttled halves the rate, at most once in a second.
func (p *Pace) Throttled() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if now.Sub(p.changed) < slowDownWindow && p.PerSecond() < p.top {
		return
	}
	p.set(now, max(p.PerSecond()/2, p.top*slowest))
}

// Succeeded raises a lowered rate by a twentieth of the configured one, once in ten seconds.
func (p *Pace) Succeeded() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.PerSecond() >= p.top || now.Sub(p.changed) < speedUpEvery {
		return
	}
	p.set(now, min(p.PerSecond()+p.top*speedUpBy, p.top))
}

// PerSecond returns the present rate.
func (p *Pace) PerSecond() float64 { return float64(p.limiter.Limit()) }

func (p *Pace) set(now time.Time, perSecond float64) {
	p.limiter.SetLimit(rate.Limit(perSecond))
	p.changed = now
}
