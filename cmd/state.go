package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"goscan/store/report/render"
	"goscan/store/sqlite"
)

func newState(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "state",
		Short: "Copy the local state",
		Long: `What Goscan remembers between its runs is in one folder: state.db, and ledger.db where no ClickHouse is used. A
lost state costs one look at the store; a lost ledger is fetched again as far back as the clouds answer.`,
		Example:     "  goscan state backup goscan-state.db",
		Annotations: exitStatus(exitDone, exitUsage),
		Args:        noArgs,
		RunE:        func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newStateBackup(a))
	return c
}

// backupOptions are the flags of state backup.
type backupOptions struct {
	file   string
	ledger string
	force  bool
	json   bool
}

func newStateBackup(a *app) *cobra.Command {
	var o backupOptions
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the state, and the ledger, while runs go on",
		Long: `Copy state.db, as it is at one instant, to FILE, and ledger.db to another file with --ledger. No run has to be
stopped for it. The copy is checked, readable by you only, and there as a whole or not at all.

To restore a copy, while no goscan runs: remove state.db-wal and state.db-shm from the state's folder and copy FILE
to state.db there; a ledger's copy to ledger.db likewise. The next run compares both with each other: what the state does not
know of is found in the store, what the store does not hold is fetched again. After restoring a state that is older
than the last "goscan prune", prune again.

A copy has the schema of the goscan that wrote the state: make one before an upgrade if you may want to go back.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore, exitInterrupted),
		Example: `  goscan state backup /backup/goscan-state.db
  goscan state backup state-copy.db --ledger ledger-copy.db --force`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return withHint{usageError{errors.New("state backup takes one file")}, "for example: goscan state backup goscan-state.db"}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			o.file = args[0]
			return a.runStateBackup(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.ledger, "ledger", "", "copy the embedded ledger as well, to this file")
	f.BoolVar(&o.force, "force", false, "replace files that are there")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	return c
}

// A backupResult is a file that was copied.
type backupResult struct {
	Of     string           `json:"of"` // state.db or ledger.db
	File   string           `json:"file"`
	Bytes  int64            `json:"bytes"`
	Schema int              `json:"schema"`
	Newest string           `json:"newest_day,omitempty"`
	Counts map[string]int64 `json:"counts"`

	copied sqlite.Copy
}

func (a *app) runStateBackup(ctx context.Context, o backupOptions) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	same, err := sameFile(o.file, o.ledger)
	if err != nil {
		return err
	}
	if same {
		return usageError{fmt.Errorf("%s cannot hold both the state and the ledger", o.file)}
	}
	wanted := []struct{ name, to string }{{sqlite.StateFile, o.file}}
	if o.ledger != "" {
		wanted = append(wanted, struct{ name, to string }{sqlite.LedgerFile, o.ledger})
		if cfg.ClickHouse != nil {
			return usageError{errors.New("--ledger: the bills are in ClickHouse, there is no ledger")}
		}
	}
	results := []backupResult{}
	for _, w := range wanted { // the state first: a ledger that is ahead of it costs nothing
		copied, err := sqlite.Backup(ctx, cfg.State, w.name, w.to, o.force)
		if err != nil {
			return backupError(err, cfg.State, w.name)
		}
		r := backupResult{Of: w.name, File: w.to, Bytes: copied.Bytes, Schema: copied.Version, Newest: copied.Newest, Counts: map[string]int64{}, copied: copied}
		for _, c := range copied.Counts {
			r.Counts[c.What] = c.N
		}
		results = append(results, r)
	}
	if o.json {
		return printJSON(a.out, map[string]any{"schema": "goscan.backup/1", "files": results})
	}
	for _, r := range results {
		if _, err := fmt.Fprintln(a.out, r.text()); err != nil {
			return err
		}
	}
	return nil
}

func (r backupResult) text() string {
	text := fmt.Sprintf("%s: %s, ", r.File, r.Of)
	for _, c := range r.copied.Counts {
		text += fmt.Sprintf("%s %s, ", render.Count(c.N), c.What)
	}
	if r.Newest != "" {
		text += "newest day " + r.Newest + ", "
	}
	return text + fmt.Sprintf("schema %d, %s bytes, checked", r.Schema, render.Count(r.Bytes))
}

// sameFile tells whether two paths are one, before either is there.
func sameFile(one, other string) (bool, error) {
	if other == "" {
		return false, nil
	}
	a, errA := filepath.Abs(one)
	b, errB := filepath.Abs(other)
	return a == b, errors.Join(errA, errB)
}

func backupError(err error, dir, name string) error {
	switch {
	case errors.Is(err, fs.ErrExist):
		return withHint{usageError{err}, "name another file, or replace it with --force"}
	case errors.Is(err, fs.ErrNotExist) && missing(filepath.Join(dir, name)):
		return withHint{err, "nothing was stored yet, or --state names another folder"}
	}
	return err
}
