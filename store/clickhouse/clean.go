package clickhouse

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"goscan/providers"
	"goscan/store"
)

// Cleaned tells what Clean had deleted.
type Cleaned struct {
	Superseded int // loads that another took the place of, or that were pruned
	Abandoned  int // loads that were never committed
	Lines      int
}

// A leftover is what a table holds of a load that may have to go.
type leftover struct {
	month providers.Day // its partition
	load  store.LoadID
	lines int
}

// Clean deletes the lines of loads that were superseded, and lines and sums of loads that were pruned or never committed, all
// only after the time that Limits leaves them. It does not wait for the server to do so, nor to free their space: until
// then another Clean may count them again. On a cluster every server is asked for its log: to one that is behind or cut
// off, committed loads would look abandoned. So Clean fails while one does not answer.
func (s *Store) Clean(ctx context.Context) (Cleaned, error) {
	ctx = s.hosts.onOneHost(ctx)
	var cleaned Cleaned
	deleted := map[providers.Day]int{} // lines, by month
	for _, kind := range [...]struct {
		table, count string
		kept         string // selects loads that are certainly to be kept
		fates        []fate
	}{
		{"bill_lines", "count()", currentLoads(s.wholeLog(), ""), []fate{superseded, dropped, abandoned}},
		{"bill_daily", "sum(lines)", s.neverPruned(), []fate{dropped, abandoned}},
	} {
		left, err := s.leftovers(ctx, kind.table, kind.count, kind.kept)
		if err != nil {
			return cleaned, err
		}
		// The log is read after the table: a load that was committed in between is found in it.
		log, err := s.commitsOf(ctx, left)
		if err != nil {
			return cleaned, err
		}
		doomed := map[providers.Day][]store.LoadID{}
		for _, l := range left {
			fate := s.fate(log[l.load], l.load)
			if !slices.Contains(kind.fates, fate) {
				continue
			}
			doomed[l.month] = append(doomed[l.month], l.load)
			if kind.table == "bill_lines" {
				cleaned.count(fate, l.lines)
				deleted[l.month] += l.lines
			}
		}
		for _, month := range slices.Sorted(maps.Keys(doomed)) {
			if err := s.deleteLoads(ctx, kind.table, month, doomed[month]); err != nil {
				return cleaned, err
			}
		}
	}
	return cleaned, s.shrink(ctx, deleted)
}

func (c *Cleaned) count(f fate, lines int) {
	if f == abandoned {
		c.Abandoned++
	} else {
		c.Superseded++
	}
	c.Lines += lines
}

// wholeLog is the commit log as all servers have it.
func (s *Store) wholeLog() string { return s.ofAll(qualified(s.cfg.Database, "bill_days")) }

// neverPruned selects the loads of the log, current or not, of all days but those that were ever pruned: a table of sums
// that is years old has many that were superseded, and each is kept.
func (s *Store) neverPruned() string {
	return fmt.Sprintf("SELECT load_id FROM %s WHERE (account, dataset, day) %sNOT IN (SELECT account, dataset, day FROM %[1]s WHERE load_id = 0)",
		s.wholeLog(), s.cfg.Cluster.global())
}

// leftovers returns what a table holds of other loads than those that are certainly to be kept.
func (s *Store) leftovers(ctx context.Context, table, count, kept string) (left []leftover, err error) {
	statement := fmt.Sprintf("SELECT toUInt16(month), load_id, %s FROM %s WHERE identity(load_id) %sNOT IN (%s) GROUP BY month, load_id",
		count, qualified(s.cfg.Database, table), s.cfg.Cluster.global(), kept)
	err = s.query(ctx, "looking for lines to clean", statement, func(rows driver.Rows) error {
		var month uint16
		var load, lines uint64
		if err := rows.Scan(&month, &load, &lines); err != nil {
			return err
		}
		left = append(left, leftover{providers.Day(month), store.LoadID(load), int(lines)})
		return nil
	})
	return left, err
}

// A commit is a row of the commit log, as far as cleaning needs it.
type commit struct {
	key       string
	load      store.LoadID
	version   time.Time
	committed time.Time
}

func (c commit) newer(than commit) bool {
	if !c.version.Equal(than.version) {
		return c.version.After(than.version)
	}
	return c.load > than.load
}

// commitsOf returns, for each of the loads that was ever committed, all commits of its day.
func (s *Store) commitsOf(ctx context.Context, left []leftover) (map[store.LoadID][]commit, error) {
	ofDay, daysOf := map[string][]commit{}, map[store.LoadID]string{}
	whole := s.wholeLog()
	for part := range slices.Chunk(left, loadsAtOnce) {
		loads := make([]store.LoadID, len(part))
		for i, l := range part {
			loads[i] = l.load
		}
		statement := fmt.Sprintf("SELECT concat(account, '\\n', dataset, '\\n', toString(day)), load_id, toUnixTimestamp64Micro(version), "+
			"toUnixTimestamp64Micro(committed_at) FROM %s WHERE (account, dataset, day) %sIN (SELECT account, dataset, day FROM %s WHERE load_id IN (%s))",
			whole, s.cfg.Cluster.global(), whole, list(loads))
		err := s.query(ctx, "reading the commit log", statement, func(rows driver.Rows) error {
			var c commit
			var load uint64
			var version, committed int64
			if err := rows.Scan(&c.key, &load, &version, &committed); err != nil {
				return err
			}
			c.load, c.version, c.committed = store.LoadID(load), time.UnixMicro(version), time.UnixMicro(committed)
			ofDay[c.key] = append(ofDay[c.key], c)
			daysOf[c.load] = c.key
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	log := map[store.LoadID][]commit{}
	for load, key := range daysOf {
		log[load] = ofDay[key]
	}
	return log, nil
}

// loadsAtOnce bounds the length of a statement.
const loadsAtOnce = 5000

// deleteLoads deletes loads from a partition of a table without waiting until that is done.
func (s *Store) deleteLoads(ctx context.Context, table string, month providers.Day, loads []store.LoadID) error {
	for part := range slices.Chunk(loads, loadsAtOnce) {
		err := s.exec(ctx, "deleting superseded or abandoned loads", s.cfg.deleteLoads(table, month.String(), list(part)))
		if err != nil {
			return err
		}
	}
	return nil
}

func list(loads []store.LoadID) string {
	texts := make([]string, len(loads))
	for i, l := range loads {
		texts[i] = strconv.FormatUint(uint64(l), 10)
	}
	return strings.Join(texts, ", ")
}

// A fate is what cleaning does with a load that a table holds.
type fate uint8

const (
	kept fate = iota
	superseded
	dropped // superseded by a pruning: its sums go too
	abandoned
)

// fate decides about a load, given all commits of its day: none when it was never committed.
func (s *Store) fate(day []commit, load store.LoadID) fate {
	now := s.run.Now()
	if len(day) == 0 {
		if now.Sub(load.Began()) > s.cfg.Limits.Abandoned {
			return abandoned
		}
		return kept
	}
	var last commit // the load's newest
	for _, c := range day {
		if c.load == load && c.newer(last) {
			last = c
		}
	}
	fate := kept
	for _, c := range day {
		if c.load == load || !c.newer(last) {
			continue
		}
		since := c.committed
		if last.committed.After(since) {
			since = last.committed // it was committed after the one that its fetch began before
		}
		if now.Sub(since) > s.cfg.Limits.Superseded {
			fate = max(fate, superseded)
			if c.load == 0 {
				fate = dropped
			}
		}
	}
	return fate
}
