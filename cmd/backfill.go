package cmd

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"goscan/providers"
	"goscan/store"
	"goscan/sync"
)

func newBackfill(a *app) *cobra.Command {
	var o syncOptions
	var from, to string
	c := &cobra.Command{
		Use:   "backfill --from MONTH",
		Short: "Fetch a range of months",
		Long: `Fetch the days of a range of months that are not stored, up to yesterday. Interrupt it as you like: the
next backfill of the range goes on where this one stopped, and days that are final are not fetched again.

How far back a cloud answers: Volcengine 24 months, Alibaba Cloud 18 months.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitPartly, exitUnreconciled, exitUndelivered, exitStore, exitLocked, exitDenied, exitInterrupted),
		Example: `  goscan backfill --from 2026-01 --to 2026-10
  goscan backfill --from 2026-10-05 --to 2026-10-05 --force   one day, again`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			r, err := parseRange(a.now(), from, to)
			if err != nil {
				return err
			}
			r.Force = o.force
			return a.runSync(c.Context(), o, "backfill", func(now time.Time, sources []sync.Source, stored []store.Mark) ([]sync.Task, error) {
				return sync.PlanRange(now, sources, stored, r)
			})
		},
	}
	o.addFlags(c)
	c.Flags().StringVar(&from, "from", "", "first month (YYYY-MM) or day (YYYY-MM-DD)")
	c.Flags().StringVar(&to, "to", "", "last month or day (default: yesterday)")
	return c
}

func parseRange(now time.Time, from, to string) (sync.Range, error) {
	r := sync.Range{To: providers.DayOf(now) - 1}
	if from == "" {
		return r, withHint{usageError{fmt.Errorf("--from is missing")}, "for example: goscan backfill --from 2026-01"}
	}
	first, _, err := parseSpan(from)
	if err != nil {
		return r, usageError{fmt.Errorf("--from %w", err)}
	}
	r.From = first
	if to != "" {
		_, last, err := parseSpan(to)
		if err != nil {
			return r, usageError{fmt.Errorf("--to %w", err)}
		}
		r.To = min(last, r.To)
		if last < r.From {
			return r, usageError{fmt.Errorf("--to %s is before --from %s", to, from)}
		}
	}
	if r.To < r.From {
		return r, usageError{fmt.Errorf("--from %s is after yesterday, %s: today's bill is not asked for", from, r.To)}
	}
	return r, nil
}

// parseSpan returns the first and the last day that a month or a day names.
func parseSpan(s string) (first, last providers.Day, err error) {
	if m, err := providers.ParseMonth(s); err == nil {
		return m.First(), m.Last(), nil
	}
	d, err := providers.ParseDay(s)
	if err != nil {
		return 0, 0, fmt.Errorf("%q is neither a month (YYYY-MM) nor a day (YYYY-MM-DD)", s)
	}
	return d, d, nil
}
