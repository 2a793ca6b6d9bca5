package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"goscan/providers/simulator"
)

// A bench is one run of the benchmark.
type bench struct {
	table
	all    bool // every size of everything
	folder string
	self   string
	goscan string
	server *address // nil without ClickHouse
}

// measureAll measures and prints.
func measureAll(ctx context.Context, mode string) (err error) {
	b := &bench{table: table{sizes: []int{100_000, 1_000_000, 3_000_000}}, all: mode == "full"}
	if mode == "quick" {
		b.sizes = []int{10_000, 100_000, 300_000}
	}
	if b.folder, err = os.MkdirTemp("", "goscan-bench"); err != nil {
		return err
	}
	defer os.RemoveAll(b.folder)
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	if b.goscan, err = filepath.Abs("goscan"); err != nil {
		return err
	}
	server, stop, err := startServer(ctx, b.folder)
	defer stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v; what needs it is left out\n", err)
	} else {
		b.server = &server
	}
	for _, part := range []func(context.Context) error{b.version, b.saturation, b.months, b.loading} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return b.print(os.Stdout)
}

func note(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s "+format+"\n", append([]any{time.Now().Format(time.TimeOnly)}, args...)...)
}

// version measures the least that goscan can do.
func (b *bench) version(ctx context.Context) error {
	var used []time.Duration
	for range 9 {
		c, err := measure(ctx, b.goscan, "version")
		if err != nil {
			return err
		}
		used = append(used, c.cpu)
	}
	b.add("goscan version, CPU (at most 50 ms)", "%.0f ms", milliseconds(median(used)))
	return nil
}

// The allowances are measured four times as fast as they are, with a fourth of a usual latency: as many requests are under way
// at once, and a run takes a fourth of the time.
const (
	hurry   = 4
	latency = 200 * time.Millisecond / hurry
)

// saturation measures which part of its allowance a backfill uses while the cloud enforces it.
func (b *bench) saturation(ctx context.Context) error {
	for _, cloud := range []struct {
		kind, name string
		allowed    int
		rate       float64 // goscan's own default
	}{{simulator.Volcengine, "Volcengine", 5, 4.9}, {simulator.Alicloud, "Alibaba Cloud", 10, 9.8}} {
		lines := min(b.sizes[1], 200_000)
		note("%s: %s lines under its allowance", cloud.name, grouped(lines))
		h, err := b.cloud(ctx, cloud.kind, lines, cloud.allowed*hurry, latency)
		if err != nil {
			return err
		}
		defer h.stop()
		run, err := b.newRun(ctx, runOf{kind: cloud.kind, url: h.line, rate: cloud.rate * hurry}, b.server)
		if err != nil {
			return err
		}
		if _, err := run.backfill(ctx); err != nil {
			return err
		}
		seen, err := stats(h.line)
		if err != nil {
			return err
		}
		seconds := seen.Last.Sub(seen.First).Seconds()
		b.add(fmt.Sprintf("%s: pages/s of those allowed", cloud.name), "%.1f%%", 100*float64(seen.Pages)/seconds/float64(cloud.allowed*hurry))
		b.add(fmt.Sprintf("%s: requests refused", cloud.name), "%.2f%%", 100*float64(seen.Refused)/float64(seen.Pages+seen.Refused))
	}
	return nil
}

// cloud starts a cloud in a process of its own. The first line that it says is its address.
func (b *bench) cloud(ctx context.Context, kind string, lines, allowed int, latency time.Duration) (*helper, error) {
	return help(ctx, b.self, "cloud", kind, fmt.Sprint(lines), fmt.Sprint(allowed), latency.String())
}

func stats(cloud string) (s served, err error) {
	answer, err := http.Get(cloud + statsPath)
	if err != nil {
		return s, err
	}
	defer answer.Body.Close()
	return s, json.NewDecoder(answer.Body).Decode(&s)
}
