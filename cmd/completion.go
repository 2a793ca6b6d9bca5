package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// shells are those that cobra writes completions for.
func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func newCompletion(a *app) *cobra.Command {
	var bare bool
	c := &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completion of a shell: bash, zsh, fish or powershell",
		Long: `Print a script that lets a shell complete the commands and flags of goscan, and what they are about: accounts,
channels, months, services and dimensions. Names come from the configuration and from the local state; no
server and no cloud is asked. Packages of goscan install the scripts; without one:

  bash        goscan completion bash > ~/.local/share/bash-completion/completions/goscan
  zsh         goscan completion zsh > "${fpath[1]}/_goscan"
  fish        goscan completion fish > ~/.config/fish/completions/goscan.fish
  powershell  goscan completion powershell >> $PROFILE

and begin a new shell. In bash the package bash-completion has to be there; in zsh, compinit.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage),
		Example: `  goscan completion bash
  source <(goscan completion bash)      for this shell only
  goscan completion zsh --no-descriptions`,
		ValidArgs: shells(),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("completion takes the name of one shell: " + strings.Join(shells(), ", "))}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return a.printCompletion(c.Root(), args[0], !bare) },
	}
	c.Flags().BoolVar(&bare, "no-descriptions", false, "complete without telling what the words mean")
	return c
}

func (a *app) printCompletion(root *cobra.Command, shell string, described bool) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(a.out, described)
	case "zsh":
		if described {
			return root.GenZshCompletion(a.out)
		}
		return root.GenZshCompletionNoDesc(a.out)
	case "fish":
		return root.GenFishCompletion(a.out, described)
	case "powershell":
		if described {
			return root.GenPowerShellCompletionWithDesc(a.out)
		}
		return root.GenPowerShellCompletion(a.out)
	}
	return usageError{meant(fmt.Errorf("completion %s: the shells are %s", shell, strings.Join(shells(), ", ")), shell, shells())}
}
