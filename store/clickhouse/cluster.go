package clickhouse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"goscan/store"
)

// A Cluster is the ClickHouse cluster that the store is spread over. Its servers need the macros {shard} and {replica},
// and a coordination service (Keeper or ZooKeeper).
//
// Lines and daily sums are sharded by account: bill_lines and bill_daily are Distributed tables over bill_lines_local
// and bill_daily_local, which the replicas of a shard share. The commit log, what was reconciled and the ledger of
// migrations are small and one replicated table each over all servers of all shards: whichever server a reader asks, it
// reads the whole log there, once, and sends the current loads along to every shard (GLOBAL IN). So one row in the log
// is the commit for all shards. Before it is written every server of the load's shard that answers has the load's lines
// and sums: no replica knows of a commit whose lines it has not.
type Cluster struct {
	Name string // under remote_servers in the servers' configuration; empty: one server, or a service that looks like one
	Path string // of the tables in the coordination service; empty: DefaultPath

	keeperless bool // no coordination service: each server is migrated by itself and nothing is replicated
}

// DefaultPath is where tables are in the coordination service unless the configuration says another place.
const DefaultPath = "/clickhouse/goscan"

// ErrHosts says that the hosts of the configuration are not servers of one store.
var ErrHosts = errors.New("the hosts do not serve one store")

// global makes IN send the answer of its subquery along to every shard.
func (c Cluster) global() string {
	if c.Name == "" {
		return ""
	}
	return "GLOBAL "
}

// onCluster is what follows the name of an object in a statement that all servers are to run.
func (c Cluster) onCluster() string {
	if c.Name == "" || c.keeperless {
		return ""
	}
	return " ON CLUSTER " + identifier(c.Name)
}

// local returns the name of the table that holds a server's own part of a sharded table.
func (c Cluster) local(table string) string {
	if c.Name == "" {
		return table
	}
	return table + "_local"
}

// everywhere reads a table of every server. Servers that do not answer are left out by answering.
func (c Cluster) everywhere(table string) string {
	return fmt.Sprintf("clusterAllReplicas(%s, %s)", identifier(c.Name), table)
}

// answering ends a statement over everywhere.
const answering = " SETTINGS skip_unavailable_shards = 1"

// ofAll reads a table of the server, or of all servers of the cluster.
func (s *server) ofAll(table string) string {
	if s.cfg.Cluster.Name == "" {
		return table
	}
	return s.cfg.Cluster.everywhere(table)
}

// A member is a server of the cluster, by its macros.
type member struct{ shard, replica string }

const memberColumns = "getMacro('shard') AS shard, getMacro('replica') AS replica"

func (m member) String() string { return fmt.Sprintf("replica %s of shard %s", m.replica, m.shard) }

// members returns the servers of the cluster that answer.
func (s *server) members(ctx context.Context, doing string) (members []member, err error) {
	err = s.query(ctx, doing, "SELECT DISTINCT "+memberColumns+" FROM "+s.cfg.Cluster.everywhere("system.one")+" ORDER BY shard, replica"+answering,
		func(rows driver.Rows) error {
			var m member
			err := rows.Scan(&m.shard, &m.replica)
			members = append(members, m)
			return err
		})
	return members, err
}

// counts returns what an expression counts on each server that has rows for a condition.
func (s *server) counts(ctx context.Context, doing, count, table, condition string) (map[member]uint64, error) {
	counts := map[member]uint64{}
	statement := fmt.Sprintf("SELECT %s, toUInt64(%s) FROM %s WHERE %s GROUP BY shard, replica%s",
		memberColumns, count, s.cfg.Cluster.everywhere(table), condition, answering)
	err := s.query(ctx, doing, statement, func(rows driver.Rows) error {
		var m member
		var n uint64
		err := rows.Scan(&m.shard, &m.replica, &n)
		counts[m] = n
		return err
	})
	return counts, err
}

const replicaPause = 50 * time.Millisecond // between two looks at the replicas

