package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

const validateSchema = "goscan.validate/1"

func newConfigValidate(a *app) *cobra.Command {
	var online, asJSON bool
	c := &cobra.Command{
		Use:   "validate",
		Short: "Name every key that is wrong, and with --online what does not work",
		Long: `Read the configuration and name every key that is wrong, with its line. Nothing is connected to.

With --online, what the configuration says is tried too: the store has to answer and its schema to fit, and every
account's keys have to read a bill, for which two cheap calls are made. Channels are looked at and nothing is
sent: "goscan notify test" tries them. One line tells each of these. Nothing is created, stored or changed, on
this machine neither: it is for a change of the configuration, before it is merged or rolled out.

"goscan doctor" does the same on the machine that is to run the sync, and looks at that machine as well: the state
folder, its files, the log, the clock.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore, exitDenied, exitInterrupted),
		Example: `  goscan config validate
  goscan -c new.yaml config validate --online
  goscan config validate --online --json`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if online || asJSON {
				return a.runValidate(c.Context(), online, asJSON)
			}
			return a.validate()
		},
	}
	c.Flags().BoolVar(&online, "online", false, "try the store and the accounts' keys, too")
	c.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return c
}

// validate reads the configuration as every command does.
func (a *app) validate() error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	names := accountNames(cfg)
	_, err = fmt.Fprintf(a.out, "%s is valid: %d %s (%s)\n", cfg.Path, len(names), plural(len(names), "account", "accounts"), strings.Join(names, ", "))
	return err
}

func (a *app) runValidate(ctx context.Context, online, asJSON bool) error {
	d, crash := a.examineNamed(ctx, online)
	if err := ctx.Err(); err != nil && crash == nil {
		return err
	}
	if err := d.print(a, validateSchema, asJSON); err != nil {
		return err
	}
	if crash != nil {
		return crash
	}
	return d.errOf("config validate: does not work")
}

// examineNamed makes those of the doctor's checks that are about what the configuration names, and not about this machine.
func (a *app) examineNamed(ctx context.Context, online bool) (diagnosis, error) {
	cfg, findings := a.examineConfig()
	if !online {
		return findings, nil
	}
	if cfg == nil {
		for _, name := range []string{checkOfStore, checkOfAccount} {
			findings = append(findings, finding{Check: name, Status: unchecked, Found: "not checked while the configuration is wrong"})
		}
		return findings, nil
	}
	results, err := inParallel(ctx, a.checksOfNamed(cfg))
	for _, e := range results {
		findings = append(findings, e.findings...)
	}
	return findings, err
}
