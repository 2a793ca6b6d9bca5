package simulator_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"goscan/providers"
	"goscan/providers/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestFaultsLookLikeTheRealThing(t *testing.T) {
	d := providers.NewDay(2026, 10, 2)
	const lines = 900
	tests := map[string]struct {
		effect simulator.Effect
		wait   time.Duration
		check  func(r reply, err error) bool
	}{
		"429":                  {simulator.TooMany, 0, func(r reply, err error) bool { return r.status == 429 && r.header.Get("Retry-After") == "" }},
		"429 with Retry-After": {simulator.TooMany, 2 * time.Second, func(r reply, err error) bool { return r.status == 429 && r.header.Get("Retry-After") == "2" }},
		"503 with Retry-After": {simulator.Unavailable, time.Second, func(r reply, err error) bool { return r.status == 503 && r.header.Get("Retry-After") == "1" }},
		"throttling code": {simulator.Throttling, 0, func(r reply, err error) bool {
			return strings.Contains(r.code, "Throttling") || strings.Contains(r.code, "FlowLimit")
		}},
		"500":                {simulator.InternalError, 0, func(r reply, err error) bool { return r.status == 500 && r.code == "InternalError" }},
		"502 HTML":           {simulator.BadGateway, 0, func(r reply, err error) bool { return r.status == 502 && strings.HasPrefix(r.text, "<html>") }},
		"error in 200":       {simulator.ErrorIn200, 0, func(r reply, err error) bool { return r.status == 200 && r.code == "InternalError" && len(r.rows) == 0 }},
		"missing permission": {simulator.Forbidden, 0, func(r reply, err error) bool { return r.code == "AccessDenied" || r.code == "NotAuthorized" }},
		"reset":              {simulator.Reset, 0, func(r reply, err error) bool { return errors.Is(err, syscall.ECONNRESET) }},
		"truncated body":     {simulator.Truncated, 0, func(r reply, err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
		"missing page":       {simulator.MissingPage, 0, func(r reply, err error) bool { return len(r.rows) == 0 && r.total == lines }},
		"total changing":     {simulator.MovedTotal, 0, func(r reply, err error) bool { return len(r.rows) == 300 && r.total == lines+1 }},
		"missing result": {simulator.NoResult, 0, func(r reply, err error) bool {
			return r.status == 200 && !strings.Contains(r.text, "Result\"") && !strings.Contains(r.text, "Data\"")
		}},
		"a pause": {simulator.None, 50 * time.Millisecond, func(r reply, err error) bool { return len(r.rows) == 300 }},
		"wrong type of amounts": {simulator.WrongType, 0, func(r reply, err error) bool {
			return r.rows[0]["PayableAmount"] == true || r.rows[0]["PretaxAmount"] == true
		}},
	}
	forEachCloud(t, simulator.Options{Empty: true}, func(t *testing.T, kind string, c *simulator.Cloud) {
		if err := c.Fill(d, lines); err != nil {
			t.Fatal(err)
		}
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				hits := c.Inject(simulator.Fault{Times: 1, Effect: test.effect, Wait: test.wait})
				if r, err := page(c, kind, d, 0, ""); !test.check(r, err) {
					t.Errorf("status %d, code %q, %d of %d rows, %v: %.200s", r.status, r.code, len(r.rows), r.total, err, r.text)
				}
				if r, err := page(c, kind, d, 0, ""); err != nil || len(r.rows) != 300 || r.total != lines || hits() != 1 {
					t.Errorf("after the fault %d of %d rows, %v; %d hits, want 1", len(r.rows), r.total, err, hits())
				}
			})
		}
	})
}

func TestRepeatedPage(t *testing.T) {
	d := providers.NewDay(2026, 10, 2)
	forEachCloud(t, simulator.Options{Empty: true}, func(t *testing.T, kind string, c *simulator.Cloud) {
		if err := c.Fill(d, 900); err != nil {
			t.Fatal(err)
		}
		c.Inject(simulator.Fault{When: simulator.Request.Middle, Effect: simulator.RepeatedPage})
		rows, id := day(t, c, kind, d), map[string]string{simulator.Volcengine: "InstanceNo", simulator.Alicloud: "InstanceID"}[kind]
		if len(rows) != 900 || rows[0][id] != rows[300][id] || rows[299][id] != rows[599][id] || rows[0][id] == rows[600][id] {
			t.Errorf("%d rows; the second page does not repeat the first", len(rows))
		}
	})
}