// awaitReplicas returns when every server that answers, of the shards that hold any line of a load, has all of them. On
// one server there is nothing to wait for. Lines that no server has are for the caller to find out about. A server that
// is behind for as long as a statement may take is named in the error.
func (s *server) awaitReplicas(ctx context.Context, doing, count, table, condition string, want int) error {
	if s.cfg.Cluster.Name == "" {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, s.cfg.Limits.Statement)
	defer cancel()
	for {
		members, err := s.members(ctx, doing)
		if err != nil {
			return err
		}
		counts, err := s.counts(ctx, doing, count, qualified(s.cfg.Database, s.cfg.Cluster.local(table)), condition)
		if err != nil {
			return err
		}
		behind := behind(members, counts, uint64(want))
		if len(behind) == 0 {
			return nil
		}
		select {
		case <-time.After(replicaPause):
		case <-limited.Done():
			return cmp.Or(ctx.Err(), fmt.Errorf("clickhouse: %s: %w: %s has %d of %d lines after %s",
				doing, errDiffers, behind[0], counts[behind[0]], want, s.cfg.Limits.Statement))
		}
	}
}

// behind returns the members of the shards with any line that have not as many as are wanted.
func behind(members []member, counts map[member]uint64, want uint64) []member {
	holding := map[string]bool{}
	for m, n := range counts {
		holding[m.shard] = holding[m.shard] || n > 0
	}
	return slices.DeleteFunc(slices.Clone(members), func(m member) bool {
		return !holding[m.shard] || counts[m] == want
	})
}

// commitLog is the commit log for who writes it: a row that some server has not got yet is read from another.
func (s *server) commitLog() (table, suffix string) {
	table = qualified(s.cfg.Database, "bill_days")
	if s.cfg.Cluster.Name == "" {
		return table, ""
	}
	return s.cfg.Cluster.everywhere(table), answering
}

// fitsCluster refuses a cluster that would store lines twice. A server that does not tell is trusted.
func (s *server) fitsCluster(ctx context.Context) error {
	if s.cfg.Cluster.Name == "" {
		return nil
	}
	const doing = "looking at the cluster"
	var shards, doubling uint64
	err := s.queryRow(ctx, doing, "SELECT uniqExact(shard_num), uniqExactIf(shard_num, internal_replication = 0 AND replica_num > 1) FROM system.clusters WHERE cluster = "+
		literal(s.cfg.Cluster.Name), &shards, &doubling)
	switch {
	case errors.Is(err, store.ErrSchema): // of before that column
		return nil
	case err != nil:
		return err
	case shards == 0:
		return fmt.Errorf("clickhouse: %s: the servers' remote_servers name no cluster %q", doing, s.cfg.Cluster.Name)
	case doubling > 0:
		return fmt.Errorf("clickhouse: %s: cluster %q has shards of several replicas without <internal_replication>true</internal_replication>: lines would be stored once per replica",
			doing, s.cfg.Cluster.Name)
	}
	return nil
}

// fitsEverywhere returns an error that wraps store.ErrSchema when a server of the cluster that answers lacks a table or
// a view: one that joined after the schema was migrated.
func (s *server) fitsEverywhere(ctx context.Context) error {
	if s.cfg.Cluster.Name == "" {
		return nil
	}
	const doing = "looking for the tables of every server"
	objects, err := s.cfg.layout().objects()
	if err != nil {
		return err
	}
	members, err := s.members(ctx, doing)
	if err != nil {
		return err
	}
	there, err := s.counts(ctx, doing, "count()", "system.tables",
		fmt.Sprintf("database = %s AND name IN (%s)", literal(s.cfg.Database), literals(objects)))
	if err != nil {
		return err
	}
	for _, m := range members {
		if there[m] < uint64(len(objects)) {
			return fmt.Errorf("%w: %s has %d of %d tables and views: run `goscan schema migrate`", store.ErrSchema, m, there[m], len(objects))
		}
	}
	return nil
}

func literals(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = literal(text)
	}
	return strings.Join(quoted, ", ")
}
