//go:build prove

package cmd_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"goscan/providers/simulator"
	"goscan/store/clickhouse/chtest"
)

const (
	serverKills = 8
	randomCuts  = 8
)

// The codes that a run may end with when its store breaks: it went on, or the store is unreachable.
const (
	codeDone  = 0
	codeStore = 10
)

// TestProveTheServerIsKilled kills ClickHouse at random moments of a sync and starts it again, at once or after the run.
func TestProveTheServerIsKilled(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 3))
	server := chtest.Start(t)
	server.NeedsProcess(t)
	s := newSpan(t, simulator.Volcengine)
	h := newHost(t, s, newDatabase(t, server), server.Addr(), 0)
	began := time.Now()
	h.sync(t)
	whole := time.Since(began)
	codes := map[int]int{}
	for kill := range serverKills {
		s.restate(t)
		c, out := h.command("sync", "--force")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		after := time.Duration(random.Int64N(int64(whole)))
		time.Sleep(after)
		server.Kill(t)
		atOnce := kill%2 == 0
		if atOnce {
			server.Restart(t)
		}
		code := exitCode(t, c.Wait())
		if !atOnce {
			server.Restart(t)
		}
		codes[code]++
		when := fmt.Sprintf("the server was killed %s after the start, exit code %d", after, code)
		h.wantMended(t, when, code, out.String())
	}
	t.Logf("%d kills in runs of %s; exit codes %v", serverKills, whole, codes)
	if codes[codeStore] == 0 {
		t.Error("no run noticed that its store had died")
	}
}

// wantMended asserts that a run whose store broke left every day whole, that its exit code says whether all are new, and
// that the next run brings all of them.
func (h host) wantMended(t *testing.T, when string, code int, out string) {
	t.Helper()
	if code != codeDone && code != codeStore {
		t.Errorf("%s:\n%s", when, out)
	}
	newest := h.wantWhole(t, when, h.span.now()-1)
	if code == codeDone && newest != spanDays {
		t.Errorf("%s: only %d of %d days are new", when, newest, spanDays)
	}
	h.sync(t, "--force")
	h.wantTruth(t, "a run after "+when)
	if t.Failed() {
		t.FailNow()
	}
}

// TestProveTheConnectionBreaks cuts and delays the connection between goscan and ClickHouse.
func TestProveTheConnectionBreaks(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 4))
	server := chtest.Start(t)
	p := newProxy(t, server.Addr())
	s := newSpan(t, simulator.Alicloud)
	h := newHost(t, s, newDatabase(t, server), p.addr(), 0)
	p.set(nil)
	h.sync(t)
	whole := p.passed.Load()

	codes := map[int]int{}
	run := func(what string, c *cut) (code int) {
		t.Helper()
		s.restate(t)
		p.set(c)
		code, out := h.run(t, "sync", "--force")
		p.set(nil)
		if c != nil && !c.done.Load() {
			t.Errorf("%s: it never came to that", what)
		}
		codes[code]++
		h.wantMended(t, fmt.Sprintf("the connection was cut %s, exit code %d", what, code), code, out)
		return code
	}
	for _, place := range []struct{ name, words string }{
		{"storing lines", "INSERT INTO `" + h.server.Database + "`.`bill_lines`"},
		{"verifying them", "SELECT currency, "},
		{"committing", "INSERT INTO `" + h.server.Database + "`.`bill_days`"},
	} {
		for _, at := range []struct {
			name string
			moment
		}{{"before the statement", beforeStatement}, {"in its data", inData}, {"before its answer", beforeAnswer}} {
			what := place.name + ", " + at.name
			code := run(what, &cut{words: place.words, moment: at.moment, skip: random.IntN(spanDays)})
			if place.name == "committing" && at.moment == beforeAnswer && code != codeDone {
				t.Errorf("%s: exit code %d, but the log can be read back", what, code)
			}
		}
	}
	for range randomCuts {
		after := 1 + random.Int64N(whole)
		run(fmt.Sprintf("at byte %d of %d", after, whole), &cut{after: after})
	}
	t.Logf("%d runs with a cut; exit codes %v", 9+randomCuts, codes)

	p.pause.Store(int64(15 * time.Millisecond))
	if code := run("nowhere, but everything took its time", nil); code != codeDone {
		t.Errorf("a slow connection: exit code %d", code)
	}
}
