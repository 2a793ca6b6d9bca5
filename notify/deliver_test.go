package notify_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"goscan/notify"
)

// script is a channel that answers each attempt with the next of its errors, then with none.
type script struct {
	errs []error
	pace notify.Pace
	seen []string
	at   []time.Time
}

func (s *script) Render(notify.Message) ([]notify.Part, error) { return nil, nil }
func (s *script) Pace() notify.Pace                            { return s.pace }

func (s *script) Send(ctx context.Context, p notify.Part) (notify.Reply, error) {
	s.seen, s.at = append(s.seen, p.Name), append(s.at, time.Now())
	if len(s.errs) == 0 {
		return notify.Reply{Status: 200, Code: "0"}, nil
	}
	err := s.errs[0]
	s.errs = s.errs[1:]
	if errors.Is(err, context.DeadlineExceeded) { // a server that never answers
		<-ctx.Done()
		return notify.Reply{}, &notify.Error{Class: notify.Uncertain, Text: "no answer in time"}
	}
	return notify.Reply{}, err
}

func failure(c notify.Class, wait time.Duration) error {
	return &notify.Error{Class: c, Code: "7", Text: "refused", Wait: wait}
}

func parts(names ...string) []notify.Part {
	var all []notify.Part
	for _, n := range names {
		all = append(all, notify.Part{Name: n})
	}
	return all
}

func TestDeliver(t *testing.T) {
	for name, c := range map[string]struct {
		errs  []error
		from  int
		sent  int
		seen  string
		class notify.Class
		fails bool
		least time.Duration
	}{
		"all parts in order":                       {sent: 3, seen: "a b c"},
		"goes on where it stopped":                 {from: 2, sent: 3, seen: "c"},
		"nothing left":                             {from: 3, sent: 3},
		"transient is tried again":                 {errs: []error{nil, failure(notify.Transient, 0), failure(notify.Transient, 0), nil}, sent: 3, seen: "a b b b c"},
		"throttled waits as long as it is asked":   {errs: []error{failure(notify.Throttled, time.Minute)}, sent: 3, seen: "a a b c", least: time.Minute},
		"throttled for too long is given up":       {errs: []error{failure(notify.Throttled, time.Hour)}, seen: "a", fails: true, class: notify.Throttled},
		"uncertain is tried once more":             {errs: []error{nil, failure(notify.Uncertain, 0)}, sent: 3, seen: "a b b c"},
		"uncertain twice is given up":              {errs: []error{nil, failure(notify.Uncertain, 0), failure(notify.Uncertain, 0)}, sent: 1, seen: "a b b", fails: true, class: notify.Uncertain},
		"uncertain counts over other failures":     {errs: []error{failure(notify.Uncertain, 0), failure(notify.Transient, 0), failure(notify.Uncertain, 0)}, seen: "a a a", fails: true, class: notify.Uncertain},
		"permanent stops":                          {errs: []error{nil, failure(notify.Permanent, 0)}, sent: 1, seen: "a b", fails: true, class: notify.Permanent},
		"no answer is one attempt and one more":    {errs: []error{context.DeadlineExceeded, context.DeadlineExceeded}, seen: "a a", fails: true, class: notify.Uncertain, least: time.Minute},
		"an error of no class is tried again, too": {errs: []error{errors.New("odd")}, sent: 3, seen: "a a b c"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ch := &script{errs: c.errs}
				began := time.Now()
				var noted []int
				sent, _, err := notify.Deliver(t.Context(), ch, parts("a", "b", "c"), c.from, notify.Terms{Pacer: &notify.Turns{}, Sent: func(n int, _ notify.Reply) error {
					noted = append(noted, n)
					return nil
				}})
				if sent != c.sent || (err != nil) != c.fails || strings.Join(ch.seen, " ") != c.seen {
					t.Errorf("sent %d, %v, attempts %q", sent, err, ch.seen)
				}
				if c.fails && (notify.ClassOf(err) != c.class || !strings.HasPrefix(err.Error(), ch.seen[len(ch.seen)-1]+": ")) {
					t.Errorf("%v of class %v", err, notify.ClassOf(err))
				}
				if len(noted) != c.sent-c.from || len(noted) > 0 && noted[len(noted)-1] != c.sent {
					t.Errorf("noted %v", noted)
				}
				if took := time.Since(began); took < c.least || took > 5*time.Minute {
					t.Errorf("took %s", took)
				}
			})
		})
	}
}

func TestDeliverGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ch := &script{}
		for range 100 {
			ch.errs = append(ch.errs, failure(notify.Transient, 0))
		}
		began := time.Now()
		_, _, err := notify.Deliver(t.Context(), ch, parts("a"), 0, notify.Terms{})
		if took := time.Since(began); err == nil || took > 3*time.Minute || took < time.Minute || len(ch.seen) > 20 {
			t.Errorf("%v after %s and %d attempts", err, took, len(ch.seen))
		}
	})
}

func TestDeliverStopsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		time.AfterFunc(30*time.Second, cancel)
		began := time.Now()
		_, _, err := notify.Deliver(ctx, &script{errs: []error{failure(notify.Throttled, time.Minute)}}, parts("a"), 0, notify.Terms{})
		if !errors.Is(err, context.Canceled) || notify.ClassOf(err) != notify.Throttled || time.Since(began) != 30*time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		short, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		began = time.Now()
		_, _, err = notify.Deliver(short, &script{errs: []error{failure(notify.Throttled, time.Minute)}}, parts("a"), 0, notify.Terms{})
		if err == nil || time.Since(began) != 0 {
			t.Errorf("%v after %s: it waited for what it cannot see", err, time.Since(began))
		}
	})
}

func TestDeliverStopsWhenNotedInVain(t *testing.T) {
	full := errors.New("disk full")
	ch := &script{}
	sent, _, err := notify.Deliver(t.Context(), ch, parts("a", "b"), 0, notify.Terms{Sent: func(int, notify.Reply) error { return full }})
	if sent != 1 || !errors.Is(err, full) || len(ch.seen) != 1 {
		t.Errorf("%d, %v, %q", sent, err, ch.seen)
	}
}

func TestPaceHoldsInEverySpan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		windows := []notify.Window{{Messages: 5, Per: time.Second}, {Messages: 20, Per: time.Minute}}
		ch := &script{pace: notify.Pace{Key: "k", Windows: windows}}
		var names []string
		for range 50 {
			names = append(names, "p")
		}
		if _, _, err := notify.Deliver(t.Context(), ch, parts(names...), 0, notify.Terms{Pacer: &notify.Turns{}}); err != nil {
			t.Fatal(err)
		}
		for _, w := range windows {
			for i := w.Messages; i < len(ch.at); i++ {
				if span := ch.at[i].Sub(ch.at[i-w.Messages]); span < w.Per {
					t.Errorf("%d messages within %s", w.Messages+1, span)
				}
			}
		}
		if took := ch.at[49].Sub(ch.at[0]); took > 3*time.Minute {
			t.Errorf("50 messages took %s", took)
		}
	})
}

func TestPaceAvoidsMoments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until := time.Now().Add(90 * time.Second)
		ch := &script{pace: notify.Pace{Avoid: func(at time.Time) bool { return at.Before(until) }}}
		if _, _, err := notify.Deliver(t.Context(), ch, parts("a"), 0, notify.Terms{}); err != nil {
			t.Fatal(err)
		}
		if ch.at[0].Before(until) {
			t.Errorf("sent %s too early", until.Sub(ch.at[0]))
		}
	})
}

func TestCommonIsChecked(t *testing.T) {
	bad := notify.Common{Kinds: []notify.Kind{"daily", "hourly"}, MinSeverity: "high", Lang: "fr", MaxAge: "1d", Proxy: "proxy:password-1"}
	err := bad.Validate()
	for _, key := range []string{"kinds has \"hourly\"", "min_severity is", "lang is", "max_age is", "proxy is"} {
		if err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%v lacks %q", err, key)
		}
	}
	if strings.Contains(err.Error(), "password-1") {
		t.Error(err)
	}
	good := notify.Common{Kinds: []notify.Kind{"daily", "failures"}, MinSeverity: "critical", Lang: "zh", MaxAge: "12h", Proxy: "http://u:p@proxy:3128"}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
}
