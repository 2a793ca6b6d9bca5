package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"goscan/cmd/config"
)

func newConfig(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Write, check and show the configuration",
		Long: `The configuration is one file, goscan.yaml: the first of --config, $GOSCAN_CONFIG, ./goscan.yaml,
$XDG_CONFIG_HOME/goscan/goscan.yaml (else ~/.config/goscan) and /etc/goscan/goscan.yaml.`,
		Annotations: exitStatus(exitDone, exitUsage),
		Example: `  goscan config init
  goscan config validate --online
  goscan config show`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newConfigInit(a), newConfigValidate(a), newConfigShow(a), newConfigPolicy(a))
	return c
}

func newConfigInit(a *app) *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use:   "init",
		Short: "Write a commented goscan.yaml",
		Long: `Write a commented goscan.yaml, readable by its owner only, to --config or to this folder. A file that is
there already is kept unless --force is given.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage),
		Example: `  goscan config init
  sudo goscan -c /etc/goscan/goscan.yaml config init`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			path := a.configPath
			if path == "" {
				path = "goscan.yaml"
			}
			if err := config.Init(path, force); err != nil {
				return err
			}
			_, err := fmt.Fprintf(a.out, "wrote %s: fill in the accounts, then run goscan config validate and goscan sync --dry-run\n", path)
			return err
		},
	}
	c.Flags().BoolVar(&force, "force", false, "replace a file that is there already")
	return c
}

func newConfigShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "show",
		Short:       "Show the configuration in force, secrets masked",
		Long:        "Show the configuration with defaults and the environment applied. Secrets are stars.",
		Annotations: exitStatus(exitDone, exitUsage),
		Example:     `  goscan config show`,
		Args:        noArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			return cfg.Show(a.out)
		},
	}
}