func TestEndlessToken(t *testing.T) {
	c := start(t, simulator.Alicloud, simulator.Options{Empty: true})
	d := providers.NewDay(2026, 10, 2)
	if err := c.Fill(d, 300); err != nil {
		t.Fatal(err)
	}
	c.Inject(simulator.Fault{Effect: simulator.EndlessToken})
	seen, token := map[string]bool{}, ""
	for range 20 {
		r, err := page(c, simulator.Alicloud, d, 0, token)
		if err != nil || r.token == "" || seen[r.token] || len(r.rows) != 300 {
			t.Fatalf("%d rows, token %q, %v: %.200s", len(r.rows), r.token, err, r.text)
		}
		seen[r.token], token = true, r.token
	}
}

func TestFaultsAreChosenAndHealed(t *testing.T) {
	c := start(t, simulator.Volcengine, simulator.Options{})
	d := providers.NewDay(2026, 10, 2)
	hits := c.Inject(simulator.Fault{
		When:   func(r simulator.Request) bool { return r.Day == d && r.Nth == 2 && r.Op == "ListBillDetail" },
		Effect: simulator.InternalError,
	})
	var statuses []int
	for _, d := range []providers.Day{d, d + 1, d + 1, d, d} {
		r, err := page(c, simulator.Volcengine, d, 0, "")
		if err != nil {
			t.Fatal(err)
		}
		statuses = append(statuses, r.status)
	}
	if statuses[3] != 500 || hits() != 1 || statuses[0]+statuses[1]+statuses[2]+statuses[4] != 800 {
		t.Errorf("statuses %v, %d hits", statuses, hits())
	}
	c.Inject(simulator.Fault{Effect: simulator.BadGateway})
	c.Heal()
	if r, err := page(c, simulator.Volcengine, d, 0, ""); err != nil || r.status != 200 {
		t.Errorf("healed, but status %d, %v", r.status, err)
	}
}

func TestRunMayRestateWhilePagesAreRead(t *testing.T) {
	forEachCloud(t, simulator.Options{Empty: true}, func(t *testing.T, kind string, c *simulator.Cloud) {
		d := providers.NewDay(2026, 10, 2)
		if err := c.Fill(d, 400); err != nil {
			t.Fatal(err)
		}
		c.Inject(simulator.Fault{When: simulator.Request.Last, Times: 1, Run: func(simulator.Request) { _ = c.Fill(d, 500) }})
		first, err := page(c, kind, d, 0, "")
		if err != nil {
			t.Fatal(err)
		}
		second, err := page(c, kind, d, 1, first.token)
		if err != nil || first.total != 400 || second.total != 500 || len(second.rows) != 200 {
			t.Errorf("totals %d and %d, %d rows on the second page, %v", first.total, second.total, len(second.rows), err)
		}
	})
}

func TestStalledAnswersEndWithTheClientOrTheCloud(t *testing.T) {
	for name, end := range map[string]func(cancel context.CancelFunc, c *simulator.Cloud){
		"the client leaves": func(cancel context.CancelFunc, _ *simulator.Cloud) { cancel() },
		"the cloud closes":  func(_ context.CancelFunc, c *simulator.Cloud) { c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			c, err := simulator.Start(simulator.Volcengine, simulator.Options{Now: today})
			if err != nil {
				t.Fatal(err)
			}
			arrived := make(chan struct{})
			c.Inject(simulator.Fault{Effect: simulator.Stall, Run: func(simulator.Request) { close(arrived) }})
			request, err := newRequest(c, simulator.Volcengine, simulator.AccessKey, "ListBillOverviewByProd", map[string]any{"BillPeriod": "2026-10", "Limit": 10})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan error, 1)
			go func() {
				response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request.WithContext(ctx))
				if err == nil {
					_ = response.Body.Close()
				}
				ended <- err
			}()
			<-arrived
			end(cancel, c)
			select {
			case err := <-ended:
				if err == nil {
					t.Error("a stalled request was answered")
				}
			case <-time.After(5 * time.Second):
				t.Fatal("the stalled request did not end")
			}
			if name == "the client leaves" {
				c.Close()
			}
		})
	}
}

func TestManyClientsAtOnce(t *testing.T) {
	forEachCloud(t, simulator.Options{}, func(t *testing.T, kind string, c *simulator.Cloud) {
		c.Inject(simulator.Fault{Wait: 20 * time.Millisecond})
		var clients sync.WaitGroup
		for i := range 8 {
			clients.Go(func() {
				d := providers.NewDay(2026, 10, 1) + providers.Day(i)
				if r, err := page(c, kind, d, 0, ""); err != nil || len(r.rows) != c.Truth(d).Lines() {
					t.Errorf("%s: %d rows, %v", d, len(r.rows), err)
				}
				if err := c.Fill(d, i); err != nil {
					t.Error(err)
				}
			})
		}
		clients.Wait()
		if c.Busiest() < 2 {
			t.Errorf("%d requests at once", c.Busiest())
		}
	})
}
