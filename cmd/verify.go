package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"goscan/providers"
	"goscan/store"
	"goscan/sync"
)

// watched is how many ended months every run verifies.
const watched = 3

// verifyOptions are the flags of verify.
type verifyOptions struct {
	accounts []string
	months   []string
	focus    bool
	accept   bool
	reason   string
	json     bool
}

func newVerify(a *app) *cobra.Command {
	var o verifyOptions
	c := &cobra.Command{
		Use:   "verify",
		Short: "Compare stored months with the clouds' own overviews",
		Long: `Compare what is stored of a month with the cloud's own overview, per service and currency: all lines by
cost_before_voucher and the settled ones by billed_cost. A difference of a cent for each row of the overview is
rounding. A closed month that differs by more is fetched whole once more; if it still differs, verify and every
sync exit 4 until it agrees or the difference is accepted. A month that is not closed is compared to inform only.

The default is the current month and the last three before it. Every sync verifies the last three by itself.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitPartly, exitUnreconciled, exitStore, exitLocked, exitDenied, exitInterrupted),
		Example: `  goscan verify
  goscan verify --account prod-ali --month 2026-10
  goscan verify --account prod-ali --month 2026-10 --accept --reason "credit note 4711"`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			months, err := o.parse()
			if err != nil {
				return usageError{err}
			}
			return a.runVerify(c.Context(), o, months)
		},
	}
	f := c.Flags()
	f.StringSliceVarP(&o.accounts, "account", "a", nil, "only this account (may be repeated)")
	f.StringSliceVarP(&o.months, "month", "m", nil, "only this month (YYYY-MM, may be repeated)")
	f.BoolVar(&o.focus, "focus-tolerance", false, "exit 4 only beyond FOCUS 1.4's wider bound")
	f.BoolVar(&o.accept, "accept", false, "accept the recorded differences of one month of one account")
	f.StringVar(&o.reason, "reason", "", "why they are accepted")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	return c
}

func (o verifyOptions) parse() ([]providers.Month, error) {
	var months []providers.Month
	for _, s := range o.months {
		m, err := providers.ParseMonth(s)
		if err != nil {
			return nil, fmt.Errorf("--month %w", err)
		}
		months = append(months, m)
	}
	switch {
	case o.accept && (len(o.accounts) != 1 || len(months) != 1):
		return nil, errors.New("--accept needs one --account and one --month")
	case o.accept && o.reason == "":
		return nil, errors.New("--accept needs a --reason")
	case !o.accept && o.reason != "":
		return nil, errors.New("--reason goes with --accept")
	}
	return months, nil
}

func (a *app) runVerify(ctx context.Context, o verifyOptions, months []providers.Month) (err error) {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	s, err := a.openSession(ctx, cfg, sessionOptions{command: "verify", only: o.accounts})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.end(ctx, nil, err)) }()
	defer providers.Recover(&err)
	verifier := s.verifier()
	verifier.Explain = true
	if o.accept {
		return s.accept(ctx, verifier, months[0], o.reason)
	}
	now := a.now()
	results, err := s.verify(ctx, verifier, func(src sync.Source) []providers.Month {
		if len(months) > 0 {
			return months
		}
		return append(src.Watched(now, watched, s.stored), providers.MonthOf(now))
	})
	if err != nil {
		return err
	}
	if o.focus {
		widen(results)
	}
	if o.json {
		err = printJSON(a.out, map[string]any{"schema": "goscan.verify/1", "months": results})
	} else {
		err = a.printMonths(results)
	}
	return errors.Join(err, verifyError(results))
}

// widen judges months by FOCUS's bound instead of Goscan's.
func widen(months []monthResult) {
	for i := range months {
		m := &months[i]
		within := !slices.ContainsFunc(m.Services, func(s serviceResult) bool {
			return s.Accepted == "" && s.Difference.Abs().GreaterThan(s.FocusBound)
		})
		if m.Status == monthDiffers && within {
			m.Status = monthAgrees
		}
	}
}

// verifyError returns the error of a verify: months that could not be verified, else those that differ.
func verifyError(months []monthResult) error {
	var failed []failure
	verified := false
	for _, m := range months {
		if m.Status == monthFailed {
			failed = append(failed, failure{bill: providers.Bill{Account: m.Account, Month: m.Month}, err: m.err})
		} else {
			verified = true
		}
	}
	if len(failed) > 0 {
		return &unfinished{failures: failed, stored: verified}
	}
	return unreconciledOf(months)
}

func (s *session) accept(ctx context.Context, v *sync.Verifier, m providers.Month, reason string) error {
	bill := s.sources[0].Bill(m)
	rows, err := v.Accept(ctx, bill, reason)
	if err != nil {
		return usageError{err}
	}
	for _, r := range rows {
		fmt.Fprintf(s.app.out, "%s: %s %s: difference of %s %s accepted: %s\n", bill, r.ServiceCode, r.Amount, r.Difference(), r.Currency, reason)
	}
	return nil
}

// verifier returns what verifies months for the session.
func (s *session) verifier() *sync.Verifier {
	return &sync.Verifier{
		Books: s.store, Providers: s.clouds, Proofs: s.proofs, RunID: s.id, Began: s.began, Now: s.app.now,
	}
}

// verify verifies months of all accounts of the session, accounts side by side, and returns what it found by account and
// month.
func (s *session) verify(ctx context.Context, v *sync.Verifier, months func(sync.Source) []providers.Month) ([]monthResult, error) {
	found := make([][]monthResult, len(s.sources))
	engine := s.engine(nil)
	g, ctx := errgroup.WithContext(ctx)
	for i, src := range s.sources {
		g.Go(func() (err error) {
			defer providers.Recover(&err)
			for _, m := range months(src) {
				verdict := v.Verify(ctx, src, m, func(ctx context.Context, tasks []sync.Task) error {
					s.app.log.Info("fetching a month whole once more", "account", src.Account, "month", m)
					return fetchWhole(ctx, engine, tasks)
				})
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if doomed(verdict.Err) {
					return verdict.Err
				}
				found[i] = append(found[i], newMonthResult(verdict, s.app.mask))
			}
			return nil
		})
	}
	err := g.Wait()
	return slices.Concat(found...), err
}

// fetchWhole does the tasks. A day that fails is an error of them all: what was found is then not recorded, and the next run
// tries again.
func fetchWhole(ctx context.Context, e *sync.Engine, tasks []sync.Task) error {
	outcomes, err := e.Run(ctx, tasks)
	if err != nil {
		return err
	}
	for _, o := range outcomes {
		if o.Err != nil && !o.Skipped {
			return fmt.Errorf("%s: %w", o.Task.Day, o.Err)
		}
	}
	return nil
}

func doomed(err error) bool {
	return errors.Is(err, store.ErrUnreachable) || errors.Is(err, store.ErrSchema)
}
