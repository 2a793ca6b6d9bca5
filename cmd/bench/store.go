package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"

	"goscan/providers"
	"goscan/providers/all"
	"goscan/providers/simulator"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/sqlite"
)

// A bills is a store, as much of it as is measured.
type bills interface {
	store.Reader
	Replace(ctx context.Context, b providers.Bill, d providers.Day, fill func(put providers.Emit) error) (store.Change, error)
	Close() error
}

// Where a child finds a store: the address and the database of a ClickHouse, or a state folder.
const (
	inClickHouse = "clickhouse"
	inLedger     = "ledger"
)

func openStore(ctx context.Context, where []string) (bills, error) {
	run := store.Run{ID: "bench", Now: time.Now, State: func(providers.Bill, providers.Day, time.Time) providers.State { return providers.Final }}
	switch {
	case len(where) == 2 && where[0] == inLedger:
		return sqlite.OpenLedger(ctx, where[1], run)
	case len(where) == 3 && where[0] == inClickHouse:
		server, err := parseAddress(where[1])
		if err != nil {
			return nil, err
		}
		cfg := clickhouse.Config{Hosts: []string{server.host}, Port: server.port, Username: "default", Database: where[2]}
		return clickhouse.Open(cfg, run), nil
	}
	return nil, errUsage
}

