package clickhouse_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
	"goscan/store/storetest"
)

// The servers of these tests are real and know each other as a cluster: sharding, Distributed tables, GLOBAL IN and
// reading all replicas are the servers' own. They have no coordination service: each is migrated by itself, ON CLUSTER
// is left out, and what a Replicated table would bring to a server is brought by the test. See cluster_keeper_test.go
// for those two.

const duo = "duo"

// clusterConfig returns how to reach the store through one server of the cluster.
func clusterConfig(s *chtest.Server) clickhouse.Config {
	cfg := config(s)
	cfg.Cluster = clickhouse.Keeperless(duo)
	return cfg
}

func migrateAll(t testing.TB, servers []*chtest.Server) {
	t.Helper()
	for _, s := range servers {
		if _, err := clickhouse.Migrate(t.Context(), clusterConfig(s), "test"); err != nil {
			t.Fatal(err)
		}
	}
}

func flat(shards [][]*chtest.Server) (servers []*chtest.Server) {
	for _, s := range shards {
		servers = append(servers, s...)
	}
	return servers
}

func TestConformanceOfACluster(t *testing.T) {
	t.Parallel()
	servers := flat(chtest.StartCluster(t, duo, 1, 1))
	storetest.Run(t, func(t testing.TB) storetest.Database {
		db := &sharded{database: database{t: t, server: *servers[0]}}
		db.server.Database = servers[0].NewDatabase(t)
		for _, s := range servers {
			one := *s
			one.Database = db.server.Database
			db.all = append(db.all, &one)
		}
		migrateAll(t, db.all)
		return db
	})
}

// A sharded is a database on a cluster, used through its first server.
type sharded struct {
	database
	all []*chtest.Server
	run store.Run // of the store that was opened last
}

// Address is for processes that may be killed.
func (db *sharded) Address() string {
	return clusterAddressAt(chtest.Forward(db.t, db.all[0].Addr()), db.all[0])
}

func clusterAddress(s *chtest.Server) string { return clusterAddressAt(s.Addr(), s) }

func clusterAddressAt(hostPort string, s *chtest.Server) string {
	return "native://" + hostPort + "/" + s.Database + "#" + duo
}

func (db *sharded) Open(_ context.Context, run store.Run) (storetest.Store, error) {
	db.run = run
	return openImpatient(clusterAddress(db.all[0]), run)
}

// Clean cleans through every server: a statement ON CLUSTER would reach all of them from one.
func (db *sharded) Clean(ctx context.Context, _ storetest.Store) error {
	for _, server := range db.all {
		s, err := openImpatient(clusterAddress(server), db.run)
		if err != nil {
			return err
		}
		_, err = s.(*clickhouse.Store).Clean(ctx)
		if err = errors.Join(err, s.(*clickhouse.Store).Close()); err != nil {
			return err
		}
		eventually(db.t, "deletions are done", func() bool {
			return count(db.t, server, "SELECT count() FROM system.mutations WHERE database = 'DB' AND NOT is_done") == 0
		})
	}
	return nil
}

// copyLog makes every commit through one server reach another, as a Replicated table would.
func copyLog(t testing.TB, from, to *chtest.Server) {
	t.Helper()
	for _, statement := range []string{
		"CREATE TABLE DB.log_elsewhere AS remote('ADDRESS', DB.bill_days)",
		"CREATE MATERIALIZED VIEW DB.log_copier TO DB.log_elsewhere AS SELECT * FROM DB.bill_days",
	} {
		run(t, from, strings.ReplaceAll(statement, "ADDRESS", to.Addr()))
	}
}

