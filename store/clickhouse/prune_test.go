package clickhouse_test

import (
	"testing"
	"time"

	"goscan/providers"
	"goscan/store/clickhouse"
	"goscan/store/storetest"
)

var _ storetest.Store = (*clickhouse.Store)(nil)

func prune(t *testing.T, s *clickhouse.Store, before providers.Month) {
	t.Helper()
	if err := s.Prune(t.Context(), october.Account, before); err != nil {
		t.Fatal(err)
	}
}

// What is pruned is invisible at once, and deleted by the first Clean that no reader from before can meet.
func TestCleanDeletesWhatWasPrunedAnHourLater(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	c := &clock{october31.Start().Add(40 * time.Hour)}
	s := open(t, cfg, c.Now)
	replace(t, s, lines(5, "1"))
	c.advance(48 * time.Hour)
	replace(t, s, lines(3, "2"))
	c.advance(48 * time.Hour)
	prune(t, s, october.Month+1)
	if got := total(t, s); got != "" {
		t.Errorf("total %s after pruning", got)
	}

	c.advance(59 * time.Minute)
	wantCleaned(t, server, s, clickhouse.Cleaned{Superseded: 1, Lines: 5}, 3)
	if sums, log := count(t, server, "SELECT sum(lines) FROM DB.bill_daily"), count(t, server, "SELECT count() FROM DB.bill_days"); sums != 8 || log != 3 {
		t.Errorf("%d lines in sums and %d commits within the hour, want 8 and 3", sums, log)
	}
	c.advance(2 * time.Minute)
	wantCleaned(t, server, s, clickhouse.Cleaned{Superseded: 1, Lines: 3}, 0)
	prune(t, s, october.Month+1)
	eventually(t, "sums and commits are gone, but for the one of no load", func() bool {
		return count(t, server, "SELECT sum(lines) FROM DB.bill_daily") == 0 && count(t, server, "SELECT count() FROM DB.bill_days") == 1
	})
	wantCleaned(t, server, s, clickhouse.Cleaned{}, 0)

	change := replace(t, s, lines(3, "2"))
	if !change.First() || total(t, s) != "6 CNY" {
		t.Errorf("stored again: %+v, total %s", change, total(t, s))
	}
	c.advance(100 * time.Hour)
	wantCleaned(t, server, s, clickhouse.Cleaned{}, 3)
	if got := total(t, s); got != "6 CNY" {
		t.Errorf("total %s after cleaning, want 6 CNY", got)
	}
}

// A day that was stored by a machine whose clock is ahead goes with the others.
func TestPruningWinsOverAClockThatIsAhead(t *testing.T) {
	t.Parallel()
	_, cfg := migrated(t)
	now := october31.Start().Add(40 * time.Hour)
	ahead := open(t, cfg, (&clock{now.Add(3 * time.Hour)}).Now)
	replace(t, ahead, lines(5, "1"))
	s := open(t, cfg, (&clock{now}).Now)
	prune(t, s, october.Month+1)
	if days, err := s.Days(t.Context(), ""); len(days) > 0 || err != nil || total(t, s) != "" {
		t.Errorf("after pruning there are %+v, %v, %s", days, err, total(t, s))
	}
}
