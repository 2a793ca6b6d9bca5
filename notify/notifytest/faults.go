package notifytest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"goscan/notify"
	"goscan/notify/simulator"
)

// send1 sends the first part of the sample.
func (on trial) send1(ctx context.Context, t *testing.T) (notify.Reply, error) {
	t.Helper()
	parts, err := on.channel.Render(Sample())
	if err != nil {
		t.Fatal(err)
	}
	reply, err := on.channel.Send(ctx, parts[0])
	mustHide(t, "reply", reply)
	if err != nil {
		mustHide(t, "error", err, err.Error())
		e, ok := errors.AsType[*notify.Error](err)
		if !ok {
			t.Fatalf("%v is no *notify.Error", err)
		}
		mustHide(t, "error", *e)
		if e.Text == "" || e.Class == notify.Permanent && e.Hint == "" {
			t.Errorf("%+v explains nothing", e)
		}
	}
	return reply, err
}

func (s Subject) testFaults(t *testing.T) {
	leak := "no robot " + Key
	if !s.Unsigned {
		leak += " with " + Secret
	}
	for name, c := range map[string]struct {
		fault   simulator.Fault
		classes []notify.Class
		fine    bool
	}{
		"an unknown code":        {fault: simulator.Fault{Code: s.Refused, Text: leak}, classes: []notify.Class{notify.Permanent}},
		"a page with status 200": {fault: simulator.Fault{Status: 200, Body: "<html>" + leak}, classes: []notify.Class{notify.Uncertain}, fine: s.AnyBody},
		"an empty answer":        {fault: simulator.Fault{Status: 200}, classes: []notify.Class{notify.Uncertain}, fine: s.AnyBody},
		"half an answer":         {fault: simulator.Fault{Status: 200, Body: `{"errcode":`}, classes: []notify.Class{notify.Uncertain}, fine: s.AnyBody},
		"another's answer":       {fault: simulator.Fault{Status: 200, Body: `{"status":"fine"}`}, classes: []notify.Class{notify.Uncertain}, fine: s.AnyBody},
		"status 404":             {fault: simulator.Fault{Status: 404, Body: leak}, classes: []notify.Class{notify.Permanent}},
		"status 429":             {fault: simulator.Fault{Status: 429, Body: leak}, classes: []notify.Class{notify.Throttled}},
		"status 500":             {fault: simulator.Fault{Status: 500, Body: leak}, classes: []notify.Class{notify.Uncertain, notify.Transient}},
		"status 502":             {fault: simulator.Fault{Status: 502, Body: leak}, classes: []notify.Class{notify.Uncertain, notify.Transient}},
		"status 503":             {fault: simulator.Fault{Status: 503, Body: leak}, classes: []notify.Class{notify.Transient}},
		"a reset after writing":  {fault: simulator.Fault{Reset: true}, classes: []notify.Class{notify.Uncertain}},
		"a reset after arrival":  {fault: simulator.Fault{Reset: true, Arrived: true}, classes: []notify.Class{notify.Uncertain}},
	} {
		t.Run(name, func(t *testing.T) {
			on := s.open(t)
			on.server.Next(c.fault)
			_, err := on.send1(t.Context(), t)
			if c.fine {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil {
				t.Fatal("it says that the message was sent")
			}
			for _, class := range c.classes {
				if notify.ClassOf(err) == class {
					return
				}
			}
			t.Errorf("%v is of class %d, want %v", err, notify.ClassOf(err), c.classes)
		})
	}
}

func (s Subject) testRedirect(t *testing.T) {
	var hits atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer other.Close()
	on := s.open(t)
	on.server.Next(simulator.Fault{Redirect: other.URL + "/" + Key})
	_, err := on.send1(t.Context(), t)
	if err == nil || notify.ClassOf(err) != notify.Permanent || hits.Load() != 0 {
		t.Errorf("%v, and %d messages reached a host that nobody configured", err, hits.Load())
	}
}

func (s Subject) testContext(t *testing.T) {
	on := s.open(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := on.send1(ended, t); err == nil || notify.ClassOf(err) != notify.Transient || on.server.Requests() != 0 {
		t.Errorf("before it began: %v", err)
	}
	on.server.Next(simulator.Fault{Hang: true}, simulator.Fault{Hang: true})
	for name, end := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"cancelled": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(50*time.Millisecond, cancel)
			return ctx, cancel
		},
		"timed out": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 50*time.Millisecond)
		},
	} {
		began := time.Now()
		ctx, cancel := end(t.Context())
		_, err := on.send1(ctx, t)
		cancel()
		if took := time.Since(began); notify.ClassOf(err) != notify.Uncertain || err == nil || took > 5*time.Second {
			t.Errorf("%s: %v after %s", name, err, took)
		}
	}
}

func (s Subject) testAbsent(t *testing.T) {
	server, err := simulator.Start(simulator.Options{Kind: s.Kind, Key: Key, Secret: Secret})
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	on := trial{server, s.channel(t, server.URL(), time.Now)}
	if _, err := on.send1(t.Context(), t); err == nil || notify.ClassOf(err) != notify.Transient {
		t.Errorf("%v", err)
	}
}

// unpaced is a channel without a pace: the clock that tests read is not the machine's.
type unpaced struct{ notify.Channel }

func (unpaced) Pace() notify.Pace { return notify.Pace{} }

func (s Subject) testAgain(t *testing.T) {
	on := s.open(t)
	parts, err := on.channel.Render(Sample())
	if err != nil {
		t.Fatal(err)
	}
	on.server.Next(simulator.Fault{Status: 500})
	sent, _, err := notify.Deliver(t.Context(), unpaced{on.channel}, parts, 0, notify.Terms{Patience: notify.Patience{First: time.Millisecond}})
	if err != nil || sent != len(parts) || on.server.Requests() != len(parts)+1 || len(on.server.Messages()) != len(parts) {
		t.Errorf("%d of %d parts, %d requests, %d arrived: %v", sent, len(parts), on.server.Requests(), len(on.server.Messages()), err)
	}
}
