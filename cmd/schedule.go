package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"goscan/cmd/config"
	"goscan/cmd/schedule"
	"goscan/notify"
)

func newSchedule(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "schedule",
		Short: "Write what runs goscan every day: systemd, cron, Kubernetes, CI",
		Long: `Write what runs "goscan sync" every day and, where channels are configured, "goscan report --notify"
after it: all of it from the configuration. The time is after the clouds have issued the bill of the
day before, in the morning of UTC+8, and at a minute of its own for every machine. No secret is
written: the variables and files that the configuration asks for are named, each in the scheduler's way.

Variables that are not set here are looked up in goscan.env beside the configuration (NAME=value, one a
line, chmod 600), which is also where systemd and cron find them.`,
		Annotations: exitStatus(exitDone, exitUsage),
		Example: `  goscan schedule systemd
  goscan schedule cron --install
  goscan schedule kubernetes`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(
		newScheduleSystemd(a), newScheduleCron(a), newScheduleKubernetes(a), newScheduleGitHub(a), newScheduleGitLab(a), newScheduleAlert(a),
	)
	return c
}

// scheduleOptions are the flags that all kinds of schedules share.
type scheduleOptions struct {
	at     string
	report bool
	binary string
}

func (o *scheduleOptions) addFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.at, "at", "", "when to sync (HH:MM, UTC+8; default: after the clouds have issued the bills, at a minute of this machine's own)")
	f.BoolVar(&o.report, "report", false, "send reports after the sync (default: if a channel takes them; --report=false: never)")
}

// plan returns what is to run when, from the configuration and the flags. asked tells whether --report was given.
func (a *app) plan(o scheduleOptions, asked bool) (*config.Config, schedule.Plan, error) {
	cfg, err := a.loadScheduled()
	if err != nil {
		return nil, schedule.Plan{}, err
	}
	accounts, err := cfg.Select()
	if err != nil {
		return nil, schedule.Plan{}, err
	}
	p := schedule.Plan{Ledger: cfg.ClickHouse == nil, Alerts: wants(cfg, notify.KindFailures), Reports: reportsOf(cfg)}
	switch {
	case asked && o.report && len(p.Reports) == 0:
		return nil, p, withHint{usageError{errors.New("--report: no channel takes reports")}, "add one under notify: in " + cfg.Path}
	case asked && !o.report:
		p.Reports = nil
	}
	if p.Config, err = filepath.Abs(cfg.Path); err != nil {
		return nil, p, err
	}
	if p.State, err = filepath.Abs(cfg.State); err != nil {
		return nil, p, err
	}
	if cfg.Log.File != "" {
		if p.Log, err = filepath.Abs(cfg.Log.File); err != nil {
			return nil, p, err
		}
	}
	if cfg.Metrics.File != "" {
		if p.Metrics, err = filepath.Abs(cfg.Metrics.File); err != nil {
			return nil, p, err
		}
	}
	if p.Binary, err = program(o.binary); err != nil {
		return nil, p, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "" // the accounts alone spread the load, too
	}
	if p.Sync, err = a.syncTime(o, host, accounts); err != nil {
		return nil, p, err
	}
	p.Report = p.Sync.Later()
	return cfg, p, needs(&p, cfg)
}

// needs adds what runs of the configuration need from outside.
func needs(p *schedule.Plan, cfg *config.Config) error {
	for _, acc := range cfg.Accounts {
		p.Accounts = append(p.Accounts, acc.Name)
		if !acc.HasKeys() {
			p.Keyless = append(p.Keyless, acc.Name)
		}
	}
	for _, v := range cfg.Variables() {
		if v.Name != schedule.CredentialsDirectory && v.Name != "HOME" { // schedulers set them
			p.Variables = append(p.Variables, schedule.Variable(v))
		}
	}
	for _, f := range cfg.Files() {
		path, err := filepath.Abs(f.Path)
		if err != nil {
			return err
		}
		p.Files = append(p.Files, schedule.File{Key: f.Key, Written: f.Written, Text: f.Text, Path: path})
	}
	return nil
}

// program returns the absolute path of the program to run: the given one, else this one.
func program(named string) (string, error) {
	if named == "" {
		return os.Executable()
	}
	return filepath.Abs(named)
}

// syncTime returns the time that the flags say, else one that fits the clouds and is the seed's and the accounts' own.
func (a *app) syncTime(o scheduleOptions, seed string, accounts []config.Account) (schedule.Clock, error) {
	if o.at != "" {
		at, err := schedule.ParseClock(o.at)
		if err != nil {
			return 0, usageError{fmt.Errorf("--at %w", err)}
		}
		if at.Crowded() {
			a.note("--at %s: chat servers refuse messages when everybody sends them, at the full and at the half hour; a few minutes later is better", at)
		}
		return at, nil
	}
	var lags []time.Duration
	for _, acc := range accounts {
		lags = append(lags, acc.Cloud.Calendar.IssueLag)
		seed += " " + acc.Name
	}
	return schedule.Choose(lags, seed), nil
}

// reportsOf returns the kinds of reports that channels take.
func reportsOf(cfg *config.Config) []string {
	var kinds []string
	if wants(cfg, notify.KindDaily) || wants(cfg, notify.KindAnomalies) {
		kinds = append(kinds, string(notify.KindDaily))
	}
	if wants(cfg, notify.KindWeekly) {
		kinds = append(kinds, string(notify.KindWeekly))
	}
	if wants(cfg, notify.KindMonthly) {
		kinds = append(kinds, string(notify.KindMonthly))
	}
	return kinds
}

// wants tells whether a channel takes messages of a kind.
func wants(cfg *config.Config, kind notify.Kind) bool {
	return slices.ContainsFunc(cfg.Channels, func(c config.Channel) bool {
		kinds := c.Settings.Base().Kinds
		return len(kinds) == 0 || slices.Contains(kinds, kind)
	})
}

// inHome tells whether a path is where services do not see anything.
func inHome(path string) bool {
	for _, folder := range []string{"/home/", "/root/", "/run/user/", "/tmp/"} {
		if strings.HasPrefix(path, folder) {
			return true
		}
	}
	return false
}
