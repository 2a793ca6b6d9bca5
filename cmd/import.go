package cmd

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"goscan/cmd/billfile"
	"goscan/providers"
)

// importOptions are the flags of import.
type importOptions struct {
	into  string
	force bool
	wait  time.Duration
	json  bool
}

func newImport(a *app) *cobra.Command {
	var o importOptions
	c := &cobra.Command{
		Use:   "import FILE|FOLDER...",
		Short: "Store bills from files that export wrote",
		Long: `Store the days of files that "goscan export -o" wrote, or of all such files of a folder. All bytes of all files are
compared with their manifests before anything is stored, and each day's lines, sums and checksum before that day is:
a day is stored whole or not at all.

A day keeps the time of its fetch and its state. So one that the store fetched later stays as it is (--force: what is in
the file takes its place), one that is there already is only looked at, and importing again goes on where an
interrupted import stopped. What was reconciled of the months comes along, what was known before does not: the
store's history of restatements begins with the import.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore, exitLocked, exitInterrupted),
		Example: `  goscan import october.parquet
  goscan import archive/
  goscan import archive/ --into clickhouse`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return withHint{usageError{errors.New("import takes files or folders")}, "for example: goscan import bills.csv"}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if o.into != "" {
				if err := checkStore("into", o.into); err != nil {
					return usageError{err}
				}
			}
			return a.runImport(c.Context(), o, args)
		},
	}
	f := c.Flags()
	f.StringVar(&o.into, "into", "", "ledger or clickhouse (default: the store that the configuration means)")
	f.BoolVar(&o.force, "force", false, "also replace days that the store fetched later")
	f.DurationVar(&o.wait, "lock-wait", 0, "how long to wait for another run on the same state (5m), instead of exit 11")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	return c
}

func (a *app) runImport(ctx context.Context, o importOptions, paths []string) (err error) {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	files, err := openFiles(ctx, paths)
	if err != nil {
		return err
	}
	m, err := a.openMove(ctx, cfg, "import", cmp.Or(o.into, storeOf(cfg)), o.wait)
	if err != nil {
		return err
	}
	m.force = o.force
	defer func() { err = errors.Join(err, m.end(ctx, err)) }()
	defer providers.Recover(&err)
	for _, f := range files {
		a.note("%s into %s", f.Path(), m.to.is)
		if err := m.days(ctx, f); err != nil {
			return err
		}
		if err := m.comparisons(ctx, f.Months); err != nil {
			return err
		}
	}
	if err := m.confirm(ctx); err != nil {
		return err
	}
	return m.print("goscan.import/1", o.json)
}

// openFiles returns the files that paths name, each once, when all of them are whole.
func openFiles(ctx context.Context, paths []string) (files []*billfile.File, err error) {
	var names []string
	for _, path := range paths {
		found, err := billfile.Find(path)
		if err != nil {
			return nil, err
		}
		for _, name := range found {
			if name = filepath.Clean(name); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := billfile.Open(name)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}
