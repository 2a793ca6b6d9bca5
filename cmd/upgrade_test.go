package cmd_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"goscan/cmd"
	"goscan/providers"
	"goscan/providers/simulator"
	"goscan/store/clickhouse/chtest"
)

// See testdata/upgrade/README.md.
const upgrades = "../testdata/upgrade"

// afterFixtures is shortly after the fixtures were made: what they hold is up to date then.
var afterFixtures = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)

// unpack returns what a compressed file holds.
func unpack(t *testing.T, file string) []byte {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// An oldUser has the clouds, the configuration and the files that an earlier goscan left.
type oldUser struct {
	t      *testing.T
	config string
	state  string
}

// newOldUser writes the configuration of a fixture; clickHouse is its section, or empty.
func newOldUser(t *testing.T, clickHouse string) oldUser {
	t.Helper()
	dir := t.TempDir()
	u := oldUser{t, filepath.Join(dir, "goscan.yaml"), filepath.Join(dir, "state")}
	yaml := "state: " + u.state + "\nreport: {lang: en}\n" + clickHouse + "providers:\n"
	for name, account := range map[string][3]string{
		"volc": {simulator.Volcengine, "access_key", "secret_key"}, "ali": {simulator.Alicloud, "access_key_id", "access_key_secret"},
	} {
		c, err := simulator.Start(account[0], simulator.Options{
			Seed: 7, First: providers.NewDay(2026, time.October, 30), Now: func() time.Time { return afterFixtures },
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		yaml += fmt.Sprintf("  %s: {type: %s, %s: %s, %s: %s, endpoint: '%s', rate: 200, since: 2026-11-21}\n",
			name, account[0], account[1], simulator.AccessKey, account[2], simulator.SecretKey, c.URL())
	}
	if err := os.WriteFile(u.config, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(u.state, 0o700); err != nil {
		t.Fatal(err)
	}
	return u
}

// run runs a command with today's goscan and wants an exit code.
func (u oldUser) run(code int, args ...string) (out, errs string) {
	u.t.Helper()
	got, out, errs := cmd.RunAt(u.t.Context(), afterFixtures, append([]string{"-c", u.config}, args...)...)
	if got != code {
		u.t.Fatalf("goscan %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, out, errs)
	}
	return out, errs
}

// wantTotals compares reports of months with what the commit's own goscan said.
func (u oldUser) wantTotals(fixture string) {
	u.t.Helper()
	var totals map[string]string
	text, err := os.ReadFile(filepath.Join(fixture, "totals.json"))
	if err == nil {
		err = json.Unmarshal(text, &totals)
	}
	if err != nil || len(totals) == 0 {
		u.t.Fatal(err, totals)
	}
	for _, month := range slices.Sorted(maps.Keys(totals)) {
		out, _ := u.run(0, "report", "monthly", "--month", month, "--format", "json")
		var report struct {
			Currencies []struct{ Currency, Total string }
		}
		if err := json.Unmarshal([]byte(out), &report); err != nil {
			u.t.Fatal(err)
		}
		if len(report.Currencies) != 1 || report.Currencies[0].Total != totals[month] {
			u.t.Errorf("%s adds up to %+v, the earlier goscan said %s", month, report.Currencies, totals[month])
		}
	}
}

// works goes through the commands that use what was upgraded.
func (u oldUser) works(fixture string) {
	u.t.Helper()
	u.wantTotals(fixture)
	out, _ := u.run(0, "sync")
	if strings.Count(out, "2 unchanged") != 2 {
		u.t.Errorf("the days that are stored were not found the same:\n%s", out)
	}
	u.run(0, "verify", "--month", "2026-10", "-a", "volc")
	if out, _ = u.run(0, "changes", "--since", "100d"); !strings.Contains(out, "nothing was restated") {
		u.t.Errorf("changes:\n%s", out)
	}
	if out, _ = u.run(0, "status"); !strings.Contains(out, "2026-11-22") {
		u.t.Errorf("status:\n%s", out)
	}
	u.run(0, "status", "--runs")
	u.wantTotals(fixture)
}

func TestFilesOfEarlierGoscansAreBroughtUpToDate(t *testing.T) {
	for _, commit := range []string{"383462f", "8e6a557", "7ab2c75"} {
		t.Run(commit, func(t *testing.T) {
			t.Parallel()
			fixture := filepath.Join(upgrades, commit)
			u := newOldUser(t, "")
			for _, name := range []string{"state.db", "ledger.db"} {
				if err := os.WriteFile(filepath.Join(u.state, name), unpack(t, filepath.Join(fixture, name+".gz")), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			// One that only looks changes nothing, and says what helps.
			if _, errs := u.run(10, "status"); !strings.Contains(errs, "an older goscan wrote it") || !strings.Contains(errs, "the next sync brings it up to date") {
				t.Errorf("status before the first sync: %s", errs)
			}
			copied := filepath.Join(t.TempDir(), "copy.db")
			u.run(0, "state", "backup", copied)
			u.works(fixture)

			// And back: the copy that was made before is as good as it was.
			for _, name := range []string{"state.db", "state.db-wal", "state.db-shm"} {
				if err := os.RemoveAll(filepath.Join(u.state, name)); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Rename(copied, filepath.Join(u.state, "state.db")); err != nil {
				t.Fatal(err)
			}
			u.works(fixture)
		})
	}
}

func TestClickHouseOfEarlierGoscansIsBroughtUpToDate(t *testing.T) {
	server := chtest.Start(t)
	for _, commit := range []string{"383462f", "8e6a557"} {
		t.Run(commit, func(t *testing.T) {
			fixture := filepath.Join(upgrades, commit)
			database := server.NewDatabase(t)
			fill(t, server, database, filepath.Join(fixture, "clickhouse.sql.gz"))
			u := newOldUser(t, fmt.Sprintf("clickhouse: {hosts: ['%s'], port: %d, database: %s}\n", server.Host, server.Port, database))

			if _, errs := u.run(10, "sync"); !strings.Contains(errs, "goscan schema migrate") {
				t.Errorf("sync before the migration: %s", errs)
			}
			out, _ := u.run(0, "schema", "migrate")
			if !strings.Contains(out, "applied 001 bills") {
				t.Errorf("schema migrate:\n%s", out)
			}
			u.run(0, "schema", "status")
			if out, _ := u.run(0, "schema", "migrate"); !strings.Contains(out, "is up to date") {
				t.Errorf("schema migrate again:\n%s", out)
			}
			u.works(fixture)
		})
	}
}

// fill runs the statements of a fixture in a database.
func fill(t *testing.T, server *chtest.Server, database, file string) {
	t.Helper()
	conn := server.Conn(t)
	statements := strings.Split(string(unpack(t, file)), "-- fixture:statement\n")
	statements[0] = "CREATE DATABASE " + database
	for _, statement := range statements {
		if err := conn.Exec(t.Context(), strings.ReplaceAll(statement, "DB.", database+".")); err != nil {
			t.Fatalf("%.80s: %v", statement, err)
		}
	}
}

// A database out there knows the migrations that it was made with. What differs from them is a migration of its own.
func TestRecordedMigrationsStayAsTheyAre(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(upgrades, "migrations.sha256"))
	if err != nil {
		t.Fatal(err)
	}
	recorded := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		sum, file, _ := strings.Cut(lines.Text(), "  ")
		recorded[file] = sum
	}
	for _, pattern := range []string{"store/clickhouse/migrations/*.sql", "store/sqlite/schema/*/*.sql"} {
		files, err := filepath.Glob("../" + pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(err, files)
		}
		for _, path := range files {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.ToSlash(strings.TrimPrefix(path, "../"))
			switch sum := fmt.Sprintf("%x", sha256.Sum256(content)); recorded[file] {
			case sum:
			case "":
				t.Errorf("%s is new: add a line to testdata/upgrade/migrations.sha256, see the README.md beside it", file)
			default:
				t.Errorf("%s was edited, but databases were made with it: write a new migration instead, see testdata/upgrade/README.md", file)
			}
			delete(recorded, file)
		}
	}
	for file := range recorded {
		t.Errorf("%s is gone, but databases were made with it", file)
	}
}
