package sync_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
	"goscan/store/sqlite"
	"goscan/sync"
)

// books is a real ledger with one account, "prod", and a cloud whose lines and overview the test sets.
type books struct {
	t      *testing.T
	ledger *sqlite.Ledger
	now    time.Time
	lines  map[providers.Day][]providers.Line
	totals []providers.Total
	asked  int // overviews
	err    error
}

func newBooks(t *testing.T, now string) *books {
	b := &books{t: t, now: at(now), lines: map[providers.Day][]providers.Line{}}
	run := store.Run{ID: "run", Now: b.clock, State: func(_ providers.Bill, d providers.Day, began time.Time) providers.State {
		return ali.State(d, began)
	}}
	var err error
	if b.ledger, err = sqlite.OpenLedger(t.Context(), t.TempDir(), run); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.ledger.Close() })
	return b
}

// clock ticks: no two instants are the same.
func (b *books) clock() time.Time {
	b.now = b.now.Add(time.Millisecond)
	return b.now
}

func (b *books) Fetch(_ context.Context, _ providers.Bill, d providers.Day, emit providers.Emit) error {
	return emit(b.lines[d])
}

func (b *books) Overview(context.Context, providers.Month) ([]providers.Total, error) {
	b.asked++
	return b.totals, b.err
}

func (b *books) engine() *sync.Engine {
	return &sync.Engine{Sink: b.ledger, Marks: newMemory(), Providers: map[string]providers.Provider{"prod": b}, Workers: 1, Now: b.clock}
}

func (b *books) verifier(proof providers.Proof) *sync.Verifier {
	return &sync.Verifier{
		Books: b.ledger, Providers: map[string]providers.Provider{"prod": b}, Proofs: map[string]providers.Proof{"prod": proof},
		RunID: "run", Began: b.clock(), Now: b.clock,
	}
}

// refetch fetches tasks as a run does, and counts how often it was asked to.
func (b *books) refetch(times *int) func(context.Context, []sync.Task) error {
	return func(ctx context.Context, tasks []sync.Task) error {
		*times++
		_, err := b.engine().Run(ctx, tasks)
		return err
	}
}

// store fetches days into the ledger.
func (b *books) store(from, to string) {
	b.t.Helper()
	outcomes, err := b.engine().Run(b.t.Context(), tasks("prod", from, to))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, o := range outcomes {
		if o.Err != nil {
			b.t.Fatal(o.Err)
		}
	}
}

func money(s string) providers.Money { return decimal.RequireFromString(s) }

func costLine(service, currency, cost string) providers.Line {
	return providers.Line{
		ServiceCode: service, ServiceName: service, Currency: currency, CostBeforeVoucher: money(cost), BilledCost: money(cost),
		Native: providers.PairsOf(map[string]string{"SettlementType": "结算"}),
	}
}

func total(service, currency, cost string, rows int) providers.Total {
	return providers.Total{ServiceCode: service, Currency: currency, Rows: rows, CostBeforeVoucher: money(cost), BilledCost: money(cost), SettledCost: money(cost)}
}

// fill stores October 2026: a line of one yuan of ecs every day.
func (b *books) fill() {
	for d := day("2026-10-01"); d <= day("2026-10-31"); d++ {
		b.lines[d] = []providers.Line{costLine("ecs", "CNY", "1")}
	}
	b.store("2026-10-01", "2026-10-31")
}

var october = providers.NewMonth(2026, time.October)

const afterClose = "2026-11-10 08:00"

