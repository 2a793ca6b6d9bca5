package call_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"goscan/providers"
	"goscan/providers/internal/call"
)

func TestThePaceSpacesRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, began := call.NewPace(4), time.Now()
		for range 9 {
			if err := p.Wait(t.Context(), call.RankNone); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("9 requests at 4 a second took %s, want 2s", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := p.Wait(ctx, call.RankNone); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a wait that is too long: %v", err)
		}
	})
}

func TestTheHighestRankGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := call.NewPace(10)
		if err := p.Wait(t.Context(), call.RankNone); err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		var all sync.WaitGroup
		for i, rank := range []int{1, 5, 1, call.RankFirst, 5} {
			all.Go(func() {
				if err := p.Wait(t.Context(), rank); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				order = append(order, fmt.Sprint(i))
			})
			synctest.Wait() // so that they come in this order
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := p.Wait(ctx, call.RankFirst); err == nil { // who gives up does not keep the others waiting
			t.Error("let go too early")
		}
		all.Wait()
		if want := []string{"3", "1", "4", "0", "2"}; !slices.Equal(order, want) {
			t.Errorf("order %v, want %v", order, want)
		}
	})
}

func TestOneBurstOfRefusalsIsOneReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, sent := call.NewPace(8), time.Now()
		time.Sleep(time.Second)
		for range 10 {
			p.Throttled(sent, 0)
		}
		if got := p.PerSecond(); got != 7.2 {
			t.Errorf("%g a second after one burst, want 7.2", got)
		}
		time.Sleep(time.Second)
		p.Throttled(time.Now(), 0)
		if got := p.PerSecond(); math.Abs(got-5.76) > 1e-9 {
			t.Errorf("%g a second after another, want 5.76", got)
		}
		for range 100 {
			time.Sleep(time.Second)
			p.Throttled(time.Now(), 0)
		}
		if got := p.PerSecond(); got != 0.125 {
			t.Errorf("%g a second at least, want 0.125", got)
		}
	})
}

func TestTheRateComesBackQuicklyAndThenWithCare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := call.NewPace(10)
		answers := func(seconds int) float64 {
			for range 4 * seconds {
				time.Sleep(time.Second / 4)
				p.Answered(time.Millisecond)
			}
			return p.PerSecond()
		}
		p.Throttled(time.Now(), 0)
		if got := answers(3); got < 9.8 || got > 9.81 {
			t.Errorf("%g a second 3 seconds after 10 was too fast, want 9.8", got)
		}
		if got := answers(20); got > 9.95 {
			t.Errorf("%g a second 20 seconds later, want less than 9.95", got)
		}
		if got := answers(20); got != 10 {
			t.Errorf("%g a second in the end, want 10", got)
		}
		for range 8 {
			p.Throttled(time.Now(), 0)
			time.Sleep(time.Second)
		}
		slow := p.PerSecond()
		if got := answers(120); slow > 2 || got != 10 {
			t.Errorf("from %g to %g in two minutes, want 10", slow, got)
		}
	})
}

func TestNothingLeavesWhileTheCloudAsksToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := call.NewPace(10)
		for wait, want := range map[time.Duration]time.Duration{3 * time.Second: 3 * time.Second, time.Hour: 10 * time.Second} {
			began := time.Now()
			p.Throttled(began, wait)
			if err := p.Wait(t.Context(), call.RankNone); err != nil || time.Since(began) != want {
				t.Errorf("asked for %s, it waits for %s, want %s; error %v", wait, time.Since(began), want, err)
			}
		}
	})
}

// A counter is how a cloud counts requests: it tells whether one more is allowed now.
type counter func(now time.Time) bool

// inAnySecond allows a number of requests in every second, wherever it begins.
func inAnySecond(allowed int) counter {
	var taken []time.Time
	return func(now time.Time) bool {
		taken = slices.DeleteFunc(taken, func(at time.Time) bool { return now.Sub(at) >= time.Second })
		if len(taken) >= allowed {
			return false
		}
		taken = append(taken, now)
		return true
	}
}

// inEverySecond allows a number of requests in every second of the clock.
func inEverySecond(allowed int) counter {
	var second int64
	n := 0
	return func(now time.Time) bool {
		if now.Unix() != second {
			second, n = now.Unix(), 0
		}
		n++
		return n <= allowed
	}
}

// bucket allows one request every 1/rate seconds, and size of them at once after a pause.
func bucket(rate, size float64) counter {
	var last time.Time
	tokens := size
	return func(now time.Time) bool {
		if !last.IsZero() {
			tokens = min(size, tokens+now.Sub(last).Seconds()*rate)
		}
		last = now
		if tokens < 1 {
			return false
		}
		tokens--
		return true
	}
}

// throttling is a cloud that throttles; latency is how long a request is under way until it is counted, and then until the answer.
type throttling struct {
	mu       sync.Mutex
	allows   counter
	latency  func() time.Duration
	answered []time.Time
	refused  int
}

