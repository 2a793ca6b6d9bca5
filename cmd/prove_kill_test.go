//go:build prove

package cmd_test

import (
	"context"
	database "database/sql" // the scripts have a command sql
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"goscan/providers/simulator"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
	"goscan/store/sqlite"
)

const (
	killsPerStore = 26
	restatements  = 5 // kills after which a host begins anew
)

// TestProveKilledAtAnyMoment kills goscan at random moments of a sync. What is stored afterwards is whole: of every day the
// bill of before or the one after. The next run brings all of them, and a day later nothing is left of what was begun.
func TestProveKilledAtAnyMoment(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	t.Run("ledger", func(t *testing.T) {
		t.Parallel()
		s := newSpan(t, simulator.Volcengine)
		k := killer{span: s, random: rand.New(rand.NewPCG(seed, 1)), begin: func() host { return newHost(t, s, nil, "", 0) }}
		k.prove(t)
	})
	t.Run("ClickHouse", func(t *testing.T) {
		t.Parallel()
		server := chtest.Start(t)
		polite := newProxy(t, server.Addr())
		s := newSpan(t, simulator.Alicloud)
		k := killer{span: s, random: rand.New(rand.NewPCG(seed, 2)), begin: func() host {
			return newHost(t, s, newDatabase(t, server), polite.addr(), 0)
		}}
		k.prove(t)
	})
}

type killer struct {
	span   *span
	random *rand.Rand
	begin  func() host // with an empty store
	whole  time.Duration
	reads  time.Duration
}

func (k *killer) prove(t *testing.T) {
	k.measure(t)
	stored := make([]int, spanDays+1) // how often so many days were new when goscan was killed
	var h host
	for kills, tries := 0, 0; kills < killsPerStore; tries++ {
		if tries > 3*killsPerStore {
			t.Fatalf("only %d of %d runs were killed before their end", kills, tries)
		}
		flags, oldest := []string{"--force"}, k.span.now()
		if tries%restatements == 0 {
			h, flags, oldest = k.begin(), nil, 0 // the first sync; what it did not store is missing
		} else {
			k.span.restate(t)
		}
		when, killed := k.kill(t, h, flags)
		stored[h.wantWhole(t, when, oldest)]++
		h.sync(t, flags...)
		h.wantTruth(t, "a run after "+when)
		if killed {
			kills++
		}
		if tries%restatements == restatements-1 {
			h.wantClean(t)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	t.Logf("%d kills in runs of %s; days that were new at the kill, from 0 to %d: %v", killsPerStore, k.whole, spanDays, stored)
}

// measure lets a run go undisturbed, twice: the first time may have to warm up.
func (k *killer) measure(t *testing.T) {
	t.Helper()
	for range 2 {
		h := k.begin()
		first := make(chan time.Time, 1)
		k.span.cloud.Heal()
		k.span.cloud.Inject(simulator.Fault{Times: 1, Wait: spanPause, Run: func(simulator.Request) { first <- time.Now() }})
		k.span.cloud.Inject(simulator.Fault{Wait: spanPause})
		began := time.Now()
		h.sync(t)
		k.whole, k.reads = time.Since(began), time.Since(<-first)
		h.wantTruth(t, "undisturbed")
	}
	t.Logf("an undisturbed sync takes %s, %s of it after the first request", k.whole, k.reads)
}

// kill runs a sync and kills it at a random moment, of the whole run or, three times out of four, after its first request.
func (k *killer) kill(t *testing.T, h host, flags []string) (when string, killed bool) {
	t.Helper()
	after, name := time.Duration(k.random.Int64N(int64(k.reads))), "the first request"
	first := make(chan bool, 1)
	if k.random.IntN(4) == 0 {
		after, name = time.Duration(k.random.Int64N(int64(k.whole))), "the start"
		first <- true
	} else {
		k.span.cloud.Heal()
		k.span.cloud.Inject(simulator.Fault{Times: 1, Wait: spanPause, Run: func(simulator.Request) { first <- true }})
		k.span.cloud.Inject(simulator.Fault{Wait: spanPause})
	}
	c, out := h.command(append([]string{"sync"}, flags...)...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case <-first:
	case err := <-ended:
		t.Fatalf("it ended without a request: %v\n%s", err, out)
	}
	select {
	case err := <-ended:
		if code := exitCode(t, err); code != 0 {
			t.Fatalf("exit code %d:\n%s", code, out)
		}
		return "its own end", false
	case <-time.After(after):
		_ = c.Process.Kill() // it may have ended this very moment
		<-ended
		return fmt.Sprintf("a kill %s after %s", after, name), !c.ProcessState.Exited()
	}
}

// wantClean asserts that a day later nothing is left but current lines, and that these are still exact.
func (h host) wantClean(t *testing.T) {
	t.Helper()
	b, _ := h.open(t, func() time.Time { return time.Now().Add(25 * time.Hour) })
	defer b.Close()
	ctx := context.WithoutCancel(t.Context())
	var err error
	switch b := b.(type) {
	case *clickhouse.Store:
		_, err = b.Clean(ctx)
	case *sqlite.Ledger:
		_, err = b.Clean(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		all, current := h.counts(t)
		if all == current {
			break
		}
		if time.Now().After(deadline) {
			t.Errorf("%d lines are kept, %d are current", all, current)
			break
		}
	}
	h.wantTruth(t, "after cleaning")
}

// counts returns how many lines the store keeps, and how many of them are of current loads.
func (h host) counts(t *testing.T) (all, current int64) {
	t.Helper()
	const count = "SELECT (SELECT count(*) FROM %[1]sbill_lines), (SELECT count(*) FROM %[1]sbills)"
	var err error
	if h.server == nil {
		var db *database.DB
		if db, err = database.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(h.folder, "state", sqlite.LedgerFile))+"?mode=ro"); err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		err = db.QueryRowContext(t.Context(), fmt.Sprintf(count, "")).Scan(&all, &current)
	} else {
		var everything, visible uint64
		conn := (&chtest.Server{Host: h.server.Hosts[0], Port: h.server.Port}).Conn(t)
		err = conn.QueryRow(t.Context(), "SELECT assumeNotNull(a), assumeNotNull(b) FROM ("+
			fmt.Sprintf("SELECT (SELECT count() FROM %[1]sbill_lines) AS a, (SELECT count() FROM %[1]sbills) AS b", h.server.Database+".")+")").
			Scan(&everything, &visible)
		all, current = int64(everything), int64(visible)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all, current
}