func TestVerify(t *testing.T) {
	tests := map[string]struct {
		now    string
		proof  providers.Proof
		change func(*books) // of the cloud, before it is stored
		totals []providers.Total
		agrees bool
		closed bool
		apart  string
	}{
		"the same to the digit agrees": {
			totals: []providers.Total{total("ecs", "CNY", "31", 1)}, agrees: true, closed: true,
		},
		"a cent for a row is rounding": {
			totals: []providers.Total{total("ecs", "CNY", "31.01", 1)}, agrees: true, closed: true,
		},
		"two cents for one row are not": {
			totals: []providers.Total{total("ecs", "CNY", "31.02", 1)}, closed: true,
		},
		"two cents for two rows are": {
			totals: []providers.Total{total("ecs", "CNY", "30.98", 2)}, agrees: true, closed: true,
		},
		"rounding that the overview names is added back": {
			proof:  providers.Proof{RoundedOnce: true},
			totals: []providers.Total{{ServiceCode: "ecs", Currency: "CNY", Rows: 1, CostBeforeVoucher: money("30.5"), SettledCost: money("30.5"), RoundingAmount: money("0.5")}},
			agrees: true, closed: true,
		},
		"a service that the overview does not have differs": {
			totals: nil, closed: true,
		},
		"a service that is not stored differs": {
			totals: []providers.Total{total("ecs", "CNY", "31", 1), total("oss", "CNY", "0.02", 1)}, closed: true,
		},
		"a service of no cost that the overview leaves out agrees": {
			change: func(b *books) {
				b.lines[day("2026-10-05")] = append(b.lines[day("2026-10-05")], costLine("free", "CNY", "0"))
			},
			totals: []providers.Total{total("ecs", "CNY", "31", 1)}, agrees: true, closed: true,
		},
		"an overview that names no currency is of the stored one": {
			totals: []providers.Total{total("ecs", "", "31", 1)}, agrees: true, closed: true,
		},
		"another currency is not comparable": {
			totals: []providers.Total{total("ecs", "USD", "5", 1)}, agrees: true, closed: true, apart: "ecs",
		},
		"lines that are not settled do not count as payable": {
			proof: providers.Proof{SettledField: "SettlementType", SettledValues: []string{"结算"}},
			change: func(b *books) {
				l := costLine("ecs", "CNY", "7")
				l.Native = providers.PairsOf(map[string]string{"SettlementType": "非结算"})
				b.lines[day("2026-10-05")] = append(b.lines[day("2026-10-05")], l)
			},
			totals: []providers.Total{{ServiceCode: "ecs", Currency: "CNY", Rows: 2, CostBeforeVoucher: money("38"), BilledCost: money("31"), SettledCost: money("31")}},
			agrees: true, closed: true,
		},
		"before its close a month is only compared": {
			now: "2026-11-03 11:59", totals: []providers.Total{total("ecs", "CNY", "99", 1)},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			now := tt.now
			if now == "" {
				now = afterClose
			}
			b := newBooks(t, now)
			for d := day("2026-10-01"); d <= day("2026-10-31"); d++ {
				b.lines[d] = []providers.Line{costLine("ecs", "CNY", "1")}
			}
			if tt.change != nil {
				tt.change(b)
			}
			b.store("2026-10-01", "2026-10-31")
			b.totals = tt.totals
			v := b.verifier(tt.proof).Verify(t.Context(), source("2026-10-01"), october, nil)
			if v.Err != nil || v.Comparison == nil {
				t.Fatalf("error %v, missing %v", v.Err, v.Missing)
			}
			if v.Comparison.Agrees() != tt.agrees || v.Comparison.Closed != tt.closed || v.Unreconciled() != (tt.closed && !tt.agrees) {
				t.Errorf("agrees %v, closed %v; want %v, %v: %+v", v.Comparison.Agrees(), v.Comparison.Closed, tt.agrees, tt.closed, v.Comparison.Rows)
			}
			if got := strings.Join(v.Comparison.Apart, ","); got != tt.apart {
				t.Errorf("not comparable: %q, want %q", got, tt.apart)
			}
		})
	}
}

func TestAMonthWithMissingDaysIsNotCompared(t *testing.T) {
	b := newBooks(t, afterClose)
	b.fill()
	v := b.verifier(providers.Proof{}).Verify(t.Context(), source("2026-09-01"), october-1, nil)
	if v.Comparison != nil || len(v.Missing) != 30 || v.Unreconciled() {
		t.Errorf("%d days missing, comparison %v; want 30 and none", len(v.Missing), v.Comparison)
	}
}

