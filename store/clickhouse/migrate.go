package clickhouse

import (
	"cmp"
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
	cure       string    // what helps against the problem

	earlier *earlierForm // what was applied; nil: the migration as it is now, or nothing
}

// Migrate creates the database, if it is not there, and applies every migration that was not applied yet. It returns
// those it applied. It may be interrupted at any moment and run again, also by several processes at once. appVersion is
// this binary's version, for the ledger.
//
// On a cluster a server that lacks a table, because it joined later, makes all migrations run again everywhere, which
// changes nothing elsewhere.
func Migrate(ctx context.Context, cfg Config, appVersion string) ([]Migration, error) {
	var applied []Migration
	err := withServer(ctx, cfg, func(s *server) error {
		// First of all: a schema of another kind is left alone.
		if _, err := s.known(ctx); err != nil {
			return err
		}
		if err := s.fitsCluster(ctx); err != nil {
			return err
		}
		if err := s.createDatabase(ctx); err != nil {
			return err
		}
		if err := s.createLedger(ctx); err != nil {
			return err
		}
		if err := s.completeLedger(ctx); err != nil {
			return err
		}
		history, err := s.known(ctx)
		if err != nil {
			return err
		}
		err = s.fitsEverywhere(ctx)
		if err != nil && !errors.Is(err, store.ErrSchema) {
			return err
		}
		applied, err = s.apply(ctx, history, appVersion, err != nil)
		return err
	})
	return applied, err
}

// known returns the history, or an error when what was applied is not what this binary knows.
func (s *server) known(ctx context.Context) ([]Migration, error) {
	history, err := s.history(ctx)
	if err != nil {
		return nil, err
	}
	return history, problems(history)
}

// createLedger gives the store its id: a server of a cluster gets the one that others have.
func (s *server) createLedger(ctx context.Context) error {
	const doing = "creating the ledger"
	var id string // as SQL writes it
	err := s.queryRow(ctx, doing, fmt.Sprintf("SELECT max(default_expression) FROM %s WHERE database = %s AND table = %s AND name = 'store_id'",
		s.ofAll("system.columns"), literal(s.cfg.Database), literal(ledgerTable)), &id)
	if err != nil {
		return err
	}
	return s.exec(ctx, doing, s.cfg.layout().createLedger(cmp.Or(id, literal(rand.Text()))))
}

// SchemaStatus returns the schema's history: what was applied and, without AppliedAt, what Migrate would apply. When
// that is not what this binary needs, or not everywhere, the error wraps store.ErrSchema or ErrHosts and the history is
// returned with it.
func SchemaStatus(ctx context.Context, cfg Config) (history []Migration, err error) {
	err = withServer(ctx, cfg, func(s *server) error {
		if history, err = s.history(ctx); err != nil {
			return err
		}
		return s.fits(ctx, history)
	})
	return history, err
}

// apply runs the pending migrations, or all of them again. The ledger's row of each is written last: a step that was cut
// short runs again.
func (s *server) apply(ctx context.Context, history []Migration, appVersion string, again bool) ([]Migration, error) {
	all, err := steps()
	if err != nil {
		return nil, err
	}
	var applied []Migration
	for i, step := range all {
		pending := history[i].AppliedAt.IsZero()
		if !pending && !again {
			continue
		}
		statements, err := history[i].earlier.statements(s.cfg.layout())
		if err != nil {
			return applied, err
		}
		now, err := step.statements(s.cfg.layout())
		if err != nil {
			return applied, err
		}
		statements = append(statements, now...)
		doing := fmt.Sprintf("migration %d (%s)", step.version, step.name)
		if pending {
			statements = append(statements, s.ledgerRow(step, appVersion))
		}
		for _, statement := range statements {
			if err := s.exec(ctx, doing, statement); err != nil {
				return applied, err
			}
		}
		applied = append(applied, Migration{Version: step.version, Name: step.name, AppliedAt: time.Now().UTC(), AppVersion: appVersion})
	}
	return applied, nil
}

func (s *server) ledgerRow(step step, appVersion string) string {
	return fmt.Sprintf("INSERT INTO %s (version, name, checksum, app_version, cluster) SELECT %d, %s, %s, %s, %s",
		qualified(s.cfg.Database, ledgerTable), step.version, literal(step.name), literal(step.checksum), literal(appVersion), literal(s.cfg.Cluster.Name))
}

