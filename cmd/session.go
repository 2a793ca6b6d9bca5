package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
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
	// ID returns the id that the store got when it was created: marks are kept by it.
	ID(ctx context.Context) (string, error)
	Clean(ctx context.Context) error
	Close() error
}

// loadConfig reads the configuration and makes the log and the mask follow it.
func (a *app) loadConfig() (*config.Config, error) {
	cfg, err := config.Load(config.Options{
		Path:     a.configPath,
		State:    a.statePath,
		Getenv:   a.getenv,
		Registry: all.Registry(),
	})
	if err != nil {
		return nil, err
	}
	a.mask.set(cfg.Secrets())
	a.configureLog(cfg.Log)
	for _, w := range cfg.Warnings {
		a.log.Warn(w)
	}
	return cfg, nil
}

// stateFolder returns where the local state is: the first of --state, GOSCAN_STATE and state: in the configuration (all
// three are in cfg.State), systemd's state folder, and the user's.
func (a *app) stateFolder(cfg *config.Config) (string, error) {
	if cfg.State != "" {
		return cfg.State, nil
	}
	if systemd := a.getenv("STATE_DIRECTORY"); systemd != "" {
		first, _, _ := strings.Cut(systemd, ":")
		return first, nil
	}
	if xdg := a.getenv("XDG_STATE_HOME"); xdg != "" {
		return filepath.Join(xdg, "goscan"), nil
	}
	if home := a.getenv("HOME"); home != "" {
		return filepath.Join(home, ".local", "state", "goscan"), nil
	}
	return "", withHint{usageError{errors.New("no folder for the local state: neither HOME nor STATE_DIRECTORY is set")}, "name one with --state"}
}

// openBills opens the store that the configuration names for a run, and tells in words which one it is.
func (a *app) openBills(ctx context.Context, cfg *config.Config, run store.Run) (bills, string, error) {
	if c := cfg.ClickHouse; c != nil {
		s := clickhouse.Open(clickHouseConfig(c), run)
		if err := s.Check(ctx); err != nil {
			return nil, "", errors.Join(err, s.Close())
		}
		return s, fmt.Sprintf("ClickHouse %s:%d, database %s", strings.Join(c.Hosts, ","), c.Port, c.Database), nil
	}
	folder, err := a.stateFolder(cfg)
	if err != nil {
		return nil, "", err
	}
	ledger, err := sqlite.OpenLedger(ctx, folder, run)
	if err != nil {
		return nil, "", err
	}
	return ledger, "the ledger " + filepath.Join(folder, sqlite.LedgerFile), nil
}

func clickHouseConfig(c *config.ClickHouse) clickhouse.Config {
	return clickhouse.Config{
		Hosts: c.Hosts, Port: c.Port, Username: c.Username, Password: c.Password, Database: c.Database,
		Secure: c.Secure, CAFile: c.CAFile,
	}
}

// A session is what one run of sync or backfill holds open.
type session struct {
	app     *app
	id      string // of the run
	store   bills
	storeIs string // the store in words
	state   *sqlite.State
	marks   sync.Marks
	stored  []store.Mark // what the store holds of the accounts, at the start
	sources []sync.Source
	clouds  map[string]providers.Provider
}

// openSession opens everything a run needs and plans nothing yet. With dry, nothing is created or written.
func (a *app) openSession(ctx context.Context, cfg *config.Config, only []string, dry bool) (_ *session, err error) {
	accounts, err := chosen(cfg, only)
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
func (s *session) openStores(ctx context.Context, cfg *config.Config, dry bool) error {
	folder, err := s.app.stateFolder(cfg)
	if err != nil {
		return err
	}
	if dry {
		s.marks = forgetful{}
		if cfg.ClickHouse == nil && missing(filepath.Join(folder, sqlite.LedgerFile)) {
			s.store, s.storeIs = nothing{}, "a new ledger in "+folder
			return nil
		}
	}
	run := store.Run{ID: s.id, Now: s.app.now, State: stateOf(cfg)}
	if s.store, s.storeIs, err = s.app.openBills(ctx, cfg, run); err != nil || (dry && missing(filepath.Join(folder, sqlite.StateFile))) {
		return err
	}
	if s.state, err = sqlite.OpenState(ctx, folder); err != nil || dry {
		return err
	}
	id, err := s.store.ID(ctx)
	s.marks = s.state.Marks(id)
	return err
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
	var id string
	if s.state != nil {
		var err error
		if id, err = s.store.ID(ctx); err != nil {
			return 0, err
		}
		if d, known, err := s.state.Since(ctx, id, acc.Name); err != nil || known {
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
	return d, s.state.SetSince(ctx, id, acc.Name, d)
}

func (s *session) close() error {
	var errs []error
	if s.state != nil {
		errs = append(errs, s.state.Close())
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}

// chosen returns the accounts that --account names, or all.
func chosen(cfg *config.Config, only []string) ([]config.Account, error) {
	if len(cfg.Accounts) == 0 {
		return nil, withHint{usageError{fmt.Errorf("%s names no account", cfg.Path)}, "add one under providers:"}
	}
	if len(only) == 0 {
		return cfg.Accounts, nil
	}
	byName := map[string]config.Account{}
	for _, acc := range cfg.Accounts {
		byName[acc.Name] = acc
	}
	var accounts []config.Account
	for _, name := range slices.Compact(slices.Sorted(slices.Values(only))) {
		acc, ok := byName[name]
		if !ok {
			known := strings.Join(slices.Sorted(maps.Keys(byName)), ", ")
			return nil, usageError{fmt.Errorf("--account %s: no such account (%s)", name, known)}
		}
		accounts = append(accounts, acc)
	}
	return accounts, nil
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
		if c.Err != nil {
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
func (nothing) ID(context.Context) (string, error)                       { return "", nil }
func (nothing) Clean(context.Context) error                              { return nil }
func (nothing) Close() error                                             { return nil }
