// Package call makes the API requests of a cloud: paced, with timeouts, retried while that makes sense, and observed.
//
// The clouds' SDKs build and sign requests here, and nothing else. Answers never reach them: the transport keeps each
// answer whole (recorder) and hands the SDK an empty object. So one classification serves every failure, an SDK cannot
// print on stdout what it cannot decode, no answer is decoded into floating point, and an access key that an SDK puts
// into its error texts is never shown.
package call

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"time"
	"unsafe"

	"github.com/cenkalti/backoff/v5"

	"goscan/providers"
)

// A Client makes the requests of one account. It may be used from several goroutines.
type Client struct {
	http     *http.Client
	patience providers.Patience
	observe  func(providers.Call)
	veil     *Veil
	desks    chan struct{} // one for each answer that is being worked on
}

// A Request is one request of an API.
type Request struct {
	Op   string // the API's action
	Pace *Pace
	Rank int // of those that wait for the pace the highest goes first
	// Send builds and signs one HTTP request and sends it with Client.HTTP. The error matters only if nothing was sent.
	Send func(ctx context.Context) error
	// Judge reads what the cloud says of its own answer, which is valid JSON.
	Judge func(Answer) Verdict
}

// An Answer is what came back over the wire, whole.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Text returns the body without copying it: nobody changes it any more, and it is as large as all the rest together.
func (a Answer) Text() string { return unsafe.String(unsafe.SliceData(a.Body), len(a.Body)) }

// A Verdict is what an answer says of itself.
type Verdict struct {
	RequestID string
	Err       *providers.Error // Kind, Code, Message and Hint; nil when the request succeeded
	Wait      time.Duration    // how long the cloud asks to wait before the next attempt
}

// New returns a client. Zero values of the patience mean the defaults.
func New(o providers.Options, veil *Veil) *Client {
	return &Client{
		http:     newHTTPClient(o.UserAgent),
		patience: withDefaults(o.Patience),
		observe:  o.Observe,
		veil:     veil,
		desks:    make(chan struct{}, runtime.GOMAXPROCS(0)+1),
	}
}

func withDefaults(p providers.Patience) providers.Patience {
	return providers.Patience{
		Attempt: orDefault(p.Attempt, time.Minute),
		First:   orDefault(p.First, 500*time.Millisecond),
		Longest: orDefault(p.Longest, 20*time.Second),
		Total:   orDefault(p.Total, 5*time.Minute),
	}
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

// HTTP returns the client that the SDK has to send with. Its responses say nothing: see the package comment.
func (c *Client) HTTP() *http.Client { return c.http }

// Work does what is to be done with an answer, when few enough others are worked on: decoded pages are several times
// larger than answers, and would pile up before a store that is slower than the cloud.
func (c *Client) Work(ctx context.Context, work func() error) error {
	select {
	case c.desks <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-c.desks }()
	return work()
}

// cloudTook returns how long the cloud took for an answer, 0 when that is not known because this machine has more to do than
// it can: then more requests at once would only take more memory.
func (c *Client) cloudTook(all time.Duration) time.Duration {
	if len(c.desks) == cap(c.desks) {
		return 0
	}
	return all
}

// Do makes a request as often as it takes, at most as long as the patience lasts. Only what is Throttled or
// Unavailable is tried again. The error is a *providers.Error, or holds ctx's own when ctx ended.
func (c *Client) Do(ctx context.Context, r Request) (Answer, error) {
	pauses := c.pauses()
	var giveUp time.Time
	for n := 1; ; n++ {
		if err := r.Pace.Wait(ctx, r.Rank); err != nil {
			return Answer{}, fmt.Errorf("%s: %w", r.Op, err)
		}
		sent := time.Now()
		if n == 1 {
			giveUp = sent.Add(c.patience.Total) // waiting for the pace is not the cloud's fault
		}
		answer, verdict := c.attempt(ctx, r, n)
		if verdict.Err == nil {
			r.Pace.Answered(c.cloudTook(time.Since(sent)))
			keep(ctx, r.Pace)
			return answer, nil
		}
		r.Pace.Done()
		if ctx.Err() != nil {
			return Answer{}, fmt.Errorf("%s: %w", r.Op, ctx.Err())
		}
		if verdict.Err.Kind == providers.Throttled {
			r.Pace.Throttled(sent, verdict.Wait)
		}
		pause := max(min(pauses.NextBackOff(), c.patience.Longest), verdict.Wait)
		if !retryable(verdict.Err) || time.Now().Add(pause).After(giveUp) {
			return Answer{}, verdict.Err
		}
		if err := sleep(ctx, pause); err != nil {
			return Answer{}, fmt.Errorf("%s: %w", r.Op, err)
		}
	}
}

func (c *Client) pauses() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval = c.patience.First
	b.MaxInterval = c.patience.Longest
	b.Multiplier = 2
	b.Reset()
	return b
}