// createDatabase asks first: a user who may not create databases can still migrate one that is there, on all servers.
func (s *server) createDatabase(ctx context.Context) error {
	var there, servers uint64
	err := s.queryRow(ctx, "looking for the database", fmt.Sprintf("SELECT (SELECT count() FROM %s WHERE name = %s), (SELECT count() FROM %s)",
		s.ofAll("system.databases"), literal(s.cfg.Database), s.ofAll("system.one")), &there, &servers)
	if err != nil || there >= servers {
		return err
	}
	return s.exec(ctx, "creating the database", s.cfg.layout().createDatabase())
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
	cluster := "argMax(cluster, applied_at)"
	if knows, err := s.knowsClusters(ctx); err != nil {
		return history, err
	} else if !knows {
		cluster = "''"
	}
	err = s.query(ctx, "reading the ledger",
		"SELECT version, argMax(name, applied_at), argMax(checksum, applied_at), max(applied_at), argMax(app_version, applied_at), "+cluster+
			" FROM "+qualified(s.cfg.Database, ledgerTable)+" GROUP BY version ORDER BY version",
		func(rows driver.Rows) error {
			var version uint32
			var checksum, cluster string
			var m Migration
			if err := rows.Scan(&version, &m.Name, &checksum, &m.AppliedAt, &m.AppVersion, &cluster); err != nil {
				return err
			}
			m.Version = int(version)
			m.cure = fmt.Sprintf("use the goscan that applied it (%s) or a newer one, see `goscan schema status`; `goscan schema migrate` never goes back", m.AppVersion)
			switch {
			case m.Version > len(all):
				m.Problem = fmt.Sprintf("is newer than this goscan, which knows %d", len(all))
				history = append(history, m)
				return nil
			case m.Version < 1:
				return fmt.Errorf("version %d in the ledger", m.Version)
			case s.cfg.earlier(m.Version, checksum) != nil:
				m.AppliedAt, m.earlier = time.Time{}, s.cfg.earlier(m.Version, checksum)
			case checksum != all[m.Version-1].checksum:
				m.Problem = "was applied in another form than this goscan knows"
			case cluster != s.cfg.Cluster.Name:
				m.Problem = "was applied " + place(cluster) + ", not " + place(s.cfg.Cluster.Name)
				m.cure = "set clickhouse.cluster to what it was, or name another database: none moves from the one to the other"
			}
			history[m.Version-1] = m
			return nil
		})
	if errors.Is(err, store.ErrSchema) {
		return history, nil // no ledger, no database: nothing was applied
	}
	return history, err
}

func place(cluster string) string {
	if cluster == "" {
		return "on one server"
	}
	return fmt.Sprintf("on the cluster %q", cluster)
}

// problems returns an error that wraps store.ErrSchema when what was applied is not what this binary knows.
func problems(history []Migration) error {
	for _, m := range history {
		if m.Problem != "" {
			return fmt.Errorf("%w: migration %d (%s) %s: %s", store.ErrSchema, m.Version, m.Name, m.Problem, m.cure)
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
		if m.earlier != nil {
			return fmt.Errorf("%w: migration %d (%s) was applied as an earlier goscan knew it: run `goscan schema migrate`", store.ErrSchema, m.Version, m.Name)
		}
		if m.AppliedAt.IsZero() {
			return fmt.Errorf("%w: migration %d (%s) is not applied: run `goscan schema migrate`", store.ErrSchema, m.Version, m.Name)
		}
	}
	return nil
}

// fits returns an error that wraps store.ErrSchema unless exactly this binary's migrations were applied, on all servers,
// or ErrHosts when the hosts do not serve one store.
func (s *server) fits(ctx context.Context, history []Migration) error {
	if err := fits(history); err != nil {
		return err
	}
	if err := s.fitsEverywhere(ctx); err != nil {
		return err
	}
	return s.sameStore(ctx)
}

// Check returns an error that wraps store.ErrSchema when the schema is missing, or older or newer than this binary, or
// ErrHosts when the hosts do not serve one store.
func (s *Store) Check(ctx context.Context) error {
	history, err := s.history(ctx)
	if err != nil {
		return err
	}
	return s.fits(ctx, history)
}

// ID returns the store's own name. It was made with the first migration and tells this store from any other.
func (s *Store) ID(ctx context.Context) (string, error) { return s.storeID(ctx) }

func (s *server) storeID(ctx context.Context) (string, error) {
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
