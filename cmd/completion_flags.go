package cmd

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	channels "goscan/notify/all"
	"goscan/store"
)

// completeFlags says what the values of all flags and arguments below root are completed with. It goes by the names of
// flags, so that a command that takes --account need not say it. What is not known here is not completed: without that a
// shell would offer the files of the folder.
func (a *app) completeFlags(root *cobra.Command) {
	for _, c := range tree(root) {
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { a.completeFlag(c, f) })
		if c.ValidArgsFunction == nil && c.ValidArgs == nil {
			c.ValidArgsFunction = a.arguments(c)
		}
	}
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) { a.completeFlag(root, f) })
}

// tree returns a command and all below it.
func tree(c *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{c}
	for _, sub := range c.Commands() {
		all = append(all, tree(sub)...)
	}
	return all
}

func (a *app) completeFlag(c *cobra.Command, f *pflag.Flag) {
	if f.NoOptDefVal != "" || f.Value.Type() == "bool" {
		return
	}
	if values := a.valuesOf(c, f.Name); values != nil {
		_ = c.RegisterFlagCompletionFunc(f.Name, values) // it fails for a flag that has one already, which is better
	}
}

// valuesOf returns what completes the values of a flag: nil for the files that the shell offers by itself.
func (a *app) valuesOf(c *cobra.Command, flag string) cobra.CompletionFunc {
	switch flag {
	case "config":
		return cobra.FixedCompletions([]string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt)
	case "state", "dir":
		return cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	case "output", "binary", "metrics-file", "ledger":
		return nil
	case "account":
		return a.listed(a.accounts)
	case "channel":
		return a.listed(a.channelNames)
	case "month":
		return a.listed(a.months(c))
	case "from", "to", "date", "as-of":
		if c.Name() == "copy" { // from one store to another
			return a.listed(func(*cobra.Command) []string { return stores() })
		}
		return a.listed(a.days)
	case "where":
		return a.filters
	case "by":
		return a.listed(a.dimensionsOf(c))
	}
	if fixed := fixedValues(c, flag); fixed != nil {
		return a.listed(func(*cobra.Command) []string { return fixed })
	}
	return cobra.NoFileCompletions
}

// fixedValues returns what a flag can be, as far as that is a list. nil: nobody knows.
func fixedValues(c *cobra.Command, flag string) []string {
	switch flag {
	case "format":
		return formatsOf(c)
	case "into":
		return stores()
	case "lang":
		return []string{"zh\tChinese", "en\tEnglish"}
	case "cost":
		return store.AmountColumns()
	case "notify-on":
		return notifyOnValues()
	case "since":
		return []string{"24h", "7d", "31d"}
	case "max-age":
		return []string{"36h", "2d", "3d"}
	case "lock-wait":
		return []string{"1m", "5m", "30m"}
	}
	return nil
}

// stores are the two that bills can be in.
func stores() []string { return []string{inLedger, inClickHouse} }

// formatsOf returns the formats that a command writes.
func formatsOf(c *cobra.Command) []string {
	switch {
	case c.Name() == "anomalies" || c.Name() == "backtest":
		return spanFormats()
	case c.Name() == "export":
		return []string{"csv", "jsonl", "parquet"}
	case c.Name() == "report" || c.HasParent() && c.Parent().Name() == "report":
		return slices.Concat(reportFormats(), slices.Sorted(maps.Keys(channels.Registry())))
	}
	return nil
}

// arguments returns what completes the arguments of a command.
func (a *app) arguments(c *cobra.Command) cobra.CompletionFunc {
	switch path := strings.TrimPrefix(c.CommandPath(), "goscan "); {
	case path == "notify test":
		return a.others(a.channelNames)
	case path == "man":
		return cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	case path == "import" || path == "state backup":
		return nil
	}
	return cobra.NoFileCompletions
}

// others completes arguments with names that are not among the arguments yet.
func (a *app) others(names func(*cobra.Command) []string) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		left := slices.DeleteFunc(names(c), func(name string) bool { return slices.Contains(args, name) })
		return left, cobra.ShellCompDirectiveNoFileComp
	}
}

// listed completes the last of several values with commas between them, and the only one of a flag that takes one.
func (a *app) listed(values func(*cobra.Command) []string) cobra.CompletionFunc {
	return func(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndex(typed, ",")+1]
		directive := cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		var all []string
		for _, value := range values(c) {
			name, _, _ := strings.Cut(value, "\t")
			if slices.Contains(strings.Split(before, ","), name) {
				continue
			}
			if strings.HasSuffix(name, ":") { // tag:KEY goes on
				directive |= cobra.ShellCompDirectiveNoSpace
			}
			all = append(all, before+value)
		}
		return all, directive
	}
}
