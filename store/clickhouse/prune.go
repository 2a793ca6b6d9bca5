package clickhouse

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"goscan/providers"
	"goscan/store"
)

// Prune drops the days of an account before a month: see store.Pruner. For every day that is stored a commit is written
// that names no load, of all days of the account in one INSERT of one block: with it they are gone for every reader. Their
// lines and sums are deleted by Clean, when the time that it leaves superseded loads is over: a reader that read the log
// just before still needs them. Partitions are not dropped, also when they would be empty: another machine may just be
// storing a day of them again. Their older commits are deleted by the first Prune after that time: a user who stores
// need not be one who may delete commits.
//
// The commits of no load stay for good, a row for each pruned day. They keep a writer that was confirming a pruned load
// meanwhile from bringing it back.
func (s *Store) Prune(ctx context.Context, account string, before providers.Month) error {
	ctx = s.hosts.onOneHost(ctx)
	doing := fmt.Sprintf("pruning %s before %s", account, before)
	where := fmt.Sprintf("account = %s AND month < %s", literal(account), literal(before.First().String()))
	doomed, err := s.marks(ctx, where)
	if err != nil {
		return err
	}
	doomed = slices.DeleteFunc(doomed, pruned)
	if len(doomed) > 0 {
		if err := s.commit(ctx, doing, s.endOf(doomed)...); err != nil {
			return err
		}
	}
	// What was reconciled is one small table; nobody reads it together with others.
	err = s.exec(ctx, doing, fmt.Sprintf("DELETE FROM %s WHERE %s SETTINGS lightweight_deletes_sync = 1",
		qualified(s.cfg.Database, "bill_months"), where))
	if err != nil {
		return err
	}
	return s.forgetPruned(ctx)
}

// endOf returns the commits of no load that take the place of others. They share a version that is later than any of theirs.
func (s *Store) endOf(days []store.Mark) []store.Mark {
	now := s.run.Now().UTC().Truncate(time.Microsecond)
	version := now
	for _, m := range days {
		if !m.Version.Before(version) { // of a machine whose clock is ahead
			version = m.Version.Add(time.Microsecond)
		}
	}
	ends := make([]store.Mark, len(days))
	for i, m := range days {
		ends[i] = store.Mark{
			Account: m.Account, Provider: m.Provider, Dataset: m.Dataset, Month: m.Month, Day: m.Day,
			Version: version, CommittedAt: now, State: providers.Final, RunID: s.run.ID,
		}
	}
	return ends
}

// pruned tells whether a commit is that of no load.
func pruned(m store.Mark) bool { return m.LoadID == 0 }

// sincePruned returns the commits of days that were not pruned after them. Those of a day are next to each other.
func sincePruned(commits []store.Mark) []store.Mark {
	ends := map[store.Key]time.Time{}
	for _, m := range commits {
		if pruned(m) && m.Version.After(ends[m.Key()]) {
			ends[m.Key()] = m.Version
		}
	}
	if len(ends) == 0 {
		return commits
	}
	return slices.DeleteFunc(commits, func(m store.Mark) bool {
		end, ok := ends[m.Key()]
		return ok && !m.Version.After(end)
	})
}

// A pruning is days of an account that were pruned at once.
type pruning struct {
	account, dataset string
	version          int64 // of its commits, in microseconds
}

func (p pruning) compare(q pruning) int {
	return cmp.Or(strings.Compare(p.account, q.account), strings.Compare(p.dataset, q.dataset), cmp.Compare(p.version, q.version))
}

// forgetPruned deletes the commits of loads that were pruned so long ago that Clean deletes those. Lines and sums that are
// left of them for any reason are then of loads that nobody committed, and the next Clean deletes them.
func (s *Store) forgetPruned(ctx context.Context) error {
	const doing = "forgetting pruned days"
	days := map[pruning][]string{}
	statement := fmt.Sprintf("SELECT account, dataset, toString(day), toUnixTimestamp64Micro(maxIf(version, load_id = 0 AND committed_at < %s) AS end) "+
		"FROM %s GROUP BY account, dataset, day HAVING end > toDateTime64(0, 6) AND min(version) < end ORDER BY account, dataset, day",
		instant(s.run.Now().Add(-s.cfg.Limits.Superseded)), s.ofAll(qualified(s.cfg.Database, "bill_days")))
	err := s.query(ctx, doing, statement, func(rows driver.Rows) error {
		var p pruning
		var day string
		err := rows.Scan(&p.account, &p.dataset, &day, &p.version)
		days[p] = append(days[p], literal(day))
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range slices.SortedFunc(maps.Keys(days), pruning.compare) {
		for part := range slices.Chunk(days[p], loadsAtOnce) {
			// The table is one for all servers: no ON CLUSTER.
			err := s.exec(ctx, doing, fmt.Sprintf("DELETE FROM %s WHERE account = %s AND dataset = %s AND day IN (%s) AND version < %s",
				qualified(s.cfg.Database, "bill_days"), literal(p.account), literal(p.dataset), strings.Join(part, ", "), instant(time.UnixMicro(p.version))))
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// instant writes an instant as SQL.
func instant(t time.Time) string {
	return fmt.Sprintf("fromUnixTimestamp64Micro(%d, 'UTC')", t.UnixMicro())
}
