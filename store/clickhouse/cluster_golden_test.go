package clickhouse_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goscan/store/clickhouse"
)

var update = flag.Bool("update", false, "write the golden files")

// What a cluster is told: see cluster_keeper_test.go for what of it ran where.
func TestSQLOfACluster(t *testing.T) {
	const file = "testdata/cluster.sql"
	cfg := clickhouse.Config{Database: "bills", Cluster: clickhouse.Cluster{Name: "main", Path: "/clickhouse/tables"}}
	schema, err := clickhouse.SchemaSQL(cfg.Database, cfg.Cluster)
	if err != nil {
		t.Fatal(err)
	}
	got := schema + "\n" + strings.Join(clickhouse.OtherStatements(cfg, "STORE"), ";\n\n") + ";\n"
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("differs from %s (-want +got); run with -update if that is right:\n%s", file, diff)
	}
}

// Without a cluster nothing of one is said.
func TestSQLOfOneServer(t *testing.T) {
	schema, err := clickhouse.SchemaSQL("bills", clickhouse.Cluster{})
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"CLUSTER", "Replicated", "Distributed", "GLOBAL", "_local", "{"} {
		if strings.Contains(schema, word) {
			t.Errorf("the schema of one server has %s", word)
		}
	}
}
