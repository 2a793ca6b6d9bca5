package cmd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
)

// reportOptions are the flags of report.
type reportOptions struct {
	date, month string
	by          []string
	where       []string
	cost        string
	top         int
	asOf        string
	output
	sendOptions
}

func newReport(a *app) *cobra.Command {
	c := newReportOf(a, report.Daily, "report", "Report the costs of a day, a week or a month")
	c.Long = `Report what is stored: what a period cost, what it is compared with, what the change is made of, what
the month will cost, and what needs attention. Without another word it is the daily report of the newest
day whose bill is complete.

Amounts are cost_before_voucher, the one column that means the same on both clouds, unless --cost names
another. Days are of UTC+8. Currencies are never added together.`
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			err := fmt.Errorf("report %s: the kinds of report are daily, weekly, monthly, anomalies and backtest", args[0])
			return usageError{meant(err, args[0], commandNames(c))}
		}
		return nil
	}
	c.AddCommand(
		newReportOf(a, report.Daily, "daily", "Report the costs of a day (the default)"),
		newReportOf(a, report.Weekly, "weekly", "Report the costs of a week, Monday to Sunday"),
		newReportOf(a, report.Monthly, "monthly", "Report the costs of a month"),
		newReportAnomalies(a), newReportBacktest(a),
	)
	return c
}

// newReportOf returns the command of a kind of report.
func newReportOf(a *app, kind report.Kind, use, short string) *cobra.Command {
	var o reportOptions
	c := &cobra.Command{
		Use:         use,
		Short:       short,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitUndelivered, exitStore),
		Long:        reportLong(kind),
		Example:     reportExamples(kind, use),
		Args:        noArgs,
		RunE:        func(c *cobra.Command, _ []string) error { return a.runReport(c.Context(), o, kind) },
	}
	f := c.Flags()
	f.StringVar(&o.date, "date", "", "the day, or a day of the week or month, to report (YYYY-MM-DD; default: the newest that is complete)")
	f.StringVar(&o.month, "month", "", "the month of a monthly report (YYYY-MM; default: the newest stored; closed: the newest that is final for every account)")
	f.StringSliceVar(&o.by, "by", nil, "break down by account, service, region, project, resource, meter, tag:KEY, provider, subaccount, category or mode (may be repeated)")
	f.StringArrayVar(&o.where, "where", nil, "only this part: account=prod,test,tag:team=search (may be repeated; all must hold)")
	f.StringVar(&o.cost, "cost", store.CostBeforeVoucher.String(), "the cost column")
	f.IntVar(&o.top, "top", 10, "rows of a table; the others are summed as one")
	f.StringVar(&o.asOf, "as-of", "", "report what was known at the end of this day (YYYY-MM-DD): what was restated since counts as it was")
	o.output.addFlags(c)
	o.sendOptions.addFlags(c)
	return c
}

// reportLong tells about a kind of report. "goscan report" has a text of its own.
func reportLong(kind report.Kind) string {
	switch kind {
	case report.Weekly:
		return `Report what a week cost, Monday to Sunday, compared with the week before, with 13 weeks of trend, and the month
to date. It is the newest week that is complete, unless --date names a day of another.`
	case report.Monthly:
		return `Report what a month cost, compared with the same days of the month before, with 13 months of trend, by service,
project and the tags of report.tags. It is the newest month that is stored, unless --month names another.`
	}
	return `Report what a day cost, compared with the day before and with a week earlier, the month to date, what the
month will cost, and what needs attention. It is the newest day whose bill is complete for every account,
unless --date names another.`
}

func reportExamples(kind report.Kind, use string) string {
	switch {
	case use == "daily":
		return `  goscan report daily
  goscan report daily --date 2026-11-20 --by region`
	case kind == report.Weekly:
		return `  goscan report weekly
  goscan report weekly --where tag:team=search`
	case kind == report.Monthly:
		return `  goscan report monthly --month 2026-10 --by service --by tag:team
  goscan report monthly -o october.xlsx`
	}
	return `  goscan report
  goscan report --date 2026-11-20 --by region --by tag:team
  goscan report --where account=prod,tag:team=search -o report.html
  goscan report monthly --month 2026-10 -o october.xlsx
  goscan report anomalies --from 2026-11-01`
}

func (a *app) runReport(ctx context.Context, o reportOptions, kind report.Kind) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	options, err := o.parse(kind, cfg)
	if err != nil {
		return usageError{err}
	}
	if err := o.complete(a, cfg); err != nil {
		return usageError{err}
	}
	if err := o.check(o.file, o.asOf); err != nil {
		return usageError{err}
	}
	if o.notify {
		return a.sendReport(ctx, cfg, options, o.sendOptions)
	}
	r, err := a.buildReport(ctx, cfg, options, o.asOf)
	if err != nil {
		return err
	}
	if o.dialect {
		return a.writeMessage(cfg, r, o.output)
	}
	return a.writeReport(r, o.output)
}

