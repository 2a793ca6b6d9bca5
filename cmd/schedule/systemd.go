package schedule

import (
	"path/filepath"
	"strings"
)

// Marker begins the first line of every unit that Goscan writes. What does not begin with it is somebody else's.
const Marker = "# Written by goscan schedule systemd"

// The folders that systemd makes for a service of the system.
const (
	SystemState = "/var/lib/goscan"
	systemLogs  = "/var/log/goscan"
)

// A Unit is a file of systemd.
type Unit struct{ Name, Text string }

// SyncUnit is the name of the unit that syncs.
const SyncUnit = "goscan-sync.service"

// UnitNames returns the names of all units that Systemd may write. The timers are what is enabled.
func UnitNames() []string {
	return []string{SyncUnit, "goscan-sync.timer", "goscan-report.service", "goscan-report.timer", "goscan-alert@.service"}
}

// SystemdOptions say for whom the units are.
type SystemdOptions struct {
	User  bool   // units of the user's own manager; else of the system's
	RunAs string // of the system: the user that the services run as, made for as long as they run if there is none

	Packaged bool // of the system, for a configuration that is yet to be written
}

// systemd is what the templates of units see.
type systemd struct {
	Plan
	SystemdOptions
	Credentials []credential
	Readable    []string // files outside of the configuration's folder that RunAs must be able to read
	Writable    []string // what RunAs must own
	Timer       timer
}

// A timer is when one unit starts.
type timer struct {
	What  string
	At    Clock
	Delay string
}

// A credential is a file that systemd hands to a service.
type credential struct{ Name, Path string }

// configName is what the configuration is called among the credentials: files that it names without a folder are beside it.
const configName = "goscan.yaml"

// Systemd returns the units of a plan.
func Systemd(p Plan, o SystemdOptions) ([]Unit, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	s := systemd{Plan: p, SystemdOptions: o}
	if !o.User {
		if err := p.refuse("is in a folder that the service does not have: name it without a folder, beside the configuration, or by its whole path", below, home); err != nil {
			return nil, err
		}
		s.Credentials = credentials(p)
		for _, f := range p.inPlaces(elsewhere) {
			s.Readable = append(s.Readable, f.Path)
		}
		s.Writable = p.writable()
	}
	names := []string{SyncUnit, "goscan-sync.timer"}
	if len(p.Reports) > 0 {
		names = append(names, "goscan-report.service", "goscan-report.timer")
	}
	if p.Alerts {
		names = append(names, "goscan-alert@.service")
	}
	var units []Unit
	for _, name := range names {
		template := name
		switch name {
		case "goscan-sync.timer":
			s.Timer, template = timer{"copy the bills", p.Sync, "10min"}, "timer"
		case "goscan-report.timer":
			s.Timer, template = timer{"send the cost report", p.Report, "5min"}, "timer"
		}
		text, err := render(template, s)
		if err != nil {
			return nil, err
		}
		units = append(units, Unit{name, text})
	}
	return units, nil
}

func credentials(p Plan) []credential {
	all := []credential{{configName, p.Config}}
	for _, f := range p.inPlaces(beside) {
		all = append(all, credential{filepath.Base(f.Path), f.Path})
	}
	return all
}

// writable returns what the service writes and systemd does not make for it.
func (p Plan) writable() []string {
	var all []string
	if p.State != SystemState {
		all = append(all, p.State)
	}
	if dir := filepath.Dir(p.Log); p.Log != "" && dir != systemLogs && dir != p.State {
		all = append(all, p.Log)
	}
	return all
}

// OwnState tells whether systemd makes the folder of the state.
func (s systemd) OwnState() bool { return s.State == SystemState }

// MetricsFolder returns the folder that the metrics file is replaced in, where it is none of the service's other folders.
func (s systemd) MetricsFolder() string {
	dir := filepath.Dir(s.Metrics)
	if s.Metrics == "" || dir == s.State || s.OwnLogs() && dir == systemLogs {
		return ""
	}
	return dir
}

// OwnLogs tells whether systemd makes the folder of the log.
func (s systemd) OwnLogs() bool { return s.Log != "" && filepath.Dir(s.Log) == systemLogs }

// Command returns a command line of goscan.
func (s systemd) Command(args ...string) string {
	words := []string{systemdArg(s.Binary)}
	if s.User {
		words = append(words, "--config", systemdArg(s.Config), "--state", systemdArg(s.State))
	} else {
		words = append(words, "--config", "${"+CredentialsDirectory+"}/"+configName)
		if !s.OwnState() {
			words = append(words, "--state", systemdArg(s.State))
		}
	}
	for _, a := range args {
		words = append(words, systemdArg(a))
	}
	return strings.Join(words, " ")
}

// SyncCommand returns the command line of the daily sync.
func (s systemd) SyncCommand() string { return s.Command(s.SyncArgs()...) }

// ReportCommands returns a command line for each report.
func (s systemd) ReportCommands() []string {
	var all []string
	for _, args := range s.ReportArgs() {
		all = append(all, s.Command(args...))
	}
	return all
}

// AlertCommand returns the command line that tells of a unit that broke down. %i is that unit's name.
func (s systemd) AlertCommand() string { return s.Command("schedule", "alert") + " %i" }
