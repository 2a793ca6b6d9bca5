package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"goscan/cmd/billfile"
	"goscan/providers"
)

// exportOptions are the flags of export.
type exportOptions struct {
	accounts []string
	months   []string
	from, to string
	format   string
	file     string
	focus    bool
	json     bool
}

func newExport(a *app) *cobra.Command {
	var o exportOptions
	c := &cobra.Command{
		Use:   "export --month MONTH",
		Short: "Write stored bills to files",
		Long: `Write the stored lines of months to stdout, to a file, or to a folder with a file for each account and month. All
lines are of one instant, whatever a sync stores meanwhile, by account, day and position, and exact: amounts as
decimals with all their digits (Parquet: DECIMAL(38, 12)), tags and native fields as JSON objects (Parquet: MAP).
The columns are those of the view bills; --focus writes those of FOCUS 1.2, what it has none for as x_...

A file is there whole or not at all, with a FILE.manifest.json beside it that tells its days, sums and SHA-256;
"goscan import" reads it back. In a folder, files that are whole and up to date are left as they are: so an export
that was interrupted goes on when it is run again. Only you may read the files.

CSV is made for programs: texts are not altered, so one that begins with = is a formula to a spreadsheet. For people
there is "goscan report --format csv".`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore, exitInterrupted),
		Example: `  goscan export --month 2026-10 > bills.csv
  goscan export --month 2026-10 -o october.parquet
  goscan export --from 2026-01 -o archive/ --format parquet   a file for each account and month
  goscan export --month 2026-10 --focus --format jsonl | gzip > focus.jsonl.gz`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := o.parse(a)
			if err != nil {
				return usageError{err}
			}
			return a.runExport(c.Context(), o, s)
		},
	}
	f := c.Flags()
	f.StringSliceVarP(&o.accounts, "account", "a", nil, "only this account (may be repeated), also one that is no longer configured")
	f.StringSliceVarP(&o.months, "month", "m", nil, "this month (YYYY-MM, may be repeated)")
	f.StringVar(&o.from, "from", "", "first month (YYYY-MM) or day (YYYY-MM-DD)")
	f.StringVar(&o.to, "to", "", "last month or day (default: all that follow)")
	f.StringVarP(&o.format, "format", "f", "", "csv, jsonl or parquet (default: by the extension of --output, else csv)")
	f.StringVarP(&o.file, "output", "o", "-", "a file, a folder (ends with / or is there), or - for stdout")
	f.BoolVar(&o.focus, "focus", false, "the columns of FOCUS 1.2; such files cannot be imported")
	f.BoolVar(&o.json, "json", false, "print what was written as JSON; not with -o -")
	return c
}

// A selection is what an export is of.
type selection struct {
	from, to providers.Day
	months   []providers.Month // empty: all between
	options  billfile.Options
	folder   bool
}

func (o exportOptions) parse(a *app) (s selection, err error) {
	if s, err = o.parseDays(); err != nil {
		return s, err
	}
	s.options.Focus = o.focus
	s.folder = isFolder(o.file)
	s.options.Format = billfile.CSV
	if f, ok := billfile.FormatOf(o.file); ok && !s.folder {
		s.options.Format = f
	} else if o.format == "" && !s.folder && filepath.Ext(o.file) != "" {
		return s, fmt.Errorf("--output %s: its extension names no format (.csv, .jsonl, .parquet); --format does", o.file)
	}
	if o.format != "" {
		if s.options.Format, err = billfile.ParseFormat(o.format); err != nil {
			return s, fmt.Errorf("--format %w", err)
		}
	}
	switch {
	case o.file == "":
		return s, errors.New("--output is empty")
	case o.file == "-" && o.json:
		return s, errors.New("--json goes with --output: stdout has the lines")
	case o.file == "-" && a.tty && s.options.Format == billfile.Parquet:
		return s, errors.New("--format parquet is nothing for a terminal: --output FILE.parquet")
	}
	return s, nil
}

func (o exportOptions) parseDays() (s selection, err error) {
	if len(o.months) > 0 == (o.from != "") || o.to != "" && o.from == "" {
		return s, errors.New("say what to export: --month MONTH, or --from MONTH and perhaps --to MONTH")
	}
	for _, text := range o.months {
		m, err := providers.ParseMonth(text)
		if err != nil {
			return s, fmt.Errorf("--month %w", err)
		}
		s.months = append(s.months, m)
	}
	if len(s.months) > 0 {
		s.from, s.to = slices.Min(s.months).First(), slices.Max(s.months).Last()
		return s, nil
	}
	if s.from, _, err = parseSpan(o.from); err != nil {
		return s, fmt.Errorf("--from %w", err)
	}
	s.to = lastStorable
	if o.to != "" {
		if _, s.to, err = parseSpan(o.to); err != nil {
			return s, fmt.Errorf("--to %w", err)
		}
		if s.to < s.from {
			return s, fmt.Errorf("--to %s is before --from %s", o.to, o.from)
		}
	}
	return s, nil
}

// lastStorable is the last day that the stores can hold.
const lastStorable = 1<<16 - 1

// isFolder tells whether an output is one: it ends like one, or is there.
func isFolder(path string) bool {
	if path != "" && os.IsPathSeparator(path[len(path)-1]) {
		return true
	}
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
