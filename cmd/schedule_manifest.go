package cmd

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"goscan/cmd/schedule"
)

func newScheduleKubernetes(a *app) *cobra.Command {
	var o scheduleOptions
	var image string
	c := &cobra.Command{
		Use:   "kubernetes",
		Short: "Print Kubernetes manifests",
		Long: `Print a volume claim for the state and a CronJob for each of sync and reports: never two at once, not as root,
with a file system that is read-only but for the state. Secrets are named, and the commands that create
them are printed as comments.`,
		Annotations: exitStatus(exitDone, exitUsage),
		Example:     `  goscan schedule kubernetes --image registry.example.com/goscan:1.2.3 | kubectl apply -f -`,
		Args:        noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, p, err := a.plan(o, c.Flags().Changed("report"))
			if err != nil {
				return err
			}
			return a.printSchedule(schedule.Kubernetes(p, image))
		},
	}
	o.addFlags(c)
	c.Flags().StringVar(&image, "image", "goscan:latest", "the image of goscan")
	return c
}

func newScheduleGitHub(a *app) *cobra.Command {
	return newScheduleCI(a, "github", "GitHub Actions workflow", ".github/workflows/goscan.yml", schedule.GitHub)
}

func newScheduleGitLab(a *app) *cobra.Command {
	return newScheduleCI(a, "gitlab", "GitLab CI job", ".gitlab-ci.yml", schedule.GitLab)
}

// newScheduleCI returns the command that prints a job of a CI.
func newScheduleCI(a *app, use, what, file string, write func(schedule.Plan, schedule.CIOptions) (string, error)) *cobra.Command {
	var o scheduleOptions
	c := &cobra.Command{
		Use:   use,
		Short: "Print a " + what,
		Long: `Print a ` + what + ` that syncs every day, sends the reports where channels are configured, and keeps the
state in the CI's cache. The configuration is expected in the repository, and the secrets in the CI's variables.
A CI job is right with a ClickHouse: without one the bills themselves would be in the cache.`,
		Annotations: exitStatus(exitDone, exitUsage),
		Example:     "  goscan schedule " + use + " > " + file,
		Args:        noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, p, err := a.plan(o, c.Flags().Changed("report"))
			if err != nil {
				return err
			}
			at := schedule.CIOptions{At: p.Sync, Repository: filepath.Base(cfg.Path)}
			if o.at == "" && len(p.Reports) > 0 {
				at.At = p.Report // both are one job, and people are to read it
			}
			if a.configPath != "" && filepath.IsLocal(a.configPath) {
				at.Repository = filepath.ToSlash(a.configPath)
			}
			return a.printSchedule(write(p, at))
		},
	}
	o.addFlags(c)
	return c
}

// printSchedule prints a text that was written from the configuration alone: an error is one of usage.
func (a *app) printSchedule(text string, err error) error {
	if err != nil {
		return usageError{err}
	}
	_, err = fmt.Fprint(a.out, text)
	return err
}
