package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"goscan/providers/simulator"
)

// A runOf says what a run of goscan reads.
type runOf struct {
	kind, url string
	rate      float64
}

// A goscanRun is a configuration of one account and one store, both its own.
type goscanRun struct {
	b        *bench
	config   string
	state    string
	database string // empty: the ledger
}

const fastest = 1000 // requests a second: the most that a configuration may ask for

// newRun writes a configuration and, of a ClickHouse, the schema.
func (b *bench) newRun(ctx context.Context, of runOf, server *address) (*goscanRun, error) {
	folder, err := os.MkdirTemp(b.folder, "run")
	if err != nil {
		return nil, err
	}
	r := &goscanRun{b: b, config: filepath.Join(folder, "goscan.yaml"), state: filepath.Join(folder, "state")}
	keys := "access_key: %s\n    secret_key: %s"
	if of.kind == simulator.Alicloud {
		keys = "access_key_id: %s\n    access_key_secret: %s"
	}
	text := fmt.Sprintf("state: %q\nproviders:\n  %s:\n    "+keys+"\n    endpoint: %s\n    rate: %g\n",
		r.state, of.kind, simulator.AccessKey, simulator.SecretKey, of.url, of.rate)
	if server != nil {
		r.database = strings.ReplaceAll("bench_"+filepath.Base(folder), "-", "_")
		text += fmt.Sprintf("clickhouse:\n  hosts: [%q]\n  port: %d\n  database: %s\n", server.host, server.port, r.database)
	}
	if err := os.WriteFile(r.config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	if server != nil {
		_, err = r.goscan(ctx, "schema", "migrate")
	}
	return r, err
}

func (r *goscanRun) goscan(ctx context.Context, args ...string) (cost, error) {
	return measure(ctx, r.b.goscan, append([]string{"--config", r.config}, args...)...)
}

func (r *goscanRun) backfill(ctx context.Context) (cost, error) {
	month := benchMonth().String()
	return r.goscan(ctx, "backfill", "--from", month, "--to", month)
}

// drop frees what the run stored.
func (r *goscanRun) drop(ctx context.Context) error {
	if r.database == "" {
		return os.RemoveAll(r.state)
	}
	return r.b.server.do(ctx, "DROP DATABASE "+r.database+" SYNC")
}

// A series is the costs of one thing by size.
type series struct {
	sizes []int
	costs []cost
}

func (s *series) add(size int, c cost) {
	s.sizes, s.costs = append(s.sizes, size), append(s.costs, c)
}

func (s series) each(value func(size int, c cost) float64) (values []float64) {
	for i, c := range s.costs {
		values = append(values, value(s.sizes[i], c))
	}
	return values
}

func cpuPerLine(size int, c cost) float64     { return c.cpu.Seconds() * 1e6 / float64(size) }
func linesPerSecond(size int, c cost) float64 { return float64(size) / c.wall.Seconds() }
func megabytes(_ int, c cost) float64         { return float64(c.peak) / (1 << 20) }

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1e3 }

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// months copies a month of each size from each cloud into each store, and beside it by the floor program.
func (b *bench) months(ctx context.Context) error {
	for _, cloud := range []struct {
		kind, name string
		sizes      []int
	}{{simulator.Volcengine, "Volcengine", b.sizes}, {simulator.Alicloud, "Alibaba Cloud", b.sizes[:2]}} {
		sizes := cloud.sizes
		if b.all {
			sizes = b.sizes
		}
		if b.server != nil {
			if err := b.intoClickHouse(ctx, cloud.kind, cloud.name, sizes); err != nil {
				return err
			}
		}
	}
	sizes := b.sizes[:2]
	if b.all {
		sizes = b.sizes
	}
	return b.intoLedger(ctx, sizes)
}

func (b *bench) intoClickHouse(ctx context.Context, kind, name string, sizes []int) error {
	var ours, floor series
	var s stored
	for i, size := range sizes {
		h, err := b.cloud(ctx, kind, size, 0, 0)
		if err != nil {
			return err
		}
		if i < 2 || b.all { // the floor is as flat as it is plain
			note("%s: %s lines by the floor program", name, grouped(size))
			c, err := b.floor(ctx, kind, h.line, size)
			if err != nil {
				h.stop()
				return err
			}
			floor.add(size, c)
		}
		note("%s: %s lines into ClickHouse", name, grouped(size))
		run, c, err := b.copyMonth(ctx, runOf{kind, h.line, fastest}, b.server)
		if err == nil && kind == simulator.Volcengine {
			err = s.measure(ctx, run, h.line)
		}
		h.stop()
		if err != nil {
			return err
		}
		ours.add(size, c)
		if err := run.drop(ctx); err != nil {
			return err
		}
	}
	cpu, floorCPU := ours.each(cpuPerLine), floor.each(cpuPerLine)
	b.add(name+" into ClickHouse: CPU of a line", "%.1f us", cpu...)
	b.add("the floor program", "%.1f us", floorCPU...)
	b.add("ratio (at most 1.3)", "%.2f", ratios(cpu, floorCPU)...)
	b.add("lines/s", "%.0f", ours.each(linesPerSecond)...)
	b.add("of the floor program's", "%.2f", ratios(ours.each(linesPerSecond), floor.each(linesPerSecond))...)
	b.add("memory at its peak (at most 150 MB)", "%.0f MB", ours.each(megabytes)...)
	if kind == simulator.Volcengine {
		s.addTo(&b.table, "ClickHouse")
	}
	return nil
}

func (b *bench) intoLedger(ctx context.Context, sizes []int) error {
	const name = "Volcengine"
	var ours series
	var s stored
	for _, size := range sizes {
		h, err := b.cloud(ctx, simulator.Volcengine, size, 0, 0)
		if err != nil {
			return err
		}
		note("%s: %s lines into the ledger", name, grouped(size))
		run, c, err := b.copyMonth(ctx, runOf{simulator.Volcengine, h.line, fastest}, nil)
		if err == nil {
			err = s.measure(ctx, run, h.line)
		}
		h.stop()
		if err != nil {
			return err
		}
		ours.add(size, c)
		if err := run.drop(ctx); err != nil {
			return err
		}
	}
	b.add(name+" into the ledger: CPU of a line", "%.1f us", ours.each(cpuPerLine)...)
	b.add("lines/s", "%.0f", ours.each(linesPerSecond)...)
	b.add("memory at its peak (at most 150 MB)", "%.0f MB", ours.each(megabytes)...)
	s.addTo(&b.table, "ledger")
	return nil
}

// copyMonth copies a month by a backfill into a new store.
func (b *bench) copyMonth(ctx context.Context, of runOf, server *address) (*goscanRun, cost, error) {
	run, err := b.newRun(ctx, of, server)
	if err != nil {
		return nil, cost{}, err
	}
	c, err := run.backfill(ctx)
	return run, c, err
}

// floor copies a month by the floor program into a new database, and drops it.
func (b *bench) floor(ctx context.Context, kind, url string, lines int) (cost, error) {
	run, err := b.newRun(ctx, runOf{kind, url, fastest}, b.server)
	if err != nil {
		return cost{}, err
	}
	c, err := measure(ctx, b.self, "floor", kind, url, fmt.Sprint(lines), b.server.native(), run.database)
	if err != nil {
		return cost{}, err
	}
	return c, run.drop(ctx)
}

func ratios(of, to []float64) []float64 {
	var all []float64
	for i := range min(len(of), len(to)) {
		all = append(all, of[i]/to[i])
	}
	return all
}
