package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"goscan/cmd/schedule"
)

func newScheduleCron(a *app) *cobra.Command {
	var o installOptions
	c := &cobra.Command{
		Use:   "cron",
		Short: "Print or install crontab lines",
		Long: `Print crontab lines, or install them: into your own crontab (the default) between two marker lines, where
every other line stays as it is, or as /etc/cron.d/goscan (--system). Times are those of this machine's zone.
A run waits for another one (--lock-wait), prints into cron.log in the state's folder, and when it fails cron
mails one line to the crontab's owner.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage),
		Example: `  goscan schedule cron
  goscan schedule cron --install
  goscan schedule cron --uninstall`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.runScheduleCron(c.Context(), o, c.Flags().Changed("report"))
		},
	}
	o.addFlags(c)
	c.Flags().BoolVar(&o.user, "user", false, "your own crontab (the default)")
	c.Flags().BoolVar(&o.system, "system", false, "a file in /etc/cron.d")
	c.Flags().StringVar(&o.folder, "dir", "/etc/cron.d", "with --system: the folder of the file")
	return c
}

func (a *app) runScheduleCron(ctx context.Context, o installOptions, reportAsked bool) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.uninstall {
		return a.uninstallCron(ctx, o)
	}
	cfg, p, err := a.plan(o.scheduleOptions, reportAsked)
	if err != nil {
		return err
	}
	options := schedule.CronOptions{Zone: a.now().Location(), Year: a.now().Year()}
	if o.system {
		options.RunAs = o.runAs
		if !cfg.ChoosesState() {
			p.State = schedule.SystemState
		}
	}
	block, err := schedule.Cron(p, options)
	if err != nil {
		return usageError{err}
	}
	if o.system {
		a.note("the user %s must be there, read %s and own %s", o.runAs, p.Config, p.State)
	}
	if !o.install {
		_, err := fmt.Fprint(a.out, block)
		return err
	}
	if err := a.checkEnvironment(p); err != nil {
		return err
	}
	if o.system {
		return forRoot(a.putCronFile(o.cronFile(), block), true)
	}
	return a.changeCrontab(ctx, block)
}

func (o installOptions) cronFile() string { return filepath.Join(o.folder, "goscan") }

func (a *app) putCronFile(path, block string) error {
	changed, err := putFile(path, block)
	if err != nil {
		return err
	}
	what := "unchanged"
	if changed {
		what = "wrote"
	}
	_, err = fmt.Fprintf(a.out, "%s %s\n", what, path)
	return err
}

func (a *app) uninstallCron(ctx context.Context, o installOptions) error {
	if !o.system {
		return a.changeCrontab(ctx, "")
	}
	path := o.cronFile()
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		_, err = fmt.Fprintf(a.out, "nothing of goscan is in %s\n", o.folder)
		return err
	}
	if err != nil {
		return forRoot(err, true)
	}
	_, err = fmt.Fprintf(a.out, "removed %s\n", path)
	return err
}

// changeCrontab puts a block into the user's crontab, or takes it out if it is empty.
func (a *app) changeCrontab(ctx context.Context, block string) error {
	old, err := tool(ctx, "", "crontab", "-l")
	if err != nil {
		if !strings.Contains(err.Error(), "no crontab for") {
			return err
		}
		old = ""
	}
	merged, err := schedule.MergeCron(old, block)
	if err != nil {
		return withHint{err, "mend it with crontab -e"}
	}
	if merged == old {
		_, err = fmt.Fprintln(a.out, "the crontab is unchanged")
		return err
	}
	if _, err := tool(ctx, merged, "crontab", "-"); err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.out, "the crontab is changed; crontab -l shows it")
	return err
}
