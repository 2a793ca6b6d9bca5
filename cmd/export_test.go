package cmd

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"goscan/sync"
)

// ExitCodeOf returns the exit code of a run whose tasks ended like this, for tests that run the engine in their own process.
func ExitCodeOf(ctx context.Context, outcomes []sync.Outcome) int {
	s := &session{app: &app{mask: &mask{}}, store: opened{is: "a store under test"}}
	return int(codeOf(ctx, newResult(s, outcomes).err()))
}

// Commands returns the flags of every command that has none below it, hidden ones too, by the words that a user types.
func Commands() map[string][]string {
	a := &app{program: "goscan", out: io.Discard, err: io.Discard, getenv: func(string) string { return "" }, now: time.Now, mask: &mask{}}
	all := map[string][]string{}
	for _, c := range tree(newRoot(a)) {
		if c.HasSubCommands() {
			continue
		}
		words := strings.TrimPrefix(c.CommandPath(), "goscan ")
		all[words] = []string{}
		c.Flags().VisitAll(func(f *pflag.Flag) { all[words] = append(all[words], f.Name) })
		c.InheritedFlags().VisitAll(func(f *pflag.Flag) { all[words] = append(all[words], f.Name) })
	}
	return all
}
