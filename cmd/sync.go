package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
	"goscan/sync"
)

// syncOptions are the flags that sync and backfill share.
type syncOptions struct {
	accounts []string
	dryRun   bool
	force    bool
	json     bool
	wait     time.Duration
	shrink   bool
	notifyOn []string

	metricsFile string
}

func (o *syncOptions) addFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringSliceVarP(&o.accounts, "account", "a", nil, "only this account (may be repeated)")
	f.BoolVar(&o.dryRun, "dry-run", false, "print what would be fetched and what it costs in API calls, and touch nothing")
	f.BoolVar(&o.force, "force", false, "fetch days again that are final")
	f.BoolVar(&o.shrink, "accept-shrink", false, "store a day also when it lost more than half of its lines and the cloud's overview does not explain it")
	f.DurationVar(&o.wait, "lock-wait", 0, "how long to wait for another run on the same state (5m), instead of exit 11")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	f.StringSliceVar(&o.notifyOn, "notify-on", nil, "tell the channels of failure, restatement or unreconciled (may be repeated): once, and when it is over")
	f.StringVar(&o.metricsFile, "metrics-file", "", "write what became of the run for Prometheus to this file (default: metrics.file)")
}

// planner decides what a session fetches.
type planner func(now time.Time, sources []sync.Source, stored []store.Mark) ([]sync.Task, error)