func (c *throttling) request(p *call.Pace, rank int) call.Request {
	return call.Request{Op: op, Pace: p, Rank: rank, Send: func(ctx context.Context) error {
		c.mu.Lock()
		there, back := c.latency(), c.latency()
		c.mu.Unlock()
		time.Sleep(there)
		c.mu.Lock()
		allowed := c.allows(time.Now())
		if allowed {
			c.answered = append(c.answered, time.Now())
		} else {
			c.refused++
		}
		c.mu.Unlock()
		time.Sleep(back)
		if !allowed {
			return &providers.Error{Kind: providers.Throttled}
		}
		return errAnswered
	}}
}

// errAnswered ends a request that never went over the wire: the client takes it for a failure that is not tried again.
var errAnswered = &providers.Error{Kind: providers.Other, Message: "answered"}

// rate returns how many requests were answered per second, from the first to the last, and the share of refused ones.
func (c *throttling) rate() (perSecond, refused float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.answered)
	perSecond = float64(n-1) / c.answered[n-1].Sub(c.answered[0]).Seconds()
	return perSecond, float64(c.refused) / float64(n+c.refused)
}

// read makes requests as the readers of bills do: so many chains side by side, each of one request after the other.
func read(t *testing.T, c *throttling, p *call.Pace, chains, each int) {
	t.Helper()
	client := call.New(providers.Options{}, &call.Veil{})
	var all sync.WaitGroup
	for range chains {
		all.Go(func() {
			for left := each; left > 0; left-- {
				sent := time.Now()
				if _, err := client.Do(t.Context(), c.request(p, left)); !errors.Is(err, errAnswered) && err.Error() != op+": answered" {
					t.Error(err)
				}
				p.Answered(time.Since(sent))
			}
		})
	}
	all.Wait()
}

// TestTheAllowanceIsUsedAndKept reads 20,000 lines a day for a month at the rates of the clouds, however they count.
func TestTheAllowanceIsUsedAndKept(t *testing.T) {
	for _, cloud := range []struct {
		allowed, pace float64
	}{{5, 4.9}, {10, 9.8}} {
		for _, latency := range []time.Duration{50 * time.Millisecond, 200 * time.Millisecond, time.Second} {
			for name, counts := range map[string]func(int) counter{
				"any second": inAnySecond, "the clock's second": inEverySecond,
				"a bucket":          func(n int) counter { return bucket(float64(n), float64(n)) },
				"a shallow bucket":  func(n int) counter { return bucket(float64(n), 1.2) },
				"less than we know": func(n int) counter { return inAnySecond(n - 1) },
			} {
				t.Run(fmt.Sprintf("%g a second, %s, %s", cloud.allowed, latency, name), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						random := rand.New(rand.NewPCG(1, 2))
						c := &throttling{allows: counts(int(cloud.allowed)), latency: func() time.Duration {
							return latency/2 + time.Duration(random.Int64N(int64(8*time.Millisecond))) - 4*time.Millisecond
						}}
						read(t, c, call.NewPace(cloud.pace), 15, 46)
						perSecond, refused := c.rate()
						allowed, least, most := cloud.allowed, 0.95, 0.01
						switch name { // that a cloud is so, only its refusals tell
						case "a shallow bucket":
							least = 0.92
						case "less than we know":
							allowed, least, most = allowed-1, 0.92, 0.015
						}
						if perSecond < least*allowed || refused > most {
							t.Errorf("%.2f a second of %g, %.2f %% refused", perSecond, allowed, 100*refused)
						}
					})
				})
			}
		}
	}
}

func TestFewAnswersAreWorkedOnAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := call.New(providers.Options{}, &call.Veil{})
		var mu sync.Mutex
		var all sync.WaitGroup
		at, busiest := 0, 0
		for range 50 {
			all.Go(func() {
				err := c.Work(t.Context(), func() error {
					mu.Lock()
					at++
					busiest = max(busiest, at)
					mu.Unlock()
					time.Sleep(time.Second)
					mu.Lock()
					at--
					mu.Unlock()
					return errAnswered
				})
				if err != errAnswered {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := c.Work(ctx, func() error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a wait that is too long: %v", err)
		}
		all.Wait()
		if busiest != runtime.GOMAXPROCS(0)+1 {
			t.Errorf("%d at once", busiest)
		}
	})
}

// Answers that nobody has had time for are not added to: no request leaves while too many are not done.
func TestNoMoreAreAwayThanAreWorkedOff(t *testing.T) {
	p := call.NewPace(1e6)
	for range call.MostAway {
		if err := p.Wait(t.Context(), call.RankNone); err != nil {
			t.Fatal(err)
		}
	}
	left := make(chan error)
	go func() { left <- p.Wait(t.Context(), call.RankNone) }()
	for p.Waiting() == 0 {
		time.Sleep(time.Millisecond)
	}
	select {
	case <-left:
		t.Fatal("a request left while others were to be worked off")
	case <-time.After(20 * time.Millisecond):
	}
	p.Done()
	if err := <-left; err != nil {
		t.Fatal(err)
	}
	if p.Waiting() != 0 {
		t.Error("somebody still waits")
	}
}
