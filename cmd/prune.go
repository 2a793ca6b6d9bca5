package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store/report/render"
	"goscan/store/sqlite"
)

const (
	// keepAtLeast is the current month and those that every sync verifies: it would fetch them again at once.
	keepAtLeast = watched + 1
	// keepToCompare is what a report of the last closed month needs to compare it with the same month a year before.
	keepToCompare = 14
)

// pruneOptions are the flags of prune.
type pruneOptions struct {
	accounts []string
	keep     int
	dryRun   bool
	yes      bool
	json     bool
	wait     time.Duration
}

func newPrune(a *app) *cobra.Command {
	var o pruneOptions
	c := &cobra.Command{
		Use:   "prune --keep MONTHS",
		Short: "Drop old months for good",
		Long: `Drop the months that are older than the newest MONTHS (of the calendar, UTC+8, the current one counted)
from the store: their lines, sums, history of restatements and what was reconciled. It shows what goes and asks
first. Kill it as you like: a month is there whole or not at all, and the next prune does what is left.

A later sync does not fetch dropped months again; "goscan backfill" does, as far back as the cloud answers.
Where several machines sync one ClickHouse, each has a state of its own that remembers this: prune on each.

ClickHouse frees the space with the first sync or prune an hour later, when no reader can be in the old lines; the
user needs ALTER DELETE on bill_days and bill_months, which a sync does not. The ledger's file shrinks at once.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore, exitLocked, exitInterrupted),
		Example: `  goscan prune --keep 24 --dry-run   what would go
  goscan prune --keep 24             drop it, after a question
  goscan prune --keep 24 --yes       without a question, from a scheduler
  goscan prune --keep 4 -a trial     of one account, also one that is no longer configured`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.check(c.Flags().Changed("keep")); err != nil {
				return usageError{err}
			}
			return a.runPrune(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringSliceVarP(&o.accounts, "account", "a", nil, "only this account (may be repeated)")
	f.IntVar(&o.keep, "keep", 0, fmt.Sprintf("how many months stay, the current one counted: %d or more", keepAtLeast))
	f.BoolVar(&o.dryRun, "dry-run", false, "print what would go, and touch nothing")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	f.DurationVar(&o.wait, "lock-wait", 0, "how long to wait for another run on the same state (5m), instead of exit 11")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	return c
}

func (o pruneOptions) check(given bool) error {
	if !given {
		return withHint{errors.New("--keep is missing"), "for example: goscan prune --keep 24 --dry-run"}
	}
	if o.keep < keepAtLeast {
		return fmt.Errorf("--keep %d: must be %d or more, the current month and those that every sync verifies", o.keep, keepAtLeast)
	}
	return nil
}

func (a *app) runPrune(ctx context.Context, o pruneOptions) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	shown, err := a.previewPrune(ctx, cfg, o)
	if err != nil {
		return err
	}
	if o.dryRun {
		return a.printPruning(shown, o, false)
	}
	if len(shown.months) > 0 {
		if !o.json {
			if err := a.printPruning(shown, o, false); err != nil {
				return err
			}
		}
		if err := a.confirmPruning(ctx, shown, o); err != nil {
			return err
		}
	}
	if err := a.prune(ctx, cfg, o, shown); err != nil {
		return err
	}
	return a.printPruning(shown, o, true)
}

// previewPrune tells what would go, without the lock: nobody waits for an answer to the question.
func (a *app) previewPrune(ctx context.Context, cfg *config.Config, o pruneOptions) (_ *pruning, err error) {
	s := a.pruneSession(o)
	s.options.dry = true
	defer func() { err = errors.Join(err, s.end(ctx, nil, err)) }()
	defer providers.Recover(&err)
	if err := s.openState(ctx, cfg, nil); err != nil {
		return nil, err
	}
	if err := s.openStore(ctx, cfg); err != nil {
		return nil, err
	}
	p, err := s.planPrune(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	return p, p.contradicts(cfg)
}

func (a *app) pruneSession(o pruneOptions) *session {
	return &session{
		app: a, options: sessionOptions{command: "prune", lockWait: o.wait}, id: runID(a.now()), began: a.now(), calls: newCalls(),
	}
}

// prune drops what was shown. The state learns first where an account begins now: killed after that, nothing is gone, and
// killed after the store has dropped the days, no sync takes them for missing.
func (a *app) prune(ctx context.Context, cfg *config.Config, o pruneOptions, shown *pruning) (err error) {
	s := a.pruneSession(o)
	defer func() { err = errors.Join(err, s.end(ctx, nil, err)) }()
	defer providers.Recover(&err)
	if err := s.openState(ctx, cfg, nil); err != nil {
		return err
	}
	if err := s.openStore(ctx, cfg); err != nil {
		return err
	}
	p, err := s.planPrune(ctx, cfg, o)
	if err != nil {
		return err
	}
	if !slices.EqualFunc(p.months, shown.months, prunedMonth.equal) {
		return errors.New("other months are stored than were shown, nothing was dropped: run it again")
	}
	for _, account := range p.accounts {
		if err := s.pruneAccount(ctx, p, account); err != nil {
			return err
		}
	}
	if err := s.freeSpace(ctx); err != nil { // a full disk, another writer: the months are gone all the same
		a.log.Warn("the space of what was dropped is not free yet: the next prune tries again", "error", err)
	}
	return nil
}

// freeSpace gives back what the store no longer needs.
func (s *session) freeSpace(ctx context.Context) error {
	ledger, ok := s.store.bills.(*sqlite.Ledger)
	if !ok {
		return s.store.clean(ctx)
	}
	freed, err := ledger.Compact(ctx)
	if freed > 0 {
		s.app.note("%s is %s bytes smaller", ledger.File(), render.Count(freed))
	}
	return err
}

// pruneAccount drops an account's months. It also does what a killed prune left, where there is nothing to be seen.
func (s *session) pruneAccount(ctx context.Context, p *pruning, account string) error {
	if len(p.keys[account]) > 0 {
		since, known, err := s.state.Since(ctx, s.store.id, account)
		if err != nil {
			return err
		}
		if !known || since < p.before.First() {
			if err := s.state.SetSince(ctx, s.store.id, account, p.before.First()); err != nil {
				return err
			}
		}
	}
	if err := s.store.Prune(ctx, account, p.before); err != nil {
		return err
	}
	return s.marks.Forget(ctx, p.keys[account]...)
}

// printPruning prints what goes, or went: in words the months before the question, and one line after it.
func (a *app) printPruning(p *pruning, o pruneOptions, done bool) error {
	if o.json {
		return printJSON(a.out, map[string]any{
			"schema": "goscan.prune/1", "keep": o.keep, "first_month": p.before, "dropped": done, "months": append([]prunedMonth{}, p.months...),
		})
	}
	if len(p.months) == 0 {
		_, err := fmt.Fprintf(a.out, "nothing is stored of before %s\n", p.before)
		return err
	}
	if done {
		_, err := fmt.Fprintf(a.out, "dropped %d %s: nothing is left of before %s\n", len(p.months), plural(len(p.months), "month", "months"), p.before)
		return err
	}
	rows := [][]string{{"account", "month", "days", "lines", "billed", ""}}
	for _, m := range p.months {
		remark := ""
		if m.Lost {
			remark = "the cloud no longer has it"
		}
		rows = append(rows, []string{m.Account, m.Month.String(), strconv.Itoa(m.Days), render.Count(int64(m.Lines)), totals(m.Billed), remark})
	}
	return printTable(a.out, rows, "llrrrl")
}

// confirmPruning asks, where there is somebody to answer.
func (a *app) confirmPruning(ctx context.Context, p *pruning, o pruneOptions) error {
	if o.keep < keepToCompare {
		a.note("reports of closed months compare with a year before: that takes %d months, and %d stay", keepToCompare, o.keep)
	}
	if o.yes {
		return nil
	}
	if !a.answers {
		return withHint{usageError{errors.New("nobody can be asked: standard input is no terminal")}, "goscan prune --dry-run shows what would go, --yes drops it without a question"}
	}
	months := len(p.months)
	fmt.Fprintf(a.err, "Drop %d %s for good? Type %d to do it: ", months, plural(months, "month", "months"), months)
	answer, err := readLine(ctx, a.in)
	if err != nil {
		return err
	}
	if answer != strconv.Itoa(months) && answer != "yes" {
		return fmt.Errorf("the answer was %q: nothing was dropped", cmp.Or(answer, "no"))
	}
	return nil
}
