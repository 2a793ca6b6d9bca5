//go:build prove

package cmd_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
	"goscan/store/sqlite"
	"goscan/sync"
)

// A host is a machine that goscan runs on: a program with a configuration and a state of its own. Several may share a
// store and a cloud.
type host struct {
	program
	span   *span
	server *clickhouse.Config // nil: the ledger beside the state
}

const hostAccount = "prod"

// newHost prepares a host. address is where it finds its ClickHouse, which need not be where the test does; with neither it
// uses the ledger.
func newHost(t *testing.T, s *span, server *clickhouse.Config, address string, lookback int) host {
	t.Helper()
	h := host{program{t.TempDir(), s.cloud}, s, server}
	kind, keys := simulator.Volcengine, "access_key: %s\n    secret_key: %s"
	if _, volcengine := s.drafts[0][s.from][0]["PayableAmount"]; !volcengine {
		kind, keys = simulator.Alicloud, "access_key_id: %s\n    access_key_secret: %s"
	}
	yaml := fmt.Sprintf("state: state\nproviders:\n  %s:\n    type: %s\n    "+keys+"\n    endpoint: %s\n    since: %s\n    rate: 60\n    lookback: %d\n",
		hostAccount, kind, simulator.AccessKey, simulator.SecretKey, s.cloud.URL(), s.from, lookback)
	if server != nil {
		name, port, _ := strings.Cut(address, ":")
		yaml += fmt.Sprintf("clickhouse:\n  hosts: [%s]\n  port: %s\n  username: default\n  database: %s\n", name, port, server.Database)
	}
	if err := os.WriteFile(filepath.Join(h.folder, "goscan.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	return h
}

// newDatabase returns a migrated database that nobody else uses.
func newDatabase(t *testing.T, server *chtest.Server) *clickhouse.Config {
	t.Helper()
	cfg := &clickhouse.Config{Hosts: []string{server.Host}, Port: server.Port, Username: "default", Database: server.NewDatabase(t)}
	if _, err := clickhouse.Migrate(t.Context(), *cfg, "test"); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// bills is what the tests need of either store.
type bills interface {
	sync.Sink
	store.Reader
	Close() error
}

// open opens the host's store for the test itself, and tells the store's id.
func (h host) open(t *testing.T, now func() time.Time) (b bills, id string) {
	t.Helper()
	run := testRun()
	run.Now = now
	if h.server == nil {
		ledger, err := sqlite.OpenLedger(t.Context(), filepath.Join(h.folder, "state"), run)
		if err != nil {
			t.Fatal(err)
		}
		return ledger, ledger.ID()
	}
	s := clickhouse.Open(*h.server, run)
	id, err := s.ID(t.Context())
	if err != nil {
		t.Fatal(errors.Join(err, s.Close()))
	}
	return s, id
}

// with does something with the host's store.
func (h host) with(t *testing.T, do func(b bills, id string)) {
	t.Helper()
	b, id := h.open(t, time.Now)
	defer b.Close()
	do(b, id)
}

// sync runs goscan to its end and fails the test if that is not success.
func (h host) sync(t *testing.T, args ...string) {
	t.Helper()
	if code, out := h.run(t, append([]string{"sync"}, args...)...); code != 0 {
		t.Fatalf("sync %s: exit code %d:\n%s", strings.Join(args, " "), code, out)
	}
}

// wantTruth asserts that the store has exactly the bills that the cloud has now.
func (h host) wantTruth(t *testing.T, when string) {
	t.Helper()
	h.with(t, func(b bills, _ string) {
		wantTruth(t, when, b, hostAccount, h.span.from, h.span.to, h.cloud.Truth)
	})
}

// wantWhole asserts that every day has, in the sums and in the lines alike, a bill that the cloud had at a version from
// oldest on, or none where none may be, and that the state remembers nothing that the store does not have. It returns how
// many days have the newest version.
func (h host) wantWhole(t *testing.T, when string, oldest int) (newest int) {
	t.Helper()
	h.with(t, func(b bills, id string) {
		sums, lines := figures(t, b, h.span, inSums), figures(t, b, h.span, inLines)
		for d := h.span.from; d <= h.span.to; d++ {
			version, known := h.span.versionOf(d, sums[d])
			switch {
			case sums[d] != lines[d]:
				t.Errorf("%s: %s has %v in the sums and %v in the lines", when, d, sums[d], lines[d])
			case sums[d] == figure{} && oldest == 0:
			case !known || version < oldest:
				t.Errorf("%s: %s has %v, of version %d", when, d, sums[d], version)
			case version == h.span.now():
				newest++
			}
		}
		h.wantMarks(t, when, b, id)
	})
	return newest
}

// wantMarks asserts that the state is not ahead of the store.
func (h host) wantMarks(t *testing.T, when string, b bills, id string) {
	t.Helper()
	marks, err := openMarks(t, filepath.Join(h.folder, "state"), id).All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	days, err := b.Days(t.Context(), hostAccount)
	if err != nil {
		t.Fatal(err)
	}
	stored := map[providers.Day]store.Mark{}
	for _, day := range days {
		stored[day.Day] = day
	}
	for _, m := range marks {
		if newest, ok := stored[m.Day]; !ok || newest.Version.Before(m.Version) {
			t.Errorf("%s: the state remembers %s of %s, the store has %s", when, m.Day, m.Version, newest.Version)
		}
	}
}

// figures returns what a store shows of the days of a span.
func figures(t *testing.T, r store.Reader, s *span, where string) map[providers.Day]figure {
	t.Helper()
	by := []store.Dimension{store.ByDay}
	if where == inLines {
		by = append(by, store.Tag("no such tag"))
	}
	rows, err := r.Costs(context.WithoutCancel(t.Context()), store.Query{From: s.from, To: s.to, Amount: store.BilledCost, By: by})
	if err != nil {
		t.Fatal(err)
	}
	days := map[providers.Day]figure{}
	for _, row := range rows {
		d, err := providers.ParseDay(row.Keys[0])
		if err != nil {
			t.Fatal(err)
		}
		days[d] = figure{row.Lines, row.Amount.String()}
	}
	return days
}
