package cmd

import (
	"context"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"goscan/cmd/config"
	channels "goscan/notify/all"
	"goscan/providers"
)

const (
	checkPatience  = 30 * time.Second
	checksAtOnce   = 8
	checkOfLog     = "log"
	checkOfConfig  = "config"
	checkOfState   = "state"
	checkOfStore   = "store"
	checkOfAccount = "account"
	checkOfClock   = "clock"
	checkOfZone    = "zone"
)

func newDoctor(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check everything that a sync needs, and name the cure of what is wrong",
		Long: `Check the configuration, the state folder, the store, the credentials and permissions of every account
and the clock, and say what to do about whatever is wrong. Nothing is created, stored or changed.

✓ is fine, ! works but deserves a look, ✗ has to be mended, - could not be checked. With several
problems the exit code is that of the first of configuration, store, credentials, others.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore, exitDenied, exitInterrupted),
		Example: `  goscan doctor
  goscan doctor --json`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d, crash := a.examine(c.Context())
			if err := c.Context().Err(); err != nil && crash == nil {
				return err
			}
			if err := d.print(a, doctorSchema, asJSON); err != nil {
				return err
			}
			if crash != nil {
				return crash
			}
			return d.err()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return c
}

// A check looks at one thing. It ends when its context does.
type check func(ctx context.Context) examined

// examined is what a check found, and what the time is at whoever it talked to.
type examined struct {
	findings []finding
	times    []reference
}

// examine makes all checks. Those that wait for somebody run side by side; the findings have the same order every time. What is
// wrong is among them: the error is a panic's.
func (a *app) examine(ctx context.Context) (diagnosis, error) {
	cfg, findings := a.examineConfig()
	if cfg == nil {
		for _, name := range []string{checkOfState, checkOfStore, checkOfAccount, checkOfClock} {
			findings = append(findings, finding{Check: name, Status: unchecked, Found: "not checked while the configuration is wrong"})
		}
		return append(findings, a.examineZone()), nil
	}
	results, err := inParallel(ctx, a.checks(cfg))
	var times []reference
	for _, e := range results {
		findings = append(findings, e.findings...)
		times = append(times, e.times...)
	}
	return append(findings, examineClock(times), a.examineZone(), examineHolidays(a.now())), err
}

// checks returns what there is to check of a configuration, in the order in which it is told.
func (a *app) checks(cfg *config.Config) []check {
	var checks []check
	if cfg.Log.File != "" {
		checks = append(checks, func(context.Context) examined {
			return examined{findings: append([]finding{examineLog(cfg.Log.File)}, exposed(checkOfLog, cfg.Log.File)...)}
		})
	}
	checks = append(checks, func(ctx context.Context) examined { return examineState(ctx, cfg) })
	return append(checks, a.checksOfNamed(cfg)...)
}

// checksOfNamed returns the checks of what the configuration names: the store, the accounts and the channels.
func (a *app) checksOfNamed(cfg *config.Config) []check {
	var checks []check
	if cfg.ClickHouse != nil {
		checks = append(checks, func(ctx context.Context) examined { return examineClickHouse(ctx, cfg) })
	} else {
		checks = append(checks, func(ctx context.Context) examined { return examineLedger(ctx, cfg) })
	}
	for _, acc := range cfg.Accounts {
		checks = append(checks, func(ctx context.Context) examined { return a.examineAccount(ctx, acc) })
	}
	if len(cfg.Channels) > 0 {
		checks = append(checks, func(ctx context.Context) examined { return a.examineChannels(ctx, cfg) })
	}
	return checks
}

func inParallel(ctx context.Context, checks []check) ([]examined, error) {
	results := make([]examined, len(checks))
	var g errgroup.Group
	g.SetLimit(checksAtOnce)
	for i, c := range checks {
		g.Go(func() (err error) {
			defer providers.Recover(&err)
			ctx, cancel := context.WithTimeout(ctx, checkPatience)
			defer cancel()
			results[i] = c(ctx)
			return nil
		})
	}
	return results, g.Wait()
}

// loadOptions say where the configuration comes from.
func (a *app) loadOptions() config.Options {
	return config.Options{File: a.configPath, State: a.statePath, Getenv: a.getenv, Now: a.now, Registry: a.clouds, Channels: channels.Registry()}
}
