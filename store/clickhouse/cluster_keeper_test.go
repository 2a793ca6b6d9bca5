package clickhouse_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
)

// The SQL of a cluster, as far as a ClickHouse of 2018 with a ZooKeeper understands it: ON CLUSTER, the replicated
// engines with their paths and macros, one commit log on the servers of all shards, the feed of the daily sums, GLOBAL
// IN. What is cut from the statements are types, indexes, codecs and comments that it does not know.
func TestSQLOfAClusterRunsWithZooKeeper(t *testing.T) {
	servers := chtest.StartOldCluster(t, duo, 2, 1)
	one, replica, other := servers[0][0], servers[0][1], servers[1][0]
	cluster := clickhouse.Cluster{Name: duo}
	schema, err := clickhouse.SchemaSQL("bills", cluster)
	if err != nil {
		t.Fatal(err)
	}
	ledger := clickhouse.OtherStatements(clickhouse.Config{Database: "bills", Cluster: cluster}, "STORE")[0]
	for range 2 { // every statement may run any number of times
		for statement := range strings.SplitSeq(strings.TrimSuffix(schema, ";\n")+";\n\n"+ledger, ";\n\n") {
			if statement = of2018(statement); statement != "" {
				run(t, one, statement)
			}
		}
	}
	all := []*chtest.Server{one, replica, other}
	for _, s := range all {
		if n := count(t, s, "SELECT count() FROM system.tables WHERE database = 'bills' AND name NOT LIKE '.inner%'"); n != 10 {
			t.Errorf("%s has %d of 10 tables and views", s.Addr(), n)
		}
	}
	run(t, other, "INSERT INTO DB.goscan_migrations (version, name, cluster) SELECT 1, 'x', 'duo'")
	for _, account := range []string{"a", "b", "c", "d"} {
		for load := range 2 {
			id := uint64(account[0])*10 + uint64(load)
			run(t, one, fmt.Sprintf("INSERT INTO DB.bill_lines (account, month, day, load_id, currency, billed_cost) "+
				"SELECT '%s', toDate('2026-10-01'), toDate('2026-10-31'), %d, 'CNY', toDecimal128(%d, 12) FROM system.numbers LIMIT 3", account, id, load+1))
			eventually(t, "the lines are where they belong", func() bool {
				return count(t, one, fmt.Sprintf("SELECT count() FROM DB.bill_lines WHERE load_id = %d", id)) == 3 &&
					count(t, one, fmt.Sprintf("SELECT toUInt64(sum(lines)) FROM DB.bill_daily WHERE load_id = %d", id)) == 3
			})
			if load == 0 || account != "d" { // the last one's second load is not committed
				run(t, other, fmt.Sprintf("INSERT INTO DB.bill_days (account, dataset, day, load_id, version) "+
					"SELECT '%s', 'bill', toDate('2026-10-31'), %d, toDateTime(%d)", account, id, 1_800_000_000+load))
			}
		}
	}
	if a, b := count(t, one, "SELECT count() FROM DB.bill_lines_local"), count(t, other, "SELECT count() FROM DB.bill_lines_local"); a == 0 || b == 0 || a+b != 24 {
		t.Errorf("the shards hold %d and %d lines: they are not sharded", a, b)
	}
	for _, s := range all {
		eventually(t, "the server has the ledger, the log and its shard's lines", func() bool {
			return count(t, s, "SELECT count() FROM DB.goscan_migrations") == 1 && count(t, s, "SELECT count() FROM DB.bill_days") == 7 &&
				count(t, s, "SELECT count() FROM DB.bill_lines_local") > 0
		})
		for view, want := range map[string]string{
			"SELECT toString(sum(billed_cost)) FROM DB.bills":       "21.000000000000",
			"SELECT toString(sum(billed_cost)) FROM DB.bills_daily": "21.000000000000",
		} {
			var got string
			if err := s.Conn(t).QueryRow(context.Background(), strings.ReplaceAll(view, "DB", s.Database)).Scan(&got); err != nil || got != want {
				t.Errorf("%s through %s: %q, %v, want %s", view, s.Addr(), got, err, want)
			}
		}
	}
	eventually(t, "both replicas have the same", func() bool {
		const sum = "SELECT toUInt64(sum(cityHash64(account, load_id))) FROM DB.bill_lines_local"
		return count(t, one, sum) == count(t, replica, sum)
	})
}

// of2018 returns a statement in words of 2018, or nothing for the view focus and for what changes a table's settings.
func of2018(statement string) string {
	if strings.Contains(statement, "`focus`") || strings.Contains(statement, " MODIFY SETTING ") {
		return ""
	}
	for _, r := range [][2]string{
		{`(?m)^--.*\n`, ""},
		{` COMMENT '[^']*'`, ""},
		{`Map\(LowCardinality\(String\), [^\n]*\)(,?)\n`, "Array(String)$1\n"},
		{`LowCardinality\(String\)`, "String"},
		{`DateTime64\(6, 'UTC'\)`, "DateTime"},
		{`now64\(6\)`, "now()"},
		{`\bBool\b`, "UInt8"},
		{`,\n    INDEX [^\n]*minmax`, ""},
		{`\nSETTINGS [^\n]*`, ""},
		{`CREATE OR REPLACE VIEW`, "CREATE VIEW IF NOT EXISTS"},
		{`argMax\(load_id, \(version, load_id\)\)`, "argMax(load_id, toUInt64(version))"},
	} {
		statement = regexp.MustCompile(r[0]).ReplaceAllString(statement, r[1])
	}
	return strings.TrimSpace(statement)
}