func retryable(err *providers.Error) bool {
	return err.Kind == providers.Throttled || err.Kind == providers.Unavailable
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

// attempt sends the request once, and tells the observer.
func (c *Client) attempt(ctx context.Context, r Request, n int) (Answer, Verdict) {
	began := time.Now()
	answer, verdict := c.exchange(ctx, r)
	verdict.RequestID = strings.Clone(c.veil.Line(verdict.RequestID)) // who remembers it does not remember the answer
	if verdict.Err != nil {
		verdict.Err.Op = r.Op
		verdict.Err.RequestID = verdict.RequestID
		verdict.Err.Message = c.veil.Line(verdict.Err.Message)
		verdict.Err.Code = c.veil.Line(verdict.Err.Code)
	}
	if c.observe != nil {
		bill, day := providers.DayOfContext(ctx)
		seen := providers.Call{Op: r.Op, Bill: bill, Day: day, Attempt: n, RequestID: verdict.RequestID, Seconds: time.Since(began).Seconds()}
		if verdict.Err != nil {
			seen.Kind, seen.Err = verdict.Err.Kind, verdict.Err
		}
		if verdict.Err != nil && ctx.Err() != nil {
			seen.Kind, seen.Err = providers.Other, ctx.Err()
		}
		c.observe(seen)
	}
	return answer, verdict
}

// exchange sends the request and judges the answer. After a panic the pace still learns that the request is done.
func (c *Client) exchange(ctx context.Context, r Request) (_ Answer, v Verdict) {
	var crash error
	defer func() {
		if crash != nil {
			v = Verdict{Err: &providers.Error{Err: crash}}
		}
	}()
	defer providers.Recover(&crash)
	timed, cancel := context.WithTimeout(ctx, c.patience.Attempt)
	defer cancel()
	timed, record := withRecord(timed)
	err := r.Send(timed)
	switch {
	case timed.Err() != nil && !record.complete:
		return Answer{}, Verdict{Err: unavailable("no answer within %s", c.patience.Attempt)}
	case record.err != nil:
		return Answer{}, Verdict{Err: record.failure()}
	case !record.complete:
		return Answer{}, Verdict{Err: unsent(err)}
	}
	return record.answer, judge(record.answer, r.Judge)
}

// unsent is the failure of a request that never reached the network: its credentials, or the SDK.
func unsent(err error) *providers.Error {
	if own, ok := errors.AsType[*providers.Error](err); ok {
		failure := *own
		return &failure
	}
	if err == nil {
		return &providers.Error{Message: "the SDK sent nothing"}
	}
	return &providers.Error{Message: err.Error()}
}

// judge puts what every cloud's answers have in common before and after the cloud's own verdict.
func judge(a Answer, own func(Answer) Verdict) Verdict {
	wait := retryAfter(a.Header.Get("Retry-After"), time.Now())
	if !valid(a.Text()) {
		return Verdict{Err: foreign(a), Wait: wait}
	}
	v := own(a)
	v.Wait = max(v.Wait, wait)
	if v.Err == nil && a.Status/100 != 2 {
		v.Err = &providers.Error{Kind: KindOfStatus(a.Status), Message: fmt.Sprintf("HTTP %d", a.Status)}
	}
	if a.Status == http.StatusTooManyRequests {
		v.Err.Kind = providers.Throttled
	}
	if v.Err != nil && v.Err.Code == "" && v.Err.Message == "" {
		v.Err.Message = fmt.Sprintf("HTTP %d, a refusal without a reason", a.Status)
	}
	return v
}

// foreign is the failure of an answer that is no JSON: a proxy's page, or a part of the cloud's answer.
func foreign(a Answer) *providers.Error {
	kind := providers.Unavailable
	if a.Status == http.StatusTooManyRequests {
		kind = providers.Throttled
	}
	what := "a broken answer"
	if media := a.Header.Get("Content-Type"); media != "" && !strings.Contains(media, "json") {
		what = media + " instead of JSON"
	}
	return &providers.Error{Kind: kind, Message: fmt.Sprintf("HTTP %d, %s", a.Status, what)}
}

// KindOfStatus is the kind of a failure whose code says nothing to us.
func KindOfStatus(status int) providers.Kind {
	switch {
	case status == http.StatusTooManyRequests:
		return providers.Throttled
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return providers.Denied
	case status >= 500 || status/100 == 3:
		return providers.Unavailable
	default:
		return providers.Other
	}
}

func unavailable(format string, args ...any) *providers.Error {
	return &providers.Error{Kind: providers.Unavailable, Message: fmt.Sprintf(format, args...)}
}

// Name returns err with the name of the API action, when it is itself an Error that has none yet, and without the
// account's keys in its text. Errors of others that wrap one are left alone.
func (c *Client) Name(err error, op string) error {
	e, ok := err.(*providers.Error)
	if !ok {
		return err
	}
	named := *e
	named.Op = cmp.Or(e.Op, op)
	named.Message = c.veil.Line(e.Message)
	if e.Err != nil {
		if text := e.Err.Error(); c.veil.Line(text) != text {
			named.Err = veiled{e.Err, c.veil.Line(text)}
		}
	}
	return &named
}

// veiled is an error whose own text has secrets in it.
type veiled struct {
	error
	text string
}

func (e veiled) Error() string { return e.text }
func (e veiled) Unwrap() error { return e.error }
