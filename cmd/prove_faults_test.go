//go:build prove

package cmd_test

import (
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
)

// TestProveFaults takes every case of the matrix with the ledger, and every third with ClickHouse.
func TestProveFaults(t *testing.T) {
	server := chtest.Start(t)
	cfg := newDatabase(t, server)
	s := clickhouse.Open(*cfg, testRun())
	t.Cleanup(func() { _ = s.Close() })
	id, err := s.ID(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ledger, other := ledgerBench(t), newBench(t)
	other.sink, other.marks = s, openMarks(t, t.TempDir(), id)

	n := 0
	t.Run("ledger", func(t *testing.T) {
		for _, c := range faultCases() {
			n++
			ledger.meet(t, c)
		}
	})
	t.Run("ClickHouse", func(t *testing.T) {
		for i, c := range faultCases() {
			// the next phase with each fault: once in one cloud's order, for good in the other's
			if i%6 == (i/6)%6 {
				n++
				other.meet(t, c)
			}
		}
	})
	t.Logf("%d cases", n)
}

// TestProveFaultsOfTheProgram lets the program itself, with its own patience, meet the faults that it does not wait long
// for, on one of two days that were restated.
func TestProveFaultsOfTheProgram(t *testing.T) {
	n := 0
	t.Run("cases", func(t *testing.T) {
		for i, c := range faultCases() {
			patient := c.effect == simulator.Stall || c.passes() && !c.once
			if patient || i%3 != (i/3)%3 {
				continue
			}
			n++
			t.Run(c.String(), func(t *testing.T) {
				t.Parallel()
				meetAsProgram(t, c)
			})
		}
	})
	t.Logf("%d cases", n)
}

// meetAsProgram restates two days, one of which meets a fault: the program stores the other, and says that it did so only
// in part.
func meetAsProgram(t *testing.T, c faultCase) {
	cloud, err := simulator.Start(c.cloud, simulator.Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cloud.Close)
	yesterday := providers.DayOf(time.Now()) - 1
	faulty := yesterday - 1
	drafts := [2]map[providers.Day][]simulator.Row{{}, {}}
	for i, n := range []int{oldLines, newLines} {
		for d := faulty; d <= yesterday; d++ {
			drafts[i][d] = slim(draftRows(t, c.cloud, uint64(i), d, n))
		}
	}
	set := func(draft int) {
		for d, rows := range drafts[draft] {
			if err := cloud.SetDay(d, rows); err != nil {
				t.Fatal(err)
			}
		}
	}
	set(0)
	s := &span{cloud: cloud, from: faulty, to: yesterday, drafts: drafts[:1]}
	h := newHost(t, s, nil, "", 3)
	h.sync(t)
	old := cloud.Truth(faulty)
	set(1)
	hits := cloud.Inject(simulator.Fault{
		When:  func(r simulator.Request) bool { return r.Day == faulty && c.met(r) },
		Times: map[bool]int{true: 1}[c.once], Effect: c.effect,
	})
	code, out := h.run(t, "sync", "--force")
	if hits() == 0 {
		t.Fatal("the fault was never met")
	}
	want := func(d providers.Day) simulator.Truth { return cloud.Truth(d) }
	switch {
	case code == 0:
	case c.passes():
		t.Errorf("exit code %d after one bad answer:\n%s", code, out)
	case c.effect == simulator.Forbidden && code == 12:
		return // the account is given up at once, the other day may be old or new
	case code == 3:
		want = func(d providers.Day) simulator.Truth {
			if d == faulty {
				return old
			}
			return cloud.Truth(d)
		}
	default:
		t.Errorf("exit code %d:\n%s", code, out)
	}
	h.with(t, func(b bills, _ string) { wantTruth(t, "after the fault", b, hostAccount, faulty, yesterday, want) })
	if code != 0 && !strings.Contains(out, faulty.String()) {
		t.Errorf("the day that failed is not named:\n%s", out)
	}
	cloud.Heal()
	h.sync(t, "--force")
	h.wantTruth(t, "after the fault has gone")
}
