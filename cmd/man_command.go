package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"goscan/cmd/manual"
)

// commandPage returns the man page of a command.
func commandPage(c *cobra.Command) manual.Page {
	c.InitDefaultHelpFlag()
	p := manual.Page{
		Name: pageName(c), Section: 1, Summary: lowerFirst(c.Short),
		Passages: []manual.Passage{
			{Title: "SYNOPSIS", Text: synopsis(c)},
			{Title: "DESCRIPTION", Text: c.Long},
		},
		SeeAlso: seeAlso(c),
	}
	add := func(passage manual.Passage) {
		if len(passage.Terms)+len(passage.Lines) > 0 {
			p.Passages = append(p.Passages, passage)
		}
	}
	add(manual.Passage{Title: "COMMANDS", Terms: commandTerms(c)})
	add(manual.Passage{Title: "OPTIONS", Terms: flagTerms(c.NonInheritedFlags())})
	add(manual.Passage{Title: "OPTIONS OF ALL COMMANDS", Terms: flagTerms(c.InheritedFlags())})
	add(manual.Passage{Title: "EXIT STATUS", Terms: exitTerms(c)})
	add(manual.Passage{Title: "EXAMPLES", Lines: c.Example})
	p.Passages = append(p.Passages,
		manual.Passage{Title: "ENVIRONMENT", Text: `GOSCAN_CONFIG names the configuration and GOSCAN_STATE the folder of the local state. goscan-environment(7) lists
the other variables.`},
		manual.Passage{Title: "FILES", Terms: []manual.Term{
			{Name: "./goscan.yaml, ~/.config/goscan/goscan.yaml, /etc/goscan/goscan.yaml", Text: "The configuration, the first that is there."},
			{Name: "~/.local/state/goscan", Text: "The local state, and the ledger where there is no ClickHouse."},
		}},
	)
	return p
}

func pageName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

func lowerFirst(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// synopsis is how the command is written: with what it takes, or with its commands.
func synopsis(c *cobra.Command) string {
	line := c.UseLine()
	if len(commandNames(c)) > 0 {
		line = c.CommandPath() + " COMMAND [flags]"
		if c.Name() == "report" || !c.HasParent() { // they do something by themselves
			line = c.CommandPath() + " [COMMAND] [flags]"
		}
	}
	return line
}

func commandTerms(c *cobra.Command) []manual.Term {
	var terms []manual.Term
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			terms = append(terms, manual.Term{Name: sub.CommandPath(), Text: sub.Short + "."})
		}
	}
	return terms
}

func flagTerms(flags *pflag.FlagSet) []manual.Term {
	var terms []manual.Term
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		if shown, ok := valueNames()[value]; ok {
			value = shown
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			name += " " + strings.ToUpper(value)
		}
		if !slices.Contains([]string{"", "0", "0s", "false", "[]"}, f.DefValue) {
			usage += " (default: " + f.DefValue + ")"
		}
		terms = append(terms, manual.Term{Name: name, Text: usage})
	})
	return terms
}

// valueNames are what a page calls the values of flags, by what pflag calls them.
func valueNames() map[string]string {
	return map[string]string{"string": "text", "strings": "text,...", "stringArray": "text", "int": "n"}
}

// exitTerms reads the annotation that exitStatus wrote.
func exitTerms(c *cobra.Command) []manual.Term {
	var terms []manual.Term
	_, list, _ := strings.Cut(c.Annotations[exitAnnotation], exitTitle)
	for line := range strings.Lines(list) {
		if code, meaning, found := strings.Cut(strings.TrimSpace(line), "  "); found {
			terms = append(terms, manual.Term{Name: code, Text: meaning})
		}
	}
	return terms
}

// seeAlso returns the command above, the commands below and the topics.
func seeAlso(c *cobra.Command) []manual.Reference {
	var all []manual.Reference
	if c.HasParent() {
		all = append(all, manual.Reference{Name: pageName(c.Parent()), Section: 1})
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			all = append(all, manual.Reference{Name: pageName(sub), Section: 1})
		}
	}
	for _, t := range topics() {
		all = append(all, t.page)
	}
	return all
}