func TestADifferenceIsFetchedOnceMoreAndHeals(t *testing.T) {
	b, times := newBooks(t, afterClose), 0
	b.fill()
	b.lines[day("2026-10-31")] = append(b.lines[day("2026-10-31")], costLine("ecs", "CNY", "0.02")) // came late
	b.totals = []providers.Total{total("ecs", "CNY", "31.02", 1)}
	v := b.verifier(providers.Proof{}).Verify(t.Context(), source("2026-10-01"), october, b.refetch(&times))
	if v.Err != nil || !v.Refetched || times != 1 || v.Unreconciled() {
		t.Errorf("refetched %v (%d times), unreconciled %v, error %v; want once, healed", v.Refetched, times, v.Unreconciled(), v.Err)
	}
}

func TestADifferenceThatStaysIsFetchedOnceAndReportedEveryTime(t *testing.T) {
	b, times := newBooks(t, afterClose), 0
	b.fill()
	b.totals = []providers.Total{total("ecs", "CNY", "40", 1)}
	for run := range 3 {
		v := b.verifier(providers.Proof{}).Verify(t.Context(), source("2026-10-01"), october, b.refetch(&times))
		if v.Err != nil || !v.Unreconciled() {
			t.Errorf("run %d: unreconciled %v, error %v", run, v.Unreconciled(), v.Err)
		}
	}
	if times != 1 {
		t.Errorf("fetched again %d times, want once", times)
	}
}

func TestARefetchThatFailsIsTriedAgain(t *testing.T) {
	b := newBooks(t, afterClose)
	b.fill()
	b.totals = []providers.Total{total("ecs", "CNY", "40", 1)}
	broken, times := errors.New("2026-10-15: malformed"), 0
	for run := 1; run <= 2; run++ {
		v := b.verifier(providers.Proof{}).Verify(t.Context(), source("2026-10-01"), october, func(context.Context, []sync.Task) error {
			times++
			return broken
		})
		if !errors.Is(v.Err, broken) || times != run {
			t.Errorf("run %d: error %v, fetched again %d times", run, v.Err, times)
		}
	}
	if rows, err := b.ledger.Months(t.Context(), "prod"); err != nil || len(rows) != 0 {
		t.Errorf("%d rows are recorded, %v; want none", len(rows), err)
	}
}

func TestAnAcceptedDifferenceStaysAcceptedUntilItChanges(t *testing.T) {
	b := newBooks(t, afterClose)
	b.fill()
	b.totals = []providers.Total{total("ecs", "CNY", "40", 1)}
	v := b.verifier(providers.Proof{})
	s := source("2026-10-01")
	if _, err := v.Accept(t.Context(), s.Bill(october), "early"); err == nil {
		t.Error("a month that was never compared was accepted")
	}
	v.Verify(t.Context(), s, october, nil)
	rows, err := v.Accept(t.Context(), s.Bill(october), "credit note 4711")
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d rows accepted, %v", len(rows), err)
	}
	if got := v.Verify(t.Context(), s, october, nil); got.Unreconciled() || got.Comparison.Rows[0].Accepted != "credit note 4711" {
		t.Errorf("unreconciled %v, accepted %q", got.Unreconciled(), got.Comparison.Rows[0].Accepted)
	}
	b.totals = []providers.Total{total("ecs", "CNY", "40.02", 1)}
	if got := v.Verify(t.Context(), s, october, nil); !got.Unreconciled() {
		t.Error("another difference is still accepted")
	}
}

