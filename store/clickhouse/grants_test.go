package clickhouse_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
)

// The users that PolicySQL makes.
const (
	owner  = "goscan_admin"
	writer = "goscan"
	reader = "goscan_report"
)

func policyOf(cluster clickhouse.Cluster) func(database string) string {
	return func(database string) string {
		return clickhouse.PolicySQL(clickhouse.Config{Database: database, Cluster: cluster})
	}
}

func as(cfg clickhouse.Config, user string) clickhouse.Config {
	cfg.Username = user
	return cfg
}

// walk does everything with a store, each part as the user who may: two versions of a day, the reading of it, and the
// cleaning of what nobody reads any more.
func walk(t *testing.T, cfg clickhouse.Config) {
	t.Helper()
	now := october31.Start().AddDate(0, 0, 3)
	s := open(t, as(cfg, writer), func() time.Time { return now })
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ID(t.Context()); err != nil {
		t.Fatal(err)
	}
	replace(t, s, lines(3, "1.5"))
	now = now.Add(time.Minute)
	replace(t, s, lines(2, "2"))
	if _, err := s.Replace(t.Context(), october, october31, func(put providers.Emit) error {
		return fmt.Errorf("the cloud left after %v", put(lines(5, "1")))
	}); err == nil {
		t.Error("a load that failed was stored")
	}
	row := store.MonthRow{Account: "prod", Provider: "alicloud", Dataset: providers.DatasetBill, Month: october.Month, Amount: store.BilledCost, RecordedAt: now}
	if err := s.RecordMonth(t.Context(), []store.MonthRow{row}); err != nil {
		t.Error(err)
	}
	now = now.Add(48 * time.Hour)
	if cleaned, err := s.Clean(t.Context()); err != nil || cleaned.Superseded == 0 {
		t.Errorf("cleaned %+v, %v", cleaned, err)
	}

	r := open(t, as(cfg, reader), func() time.Time { return now })
	if err := r.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := total(t, r); got != "4 CNY" {
		t.Errorf("the reader's total is %q", got)
	}
	if marks, err := r.Days(t.Context(), "prod"); err != nil || len(marks) != 1 {
		t.Errorf("the reader's days: %v, %v", marks, err)
	}
	if _, err := r.Replace(t.Context(), october, october31, filling(lines(1, "1"))); err == nil || !strings.Contains(err.Error(), "INSERT") {
		t.Errorf("the reader stored a day: %v", err)
	}
}

// TestThePolicyIsEnoughAndNotMore is with users who may do exactly what PolicySQL says.
func TestThePolicyIsEnoughAndNotMore(t *testing.T) {
	t.Parallel()
	server := chtest.StartWithPolicy(t, policyOf(clickhouse.Cluster{}))
	cfg := config(server)
	if _, err := clickhouse.Migrate(t.Context(), as(cfg, writer), "test"); err == nil {
		t.Error("the writer made the schema")
	}
	for range 2 { // and once more, with nothing to do
		if _, err := clickhouse.Migrate(t.Context(), as(cfg, owner), "test"); err != nil {
			t.Fatal(err)
		}
	}
	walk(t, cfg)
	for user, lacking := range map[string]int{owner: 0, writer: 0, reader: 5} {
		p, err := clickhouse.Examine(t.Context(), as(cfg, user))
		if err != nil || !p.Asked || len(p.Lacking) != lacking {
			t.Errorf("%s lacks %v, %v", user, p.Lacking, err)
		}
		if len(p.Excess) > 0 {
			t.Errorf("%s may do more than it needs: %v", user, p.Excess)
		}
	}
	if p, err := clickhouse.Examine(t.Context(), cfg); err != nil || len(p.Excess) == 0 {
		t.Errorf("the user who may do everything: %v, %v", p.Excess, err)
	}
	refused(t, server, writer, "DROP DATABASE DB", "DROP TABLE DB.bill_lines", "TRUNCATE TABLE DB.bill_days", "ALTER TABLE DB.bill_days DELETE WHERE 1",
		"ALTER TABLE DB.bill_lines DROP COLUMN native", "CREATE TABLE DB.more (x Int8) ENGINE = Memory", "INSERT INTO DB.goscan_migrations (version) VALUES (9)",
		"INSERT INTO DB.bill_daily (lines) VALUES (1)", "CREATE USER u", "SELECT * FROM system.parts", "CREATE DATABASE other", "SELECT * FROM remote('127.0.0.2:9', system.one)")
	refused(t, server, reader, "DROP DATABASE DB", "INSERT INTO DB.bill_days (lines) VALUES (1)", "DELETE FROM DB.bill_lines WHERE 1", "CREATE TABLE DB.more (x Int8) ENGINE = Memory")
	refused(t, server, owner, "DROP DATABASE DB", "DROP TABLE DB.bill_lines", "CREATE USER u", "GRANT SELECT ON DB.* TO goscan_report", "CREATE DATABASE other")
}

