package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
	"goscan/store/sqlite"
	"goscan/sync"
)

// loadConfig reads the configuration and makes the log and the mask follow it.
func (a *app) loadConfig() (*config.Config, error) {
	cfg, err := config.Load(a.loadOptions())
	if err == nil {
		err = checkFilters(cfg)
	}
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

// sessionOptions say what a session is for.
type sessionOptions struct {
	command      string   // "sync"
	only         []string // accounts; none: all
	dry          bool     // nothing is created, written or locked
	lockWait     time.Duration
	acceptShrink bool
	begun        func() // called when the lock is taken; may be nil
}

// A session is what one run of a command that writes bills holds open: the state and its lock, the store, the clouds.
type session struct {
	app      *app
	options  sessionOptions
	id       string // of the run
	began    time.Time
	store    opened
	state    *sqlite.State
	unlock   func() error
	accounts []providers.Bill // the current bill of each account of the run
	marks    sync.Marks
	stored   []store.Mark // what the store holds of the accounts, at the start
	sources  []sync.Source
	clouds   map[string]providers.Provider
	proofs   map[string]providers.Proof
	calls    *calls
}

// openSession opens everything a run needs and plans nothing yet. A session that could not be opened is ended already.
func (a *app) openSession(ctx context.Context, cfg *config.Config, o sessionOptions) (_ *session, err error) {
	accounts, err := cfg.Select(o.only...)
	if err != nil {
		return nil, err
	}
	s := &session{
		app: a, options: o, id: runID(a.now()), began: a.now(), calls: newCalls(),
		clouds: map[string]providers.Provider{}, proofs: map[string]providers.Proof{},
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.end(ctx, nil, err))
		}
	}()
	defer providers.Recover(&err)
	a.log = a.log.With("run", s.id)
	if err := s.openState(ctx, cfg, accounts); err != nil {
		return nil, err
	}
	if err := s.openStore(ctx, cfg); err != nil {
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
		if err := s.open(ctx, acc); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// openState opens the state, takes its lock and remembers that the run began. A dry run only looks at a state that is there.
func (s *session) openState(ctx context.Context, cfg *config.Config, accounts []config.Account) (err error) {
	s.marks = forgetful{}
	if s.options.dry {
		s.state, err = sqlite.OpenStateReader(ctx, cfg.State)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	if s.state, err = sqlite.OpenState(ctx, cfg.State); err != nil {
		return err
	}
	run := s.runRecord()
	holder := sqlite.Holder{RunID: run.ID, Command: run.Command, PID: run.PID, Host: run.Host, Started: run.Started}
	if s.unlock, err = s.state.Lock(ctx, holder, s.options.lockWait); err != nil {
		return err
	}
	if s.options.begun != nil {
		s.options.begun()
	}
	for _, acc := range accounts {
		s.accounts = append(s.accounts, providers.Bill{
			Account: acc.Name, Provider: acc.Kind, Dataset: providers.DatasetBill, Month: providers.MonthOf(s.began),
		})
	}
	run.Bills = s.runBills(nil)
	return s.state.BeginRun(ctx, run)
}

// openStore opens the store of bills. A dry run of what was never used works on an empty store.
func (s *session) openStore(ctx context.Context, cfg *config.Config) (err error) {
	if s.options.dry && cfg.ClickHouse == nil && missing(filepath.Join(cfg.State, sqlite.LedgerFile)) {
		s.store = opened{bills: nothing{}, is: "a new ledger in " + cfg.State}
		return nil
	}
	run := store.Run{ID: s.id, Now: s.app.now, State: stateOf(cfg)}
	if s.store, err = s.app.openBills(ctx, cfg, run); err != nil || s.options.dry {
		return err
	}
	s.marks = s.state.Marks(s.store.id)
	return nil
}

// open adds an account: its provider and what to plan for it.
func (s *session) open(ctx context.Context, acc config.Account) error {
	p, err := acc.Settings.Open(providers.Options{
		Account:   acc.Name,
		UserAgent: userAgent(),
		Getenv:    s.app.getenv,
		Now:       s.app.now,
		Log:       s.app.log.With("account", acc.Name),
		Observe:   s.observer(acc.Name),
	})
	if err != nil {
		return usageError{fmt.Errorf("providers.%s: %w", acc.Name, err)}
	}
	s.clouds[acc.Name], s.proofs[acc.Name] = p, acc.Cloud.Proof
	since, err := s.since(ctx, acc)
	s.sources = append(s.sources, sync.Source{
		Account: acc.Name, Provider: acc.Kind, Dataset: providers.DatasetBill,
		Calendar: acc.Cloud.Calendar, Since: since, Lookback: lookback(acc),
	})
	return err
}

// since returns the first day that is kept of an account: the configured one, else the one that the state remembers, else the
// default, which the state then remembers.
func (s *session) since(ctx context.Context, acc config.Account) (providers.Day, error) {
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
	if s.options.dry {
		return d, nil
	}
	return d, s.state.SetSince(ctx, s.store.id, acc.Name, d)
}

// engine returns what fetches days for the session. observe may be nil.
func (s *session) engine(observe func(sync.Event)) *sync.Engine {
	e := &sync.Engine{
		Sink: s.store, Marks: s.marks, Providers: s.clouds, Workers: workers, Now: s.app.now, Observe: observe,
	}
	if !s.options.acceptShrink {
		e.Guard = s.verifier().Guard
	}
	return e
}

// end remembers what became of the run, gives the lock back and closes everything. It is called once, also for a session
// that could not be opened.
func (s *session) end(ctx context.Context, r *result, err error) error {
	var errs []error
	if s.unlock != nil {
		run := s.runRecord()
		run.Ended, run.StoreID = s.app.now(), s.store.id
		code := codeOf(ctx, err)
		s.journal(r, code, err)
		run.ExitCode, run.Outcome = int(code), code.word()
		if err != nil {
			run.Error = oneLine(s.app.mask.text(err.Error()))
		}
		run.Bills = s.runBills(r)
		if r == nil { // the run failed before it touched a bill: it failed for all of its accounts
			for i := range run.Bills {
				run.Bills[i].Error = run.Error
			}
		}
		errs = append(errs, s.state.EndRun(context.WithoutCancel(ctx), run), s.unlock())
	}
	if s.state != nil {
		errs = append(errs, s.state.Close())
	}
	if s.store.bills != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}

func (s *session) runRecord() sqlite.Run {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return sqlite.Run{ID: s.id, Command: "goscan " + s.options.command, Host: host, PID: os.Getpid(), Started: s.began}
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