func run(t testing.TB, server *chtest.Server, statement string) {
	t.Helper()
	if err := server.Conn(t).Exec(context.Background(), strings.ReplaceAll(statement, "DB", server.Database)); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func billOf(account string) providers.Bill {
	b := october
	b.Account = account
	return b
}

func TestACommitFlipsForReadersOfEveryShardAtOnce(t *testing.T) {
	t.Parallel()
	servers := flat(chtest.StartCluster(t, duo, 1, 1))
	migrateAll(t, servers)
	copyLog(t, servers[0], servers[1])
	s := open(t, clusterConfig(servers[0]), time.Now)
	var accounts []string
	for i := range 8 {
		accounts = append(accounts, fmt.Sprintf("account-%d", i))
	}
	put := func(account, amount string) {
		if _, err := s.Replace(t.Context(), billOf(account), october31, filling(lines(5, amount))); err != nil {
			t.Fatal(err)
		}
	}
	for _, account := range accounts {
		put(account, "1")
	}
	for i, server := range servers {
		if n := count(t, server, "SELECT uniqExact(account) FROM DB.bill_lines_local"); n == 0 || n == 8 {
			t.Errorf("server %d holds %d of 8 accounts: they are not sharded", i, n)
		}
		if n := count(t, server, "SELECT count() FROM DB.bill_days"); n != 8 {
			t.Errorf("server %d has %d of 8 commits", i, n)
		}
	}

	// Every read, through either server, sees lines and sums of whole days.
	ctx, stop := context.WithCancel(t.Context())
	read := make(chan error, len(servers))
	for _, server := range servers {
		go func() {
			conn, reads := server.Conn(t), 0
			for ; ctx.Err() == nil; reads++ {
				for _, what := range []string{"count() FROM DB.bills", "sum(lines) FROM DB.bills_daily"} {
					rows, err := conn.Query(context.Background(), strings.ReplaceAll(
						"SELECT uniqExact(account), sum(n) FROM (SELECT account, toUInt64("+strings.Replace(what, " FROM", ") AS n, toString(sum(billed_cost)) AS cost FROM", 1)+
							" GROUP BY account) WHERE n = 5 AND cost IN ('5', '10')", "DB", server.Database))
					if err != nil {
						read <- err
						return
					}
					var whole, all uint64
					for rows.Next() {
						err = rows.Scan(&whole, &all)
					}
					if err = errors.Join(err, rows.Close()); err == nil && (whole != 8 || all != 40) {
						err = fmt.Errorf("%s through %s: %d of 8 accounts are whole", what, server.Addr(), whole)
					}
					if err != nil {
						read <- err
						return
					}
				}
			}
			if reads < 3 {
				read <- fmt.Errorf("only %d reads", reads)
				return
			}
			read <- nil
		}()
	}
	for i := range 40 {
		put(accounts[i%8], []string{"2", "1"}[i/8%2])
	}
	stop()
	for range servers {
		if err := <-read; err != nil {
			t.Error(err)
		}
	}
	costs, err := open(t, clusterConfig(servers[1]), time.Now).Costs(t.Context(), store.Query{From: october31, To: october31, Amount: store.BilledCost})
	if err != nil || len(costs) != 1 || costs[0].Amount.String() != "80" || costs[0].Lines != 40 {
		t.Errorf("costs through the other server: %+v, %v, want 80 CNY", costs, err)
	}
}

// A shard that is away makes a report fail: totals of some accounts would look like totals of all.
func TestAReportWithoutAShardFails(t *testing.T) {
	t.Parallel()
	servers := flat(chtest.StartCluster(t, duo, 1, 1))
	migrateAll(t, servers)
	s := open(t, clusterConfig(servers[0]), time.Now)
	for i := range 8 {
		if _, err := s.Replace(t.Context(), billOf(fmt.Sprintf("account-%d", i)), october31, filling(lines(1, "1"))); err != nil {
			t.Fatal(err)
		}
	}
	servers[1].Stop(t)
	costs, err := s.Costs(t.Context(), store.Query{From: october31, To: october31, Amount: store.BilledCost})
	if err == nil {
		t.Errorf("costs of half the cluster: %+v", costs)
	}
}

func TestACommitWaitsForEveryReplica(t *testing.T) {
	t.Parallel()
	servers := chtest.StartCluster(t, duo, 2)[0]
	migrateAll(t, servers)
	for _, s := range servers { // an INSERT goes to either replica: so both are behind at times
		run(t, s, "CREATE VIEW DB.here AS SELECT count() AS n FROM DB.bill_lines_local")
	}
	s := open(t, clusterConfig(servers[0]), time.Now)
	done := make(chan error, 1)
	go func() {
		_, err := s.Replace(t.Context(), october, october31, filling(lines(5, "1")))
		done <- err
	}()
	lines := func(server *chtest.Server) uint64 { return count(t, server, "SELECT n FROM DB.here") }
	eventually(t, "a replica has the lines", func() bool { return lines(servers[0])+lines(servers[1]) > 0 })
	select {
	case err := <-done:
		t.Fatalf("it was committed while a replica had no lines: %v", err)
	case <-time.After(time.Second):
	}
	if n := count(t, servers[0], "SELECT count() FROM DB.bill_days"); n != 0 {
		t.Errorf("%d commits while a replica had no lines", n)
	}
	has, lacks := servers[0], servers[1]
	if lines(has) == 0 {
		has, lacks = lacks, has
	}
	run(t, lacks, fmt.Sprintf("INSERT INTO DB.bill_lines_local SELECT * FROM remote('%s', DB.bill_lines_local) SETTINGS async_insert = 0", has.Addr()))
	if err := <-done; err != nil {
		t.Fatal(err)
	}

	// A replica that does not answer is not waited for.
	servers[1].Stop(t)
	if _, err := s.Replace(t.Context(), october, october31-1, filling(nil)); err != nil {
		t.Errorf("with a replica away: %v", err)
	}
}

func TestAReplicaThatStaysBehindIsNamed(t *testing.T) {
	t.Parallel()
	servers := chtest.StartCluster(t, duo, 2)[0]
	migrateAll(t, servers)
	cfg := clusterConfig(servers[0])
	cfg.Limits.Statement = 2 * time.Second
	_, err := open(t, cfg, time.Now).Replace(t.Context(), october, october31, filling(lines(5, "1")))
	if err == nil || !strings.Contains(err.Error(), "of shard 01 has 0 of 5 lines") || strings.Contains(err.Error(), "\n") {
		t.Errorf("a replica that never gets its lines: %v", err)
	}
	if n := count(t, servers[0], "SELECT count() FROM DB.bill_days"); n != 0 {
		t.Errorf("%d commits", n)
	}
}

func TestAServerThatJoinsIsMigrated(t *testing.T) {
	t.Parallel()
	servers := flat(chtest.StartCluster(t, duo, 1, 1))
	first, joined := clusterConfig(servers[0]), clusterConfig(servers[1])
	if _, err := clickhouse.Migrate(t.Context(), first, "test"); err != nil {
		t.Fatal(err)
	}
	err := open(t, first, time.Now).Check(t.Context())
	if !errors.Is(err, store.ErrSchema) || !strings.Contains(err.Error(), "replica 01 of shard 02 has 0 of") || !strings.Contains(err.Error(), "goscan schema migrate") {
		t.Errorf("with a server that has no tables: %v", err)
	}
	if _, err := clickhouse.Migrate(t.Context(), joined, "test"); err != nil {
		t.Fatal(err)
	}
	if err := open(t, first, time.Now).Check(t.Context()); err != nil {
		t.Errorf("with tables everywhere: %v", err)
	}
	if a, b := storeID(t, first), storeID(t, joined); a != b {
		t.Errorf("the servers of a cluster have the ids %s and %s", a, b)
	}
	run(t, servers[1], "DROP VIEW DB.bills")
	if applied, err := clickhouse.Migrate(t.Context(), joined, "test"); err != nil || len(applied) != 3 {
		t.Errorf("what a server lacks was not made again: %+v, %v", applied, err)
	}
	if applied, err := clickhouse.Migrate(t.Context(), joined, "test"); err != nil || len(applied) != 0 {
		t.Errorf("nothing lacks: %+v, %v", applied, err)
	}
}

func storeID(t testing.TB, cfg clickhouse.Config) string {
	t.Helper()
	id, err := open(t, cfg, time.Now).ID(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestADatabaseStaysWhatItIs(t *testing.T) {
	t.Parallel()
	servers := chtest.StartCluster(t, duo, 1)[0]
	alone, clustered := config(servers[0]), clusterConfig(servers[0])
	if _, err := clickhouse.Migrate(t.Context(), alone, "test"); err != nil {
		t.Fatal(err)
	}
	other := clustered
	other.Database = servers[0].NewDatabase(t)
	if _, err := clickhouse.Migrate(t.Context(), other, "test"); err != nil {
		t.Fatal(err)
	}
	back := other
	back.Cluster = clickhouse.Cluster{}
	for want, cfg := range map[string]clickhouse.Config{
		`was applied on one server, not on the cluster "duo": set clickhouse.cluster`: clustered,
		`was applied on the cluster "duo", not on one server: set clickhouse.cluster`: back,
	} {
		_, err := clickhouse.Migrate(t.Context(), cfg, "test")
		if !errors.Is(err, store.ErrSchema) || !strings.Contains(err.Error(), want) {
			t.Errorf("migrate: %v, want %q", err, want)
		}
		if err := open(t, cfg, time.Now).Check(t.Context()); !errors.Is(err, store.ErrSchema) {
			t.Errorf("check: %v", err)
		}
	}
	nowhere := clustered
	nowhere.Cluster, nowhere.Database = clickhouse.Keeperless("nowhere"), servers[0].NewDatabase(t)
	if _, err := clickhouse.Migrate(t.Context(), nowhere, "test"); err == nil || !strings.Contains(err.Error(), `no cluster "nowhere"`) {
		t.Errorf("a cluster that the servers do not know: %v", err)
	}
}