func newSync(a *app) *cobra.Command {
	var o syncOptions
	var days int
	c := &cobra.Command{
		Use:   "sync",
		Short: "Fetch what is missing or may have changed, up to yesterday",
		Long: `Bring the store up to yesterday (UTC+8): days that are missing, the last days until they are final, and
the days of ended months until the month has closed. Run it once a day, or as often as you like: a day
is replaced whole or not at all, and a day that did not change is not stored again.

The first sync of an account begins with the month before the current one. "goscan backfill" fetches
older months.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitPartly, exitUnreconciled, exitUndelivered, exitStore, exitLocked, exitDenied, exitInterrupted),
		Example: `  goscan sync                       everything that is due
  goscan sync --dry-run             what that would be
  goscan sync -a prod-ali --days 7  the last 7 days of one account
  goscan sync --notify-on failure,unreconciled
  goscan sync --metrics-file /var/lib/node_exporter/textfile/goscan.prom`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("days") && days < 1 {
				return usageError{fmt.Errorf("--days %d: must be 1 or more", days)}
			}
			return a.runSync(c.Context(), o, "sync", recent(days, o.force))
		},
	}
	o.addFlags(c)
	c.Flags().IntVar(&days, "days", 0, "only the last DAYS days, and those again that are not final")
	return c
}

// recent returns the planner of sync. With days above zero only the last days are planned.
func recent(days int, force bool) planner {
	return func(now time.Time, sources []sync.Source, stored []store.Mark) ([]sync.Task, error) {
		if days < 1 && !force {
			return sync.Plan(now, sources, stored), nil
		}
		today := providers.DayOf(now)
		var tasks []sync.Task
		for _, s := range sources {
			from := max(s.Since, s.Calendar.Oldest(now).First())
			if days > 0 {
				from = max(today-providers.Day(days), s.Calendar.Oldest(now).First())
				s.Lookback = days
			}
			planned, err := sync.PlanRange(now, []sync.Source{s}, stored, sync.Range{From: from, To: today - 1, Force: force})
			if err != nil {
				return nil, err
			}
			tasks = append(tasks, planned...)
		}
		return tasks, nil
	}
}

// runSync is a run of sync or backfill, which differ in what they plan and in the months they verify.
func (a *app) runSync(ctx context.Context, o syncOptions, command string, plan planner) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	tells := len(o.notifyOn) > 0 && !o.dryRun
	if err := parseNotifyOn(o.notifyOn); err != nil {
		return err
	}
	if tells { // a channel that cannot be opened is known before anything is fetched
		if _, err := a.openChannels(cfg); err != nil {
			return err
		}
	}
	w := a.watch(ctx, cfg, o, command)
	s, r, err := a.syncOnce(ctx, cfg, o, command, plan, w)
	if tells {
		err = a.tellRun(ctx, cfg, s, r, o.notifyOn, err)
	}
	w.end(ctx, s, r, err)
	return err
}

// syncOnce opens a session, does its tasks and ends it. The session and the result are nil where there is none.
func (a *app) syncOnce(ctx context.Context, cfg *config.Config, o syncOptions, command string, plan planner, w *watch) (s *session, r *result, err error) {
	a.keepMemorySmall()
	s, err = a.openSession(ctx, cfg, sessionOptions{
		command: command, only: o.accounts, dry: o.dryRun, lockWait: o.wait, acceptShrink: o.shrink,
		begun: func() { w.begin(ctx) },
	})
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		w.look(ctx, s)
		err = errors.Join(err, s.end(ctx, r, err))
	}()
	defer providers.Recover(&err) // a run that panics ends like any other that fails
	tasks, err := plan(a.now(), s.sources, s.stored)
	if err != nil {
		return s, nil, err
	}
	if o.dryRun {
		return s, nil, a.printPlan(s, pageSizes(cfg), tasks, o.json)
	}
	r, err = s.run(ctx, tasks)
	if printErr := a.printResult(r, o.json); err == nil {
		err = printErr
	}
	if err == nil && slices.Contains(o.notifyOn, onRestatement) {
		r.restated, err = s.restatements(ctx)
	}
	if err == nil {
		err = r.err()
	}
	return s, r, err
}

// workers is how many days of one account are under way at most, those that are being stored included. How many are fetched at
// once is up to the provider: as many as keep its request rate busy.
const workers = 32

// run does the tasks of a session, verifies months against the clouds' overviews, and sums up what became of it.
func (s *session) run(ctx context.Context, tasks []sync.Task) (*result, error) {
	a := s.app
	a.note("run %s writes to %s", s.id, s.store.is)
	progress := a.newProgress(len(tasks))
	a.reportProgress(progress)
	outcomes, err := s.engine(progress.observe).Run(ctx, tasks)
	progress.close()
	r := newResult(s, outcomes)
	if err == nil {
		a.tellManager(managerStatus+"comparing months with the clouds' overviews", extension())
		r.Verified, err = s.verify(ctx, s.verifier(), s.toVerify(tasks, r))
	}
	if err == nil {
		if cleanErr := s.store.clean(ctx); cleanErr != nil {
			a.log.Warn("cleaning old loads", "error", cleanErr)
		}
	}
	return r, err
}

// toVerify returns which months of a source a run verifies; none of an account that failed.
func (s *session) toVerify(tasks []sync.Task, r *result) func(sync.Source) []providers.Month {
	return func(src sync.Source) []providers.Month {
		if r.failed(src.Account) {
			return nil
		}
		return s.endedMonths(src, tasks)
	}
}

// endedMonths returns the watched months of a source and the ended ones that it fetches days of. A month that is kept in part
// only, because it began before the source's first day, has nothing to be compared with and is left out.
func (s *session) endedMonths(src sync.Source, tasks []sync.Task) []providers.Month {
	now := s.app.now()
	months := src.Watched(now, watched, s.stored)
	kept := map[providers.Day]bool{}
	for _, m := range s.stored {
		if m.Account == src.Account {
			kept[m.Day] = true
		}
	}
	for _, t := range tasks {
		if t.Bill.Account != src.Account {
			continue
		}
		kept[t.Day] = true
		if t.Bill.Month < providers.MonthOf(now) {
			months = append(months, t.Bill.Month)
		}
	}
	slices.Sort(months)
	return slices.DeleteFunc(slices.Compact(months), func(m providers.Month) bool { return !kept[m.First()] })
}

// note tells a person what a run does, on stderr.
func (a *app) note(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintf(a.err, "goscan: "+format+"\n", args...)
	}
}
