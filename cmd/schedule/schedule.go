// Package schedule writes what makes other programs run Goscan every day: systemd units, a crontab, a Kubernetes CronJob and
// CI jobs. It computes texts and touches nothing: package cmd prints or installs them.
//
// The texts never hold a secret. They name the environment variables and the files that the configuration asks for, each in
// the way that the scheduler hands them over.
package schedule

import (
	"embed"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

// A Plan is what is to run, when, and what it needs.
type Plan struct {
	Binary   string   // absolute path of goscan
	Config   string   // absolute path of the configuration
	State    string   // absolute path of the state's folder
	Log      string   // absolute path of the configured log file; empty: none
	Metrics  string   // absolute path of the configured metrics file; empty: none
	Accounts []string // their names
	Ledger   bool     // the bills are kept in the state's folder, there is no server

	Sync    Clock
	Report  Clock
	Reports []string // the kinds of reports to send, as goscan report takes them; none: no report is sent
	Alerts  bool     // there are channels for failures

	Variables []Variable
	Files     []File
	Keyless   []string // accounts whose keys the configuration does not name: the clouds' own variables hold them
}

// A Variable is an environment variable that a run needs.
type Variable struct {
	Name     string
	Optional bool // the configuration has a default
}

// A File is one that the configuration names beside itself: a secret, certificates, a font.
type File struct {
	Key     string // "providers.prod.access_key_file"
	Written string // as the configuration says it, with the names of variables
	Text    string // the same with their values: absolute, below ~/, or relative to the configuration
	Path    string // where it is on this machine
}

// EnvironmentFile is where systemd and cron find the variables: NAME=value, one a line, beside the configuration.
func (p Plan) EnvironmentFile() string { return filepath.Join(filepath.Dir(p.Config), "goscan.env") }

// Required returns the names of the variables without a default.
func (p Plan) Required() []string { return p.names(false) }

// Optional returns the names of the variables with a default.
func (p Plan) Optional() []string { return p.names(true) }

func (p Plan) names(optional bool) []string {
	var all []string
	for _, v := range p.Variables {
		if v.Optional == optional {
			all = append(all, v.Name)
		}
	}
	return all
}

// NeedsEnvironment tells whether a run needs variables at all.
func (p Plan) NeedsEnvironment() bool { return len(p.Variables)+len(p.Keyless) > 0 }

// lockWait is how long a run waits for one that somebody started by hand.
const lockWait = "30m"

// SyncArgs returns the arguments of the daily sync, without those that say where the configuration is.
func (p Plan) SyncArgs() []string {
	args := []string{"sync", "--lock-wait", lockWait}
	if p.Alerts {
		args = append(args, "--notify-on", "failure,restatement,unreconciled")
	}
	return args
}

// ReportArgs returns the arguments of each report. A report that was sent is not sent again, so that asking every day for the
// week's or the month's sends it once: on the first day on which the week is complete, or the month closed.
func (p Plan) ReportArgs() [][]string {
	var all [][]string
	for _, kind := range p.Reports {
		args := []string{"report", kind, "--notify"}
		if kind == "monthly" {
			args = append(args, "--month", "closed")
		}
		all = append(all, args)
	}
	return all
}

// check refuses what no quoting can save.
func (p Plan) check() error {
	for _, text := range []string{p.Binary, p.Config, p.State, p.Log, p.Metrics} {
		if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return fmt.Errorf("path %q has a control character", text)
		}
	}
	return nil
}

// A place says how a file of the configuration is found where the configuration is in another folder.
type place uint8

const (
	beside    place = iota // its name alone, or a folder that a variable names: it goes where the configuration goes
	below                  // in a folder below the configuration's
	elsewhere              // an absolute path
	home                   // in the home of whoever runs goscan
)

func (f File) place() place {
	switch {
	case f.credential():
		return beside
	case strings.HasPrefix(f.Text, "~/"):
		return home
	case filepath.IsAbs(f.Text):
		return elsewhere
	case strings.Contains(f.Text, "/"):
		return below
	}
	return beside
}

// CredentialsDirectory is the variable by which systemd tells a service where its credentials are.
const CredentialsDirectory = "CREDENTIALS_DIRECTORY"

// credential tells whether the configuration looks for the file where systemd puts credentials.
func (f File) credential() bool { return strings.Contains(f.Written, "${"+CredentialsDirectory) }

// inPlaces returns the files in the given places, each path once, in the order of their paths.
func (p Plan) inPlaces(places ...place) []File {
	var all []File
	for _, f := range p.Files {
		if slices.Contains(places, f.place()) {
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(all, func(a, b File) bool { return a.Path == b.Path })
}

// refuse returns an error that names the first file of the given places.
func (p Plan) refuse(why string, places ...place) error {
	if files := p.inPlaces(places...); len(files) > 0 {
		return fmt.Errorf("%s: %s %s", files[0].Key, files[0].Written, why)
	}
	return nil
}

//go:embed templates
var templates embed.FS

// render fills in a template.
func render(name string, data any) (string, error) {
	t, err := template.New(name).Funcs(template.FuncMap{
		"arg": systemdArg, "path": systemdPath, "word": systemdWord, "yaml": yamlText, "list": yamlList, "shell": shellWords,
		"names": func(words []string) string { return strings.Join(words, ", ") },
	}).ParseFS(templates, "templates/"+name, "templates/*.part")
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := t.ExecuteTemplate(&out, name, data); err != nil {
		return "", err
	}
	return out.String(), nil
}
