//go:build prove

package cmd_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"goscan/providers"
	"goscan/providers/simulator"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
)

const (
	runsPerHost = 10

	// codePartly is right for a run in which a day was restated each time that it was read.
	codePartly = 3
)

// TestProveTwoHosts lets two hosts, each with a state of its own, write to one ClickHouse while the cloud restates every
// day: both over all days, or each over its half and the day between. Half of the runs are killed. A reader that never
// stops sees of every day a bill that the cloud had, whole; in the end both hosts agree with the cloud.
func TestProveTwoHosts(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	server := chtest.Start(t)
	s := newSpan(t, simulator.Volcengine)
	cfg := newDatabase(t, server)
	polite := newProxy(t, server.Addr())
	hosts := [2]host{newHost(t, s, cfg, polite.addr(), 0), newHost(t, s, cfg, polite.addr(), 0)}
	hosts[0].sync(t)

	middle := s.from + spanDays/2
	for name, flags := range map[string][2][]string{
		"the same days": {{"sync", "--force"}, {"sync", "--force"}},
		"different days": {
			{"backfill", "--force", "--from", s.from.String(), "--to", middle.String()},
			{"backfill", "--force", "--from", middle.String(), "--to", s.to.String()},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, s, cfg)
			writers, ctx := errgroup.WithContext(t.Context())
			for i, h := range hosts {
				random := rand.New(rand.NewPCG(seed, uint64(i)))
				writers.Go(func() error { return h.loop(ctx, random, flags[i]) })
			}
			ended := make(chan error, 1)
			go func() { ended <- writers.Wait() }()
			restate := time.NewTicker(1500 * time.Millisecond)
			defer restate.Stop()
			for running := true; running; {
				select {
				case err := <-ended:
					if err != nil {
						t.Error(err)
					}
					running = false
				case <-restate.C:
					s.restate(t)
				}
			}
			hosts[1].sync(t, "--force")
			hosts[1].wantTruth(t, "at the end")
			hosts[0].sync(t, "--force")
			hosts[0].wantTruth(t, "at the very end")
			w.stop(t)
			hosts[0].wantClean(t)
		})
	}
}

// loop runs goscan again and again, and kills every other run at a random moment.
func (h host) loop(ctx context.Context, random *rand.Rand, args []string) error {
	typical := 2 * time.Second
	for run := range runsPerHost {
		if ctx.Err() != nil {
			return nil
		}
		c, out := h.command(args...)
		began := time.Now()
		if err := c.Start(); err != nil {
			return err
		}
		kill := run%2 == 1
		if kill {
			time.Sleep(time.Duration(random.Int64N(int64(typical))))
			_ = c.Process.Kill() // it may have ended already
		}
		err := c.Wait()
		if code := c.ProcessState.ExitCode(); !kill && code != 0 && code != codePartly {
			return fmt.Errorf("%v: %w\n%s", args, err, out)
		}
		if !kill {
			typical = time.Since(began)
		}
	}
	return nil
}

// A watcher reads a store all the time.
type watcher struct {
	cancel context.CancelFunc
	group  *errgroup.Group
	looks  int
	seen   map[providers.Day]map[int]bool // the versions of each day that it saw
}

// watch begins to read the days of a span, the way reports do.
func watch(t *testing.T, s *span, cfg *clickhouse.Config) *watcher {
	t.Helper()
	reader := clickhouse.Open(*cfg, testRun())
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	w := &watcher{cancel: cancel, group: new(errgroup.Group), seen: map[providers.Day]map[int]bool{}}
	w.group.Go(func() error {
		defer reader.Close()
		for ; ; w.looks++ {
			for _, by := range [][]store.Dimension{{store.ByDay}, {store.ByDay, store.Tag("no such tag")}} {
				rows, err := reader.Costs(ctx, store.Query{From: s.from, To: s.to, Amount: store.BilledCost, By: by})
				if ctx.Err() != nil {
					return nil
				}
				if err != nil {
					return err
				}
				if err := w.look(s, rows); err != nil {
					return fmt.Errorf("look %d, %v: %w", w.looks, by, err)
				}
			}
		}
	})
	return w
}

// look checks that every day is there and has a bill that it had at the cloud.
func (w *watcher) look(s *span, rows []store.Cost) error {
	if len(rows) != spanDays {
		return fmt.Errorf("%d days instead of %d", len(rows), spanDays)
	}
	for _, row := range rows {
		d, err := providers.ParseDay(row.Keys[0])
		if err != nil {
			return err
		}
		version, ok := s.versionOf(d, figure{row.Lines, row.Amount.String()})
		if !ok {
			return fmt.Errorf("%s has %d lines and costs %s: the cloud never said so", d, row.Lines, row.Amount)
		}
		if w.seen[d] == nil {
			w.seen[d] = map[int]bool{}
		}
		w.seen[d][version] = true
	}
	return nil
}

func (w *watcher) stop(t *testing.T) {
	t.Helper()
	w.cancel()
	if err := w.group.Wait(); err != nil {
		t.Errorf("a reader saw: %v", err)
	}
	versions := 0
	for _, seen := range w.seen {
		versions += len(seen)
	}
	t.Logf("%d looks saw %d bills of %d days", w.looks, versions, spanDays)
	if versions < 2*spanDays {
		t.Error("nothing changed while the reader looked: the test tests nothing")
	}
}
