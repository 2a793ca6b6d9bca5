package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
	"goscan/store/report/render"
	"goscan/store/sqlite"
)

// tellRun sends what a run is asked to tell (--notify-on), and returns the run's error with that of the messages. Nothing
// is told of a run that was interrupted, that found another one at work, or that was started wrongly.
func (a *app) tellRun(ctx context.Context, cfg *config.Config, s *session, r *result, on []string, runErr error) error {
	switch codeOf(ctx, runErr) {
	case exitInterrupted, exitLocked, exitUsage:
		return runErr
	}
	run, accounts, stored := runID(a.now()), accountNames(cfg), []store.Mark(nil)
	if s != nil {
		run, stored, accounts = s.id, s.stored, nil
		for _, b := range s.accounts {
			accounts = append(accounts, b.Account)
		}
	}
	told, err := a.toldTroubles(ctx, cfg)
	if err != nil {
		return alsoUntold(runErr, err)
	}
	n := newsOf(a.now(), a.troublesOf(r, stored, accounts, runErr), told, on, accounts)
	var restated []string
	if r != nil && slices.Contains(on, onRestatement) {
		restated = r.restatements(cfg)
	}
	return alsoUntold(runErr, a.tell(ctx, cfg, n, restated, run))
}

func accountNames(cfg *config.Config) []string {
	var names []string
	for _, acc := range cfg.Accounts {
		names = append(names, acc.Name)
	}
	return names
}

// toldTroubles returns what is remembered to be wrong.
func (a *app) toldTroubles(ctx context.Context, cfg *config.Config) ([]sqlite.Trouble, error) {
	state, err := sqlite.OpenState(ctx, cfg.State)
	if err != nil {
		return nil, err
	}
	told, err := state.Troubles(ctx)
	return told, errors.Join(err, state.Close())
}

// restatements returns which days that were complete the run replaced by others, of the days that a run looks at.
func (s *session) restatements(ctx context.Context) ([]store.Restatement, error) {
	from := (providers.MonthOf(s.began) - watched - 1).First()
	commits, err := s.store.Commits(ctx, "", from, providers.DayOf(s.began))
	if err != nil {
		return nil, fmt.Errorf("restatements: %w", err)
	}
	return slices.DeleteFunc(store.Restatements(commits), func(r store.Restatement) bool {
		return r.After.RunID != s.id || r.Before.State == providers.Provisional
	}), nil
}

// restatements tells, a line for each month and currency, what the cloud changed of days that were complete, where it is
// worth telling.
func (r *result) restatements(cfg *config.Config) []string {
	type key struct {
		account, currency string
		month             providers.Month
	}
	before, change := map[key]providers.Money{}, map[key]providers.Money{}
	days := map[key]int{}
	var order []key
	for _, c := range r.restated {
		for _, currency := range currenciesOfMarks(c.Before, c.After) {
			k := key{c.After.Account, currency, c.After.Month}
			delta := c.After.BilledCost[currency].Sub(c.Before.BilledCost[currency])
			if delta.IsZero() {
				continue
			}
			if days[k]++; days[k] == 1 {
				order = append(order, k)
			}
			before[k], change[k] = before[k].Add(c.Before.BilledCost[currency]), change[k].Add(delta)
		}
	}
	var lines []string
	for _, k := range order {
		if worthTelling(cfg, k.currency, before[k], change[k]) {
			lines = append(lines, fmt.Sprintf("%s %s: %s %s (%d %s) · goscan changes --month %s", k.account, k.month,
				signedAmount(change[k]), k.currency, days[k], plural(days[k], "day", "days"), k.month))
		}
	}
	return lines
}

func signedAmount(m providers.Money) string {
	if m.IsPositive() {
		return "+" + render.Amount(m)
	}
	return render.Amount(m)
}

func currenciesOfMarks(a, b store.Mark) []string {
	all := append(a.BilledCost.Currencies(), b.BilledCost.Currencies()...)
	slices.Sort(all)
	return slices.Compact(all)
}

// untold is the error of a run whose messages did not arrive. The run's own error, if it has one, decides the exit code.
type untold struct{ run, messages error }

func alsoUntold(run, messages error) error {
	switch {
	case messages == nil:
		return run
	case run == nil:
		return messages
	}
	return untold{run, messages}
}

// Error says both.
func (e untold) Error() string { return e.run.Error() + "; " + e.messages.Error() }

// Unwrap gives the run's error alone: the messages' decides nothing.
func (e untold) Unwrap() error { return e.run }