func TestARestatedOverviewIsNoticedByOneDigit(t *testing.T) {
	b, times := newBooks(t, afterClose), 0
	b.fill()
	b.totals = []providers.Total{total("ecs", "CNY", "31", 1)}
	s := source("2026-10-01")
	if v := b.verifier(providers.Proof{}).Verify(t.Context(), s, october, b.refetch(&times)); v.Moved || times != 0 || b.asked != 1 {
		t.Fatalf("moved %v, fetched %d times, %d overviews; want nothing but one call", v.Moved, times, b.asked)
	}
	b.lines[day("2026-10-07")] = []providers.Line{costLine("ecs", "CNY", "1.000001")}
	b.totals = []providers.Total{total("ecs", "CNY", "31.000001", 1)}
	v := b.verifier(providers.Proof{}).Verify(t.Context(), s, october, b.refetch(&times))
	if v.Err != nil || !v.Moved || !v.Refetched || times != 1 {
		t.Errorf("moved %v, fetched %d times, error %v; want once", v.Moved, times, v.Err)
	}
	if got := v.Comparison.Rows[0].Stored.String(); got != "31.000001" {
		t.Errorf("stored %s, want the restated sum", got)
	}
	if v := b.verifier(providers.Proof{}).Verify(t.Context(), s, october, b.refetch(&times)); v.Moved || times != 1 {
		t.Errorf("moved %v, fetched %d times: the restatement is noticed again", v.Moved, times)
	}
}

func TestAnOverviewThatFailsIsAnError(t *testing.T) {
	b := newBooks(t, afterClose)
	b.fill()
	b.err = &providers.Error{Kind: providers.Denied, Op: "QueryBillOverview"}
	if v := b.verifier(providers.Proof{}).Verify(t.Context(), source("2026-10-01"), october, nil); !errors.Is(v.Err, b.err) || v.Unreconciled() {
		t.Errorf("error %v, unreconciled %v", v.Err, v.Unreconciled())
	}
}

// TestGuard replaces a stored day of 10 lines, 10 yuan, in a month of 40, by fewer lines.
func TestGuard(t *testing.T) {
	tests := map[string]struct {
		lines    int
		overview string
		err      error
		stored   bool
	}{
		"half of the lines is no suspicion":                 {lines: 5, overview: "40", stored: true},
		"under half, away from the overview, is refused":    {lines: 4, overview: "40"},
		"none, away from the overview, is refused":          {lines: 0, overview: "40"},
		"none, towards the overview, is accepted":           {lines: 0, overview: "30", stored: true},
		"under half, as far on the other side, is accepted": {lines: 4, overview: "37", stored: true},
		"under half, a digit further, is refused":           {lines: 4, overview: "37.000001"},
		"without an overview it is refused":                 {lines: 0, overview: "30", err: errors.New("connection refused")},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBooks(t, "2026-11-06 08:00")
			for d := day("2026-11-01"); d <= day("2026-11-04"); d++ {
				for range 10 {
					b.lines[d] = append(b.lines[d], costLine("ecs", "CNY", "1"))
				}
			}
			b.store("2026-11-01", "2026-11-04")
			b.totals, b.err = []providers.Total{total("ecs", "CNY", tt.overview, 1)}, tt.err
			b.lines[day("2026-11-04")] = b.lines[day("2026-11-04")][:tt.lines]

			e := b.engine()
			e.Guard = b.verifier(providers.Proof{}).Guard
			again := tasks("prod", "2026-11-04", "2026-11-04")
			again[0].Known = 10
			outcomes, err := e.Run(t.Context(), again)
			if err != nil {
				t.Fatal(err)
			}
			if (outcomes[0].Err == nil) != tt.stored {
				t.Errorf("error %v, want stored: %v", outcomes[0].Err, tt.stored)
			}
			if err := outcomes[0].Err; err != nil && !strings.Contains(err.Error(), fmt.Sprintf("%d lines where 10 are stored", tt.lines)) {
				t.Errorf("error %q does not say how many lines", err)
			}
			want := 10
			if tt.stored {
				want = tt.lines
			}
			days, err := b.ledger.Days(t.Context(), "prod")
			if err != nil {
				t.Fatal(err)
			}
			if got := days[3].Lines; got != want {
				t.Errorf("%d lines are stored, want %d", got, want)
			}
		})
	}
}