// buildReport reads a report from the configured store, as it was known at the end of a day if that is given.
func (a *app) buildReport(ctx context.Context, cfg *config.Config, o report.Options, asOf string) (*report.Report, error) {
	known, err := a.instant(asOf)
	if err != nil {
		return nil, usageError{err}
	}
	s, err := a.readBills(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var source report.Source = s.bills // itself: it may be a store.Differ
	o.Store = s.is
	if asOf != "" {
		source, o.AsOf = store.AsOf(s, known), known
		o.Store = "as known on " + asOf + ", " + o.Store
	}
	if o.Since.IsZero() {
		o.Since = known.Add(-sinceLast(o.Kind))
	}
	r, err := report.Build(ctx, source, o)
	return r, accountMeant(err, cfg, o.Where)
}

// instant returns the end of the day as of which to report, and the present for none.
func (a *app) instant(asOf string) (time.Time, error) {
	if asOf == "" {
		return a.now(), nil
	}
	d, err := providers.ParseDay(asOf)
	if err != nil {
		return time.Time{}, fmt.Errorf("--as-of %w", err)
	}
	return (d + 1).Start(), nil
}

const aDay = 24 * time.Hour

// sinceLast is how long ago the report before is, as far as nobody knows better: what was restated since is told.
func sinceLast(kind report.Kind) time.Duration {
	switch kind {
	case report.Weekly:
		return 7 * aDay
	case report.Monthly:
		return 31 * aDay
	}
	return aDay
}

// parse checks the flags of a report and adds what the configuration says.
func (o reportOptions) parse(kind report.Kind, cfg *config.Config) (report.Options, error) {
	r, err := plansOf(cfg)
	if err != nil {
		return r, err
	}
	r.Kind, r.Top, r.Accounts, r.Closes = kind, o.top, kinds(cfg), closes(cfg)
	if o.top < 1 {
		return r, fmt.Errorf("--top %d: must be 1 or more", o.top)
	}
	if o.date != "" {
		if r.Day, err = providers.ParseDay(o.date); err != nil {
			return r, fmt.Errorf("--date %w", err)
		}
	}
	switch {
	case o.month != "" && kind != report.Monthly:
		return r, errors.New("--month is for the monthly report: goscan report monthly --month " + o.month)
	case o.month != "" && o.date != "":
		return r, errors.New("--date and --month both name the month: leave one out")
	case kind == report.Monthly && o.date != "":
		r.Month, r.Day = r.Day.Month(), 0
	case o.month == "closed":
		r.Closed = true
	case o.month != "":
		if r.Month, err = providers.ParseMonth(o.month); err != nil {
			return r, fmt.Errorf("--month %w", err)
		}
	}
	if r.By, err = dimensions(o.by, kind, cfg); err != nil {
		return r, err
	}
	if r.Where, err = parseFilters(o.where); err != nil {
		return r, fmt.Errorf("--where %w", err)
	}
	amount, err := parseAmount(o.cost)
	if err != nil {
		return r, fmt.Errorf("--cost %w", err)
	}
	r.Amount = &amount
	return r, nil
}

// dimensions returns what a report is broken down by: what the user names, else the report's own choice, to which a
// monthly report adds the tags of the configuration.
func dimensions(named []string, kind report.Kind, cfg *config.Config) ([]store.Dimension, error) {
	var all []store.Dimension
	for _, name := range named {
		d, err := parseDimension(name)
		if err != nil {
			return nil, fmt.Errorf("--by %w", err)
		}
		all = append(all, d)
	}
	if len(all) > 0 || kind != report.Monthly {
		return all, nil
	}
	if len(cfg.Report.Tags) > 0 {
		all = []store.Dimension{store.ByService, store.ByProject}
	}
	for _, key := range cfg.Report.Tags {
		all = append(all, store.Tag(key))
	}
	return all, nil
}

// kinds returns the configured accounts and their kinds of cloud.
func kinds(cfg *config.Config) map[string]string {
	m := make(map[string]string, len(cfg.Accounts))
	for _, acc := range cfg.Accounts {
		m[acc.Name] = acc.Kind
	}
	return m
}

// closes returns when months of accounts close.
func closes(cfg *config.Config) func(account string, m providers.Month) (time.Time, bool) {
	calendars := map[string]providers.Calendar{}
	for _, acc := range cfg.Accounts {
		calendars[acc.Name] = acc.Cloud.Calendar
	}
	return func(account string, m providers.Month) (time.Time, bool) {
		c, ok := calendars[account]
		if !ok {
			return time.Time{}, false
		}
		return c.Closes(m), true
	}
}
