package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"goscan/cmd/config"
	"goscan/cmd/schedule"
	"goscan/providers/all"
)

func newScheduleSystemd(a *app) *cobra.Command {
	var o installOptions
	c := &cobra.Command{
		Use:   "systemd",
		Short: "Print or install systemd units",
		Long: `Print systemd services and timers, or install them. Those of the system (the default) run as a user of
their own in a sandbox: systemd hands the configuration and the files that it names over as credentials, so
only root needs to read them, and keeps the state in /var/lib/goscan unless the configuration names a folder.
Those of a user (--user) run with the user's own state and configuration.

A second --install brings the units up to date. Units that were not written by it are never touched.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage),
		Example: `  goscan schedule systemd
  sudo goscan -c /etc/goscan/goscan.yaml schedule systemd --install
  goscan schedule systemd --user --install --at 08:17
  sudo goscan schedule systemd --uninstall`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.runScheduleSystemd(c.Context(), o, c.Flags().Changed("report"))
		},
	}
	o.addFlags(c)
	c.Flags().BoolVar(&o.user, "user", false, "units of your own user manager")
	c.Flags().BoolVar(&o.system, "system", false, "units of the system (the default)")
	c.Flags().StringVar(&o.folder, "dir", "", "with --install: write the units into this folder and start nothing, for packages and images")
	c.Flags().BoolVar(&o.packaged, "packaged", false, "units that sync for whatever configuration will be in /etc/goscan")
	_ = c.Flags().MarkHidden("packaged") // it is there: it is for those who build packages
	return c
}

func (a *app) runScheduleSystemd(ctx context.Context, o installOptions, reportAsked bool) error {
	if err := o.check(); err != nil {
		return err
	}
	manager, err := a.unitManager(o)
	if err != nil {
		return err
	}
	if o.uninstall {
		return forRoot(manager.uninstall(ctx), !o.user)
	}
	if o.packaged {
		return a.packagedUnits(ctx, o, manager)
	}
	cfg, p, err := a.plan(o.scheduleOptions, reportAsked)
	if err != nil {
		return err
	}
	if !o.user && !cfg.ChoosesState() {
		p.State = schedule.SystemState
	}
	if !o.user && inHome(p.Binary) {
		a.note("%s is where a service of the system sees nothing: install it in /usr/local/bin, or name it with --binary", p.Binary)
	}
	units, err := schedule.Systemd(p, schedule.SystemdOptions{User: o.user, RunAs: o.runAs})
	if err != nil {
		return usageError{err}
	}
	if !o.install {
		return a.printUnits(manager.folder, units)
	}
	if err := a.checkEnvironment(p); err != nil {
		return err
	}
	return forRoot(manager.install(ctx, units), !o.user)
}

// packagedUnits writes or prints the units of a package: no configuration is read, and they are the same on every machine.
func (a *app) packagedUnits(ctx context.Context, o installOptions, m unitManager) error {
	if o.binary == "" {
		o.binary = "/usr/bin/goscan"
	}
	var accounts []config.Account
	for _, cloud := range all.Registry() {
		accounts = append(accounts, config.Account{Cloud: cloud})
	}
	at, err := a.syncTime(o.scheduleOptions, "", accounts)
	if err != nil {
		return err
	}
	units, err := schedule.Packaged(o.binary, at)
	if err != nil {
		return usageError{err}
	}
	if !o.install {
		return a.printUnits("/usr/lib/systemd/system", units)
	}
	return m.install(ctx, units)
}

// printUnits prints units as systemctl cat does.
func (a *app) printUnits(folder string, units []schedule.Unit) error {
	for i, u := range units {
		if i > 0 {
			fmt.Fprintln(a.out)
		}
		if _, err := fmt.Fprintf(a.out, "# %s\n%s", filepath.Join(folder, u.Name), u.Text); err != nil {
			return err
		}
	}
	return nil
}

// unitManager is a systemd that units are installed into.
type unitManager struct {
	app    *app
	folder string
	user   bool
	asleep bool // the folder is another one: nothing is reloaded or started
}

func (a *app) unitManager(o installOptions) (unitManager, error) {
	m := unitManager{app: a, folder: o.folder, user: o.user, asleep: o.folder != ""}
	switch {
	case m.asleep:
	case !o.user:
		m.folder = "/etc/systemd/system"
	default:
		base := a.getenv("XDG_CONFIG_HOME")
		if base == "" {
			home := a.getenv("HOME")
			if home == "" {
				return m, errors.New("neither XDG_CONFIG_HOME nor HOME is set")
			}
			base = filepath.Join(home, ".config")
		}
		m.folder = filepath.Join(base, "systemd", "user")
	}
	return m, nil
}

// control runs systemctl, unless nothing is to be started.
func (m unitManager) control(ctx context.Context, args ...string) error {
	if m.asleep {
		return nil
	}
	if m.user {
		args = append([]string{"--user"}, args...)
	}
	_, err := tool(ctx, "", "systemctl", args...)
	return err
}

// installed returns the units of ours that are there. Of a unit of that name that is not ours it returns an error.
func (m unitManager) installed() ([]string, error) {
	var names []string
	for _, name := range schedule.UnitNames() {
		path := filepath.Join(m.folder, name)
		text, err := os.ReadFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		case !strings.HasPrefix(string(text), schedule.Marker):
			return nil, withHint{fmt.Errorf("%s was not written by goscan schedule systemd", path), "move it away; changes of the units belong into drop-ins (systemctl edit)"}
		default:
			names = append(names, name)
		}
	}
	return names, nil
}

func (m unitManager) install(ctx context.Context, units []schedule.Unit) error {
	old, err := m.installed()
	if err != nil {
		return err
	}
	var timers []string
	for _, u := range units {
		path := filepath.Join(m.folder, u.Name)
		changed, err := putFile(path, u.Text)
		if err != nil {
			return err
		}
		what := "unchanged"
		if changed {
			what = "wrote"
		}
		fmt.Fprintf(m.app.out, "%s %s\n", what, path)
		old = slices.DeleteFunc(old, func(name string) bool { return name == u.Name })
		if strings.HasSuffix(u.Name, ".timer") {
			timers = append(timers, u.Name)
		}
	}
	if err := m.remove(ctx, old); err != nil {
		return err
	}
	if err := m.control(ctx, "daemon-reload"); err != nil {
		return err
	}
	if err := m.control(ctx, append([]string{"enable", "--now"}, timers...)...); err != nil {
		return err
	}
	switch {
	case m.asleep:
		m.app.note("nothing was started: systemctl daemon-reload, then systemctl enable --now %s", strings.Join(timers, " "))
	case m.user:
		m.app.note("the timers run while you are logged in; always, after: loginctl enable-linger")
	default:
		m.app.note("systemctl start %s syncs at once; journalctl -u %[1]s shows its log", schedule.SyncUnit)
	}
	return nil
}

func (m unitManager) uninstall(ctx context.Context) error {
	names, err := m.installed()
	if err != nil {
		return err
	}
	if len(names) == 0 {
		_, err := fmt.Fprintf(m.app.out, "nothing of goscan is in %s\n", m.folder)
		return err
	}
	if err := m.remove(ctx, names); err != nil {
		return err
	}
	return m.control(ctx, "daemon-reload")
}

// remove stops and removes units.
func (m unitManager) remove(ctx context.Context, names []string) error {
	for _, name := range names {
		if strings.HasSuffix(name, ".timer") {
			if err := m.control(ctx, "disable", "--now", name); err != nil {
				return err
			}
		}
	}
	for _, name := range names {
		path := filepath.Join(m.folder, name)
		if err := os.Remove(path); err != nil {
			return err
		}
		fmt.Fprintf(m.app.out, "removed %s\n", path)
	}
	return nil
}
