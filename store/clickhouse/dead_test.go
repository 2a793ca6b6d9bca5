package clickhouse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"goscan/providers"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
)

// Ninety days with a lookback of 3, the worst that can be: the cloud restates every day each time it is asked.
func TestTheDeadShareStaysSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("ninety days take a while")
	}
	t.Parallel()
	server, cfg := migrated(t)
	const days, lookback, linesOfDay = 90, 3, 100
	first := providers.NewMonth(2026, time.August).First()
	db := newAside(t, server)
	c := &clock{}
	s := open(t, cfg, c.Now)
	worst := 0.0
	for run := range days {
		yesterday := first + providers.Day(run)
		c.now = (yesterday + 1).Start().Add(3 * time.Hour)
		db.restate(max(first, yesterday-lookback+1), yesterday, linesOfDay, c.now)
		if _, err := s.Clean(t.Context()); err != nil {
			t.Fatal(err)
		}
		db.awaitDeletions()
		if share := db.deadShare(linesOfDay * (run + 1)); run >= 30 {
			worst = max(worst, share)
		}
	}
	last := db.deadShare(linesOfDay * days)
	t.Logf("dead after %d days: %.1f %%; the most after the first 30: %.1f %%", days, 100*last, 100*worst)
	if last >= 0.20 || worst >= 0.20 {
		t.Errorf("dead after %d days: %.1f %%, at most %.1f %%; want less than 20 %%", days, 100*last, 100*worst)
	}
	if n := db.count("SELECT count() FROM DB.bills"); n != linesOfDay*days {
		t.Errorf("%d lines are current, want %d", n, linesOfDay*days)
	}
}

// restate stores and commits new loads of some days, as a run that began at an instant would.
func (a aside) restate(from, to providers.Day, linesOfDay int, began time.Time) {
	a.t.Helper()
	load := store.NewLoadID(began)
	for _, statement := range []string{
		fmt.Sprintf("INSERT INTO DB.bill_lines (account, dataset, month, day, line, load_id, resource_id, currency) SELECT 'prod', 'bill', "+
			"toStartOfMonth(toDate(%d + number %% %d)) AS month, toDate(%[1]d + number %% %[2]d), number, %[3]d + number %% %[2]d, hex(sipHash64(number)), 'CNY' "+
			"FROM numbers(%[4]d) SETTINGS async_insert = 0", uint16(from), int(to-from)+1, load, linesOfDay*(int(to-from)+1)),
		fmt.Sprintf("INSERT INTO DB.bill_days (account, dataset, month, day, load_id, version, committed_at, state) SELECT 'prod', 'bill', "+
			"toStartOfMonth(toDate(%d + number)), toDate(%[1]d + number), %d + number, fromUnixTimestamp64Micro(%d) AS version, version, 'complete' "+
			"FROM numbers(%d) SETTINGS async_insert = 0", uint16(from), load, began.UnixMicro(), int(to-from)+1),
	} {
		if err := a.conn.Exec(a.t.Context(), strings.ReplaceAll(statement, "DB", a.database)); err != nil {
			a.t.Fatal(err)
		}
	}
}

// withoutMerges keeps the server from merging the lines.
func withoutMerges(t testing.TB, server *chtest.Server) {
	t.Helper()
	if err := server.Conn(t).Exec(t.Context(), "ALTER TABLE "+server.Database+".bill_lines MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1"); err != nil {
		t.Fatal(err)
	}
}

// An aside is one connection of a test's own, for what it does often.
type aside struct {
	t        testing.TB
	conn     driver.Conn
	database string
}

func newAside(t testing.TB, server *chtest.Server) aside {
	return aside{t, server.Conn(t), server.Database}
}

func (a aside) count(statement string) (n uint64) {
	a.t.Helper()
	if err := a.conn.QueryRow(a.t.Context(), strings.ReplaceAll(statement, "DB", a.database)).Scan(&n); err != nil {
		a.t.Fatalf("%s: %v", statement, err)
	}
	return n
}

func (a aside) storedLines() uint64 {
	return a.count("SELECT sum(rows) FROM system.parts WHERE active AND database = 'DB' AND table = 'bill_lines'")
}

// deadShare returns the part of the stored lines, deleted ones that are still there among them, that is not current.
func (a aside) deadShare(current int) float64 { return 1 - float64(current)/float64(a.storedLines()) }

func (a aside) awaitDeletions() {
	a.t.Helper()
	eventually(a.t, "deletions are done", func() bool {
		return a.count("SELECT count() FROM system.mutations WHERE database = 'DB' AND NOT is_done") == 0
	})
}

// What is deleted is marked at first; the month is written anew when that is a tenth of it, and not before.
func TestDeletedLinesAreLeftOutWhenTheyAreMany(t *testing.T) {
	t.Parallel()
	for superseded, wantAnew := range map[int]uint64{9: 0, 30: 1} {
		server, cfg := migrated(t)
		withoutMerges(t, server)
		c := &clock{october31.Start().Add(40 * time.Hour)}
		s := open(t, cfg, c.Now)
		other := october
		other.Account = "other"
		if _, err := s.Replace(t.Context(), other, october31, filling(lines(99, "1"))); err != nil {
			t.Fatal(err)
		}
		replace(t, s, lines(superseded, "1"))
		c.advance(time.Minute)
		replace(t, s, lines(1, "2"))
		c.advance(2 * time.Hour)
		if got, err := s.Clean(t.Context()); err != nil || got != (clickhouse.Cleaned{Superseded: 1, Lines: superseded}) {
			t.Errorf("cleaned %+v, %v", got, err)
		}
		db := newAside(t, server)
		db.awaitDeletions()
		if n := db.count("SELECT count() FROM system.mutations WHERE database = 'DB' AND command LIKE '%APPLY DELETED MASK%'"); n != wantAnew {
			t.Errorf("the month was written anew %d times after %d of 100 lines were deleted, want %d", n, superseded, wantAnew)
		}
		if n := db.storedLines(); wantAnew > 0 && n != 100 {
			t.Errorf("%d lines are stored after %d of 100 were deleted and the month was written anew", n, superseded)
		}
		if n := db.count("SELECT count() FROM DB.bill_lines"); n != 100 {
			t.Errorf("%d lines are left, want 100", n)
		}
	}
}
