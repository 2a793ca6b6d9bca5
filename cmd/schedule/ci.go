package schedule

import "strings"

// ci is what the templates of CI jobs see. A CI job does everything in one go.
type ci struct {
	Plan
	At         Clock
	Repository string // the configuration's path in the repository
}

// CIOptions say when a CI job runs and where its repository keeps the configuration.
type CIOptions struct {
	At         Clock
	Repository string
}

// GitHub returns a workflow of GitHub Actions.
func GitHub(p Plan, o CIOptions) (string, error) { return pipeline("github", p, o) }

// GitLab returns a job of GitLab CI.
func GitLab(p Plan, o CIOptions) (string, error) { return pipeline("gitlab", p, o) }

func pipeline(template string, p Plan, o CIOptions) (string, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	return render(template, ci{p, o.At, o.Repository})
}

// SyncCommand returns the command of the sync.
func (c ci) SyncCommand() string { return c.command(c.SyncArgs()) }

// ReportCommands returns the command of each report.
func (c ci) ReportCommands() []string {
	var all []string
	for _, args := range c.ReportArgs() {
		all = append(all, c.command(args))
	}
	return all
}

// ReportCommand returns the commands of the reports as one.
func (c ci) ReportCommand() string { return strings.Join(c.ReportCommands(), " && ") }

func (c ci) command(args []string) string {
	return shellWords(append([]string{"./goscan", "--config", c.Repository}, args...))
}

// Names returns the names of all variables.
func (c ci) Names() []string {
	var all []string
	for _, v := range c.Variables {
		all = append(all, v.Name)
	}
	return all
}

// OtherFiles returns the files that a checkout of the repository may not have.
func (c ci) OtherFiles() []string {
	var all []string
	for _, f := range c.inPlaces(beside, below, elsewhere, home) {
		all = append(all, f.Key+" ("+f.Written+")")
	}
	return all
}
