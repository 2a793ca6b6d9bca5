package cmd_test

import (
	"bytes"
	stdsql "database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goscan/store/clickhouse/chtest"
)

// runKilled runs a command in a process of its own and kills it after a while, unless it ended before.
func (u oldUser) runKilled(after time.Duration, args ...string) {
	u.t.Helper()
	c := exec.CommandContext(u.t.Context(), "goscan", append([]string{"-c", u.config}, args...)...)
	if err := c.Start(); err != nil {
		u.t.Fatal(err)
	}
	time.Sleep(after)
	_ = c.Process.Kill()
	_ = c.Wait()
}

// ask asks a file of the state's folder, whatever its version.
func (u oldUser) ask(name, query string) (answer string) {
	u.t.Helper()
	path := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(u.state, name))}
	db, err := stdsql.Open("sqlite", path.String()+"?mode=rw&_pragma=busy_timeout(5000)")
	if err != nil {
		u.t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(u.t.Context(), query).Scan(&answer); err != nil {
		u.t.Fatalf("%s: %v", query, err)
	}
	return answer
}

// A ledger whose update is killed at any moment is one of either version, never a mixture.
func TestAKilledUpdateOfALedgerChangesNothing(t *testing.T) {
	fixture := filepath.Join(upgrades, "383462f")
	old := unpack(t, filepath.Join(fixture, "ledger.db.gz"))
	seen := map[string]int{}
	for after := 10 * time.Millisecond; after < 100*time.Millisecond; after += 15 * time.Millisecond {
		u := newOldUser(t, "")
		if err := os.WriteFile(filepath.Join(u.state, "ledger.db"), old, 0o600); err != nil {
			t.Fatal(err)
		}
		u.runKilled(after, "report", "monthly", "--month", "2026-10")
		version := u.ask("ledger.db", "SELECT user_version FROM pragma_user_version")
		seen[version]++
		column := u.ask("ledger.db", "SELECT group_concat(name) FROM pragma_table_info('bill_months') WHERE name IN ('checked_at', 'recorded_at')")
		if got := version + " " + column; got != "2 checked_at" && got != "4 recorded_at" {
			t.Errorf("killed after %s: version and columns are %s", after, got)
		}
		u.wantTotals(fixture)
	}
	t.Logf("versions after the kills: %v", seen)
}

// A migration of ClickHouse that is killed at any moment is finished by the next.
func TestAKilledMigrationOfClickHouseIsFinishedByTheNext(t *testing.T) {
	server := chtest.Start(t)
	fixture := filepath.Join(upgrades, "383462f")
	database := server.NewDatabase(t)
	fill(t, server, database, filepath.Join(fixture, "clickhouse.sql.gz"))
	host, port, err := net.SplitHostPort(chtest.Forward(t, server.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	u := newOldUser(t, fmt.Sprintf("clickhouse: {hosts: ['%s'], port: %s, database: %s}\n", host, port, database))
	for after := 30 * time.Millisecond; after < 150*time.Millisecond; after += 20 * time.Millisecond {
		u.runKilled(after, "schema", "migrate")
	}
	u.run(0, "schema", "migrate")
	u.run(0, "schema", "status")
	u.works(fixture)
}

// What a newer goscan wrote is refused by every command, which says what helps, and left as it is.
func TestWhatANewerGoscanWroteIsRefused(t *testing.T) {
	for _, name := range []string{"state.db", "ledger.db"} {
		u := newOldUser(t, "")
		u.run(0, "sync")
		u.ask(name, "PRAGMA user_version = 99; SELECT 1")
		before, err := os.ReadFile(filepath.Join(u.state, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range []string{"sync", "status", "report", "changes", "verify", "prune --keep 4 --yes", "sync --dry-run"} {
			if name == "state.db" && (command == "report" || command == "changes") || name == "ledger.db" && command == "status" {
				continue // they do not look at it
			}
			_, errs := u.run(10, strings.Fields(command)...)
			for _, part := range []string{name, "a newer goscan wrote it (version 99, this goscan knows ", "): use that one"} {
				if !strings.Contains(errs, part) {
					t.Errorf("%s does not say %q of %s: %s", command, part, name, errs)
				}
			}
		}
		after, err := os.ReadFile(filepath.Join(u.state, name))
		if err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s was changed, %v", name, err)
		}
		copied := filepath.Join(t.TempDir(), "copy.db")
		args := []string{"state", "backup", copied}
		if name == "ledger.db" {
			args = append(args, "--ledger", copied+"2")
		}
		if out, _ := u.run(0, args...); !strings.Contains(out, "schema 99") {
			t.Errorf("a copy of it: %s", out)
		}
	}
}

func TestAClickHouseThatANewerGoscanMigratedIsRefused(t *testing.T) {
	server := chtest.Start(t)
	database := server.NewDatabase(t)
	u := newOldUser(t, fmt.Sprintf("clickhouse: {hosts: ['%s'], port: %d, database: %s}\n", server.Host, server.Port, database))
	u.run(0, "schema", "migrate")
	u.run(0, "sync")
	err := server.Conn(t).Exec(t.Context(), fmt.Sprintf(
		"INSERT INTO %s.goscan_migrations (version, name, checksum, app_version) SETTINGS async_insert = 0 VALUES (99, 'later', 'x', '9.9')", database))
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"sync", "report", "changes", "verify", "prune --keep 4 --yes", "schema migrate", "schema status"} {
		_, errs := u.run(10, strings.Fields(command)...)
		for _, part := range []string{"migration 99 (later) is newer than this goscan, which knows 3", "use the goscan that applied it (9.9) or a newer one"} {
			if !strings.Contains(errs, part) {
				t.Errorf("%s does not say %q: %s", command, part, errs)
			}
		}
	}
}
