package clickhouse_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
)

func TestExamine(t *testing.T) {
	server := chtest.Start(t)
	cfg := config(server)

	p, err := clickhouse.Examine(t.Context(), cfg)
	if !errors.Is(err, store.ErrSchema) || !p.Pending() || p.Version == "" {
		t.Fatalf("before the first migration: %+v, %v", p, err)
	}
	if n := count(t, server, "SELECT count() FROM system.databases WHERE name = 'DB'"); n != 0 {
		t.Error("a look created the database")
	}

	if _, err := clickhouse.Migrate(t.Context(), cfg, "test"); err != nil {
		t.Fatal(err)
	}
	p, err = clickhouse.Examine(t.Context(), cfg)
	if err != nil || p.Pending() || !p.Asked || len(p.Lacking) != 0 || p.Outdated {
		t.Errorf("a server that fits: %+v, %v", p, err)
	}
	if p.Latency <= 0 || p.Latency > 10*time.Second || p.Ahead.Abs() > 10*time.Second {
		t.Errorf("latency %s, clock %s ahead: it is this machine's", p.Latency, p.Ahead)
	}
	if len(p.Migrations) == 0 || p.Migrations[0].AppliedAt.IsZero() {
		t.Errorf("migrations %+v", p.Migrations)
	}

	newer := "INSERT INTO " + server.Database + ".goscan_migrations (version, name, checksum) VALUES (99, 'later', '')"
	if err := server.Conn(t).Exec(t.Context(), newer); err != nil {
		t.Fatal(err)
	}
	if p, err = clickhouse.Examine(t.Context(), cfg); !errors.Is(err, store.ErrSchema) || p.Pending() {
		t.Errorf("a schema that no migration makes fit: %+v, %v", p, err)
	}
}

// The server's own user cannot make another one with fewer rights, but it does not have all rights itself.
func TestRightsThatAreLackingAreNamed(t *testing.T) {
	_, cfg := migrated(t)
	has, lacks := clickhouse.Right{Privilege: "INSERT", Object: "bill_lines"}, clickhouse.Right{Privilege: "ALTER ROW POLICY", Object: "bill_lines"}
	lacking, asked, err := clickhouse.Lacking(t.Context(), cfg, has, lacks)
	if err != nil || !asked || len(lacking) != 1 || !strings.HasPrefix(lacking[0].String(), "ALTER ROW POLICY ON ") || !strings.Contains(lacking[0].String(), "`bill_lines`") {
		t.Errorf("lacking %v, asked %t, %v", lacking, asked, err)
	}
	if _, asked, err := clickhouse.Lacking(t.Context(), cfg, clickhouse.Right{Privilege: "SQUINT AT", Object: "bill_lines"}); asked || err != nil {
		t.Errorf("a server that does not know the question: asked %t, %v", asked, err)
	}
}

func TestAServerThatDoesNotAnswerIsUnreachable(t *testing.T) {
	p, err := clickhouse.Examine(t.Context(), clickhouse.Config{Hosts: []string{"127.0.0.1"}, Port: 1, Username: "default", Database: "x"})
	if !errors.Is(err, store.ErrUnreachable) || p.Version != "" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestVersionsCompareAsNumbers(t *testing.T) {
	for version, want := range map[string]bool{
		"24.10.1.1": false, "24.9.3.128": true, "23.8.1": true, "26.7.2.1": false, "24.10": false, "24": true, "": true, "100.1": false,
	} {
		if got := clickhouse.OlderThan(version, clickhouse.OldestServer); got != want {
			t.Errorf("%q older than %s: %t, want %t", version, clickhouse.OldestServer, got, want)
		}
	}
}
