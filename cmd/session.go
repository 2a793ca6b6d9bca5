package cmd

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/providers/all"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/sqlite"
	"goscan/sync"
)

// bills is a store of bills: ClickHouse or the embedded ledger.
type bills interface {
	sync.Sink
	store.Reader
	Close() error
}

// opened is the store that the configuration names.
type opened struct {
	bills
	is    string                      // the store in words
	id    string                      // that it got when it was created: marks are kept by it
	clean func(context.Context) error // removes the lines of loads that nobody reads any more
}

// loadConfig reads the configuration and makes the log and the mask follow it.
func (a *app) loadConfig() (*config.Config, error) {
	cfg, err := config.Load(config.Options{
		File:     a.configPath,
		State:    a.statePath,
		Getenv:   a.getenv,
		Now:      a.now,
		Registry: all.Registry(),
	})
	if err != nil {
		return nil, err
	}
	a.mask.set(cfg.Secrets())
	if err := a.configureLog(cfg.Log); err != nil {
		return nil, err
	}
	for _, w := range cfg.Warnings {
		a.log.Warn(w)
	}
	return cfg, nil
}

// openBills opens the store that the configuration names for a run.
func (a *app) openBills(ctx context.Context, cfg *config.Config, run store.Run) (opened, error) {
	if cfg.ClickHouse != nil {
		return openClickHouse(ctx, cfg.ClickHouse, run)
	}
	ledger, err := sqlite.OpenLedger(ctx, cfg.State, run)
	if err != nil {
		return opened{}, err
	}
	return opened{ledger, "ledger " + ledger.File(), ledger.ID(), func(ctx context.Context) error {
		_, err := ledger.Clean(ctx)
		return err
	}}, nil
}

func openClickHouse(ctx context.Context, c *config.ClickHouse, run store.Run) (opened, error) {
	cfg, err := clickHouseConfig(c)
	if err != nil {
		return opened{}, err
	}
	s := clickhouse.Open(cfg, run)
	id := ""
	if err = s.Check(ctx); err == nil {
		id, err = s.ID(ctx)
	}
	if err != nil {
		return opened{}, errors.Join(err, s.Close())
	}
	is := fmt.Sprintf("ClickHouse %s:%d, database %s", strings.Join(c.Hosts, ","), c.Port, c.Database)
	return opened{s, is, id, func(ctx context.Context) error {
		_, err := s.Clean(ctx)
		return err
	}}, nil
}

func clickHouseConfig(c *config.ClickHouse) (clickhouse.Config, error) {
	cfg := clickhouse.Config{Hosts: c.Hosts, Port: c.Port, Username: c.Username, Password: c.Password, Database: c.Database}
	if !c.Secure {
		return cfg, nil
	}
	cfg.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CAFile == "" {
		return cfg, nil
	}
	pem, err := os.ReadFile(c.CAFile)
	if err != nil {
		return cfg, usageError{fmt.Errorf("clickhouse.ca_file: %w", err)}
	}
	if cfg.TLS.RootCAs = x509.NewCertPool(); !cfg.TLS.RootCAs.AppendCertsFromPEM(pem) {
		return cfg, usageError{fmt.Errorf("clickhouse.ca_file: %s holds no PEM certificate", c.CAFile)}
	}
	return cfg, nil
}

// A session is what one run of sync or backfill holds open.
type session struct {
	app     *app
	id      string // of the run
	store   opened
	state   *sqlite.State
	marks   sync.Marks
	stored  []store.Mark // what the store holds of the accounts, at the start
	sources []sync.Source
	clouds  map[string]providers.Provider
}

