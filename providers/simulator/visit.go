package simulator

import (
	"fmt"
	"slices"
	"time"

	"goscan/providers"
)

// A Request is what the cloud remembers of a request it got, and what a fault is chosen by.
type Request struct {
	Op        string // the API's action; empty when the request was not understood
	Month     providers.Month
	Day       providers.Day // 0 when a month was asked for
	Page      int           // from 0
	Pages     int           // of the whole answer, at least 1
	Nth       int           // counts the requests of this Op, month and day, from 1
	Code      string        // why it was refused: "Throttling.User"; empty when it was answered or broken by a fault
	Effect    Effect        // the fault that it met
	UserAgent string
}

// First tells whether the first page was asked for.
func (r Request) First() bool { return r.Page == 0 }

// Middle tells whether a page was asked for that is neither the first nor the last.
func (r Request) Middle() bool { return r.Page > 0 && r.Page < r.Pages-1 }

// Last tells whether the last page was asked for.
func (r Request) Last() bool { return r.Page == r.Pages-1 }

// Served returns all requests since the start or the last Forget, in the order in which they came.
func (c *Cloud) Served() []Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Request(nil), c.served...)
}

// Count returns how many requests were served that match accepts.
func (c *Cloud) Count(match func(Request) bool) int {
	n := 0
	for _, r := range c.Served() {
		if match(r) {
			n++
		}
	}
	return n
}

// Busiest returns the most requests that were under way at once.
func (c *Cloud) Busiest() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.busiest
}

// Forget forgets what was served; Nth and Busiest begin anew.
func (c *Cloud) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.served, c.busiest = nil, c.busy
	clear(c.nth)
}

// A visit is a request and what shall become of it.
type visit struct {
	request Request
	refused *refusal
	fault   Fault
}

// enter counts and remembers a request, gives it its id, and decides whether it is refused or broken. leave must follow.
func (c *Cloud) enter(q *query, refused *refusal) visit {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy++
	c.busiest = max(c.busiest, c.busy)

	r := Request{Op: q.op, UserAgent: q.userAgent, Pages: 1}
	v := visit{refused: refused}
	if refused == nil {
		v.refused = c.refusalOf(*q)
	}
	if refused == nil {
		r.Month = q.month
		if q.shape == oneDay {
			r.Day = q.day
		}
	}
	if v.refused == nil {
		r.Page = q.offset / q.limit
		r.Pages = max(1, (len(c.rows(*q))+q.limit-1)/q.limit)
	}
	key := fmt.Sprint(r.Op, r.Month, r.Day)
	c.nth[key]++
	r.Nth = c.nth[key]
	if v.refused == nil {
		v.fault = c.faultFor(r)
		r.Effect = v.fault.Effect
	} else {
		r.Code = v.refused.code
	}
	c.served = append(c.served, r)
	q.id = fmt.Sprintf("5157A70F-0000-4000-8000-%012X", len(c.served))
	v.request = r
	return v
}

func (c *Cloud) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy--
}

// refusalOf tells why a request that was understood is refused: too fast, the wrong site, or too old a month. The caller
// holds c.mu.
func (c *Cloud) refusalOf(q query) *refusal {
	refusals := c.wire.refusals()
	r := refusal{}
	switch {
	case !c.pace.take(time.Now()):
		r = refusals[Throttling]
	case c.options.WrongSite:
		r = refusal{status: 400, code: "NotApplicable", message: "This API is not applicable for caller."}
	case q.month < c.wire.oldest(c.options.Now()):
		r = c.wire.invalid("The month " + q.month.String() + " is no longer kept.")
	default:
		return nil
	}
	return &r
}

// A pacer lets a number of requests through in any second, wherever it begins. The clouds do not queue: a request that comes
// too early fails, and is not counted.
type pacer struct {
	allowed float64     // in a second; fewer than one is one in a longer time
	taken   []time.Time // within the last second
}

func (p *pacer) take(now time.Time) bool {
	if p.allowed <= 0 {
		return true
	}
	span, most := time.Second, int(p.allowed)
	if most == 0 {
		span, most = time.Duration(float64(time.Second)/p.allowed), 1
	}
	p.taken = slices.DeleteFunc(p.taken, func(at time.Time) bool { return now.Sub(at) >= span })
	if len(p.taken) >= most {
		return false
	}
	p.taken = append(p.taken, now)
	return true
}
