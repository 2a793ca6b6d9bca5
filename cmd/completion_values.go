package cmd

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
	"goscan/store/sqlite"
)

// Whoever completes a line waits for it, and must not be told errors: all that is here takes a moment at most, asks the
// configuration and the files of the state alone, and says nothing where they say nothing.

// completionPatience is how long the state may take. It takes some hundredths of a second where the machine is not busy.
const completionPatience = time.Second

// names reads the configuration of the line that is completed.
func (a *app) names() config.Names { return config.NamesOf(a.loadOptions()) }

func (a *app) channelNames(*cobra.Command) []string { return a.names().Channels }

// accounts returns the accounts that are configured, and those that are stored.
func (a *app) accounts(c *cobra.Command) []string {
	n := a.names()
	all := n.Accounts
	for _, m := range a.stored(c.Context(), n) {
		all = append(all, m.Account)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// months returns the months that are stored, the newest first.
func (a *app) months(c *cobra.Command) func(*cobra.Command) []string {
	return func(*cobra.Command) []string {
		var all []providers.Month
		for _, m := range a.stored(c.Context(), a.names()) {
			all = append(all, m.Month)
		}
		texts := newestFirst(all)
		if c.Flags().Lookup("as-of") != nil { // of a report
			texts = append(texts, "closed\tthe newest that is final for every account")
		}
		return texts
	}
}

// offeredDays is how many days a line is completed with.
const offeredDays = 31

// days returns the newest days that are stored, the newest first.
func (a *app) days(c *cobra.Command) []string {
	var all []providers.Day
	for _, m := range a.stored(c.Context(), a.names()) {
		all = append(all, m.Day)
	}
	texts := newestFirst(all)
	return texts[:min(len(texts), offeredDays)]
}

// newestFirst returns days or months as texts, each once.
func newestFirst[T interface {
	~int32 | ~int64 | ~int
	String() string
}](all []T) []string {
	slices.Sort(all)
	all = slices.Compact(all)
	slices.Reverse(all)
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = one.String()
	}
	return texts
}

// stored returns the marks of the store that the last run wrote to.
func (a *app) stored(ctx context.Context, n config.Names) []store.Mark {
	ctx, cancel := a.briefly(ctx)
	defer cancel()
	state, err := sqlite.OpenStateReader(ctx, n.State)
	if err != nil {
		return nil
	}
	defer state.Close()
	marks, err := marksOfLastStore(ctx, state)
	if err != nil {
		return nil
	}
	var all []store.Mark
	for _, account := range marks {
		all = append(all, account...)
	}
	return all
}

func (a *app) briefly(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx == nil { // cobra completes flags of commands that are not executed, without their context
		ctx = context.Background()
	}
	return context.WithTimeout(ctx, completionPatience)
}

// dimensionsOf returns what a command breaks costs down by.
func (a *app) dimensionsOf(c *cobra.Command) func(*cobra.Command) []string {
	return func(*cobra.Command) []string {
		if c.Name() == "changes" {
			return []string{string(store.ByService)}
		}
		return a.dimensionsWithTags()
	}
}

// dimensionsWithTags are the dimensions, with the tags that the configuration names.
func (a *app) dimensionsWithTags() []string {
	all := dimensionNames()
	for _, key := range a.names().Tags {
		all = append(all, string(store.Tag(key)))
	}
	return append(all, "tag:\tKEY of a tag", "native:\tFIELD of the cloud's own")
}

// filters completes --where: a dimension up to its =, then its values.
func (a *app) filters(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoFileComp
	before := typed[:strings.LastIndex(typed, ",")+1]
	part := typed[len(before):]
	name, _, named := strings.Cut(part, "=")
	if named {
		return prefixed(before+name+"=", a.valuesOfDimension(c, name)), directive
	}
	var all []string
	for _, d := range a.dimensionsWithTags() {
		d, about, described := strings.Cut(d, "\t")
		if d == string(store.ByDay) || d == string(store.ByMonth) {
			continue
		}
		if !strings.HasSuffix(d, ":") {
			d += "="
		}
		if described {
			d += "\t" + about
		}
		all = append(all, before+d)
	}
	return all, directive | cobra.ShellCompDirectiveNoSpace
}

func prefixed(prefix string, values []string) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = prefix + v
	}
	return all
}

// valuesOfDimension returns the values that are known of a dimension: accounts from the state, others from the ledger. What
// a server has is not asked for.
func (a *app) valuesOfDimension(c *cobra.Command, name string) []string {
	n := a.names()
	d, err := store.ParseDimension(name)
	switch {
	case err != nil:
		return nil
	case d == store.ByAccount:
		return a.accounts(c)
	case n.Server:
		return nil
	}
	ctx, cancel := a.briefly(c.Context())
	defer cancel()
	values, err := sqlite.Values(ctx, n.State, d)
	if err != nil {
		return nil
	}
	var all []string
	for _, v := range values {
		if v.Name != "" && v.Name != v.Key {
			v.Key += "\t" + v.Name
		}
		all = append(all, v.Key)
	}
	return all
}