// openSession opens everything a run needs and plans nothing yet. With dry, nothing is created or written.
func (a *app) openSession(ctx context.Context, cfg *config.Config, only []string, dry bool) (_ *session, err error) {
	accounts, err := cfg.Select(only...)
	if err != nil {
		return nil, err
	}
	s := &session{app: a, id: runID(a.now()), clouds: map[string]providers.Provider{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if err := s.openStores(ctx, cfg, dry); err != nil {
		return nil, err
	}
	names := make([]string, len(accounts))
	for i, acc := range accounts {
		names[i] = acc.Name
	}
	if s.stored, err = sync.Confirm(ctx, s.store, s.marks, names); err != nil {
		return nil, err
	}
	for _, acc := range accounts {
		if err := s.open(ctx, acc, dry); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// openStores opens the store of bills and the state. A dry run of what was never used works on an empty store.
func (s *session) openStores(ctx context.Context, cfg *config.Config, dry bool) (err error) {
	if dry {
		s.marks = forgetful{}
		if cfg.ClickHouse == nil && missing(filepath.Join(cfg.State, sqlite.LedgerFile)) {
			s.store = opened{bills: nothing{}, is: "a new ledger in " + cfg.State}
			return nil
		}
	}
	run := store.Run{ID: s.id, Now: s.app.now, State: stateOf(cfg)}
	if s.store, err = s.app.openBills(ctx, cfg, run); err != nil || (dry && missing(filepath.Join(cfg.State, sqlite.StateFile))) {
		return err
	}
	if s.state, err = sqlite.OpenState(ctx, cfg.State); err != nil || dry {
		return err
	}
	s.marks = s.state.Marks(s.store.id)
	return nil
}

// open adds an account: its provider and what to plan for it.
func (s *session) open(ctx context.Context, acc config.Account, dry bool) error {
	p, err := acc.Settings.Open(providers.Options{
		Account:   acc.Name,
		UserAgent: "goscan/" + version(),
		Getenv:    s.app.getenv,
		Now:       s.app.now,
		Log:       s.app.log.With("account", acc.Name),
		Observe:   s.app.logCall(acc.Name),
	})
	if err != nil {
		return usageError{fmt.Errorf("providers.%s: %w", acc.Name, err)}
	}
	s.clouds[acc.Name] = p
	since, err := s.since(ctx, acc, dry)
	s.sources = append(s.sources, sync.Source{
		Account: acc.Name, Provider: acc.Kind, Dataset: providers.DatasetBill,
		Calendar: acc.Cloud.Calendar, Since: since, Lookback: lookback(acc),
	})
	return err
}

// since returns the first day that is kept of an account: the configured one, else the one that the state remembers, else the
// default, which the state then remembers.
func (s *session) since(ctx context.Context, acc config.Account, dry bool) (providers.Day, error) {
	if d := acc.Settings.Base().Since; d != nil {
		return *d, nil
	}
	if s.state != nil {
		if d, known, err := s.state.Since(ctx, s.store.id, acc.Name); err != nil || known {
			return d, err
		}
	}
	var own []store.Mark
	for _, m := range s.stored {
		if m.Account == acc.Name {
			own = append(own, m)
		}
	}
	d := sync.DefaultSince(s.app.now(), own)
	if dry || s.state == nil {
		return d, nil
	}
	return d, s.state.SetSince(ctx, s.store.id, acc.Name, d)
}

func (s *session) close() error {
	var errs []error
	if s.state != nil {
		errs = append(errs, s.state.Close())
	}
	if s.store.bills != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}

const defaultLookback = 3

func lookback(acc config.Account) int {
	if n := acc.Settings.Base().Lookback; n != nil {
		return *n
	}
	return defaultLookback
}

// stateOf returns the rule by which a fetched day is provisional, complete or final.
func stateOf(cfg *config.Config) func(providers.Bill, providers.Day, time.Time) providers.State {
	calendars := map[string]providers.Calendar{}
	for _, acc := range cfg.Accounts {
		calendars[acc.Name] = acc.Cloud.Calendar
	}
	return func(b providers.Bill, d providers.Day, began time.Time) providers.State {
		return calendars[b.Account].State(d, began)
	}
}

// runID names a run by the time it began and a few random digits.
func runID(now time.Time) string {
	return fmt.Sprintf("%s-%04x", now.UTC().Format("20060102T150405Z"), rand.N(1<<16))
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// logCall returns an observer that logs every request of an account, failed ones with the cloud's request id.
func (a *app) logCall(account string) func(providers.Call) {
	return func(c providers.Call) {
		log := a.log.With("account", account, "op", c.Op, "attempt", c.Attempt, "request", c.RequestID, "seconds", fmt.Sprintf("%.3f", c.Seconds))
		if c.Err != nil && !errors.Is(c.Err, context.Canceled) {
			log.Warn("request failed", "kind", c.Kind.String(), "error", oneLine(c.Err.Error()))
			return
		}
		log.Debug("request")
	}
}

// forgetful are the marks of a dry run: none, and none are kept.
type forgetful struct{}

func (forgetful) All(context.Context) ([]store.Mark, error)  { return nil, nil }
func (forgetful) Set(context.Context, ...store.Mark) error   { return nil }
func (forgetful) Forget(context.Context, ...store.Key) error { return nil }

// nothing is the store of a dry run before the first sync.
type nothing struct{}

func (nothing) Replace(context.Context, providers.Bill, providers.Day, func(providers.Emit) error) (store.Change, error) {
	return store.Change{}, errors.New("a dry run stores nothing")
}
func (nothing) Days(context.Context, string) ([]store.Mark, error)       { return nil, nil }
func (nothing) Costs(context.Context, store.Query) ([]store.Cost, error) { return nil, nil }
func (nothing) Close() error                                             { return nil }