// storeChild measures a store by itself and says how long things took, as JSON: load URL LINES WHERE, or ask URL WHERE.
func storeChild(ctx context.Context, args []string) (err error) {
	if len(args) < 3 {
		return errUsage
	}
	s, err := openStore(ctx, args[2:])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	day, err := readDay(ctx, args[1])
	if err != nil {
		return err
	}
	var took any
	switch args[0] {
	case "load":
		took, err = loadMonth(ctx, s, day)
	case "ask":
		took, err = ask(ctx, s, day)
	default:
		return errUsage
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(took)
}

// readDay reads the lines of the month's first day from a cloud.
func readDay(ctx context.Context, url string) ([]providers.Line, error) {
	settings := all.Registry()[simulator.Volcengine].Settings()
	settings.Base().Endpoint, settings.Base().Rate = url, fastest
	cloud, err := settings.Open(providers.Options{Account: simulator.Volcengine, Now: time.Now, Getenv: func(name string) string {
		return map[string]string{"VOLCENGINE_ACCESS_KEY": simulator.AccessKey, "VOLCENGINE_SECRET_KEY": simulator.SecretKey}[name]
	}})
	if err != nil {
		return nil, err
	}
	pages := make(chan []providers.Line, 1)
	failed := make(chan error, 1)
	go func() {
		failed <- cloud.Fetch(ctx, benchBill(), benchMonth().First(), func(page []providers.Line) error { pages <- page; return nil })
		close(pages)
	}()
	var lines []providers.Line
	for page := range pages {
		lines = append(lines, page...)
	}
	return lines, <-failed
}

func benchBill() providers.Bill {
	return providers.Bill{Account: simulator.Volcengine, Provider: simulator.Volcengine, Dataset: providers.DatasetBill, Month: benchMonth()}
}

// paged puts lines as the clouds answer.
func paged(lines []providers.Line) func(put providers.Emit) error {
	return func(put providers.Emit) error {
		for page := range slices.Chunk(lines, pageSize) {
			if err := put(page); err != nil {
				return err
			}
		}
		return nil
	}
}

// loadMonth stores ready lines as those of every day of a month, and returns the seconds that it took.
func loadMonth(ctx context.Context, s bills, lines []providers.Line) (float64, error) {
	began := time.Now()
	for d := benchMonth().First(); d <= benchMonth().Last(); d++ {
		if _, err := s.Replace(ctx, benchBill(), d, paged(lines)); err != nil {
			return 0, err
		}
	}
	return time.Since(began).Seconds(), nil
}

// answers are the milliseconds of what was asked of a store.
type answers struct{ Replace, Query float64 }

const timesAsked = 5

// ask replaces two days by one page each, which shows what is not the lines, and asks for the costs of the month by day and
// service.
func ask(ctx context.Context, s bills, lines []providers.Line) (a answers, err error) {
	page := lines[:min(pageSize, len(lines))]
	a.Query, err = medianOf(func() error {
		_, err := s.Costs(ctx, store.Query{
			From: benchMonth().First(), To: benchMonth().Last(), Amount: store.CostBeforeVoucher,
			By: []store.Dimension{store.ByDay, store.ByProvider, store.ByService},
		})
		return err
	})
	if err != nil {
		return a, err
	}
	n := 0
	a.Replace, err = medianOf(func() error {
		n++
		page[0].ResourceID = fmt.Sprint("another ", n) // not the lines that are stored already
		for _, d := range []providers.Day{benchMonth().Last() - 1, benchMonth().Last()} {
			if _, err := s.Replace(ctx, benchBill(), d, paged(page)); err != nil {
				return err
			}
		}
		return nil
	})
	return a, err
}

func medianOf(work func() error) (ms float64, err error) {
	var took []time.Duration
	for range timesAsked {
		began := time.Now()
		if err := work(); err != nil {
			return 0, err
		}
		took = append(took, time.Since(began))
	}
	return milliseconds(median(took)), nil
}

// stored are what full stores take to answer and to change, by size.
type stored struct{ replace, query, report []float64 }

func (s *stored) measure(ctx context.Context, r *goscanRun, url string) error {
	var reports []time.Duration
	for range 3 {
		c, err := r.goscan(ctx, "report", "daily", "--date", benchMonth().Last().String())
		if err != nil {
			return err
		}
		reports = append(reports, c.wall)
	}
	s.report = append(s.report, milliseconds(median(reports)))
	var a answers
	if err := r.b.askChild(ctx, &a, append([]string{"ask", url}, r.where()...)...); err != nil {
		return err
	}
	s.query, s.replace = append(s.query, a.Query), append(s.replace, a.Replace)
	return nil
}

func (s *stored) addTo(t *table, name string) {
	t.add("two days of "+name+" replaced by a page each", "%.0f ms", s.replace...)
	t.add("costs by day and service from "+name, "%.0f ms", s.query...)
	t.add("goscan report daily from "+name, "%.0f ms", s.report...)
}

func (r *goscanRun) where() []string {
	if r.database == "" {
		return []string{inLedger, r.state}
	}
	return []string{inClickHouse, r.b.server.native(), r.database}
}

// askChild runs a child on a store and reads what it says.
func (b *bench) askChild(ctx context.Context, into any, args ...string) error {
	c := exec.CommandContext(ctx, b.self, append([]string{"store"}, args...)...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return fmt.Errorf("bench store: %w", err)
	}
	return json.Unmarshal(out, into)
}

// loading measures both stores with lines that are ready.
func (b *bench) loading(ctx context.Context) error {
	perSecond := map[string][]float64{}
	stores := []*address{nil}
	if b.server != nil {
		stores = append(stores, b.server)
	}
	for _, size := range b.sizes[:2] {
		h, err := b.cloud(ctx, simulator.Volcengine, size, 0, 0)
		if err != nil {
			return err
		}
		for _, server := range stores {
			name := inLedger
			if server != nil {
				name = inClickHouse
			}
			note("%s ready lines into the %s store", grouped(size), name)
			seconds, err := b.load(ctx, h.line, server)
			if err != nil {
				h.stop()
				return err
			}
			perSecond[name] = append(perSecond[name], float64(size)/seconds)
		}
		h.stop()
	}
	b.add("ready lines into the ledger, lines/s (at least 40,000)", "%.0f", perSecond[inLedger]...)
	if b.server != nil {
		b.add("ready lines into ClickHouse, lines/s", "%.0f", perSecond[inClickHouse]...)
		b.add("ratio", "%.2f", ratios(perSecond[inLedger], perSecond[inClickHouse])...)
	}
	return nil
}

func (b *bench) load(ctx context.Context, url string, server *address) (seconds float64, err error) {
	run, err := b.newRun(ctx, runOf{simulator.Volcengine, url, fastest}, server)
	if err != nil {
		return 0, err
	}
	if err := b.askChild(ctx, &seconds, append([]string{"load", url}, run.where()...)...); err != nil {
		return 0, err
	}
	return seconds, run.drop(ctx)
}
