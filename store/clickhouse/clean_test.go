package clickhouse_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
)

// A clock stands still until it is moved.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time          { return c.now }
func (c *clock) advance(d time.Duration) { c.now = c.now.Add(d) }

func TestCleanWaitsBeforeItDeletesASupersededLoad(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	c := &clock{october31.Start().Add(40 * time.Hour)}
	s := open(t, cfg, c.Now)
	replace(t, s, lines(5, "1"))
	c.advance(48 * time.Hour) // a load's own age does not count
	replace(t, s, lines(3, "2"))

	c.advance(59 * time.Minute)
	wantCleaned(t, server, s, clickhouse.Cleaned{}, 8)
	c.advance(2 * time.Minute)
	wantCleaned(t, server, s, clickhouse.Cleaned{Superseded: 1, Lines: 5}, 3)
	wantCleaned(t, server, s, clickhouse.Cleaned{}, 3)

	if n := count(t, server, "SELECT sum(lines) FROM DB.bill_daily"); n != 8 {
		t.Errorf("the sums know %d lines, want 8: they are the history", n)
	}
	if got := total(t, s); got != "6 CNY" {
		t.Errorf("total %s, want 6 CNY", got)
	}
}

func TestCleanCountsFromWhenALoadWasLastSuperseded(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	c := &clock{october31.Start().Add(40 * time.Hour)}
	s := open(t, cfg, c.Now)
	_, err := s.Replace(t.Context(), october, october31, func(put providers.Emit) error { // an earlier fetch that ends last
		c.advance(time.Minute)
		replace(t, s, lines(3, "2"))
		c.advance(5 * time.Hour)
		return put(lines(5, "1"))
	})
	if err != nil {
		t.Fatal(err)
	}
	c.advance(time.Minute)
	wantCleaned(t, server, s, clickhouse.Cleaned{}, 8)
	c.advance(time.Hour)
	wantCleaned(t, server, s, clickhouse.Cleaned{Superseded: 1, Lines: 5}, 3)
}

func TestCleanDeletesALoadThatWasNeverCommitted(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	c := &clock{october31.Start().Add(40 * time.Hour)}
	s := open(t, cfg, c.Now)
	replace(t, s, lines(3, "2"))
	copied := fmt.Sprintf("INSERT INTO DB.bill_lines SELECT * REPLACE (%d AS load_id) FROM DB.bill_lines SETTINGS async_insert = 0", store.NewLoadID(c.now))
	if err := server.Conn(t).Exec(t.Context(), strings.ReplaceAll(copied, "DB", server.Database)); err != nil {
		t.Fatal(err)
	}
	if got := total(t, s); got != "6 CNY" {
		t.Errorf("total %s with a load that is not committed, want 6 CNY", got)
	}
	c.advance(23 * time.Hour)
	wantCleaned(t, server, s, clickhouse.Cleaned{}, 6)
	c.advance(2 * time.Hour)
	wantCleaned(t, server, s, clickhouse.Cleaned{Abandoned: 1, Lines: 3}, 3)
	if n := count(t, server, "SELECT sum(lines) FROM DB.bill_daily"); n != 3 {
		t.Errorf("the sums know %d lines, want 3", n)
	}
}

func TestAFailedLoadIsDeletedAtOnce(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	cfg.Limits.BlockLines = 2
	s := open(t, cfg, time.Now)
	failed := errors.New("the cloud failed")
	if _, err := s.Replace(t.Context(), october, october31, func(put providers.Emit) error {
		return errors.Join(put(lines(5, "1")), failed)
	}); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	eventually(t, "the lines and sums of the failed load are gone", func() bool {
		return count(t, server, "SELECT count() FROM DB.bill_lines")+count(t, server, "SELECT count() FROM DB.bill_daily") == 0
	})
}

// wantCleaned cleans, and checks what that says and how many lines are left of all loads.
func wantCleaned(t *testing.T, server *chtest.Server, s *clickhouse.Store, want clickhouse.Cleaned, left uint64) {
	t.Helper()
	got, err := s.Clean(t.Context())
	if err != nil || got != want {
		t.Errorf("cleaned %+v, %v, want %+v", got, err, want)
	}
	newAside(t, server).awaitDeletions()
	if n := count(t, server, "SELECT count() FROM DB.bill_lines"); n != left {
		t.Errorf("%d lines are left, want %d", n, left)
	}
}
