package schedule

import (
	"fmt"
	"path"
	"strings"
)

// The folders inside a container.
const (
	podConfig = "/etc/goscan"
	podState  = "/var/lib/goscan"
)

// kubernetes is what the template of manifests sees.
type kubernetes struct {
	Plan
	Image string
	Job   job
}

// A job is one CronJob.
type job struct {
	Name     string
	At       Clock
	Commands [][]string // the last is the container's, the others run before it
	Deadline int        // seconds
}

// Kubernetes returns the manifests of a plan: a volume claim and a CronJob for each of sync and report.
func Kubernetes(p Plan, image string) (string, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	if err := p.refuse("is in a home folder, which a container does not have", home); err != nil {
		return "", err
	}
	jobs := []job{{"goscan-sync", p.Sync, [][]string{p.SyncArgs()}, 4 * 60 * 60}}
	if len(p.Reports) > 0 {
		jobs = append(jobs, job{"goscan-report", p.Report, p.ReportArgs(), 60 * 60})
	}
	k := kubernetes{Plan: p, Image: image}
	text, err := render("kubernetes", k)
	for _, j := range jobs {
		if err != nil {
			return "", err
		}
		k.Job = j
		var one string
		one, err = render("cronjob", k)
		text += one
	}
	return text, err
}

// A mount is a file of the configuration as a container sees it.
type mount struct{ Key, From, To string }

// Mounts returns the files that the configuration names. Those that are beside it are in its volume already.
func (k kubernetes) Mounts() []mount {
	var all []mount
	for _, f := range k.inPlaces(elsewhere, below) {
		to := f.Text
		if f.place() == below {
			to = path.Join(podConfig, f.Text)
		}
		all = append(all, mount{strings.ReplaceAll(strings.Trim(f.Text, "/"), "/", "_"), f.Path, to})
	}
	return all
}

// ConfigCommand returns the command that stores the configuration and its files.
func (k kubernetes) ConfigCommand() string {
	words := []string{"kubectl", "create", "secret", "generic", "goscan-config", "--from-file=" + configName + "=" + k.Config}
	for _, f := range k.inPlaces(beside) {
		words = append(words, "--from-file="+path.Base(f.Path)+"="+f.Path)
	}
	for _, m := range k.Mounts() {
		words = append(words, "--from-file="+m.Key+"="+m.From)
	}
	return shellWords(words)
}

// UsesCredentials tells whether the configuration looks for files where systemd says.
func (k kubernetes) UsesCredentials() bool {
	for _, f := range k.Files {
		if f.credential() {
			return true
		}
	}
	return false
}

// Storage is the size of the claim.
func (k kubernetes) Storage() string {
	if k.Ledger {
		return "10Gi"
	}
	return "1Gi"
}

// Before returns the arguments of the containers that run before the last.
func (j job) Before() [][]string { return j.Commands[:len(j.Commands)-1] }

// Last returns the arguments of the last container.
func (j job) Last() []string { return j.Commands[len(j.Commands)-1] }

// Cron returns the schedule of the job.
func (j job) Cron() string { return fmt.Sprintf("%d %d * * *", j.At.Minute(), j.At.Hour()) }

// A container is what the template of one sees.
type container struct {
	kubernetes
	Name string
	Args []string
}

// Container returns a container of the job.
func (k kubernetes) Container(name string, args []string) container {
	return container{k, name, append([]string{"--config", podConfig + "/" + configName}, args...)}
}
