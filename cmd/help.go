package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"goscan/cmd/manual"
	"goscan/cmd/nearest"
)

// A topic is a text of the help that is about no command.
type topic struct {
	name, short string
	page        manual.Reference // the man page with the same text
	passages    func() []manual.Passage
}

func topics() []topic {
	return []topic{
		{"config", "the file goscan.yaml, key by key", manual.Reference{Name: "goscan.yaml", Section: 5}, helpConfig},
		{"environment", "the environment variables that goscan reads", manual.Reference{Name: "goscan-environment", Section: 7}, helpEnvironment},
		{"exit-codes", "what the exit codes mean, and what to do", manual.Reference{Name: "goscan-exit-codes", Section: 7}, helpExitCodes},
		{"focus", "the columns of FOCUS, and what they are made of", manual.Reference{Name: "goscan-focus", Section: 7}, helpFocus},
	}
}

// topicList is the part of goscan's own help that names the topics.
func topicList() string {
	var terms []manual.Term
	for _, t := range topics() {
		terms = append(terms, manual.Term{Name: "goscan help " + t.name, Text: t.short})
	}
	return "\n" + manual.Text(manual.Passage{Title: "HELP TOPICS", Terms: terms})
}

// rootAnnotations end goscan's own help: the topics, and the exit codes of a command line without a command.
func rootAnnotations() map[string]string {
	all := exitStatus(exitDone, exitUsage)
	all[exitAnnotation] = topicList() + all[exitAnnotation]
	return all
}

func newHelp(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND...|TOPIC]",
		Short: "Tell about a command or a topic",
		Long: `Tell about a command, as "goscan COMMAND --help" does, or about one of the topics: config, environment, exit-codes
and focus. "goscan help config" is about the file goscan.yaml; about the command it is "goscan config --help".`,
		Annotations: exitStatus(exitDone, exitUsage),
		Example: `  goscan help
  goscan help report monthly
  goscan help exit-codes
  goscan help config | less`,
		ValidArgsFunction: completeHelp,
		RunE:              func(c *cobra.Command, args []string) error { return a.runHelp(c.Root(), args) },
	}
}

func (a *app) runHelp(root *cobra.Command, args []string) error {
	if len(args) == 1 {
		if t, ok := topicOf(args[0]); ok {
			_, err := fmt.Fprint(a.out, manual.Text(t.passages()...))
			return err
		}
	}
	c, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return helpless(c, strings.Join(args, " "), append(slices.Clone(rest), args...)[0])
	}
	c.InitDefaultHelpFlag()
	return c.Help()
}

func topicOf(name string) (topic, bool) {
	all := topics()
	i := slices.IndexFunc(all, func(t topic) bool { return t.name == name })
	if i < 0 {
		return topic{}, false
	}
	return all[i], true
}

// helpless says that there is no help about something, and what is near: a topic, or a command of the one that was found.
func helpless(found *cobra.Command, asked, word string) error {
	names := commandNames(found)
	if !found.HasParent() {
		for _, t := range topics() {
			names = append(names, t.name)
		}
	}
	hint := "goscan help lists the commands and topics"
	if near := nearest.Of(word, names); near != "" {
		hint = "did you mean " + strings.TrimSpace("goscan help "+strings.TrimPrefix(found.CommandPath()+" ", "goscan ")) + " " + near + "?"
	}
	return withHint{usageError{errors.New(fmt.Sprintf("%q", asked) + " is neither a command nor a topic")}, hint}
}

// commandNames returns the names of the commands of a command.
func commandNames(c *cobra.Command) []string {
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

// completeHelp completes commands, below those that are there already, and topics.
func completeHelp(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	found, rest, err := c.Root().Find(args)
	if err != nil || len(rest) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var all []string
	for _, sub := range found.Commands() {
		if sub.IsAvailableCommand() {
			all = append(all, sub.Name()+"\t"+sub.Short)
		}
	}
	if len(args) > 0 {
		return all, cobra.ShellCompDirectiveNoFileComp
	}
	for _, t := range topics() {
		if t.name == "config" { // completed already, as a command
			continue
		}
		all = append(all, t.name+"\t"+t.short)
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}
