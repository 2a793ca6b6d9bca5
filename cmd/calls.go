package cmd

import (
	"context"
	"errors"
	"sync"

	"goscan/providers"
)

// calls counts the requests of a run, by bill and by account.
type calls struct {
	mu       sync.Mutex
	counts   map[providers.Bill]callCounts
	accounts map[string]callCounts // also requests that are of no bill
}

type callCounts struct {
	requests  int
	retries   int // attempts after the first
	throttles int // attempts that the cloud refused as too many
}

func newCalls() *calls {
	return &calls{counts: map[providers.Bill]callCounts{}, accounts: map[string]callCounts{}}
}

func (c *calls) add(account string, call providers.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[call.Bill] = c.counts[call.Bill].plus(call)
	c.accounts[account] = c.accounts[account].plus(call)
}

func (n callCounts) plus(call providers.Call) callCounts {
	n.requests++
	if call.Attempt > 1 {
		n.retries++
	}
	if call.Err != nil && call.Kind == providers.Throttled {
		n.throttles++
	}
	return n
}

func (c *calls) of(b providers.Bill) callCounts {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts[b]
}

func (c *calls) ofAccount(name string) callCounts {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.accounts[name]
}

// observer returns what counts and logs every request of an account.
func (s *session) observer(account string) func(providers.Call) {
	log := s.app.logCall(account)
	return func(c providers.Call) {
		s.calls.add(account, c)
		log(c)
	}
}

// logCall returns what logs every request of an account, failed ones with the cloud's request id.
func (a *app) logCall(account string) func(providers.Call) {
	return func(c providers.Call) {
		log := a.log.With("account", account, "op", c.Op, "attempt", c.Attempt, "request", c.RequestID, "seconds", seconds(c.Seconds))
		if c.Bill.Account != "" {
			log = log.With("month", c.Bill.Month.String())
		}
		if c.Day != 0 {
			log = log.With("day", c.Day.String())
		}
		if c.Err != nil && !errors.Is(c.Err, context.Canceled) {
			log.Warn("request failed", "kind", c.Kind.String(), "error", oneLine(c.Err.Error()))
			return
		}
		log.Debug("request")
	}
}
