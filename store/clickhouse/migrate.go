package clickhouse

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"goscan/store"
)

// A Migration is one step of the schema's history.
type Migration struct {
	Version    int
	Name       string
	AppliedAt  time.Time // zero: not applied yet
	AppVersion string    // of the Goscan that applied it
	Problem    string    // why this binary cannot use what was applied; empty when it can
}

// Migrate creates the database, if it is not there, and applies every migration that was not applied yet. It returns
// those it applied. It may be interrupted at any moment and run again, also by several processes at once. appVersion is
// this binary's version, for the ledger.
func Migrate(ctx context.Context, cfg Config, appVersion string) ([]Migration, error) {
	var applied []Migration
	err := withServer(ctx, cfg, func(s *server) error {
		if err := s.createDatabase(ctx); err != nil {
			return err
		}
		if err := s.exec(ctx, "creating the ledger", createLedger(s.cfg.Database, rand.Text())); err != nil {
			return err
		}
		history, err := s.history(ctx)
		if err != nil {
			return err
		}
		if err := problems(history); err != nil {
			return err
		}
		applied, err = s.apply(ctx, history, appVersion)
		return err
	})
	return applied, err
}

// SchemaStatus returns the schema's history: what was applied and, without AppliedAt, what Migrate would apply. When
// that is not what this binary needs, the error wraps store.ErrSchema and the history is returned with it.
func SchemaStatus(ctx context.Context, cfg Config) (history []Migration, err error) {
	err = withServer(ctx, cfg, func(s *server) error {
		if history, err = s.history(ctx); err != nil {
			return err
		}
		return fits(history)
	})
	return history, err
}

// apply runs the pending migrations. The ledger's row of each is written last: a step that was cut short runs again.
func (s *server) apply(ctx context.Context, history []Migration, appVersion string) ([]Migration, error) {
	all, err := steps()
	if err != nil {
		return nil, err
	}
	var applied []Migration
	for i, step := range all {
		if !history[i].AppliedAt.IsZero() {
			continue
		}
		statements, err := step.statements(s.cfg.Database)
		if err != nil {
			return applied, err
		}
		doing := fmt.Sprintf("migration %d (%s)", step.version, step.name)
		for _, statement := range statements {
			if err := s.exec(ctx, doing, statement); err != nil {
				return applied, err
			}
		}
		row := fmt.Sprintf("INSERT INTO %s (version, name, checksum, app_version) SELECT %d, %s, %s, %s",
			qualified(s.cfg.Database, ledgerTable), step.version, literal(step.name), literal(step.checksum), literal(appVersion))
		if err := s.exec(ctx, doing, row); err != nil {
			return applied, err
		}
		applied = append(applied, Migration{Version: step.version, Name: step.name, AppliedAt: time.Now().UTC(), AppVersion: appVersion})
	}
	return applied, nil
}

// createDatabase asks first: a user who may not create databases can still migrate one that is there.
func (s *server) createDatabase(ctx context.Context) error {
	var there uint64
	err := s.queryRow(ctx, "looking for the database",
		"SELECT count() FROM system.databases WHERE name = "+literal(s.cfg.Database), &there)
	if err != nil || there > 0 {
		return err
	}
	return s.exec(ctx, "creating the database", createDatabase(s.cfg.Database))
}

// history compares the ledger with the embedded migrations: all of both, by version.
func (s *server) history(ctx context.Context) ([]Migration, error) {
	all, err := steps()
	if err != nil {
		return nil, err
	}
	history := make([]Migration, len(all))
	for i, step := range all {
		history[i] = Migration{Version: step.version, Name: step.name}
	}
	err = s.query(ctx, "reading the ledger",
		"SELECT version, argMin(name, applied_at), argMin(checksum, applied_at), min(applied_at), argMin(app_version, applied_at)"+
			" FROM "+qualified(s.cfg.Database, ledgerTable)+" GROUP BY version ORDER BY version",
		func(rows driver.Rows) error {
			var version uint32
			var checksum string
			var m Migration
			if err := rows.Scan(&version, &m.Name, &checksum, &m.AppliedAt, &m.AppVersion); err != nil {
				return err
			}
			m.Version = int(version)
			switch {
			case m.Version > len(all):
				m.Problem = fmt.Sprintf("is newer than this goscan, which knows %d", len(all))
				history = append(history, m)
				return nil
			case m.Version < 1:
				return fmt.Errorf("version %d in the ledger", m.Version)
			case checksum != all[m.Version-1].checksum:
				m.Problem = "was applied in another form than this goscan knows"
			}
			history[m.Version-1] = m
			return nil
		})
	if errors.Is(err, store.ErrSchema) {
		return history, nil // no ledger, no database: nothing was applied
	}
	return history, err
}

// problems returns an error that wraps store.ErrSchema when what was applied is not what this binary knows.
func problems(history []Migration) error {
	for _, m := range history {
		if m.Problem != "" {
			return fmt.Errorf("%w: migration %d (%s) %s: use the goscan that applied it (%s) or a newer one, see `goscan schema status`; "+
				"`goscan schema migrate` never goes back", store.ErrSchema, m.Version, m.Name, m.Problem, m.AppVersion)
		}
	}
	return nil
}

// fits returns an error that wraps store.ErrSchema unless exactly this binary's migrations were applied.
func fits(history []Migration) error {
	if err := problems(history); err != nil {
		return err
	}
	for _, m := range history {
		if m.AppliedAt.IsZero() {
			return fmt.Errorf("%w: migration %d (%s) is not applied: run `goscan schema migrate`", store.ErrSchema, m.Version, m.Name)
		}
	}
	return nil
}

// Check returns an error that wraps store.ErrSchema when the schema is missing, or older or newer than this binary.
func (s *Store) Check(ctx context.Context) error {
	history, err := s.history(ctx)
	if err != nil {
		return err
	}
	return fits(history)
}

// ID returns the store's own name. It was made with the first migration and tells this store from any other.
func (s *Store) ID(ctx context.Context) (string, error) {
	const doing = "reading the store's id"
	var id string
	err := s.queryRow(ctx, doing, "SELECT max(store_id) FROM "+qualified(s.cfg.Database, ledgerTable), &id)
	if err == nil && id == "" {
		err = fmt.Errorf("clickhouse: %s: %w: run `goscan schema migrate`", doing, store.ErrSchema)
	}
	return id, err
}

// withServer opens a pool for one piece of work.
func withServer(ctx context.Context, cfg Config, work func(s *server) error) error {
	s := newServer(cfg)
	return errors.Join(work(s), s.close())
}
