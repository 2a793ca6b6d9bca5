package clickhouse_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
)

func TestMigrateAppliesEachMigrationOnce(t *testing.T) {
	t.Parallel()
	server := chtest.Start(t)
	cfg := config(server)
	pending, err := clickhouse.SchemaStatus(t.Context(), cfg)
	if !errors.Is(err, store.ErrSchema) || len(pending) < 2 {
		t.Fatalf("status of a server without the database: %+v, %v", pending, err)
	}
	for _, m := range pending {
		if !m.AppliedAt.IsZero() || m.Name == "" {
			t.Errorf("before any migration: %+v", m)
		}
	}
	applied, err := clickhouse.Migrate(t.Context(), cfg, "1.2.3")
	if err != nil || len(applied) != len(pending) {
		t.Fatalf("first run: %+v, %v, want %d migrations", applied, err, len(pending))
	}
	again, err := clickhouse.Migrate(t.Context(), cfg, "1.2.4")
	if err != nil || len(again) != 0 {
		t.Errorf("second run: %+v, %v, want none", again, err)
	}
	history, err := clickhouse.SchemaStatus(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range history {
		if m.Version != i+1 || m.AppVersion != "1.2.3" || m.Problem != "" || time.Since(m.AppliedAt).Abs() > time.Hour {
			t.Errorf("history: %+v", m)
		}
	}
	if err := open(t, cfg, time.Now).Check(t.Context()); err != nil {
		t.Errorf("check: %v", err)
	}
}

func TestMigrateMayRunSeveralTimesAtOnce(t *testing.T) {
	t.Parallel()
	server := chtest.Start(t)
	cfg := config(server)
	ids := make([]string, 6)
	var g errgroup.Group
	for i := range ids {
		g.Go(func() (err error) {
			if _, err := clickhouse.Migrate(t.Context(), cfg, "test"); err != nil {
				return err
			}
			s := open(t, cfg, time.Now)
			if err := s.Check(t.Context()); err != nil {
				return err
			}
			ids[i], err = s.ID(t.Context())
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if id != ids[0] || len(id) < 20 {
			t.Errorf("the store's ids are %q", ids)
		}
	}
	if n := count(t, server, "SELECT uniqExact(store_id) FROM DB.goscan_migrations"); n != 1 {
		t.Errorf("the ledger has %d ids of the store, want 1", n)
	}
	other := cfg
	other.Database = server.NewDatabase(t)
	if _, err := clickhouse.Migrate(t.Context(), other, "test"); err != nil {
		t.Fatal(err)
	}
	if id, err := open(t, other, time.Now).ID(t.Context()); err != nil || id == ids[0] {
		t.Errorf("another store's id is %q, %v: not another", id, err)
	}
}

func TestMigrateResumes(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	s := open(t, cfg, time.Now)
	replace(t, s, lines(3, "1.5"))
	for _, statement := range []string{"DROP VIEW DB.focus", "DELETE FROM DB.goscan_migrations WHERE version = 2", "DROP VIEW DB.bills_daily",
		"DELETE FROM DB.goscan_migrations WHERE version = 1"} {
		if err := server.Conn(t).Exec(t.Context(), strings.ReplaceAll(statement, "DB", server.Database)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Check(t.Context()); !errors.Is(err, store.ErrSchema) {
		t.Errorf("check of half a schema: %v", err)
	}
	if applied, err := clickhouse.Migrate(t.Context(), cfg, "test"); err != nil || len(applied) != 2 {
		t.Fatalf("resuming: %+v, %v", applied, err)
	}
	if n := count(t, server, "SELECT sum(lines) FROM DB.bills_daily") + count(t, server, "SELECT count() FROM DB.focus"); n != 6 {
		t.Errorf("%d lines and sums of lines after resuming, want 3 and 3", n)
	}
}

func TestASchemaThatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]string{
		"newer":       "INSERT INTO DB.goscan_migrations (version, name, checksum, app_version) SETTINGS async_insert = 0 VALUES (99, 'later', 'x', '9.9')",
		"changed":     "ALTER TABLE DB.goscan_migrations UPDATE checksum = 'other' WHERE version = 1 SETTINGS mutations_sync = 2",
		"older":       "DELETE FROM DB.goscan_migrations WHERE version = 2",
		"no database": "DROP DATABASE DB SYNC",
	} {
		t.Run(name, func(t *testing.T) {
			server, cfg := migrated(t)
			if err := server.Conn(t).Exec(t.Context(), strings.ReplaceAll(spoil, "DB", server.Database)); err != nil {
				t.Fatal(err)
			}
			if history, err := clickhouse.SchemaStatus(t.Context(), cfg); !errors.Is(err, store.ErrSchema) || len(history) < 2 {
				t.Errorf("status: %+v, %v", history, err)
			}
			err := open(t, cfg, time.Now).Check(t.Context())
			if !errors.Is(err, store.ErrSchema) || !strings.Contains(err.Error(), "goscan schema") || strings.Contains(err.Error(), "\n") {
				t.Errorf("check: %v", err)
			}
			_, err = clickhouse.Migrate(t.Context(), cfg, "test")
			if refused := name == "newer" || name == "changed"; refused != errors.Is(err, store.ErrSchema) || !refused && err != nil {
				t.Errorf("migrate: %v", err)
			}
		})
	}
}

func TestAMissingSchemaIsNamedByEveryMethod(t *testing.T) {
	t.Parallel()
	cfg := config(chtest.Start(t))
	s := open(t, cfg, time.Now)
	for name, call := range map[string]func(ctx context.Context) error{
		"Check": s.Check,
		"ID":    func(ctx context.Context) error { _, err := s.ID(ctx); return err },
		"Days":  func(ctx context.Context) error { _, err := s.Days(ctx, ""); return err },
		"Clean": func(ctx context.Context) error { _, err := s.Clean(ctx); return err },
		"Costs": func(ctx context.Context) error { _, err := s.Costs(ctx, store.Query{}); return err },
		"Replace": func(ctx context.Context) error {
			_, err := s.Replace(ctx, october, october31, filling(lines(1, "1")))
			return err
		},
	} {
		if err := call(t.Context()); !errors.Is(err, store.ErrSchema) || !strings.Contains(err.Error(), "goscan schema migrate") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaSQLRunsByItself(t *testing.T) {
	t.Parallel()
	server := chtest.Start(t)
	text, err := clickhouse.SchemaSQL(server.Database, clickhouse.Cluster{})
	if err != nil {
		t.Fatal(err)
	}
	for statement := range strings.SplitSeq(strings.TrimSuffix(text, ";\n"), ";\n") {
		if err := server.Conn(t).Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if _, err := clickhouse.Migrate(t.Context(), config(server), "test"); err != nil {
		t.Fatal(err)
	}
	s := open(t, config(server), time.Now)
	replace(t, s, lines(2, "0.25"))
	if got := total(t, s); got != "0.5 CNY" {
		t.Errorf("total %s, want 0.5 CNY", got)
	}
}