// refused asserts that the server does not let a user run statements.
func refused(t *testing.T, server *chtest.Server, user string, statements ...string) {
	t.Helper()
	conn := server.ConnOf(t, user)
	for _, statement := range statements {
		statement = strings.ReplaceAll(statement, "DB", server.Database)
		if err := conn.Exec(context.Background(), statement); err == nil || !strings.Contains(err.Error(), "Not enough privileges") {
			t.Errorf("%s: %s: %v", user, statement, err)
		}
	}
}

func TestThePolicyIsEnoughOnACluster(t *testing.T) {
	t.Parallel()
	servers := flat(chtest.StartClusterWithPolicy(t, policyOf(clickhouse.Keeperless(duo)), duo, 1, 1))
	for _, s := range servers {
		if _, err := clickhouse.Migrate(t.Context(), as(clusterConfig(s), owner), "test"); err != nil {
			t.Fatal(err)
		}
	}
	walk(t, clusterConfig(servers[1]))
	p, err := clickhouse.Examine(t.Context(), as(clusterConfig(servers[0]), writer))
	if err != nil || !p.Asked || len(p.Lacking) != 0 {
		t.Errorf("the writer lacks %v, %v", p.Lacking, err)
	}
}

// The statements of a policy are what the server takes for SQL, also with a name that has to be quoted and on a cluster.
func TestThePolicyIsSQL(t *testing.T) {
	t.Parallel()
	server := chtest.Start(t)
	for _, cfg := range []clickhouse.Config{{Database: "bills"}, {Database: "cloud `costs`"}, {Database: "bills", Cluster: clickhouse.Cluster{Name: "my cluster"}}} {
		for _, statement := range chtest.Statements(clickhouse.PolicySQL(cfg)) {
			statement = strings.Replace(statement, "HASH_OF_", strings.Repeat("0", 64)+"' --", 1)
			if err := server.Conn(t).Exec(t.Context(), "EXPLAIN AST "+statement); err != nil {
				t.Errorf("%s: %v", statement, err)
			}
			if onCluster := strings.Contains(statement, " ON CLUSTER `my cluster`"); onCluster != (cfg.Cluster.Name != "") {
				t.Errorf("cluster %q: %s", cfg.Cluster.Name, statement)
			}
		}
	}
}

func TestWhatGoesBeyondTheNeed(t *testing.T) {
	cfg := clickhouse.Config{Database: "bills"}
	for grant, want := range map[string]string{
		"GRANT SELECT ON bills.* TO goscan":                                               "",
		"GRANT SELECT(a, b), INSERT, ALTER DELETE, CREATE TABLE ON bills.bill_lines TO x": "",
		"GRANT goscan_writer TO goscan":                                                   "",
		"REVOKE SELECT ON bills.* FROM goscan":                                            "",
		"GRANT SELECT ON system.tables TO goscan":                                         "",
		"GRANT REMOTE, CLUSTER, SHOW TABLES ON *.* TO goscan":                             "",
		"GRANT TABLE ENGINE ON MergeTree TO goscan":                                       "",
		"GRANT DROP TABLE ON bills._tmp_replace_* TO goscan":                              "",
		"GRANT SELECT ON other.* TO goscan":                                               "SELECT ON other.*",
		"GRANT SELECT ON bills_of_others.* TO goscan":                                     "SELECT ON bills_of_others.*",
		"GRANT SELECT(a, b), DROP TABLE, TRUNCATE ON bills.* TO goscan":                   "DROP TABLE, TRUNCATE ON bills.*",
		"GRANT ALL ON bills.* TO goscan WITH GRANT OPTION":                                "ALL ON bills.*; GRANT OPTION ON bills.*",
		"GRANT SELECT ON bills.* TO goscan WITH GRANT OPTION":                             "GRANT OPTION ON bills.*",
		"GRANT SHOW, SELECT, INSERT, ALTER, CREATE, DROP ON *.* TO default":               "SELECT, INSERT, ALTER and more ON *.*",
		"GRANT CREATE USER, ALTER USER ON * TO goscan":                                    "CREATE USER, ALTER USER ON *",
		"GRANT SET DEFINER ON * TO goscan":                                                "SET DEFINER ON *",
		"GRANT SELECT ON `my bills`.* TO goscan":                                          "SELECT ON `my bills`.*",
	} {
		if got := strings.Join(clickhouse.Beyond(cfg, grant), "; "); got != want {
			t.Errorf("%s: %q, want %q", grant, got, want)
		}
	}
	if got := clickhouse.Beyond(clickhouse.Config{Database: "my bills"}, "GRANT SELECT ON `my bills`.* TO goscan"); got != nil {
		t.Errorf("the store's own database: %q", got)
	}
}
