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
	"goscan/store/report/render"
)

// reportOptions are the flags of report.
type reportOptions struct {
	date, month string
	by          []string
	cost        string
	top         int
	format      string
	lang        string
	asOf        string
}

func newReport(a *app) *cobra.Command {
	var o reportOptions
	c := &cobra.Command{
		Use:   "report [daily|monthly]",
		Short: "Report the costs of a day or a month",
		Long: `Report what is stored: the total of a day against the day before, or of a month against the month before
it, by service and by account. The default is the newest day whose bill is complete.

Amounts are cost_before_voucher, the one column that means the same on both clouds, unless --cost names
another. Days are of UTC+8. Currencies are never added together.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore),
		Example: `  goscan report
  goscan report --date 2026-11-20 --by region --by tag:team
  goscan report monthly --month 2026-10 --format markdown`,
		ValidArgs: []string{"daily", "monthly"},
		Args:      reportKind,
		RunE: func(c *cobra.Command, args []string) error {
			return a.runReport(c.Context(), o, len(args) > 0 && args[0] == "monthly")
		},
	}
	f := c.Flags()
	f.StringVar(&o.date, "date", "", "the day of a daily report (YYYY-MM-DD)")
	f.StringVar(&o.month, "month", "", "the month of a monthly report (YYYY-MM)")
	f.StringSliceVar(&o.by, "by", []string{"service"}, "break down by account, service, region, project, resource, tag:KEY, provider, subaccount, category or mode (may be repeated)")
	f.StringVar(&o.cost, "cost", store.CostBeforeVoucher.String(), "the cost column")
	f.IntVar(&o.top, "top", 10, "rows of a breakdown; the others are summed as one")
	f.StringVarP(&o.format, "format", "f", "text", "text, markdown or json")
	f.StringVar(&o.asOf, "as-of", "", "report what was known at the end of this day (YYYY-MM-DD): what was restated since counts as it was")
	f.StringVar(&o.lang, "lang", "", "zh or en (default: report.lang of the configuration, else zh)")
	return c
}

func reportKind(c *cobra.Command, args []string) error {
	if len(args) > 1 || (len(args) == 1 && args[0] != "daily" && args[0] != "monthly") {
		return usageError{fmt.Errorf("report %s: the kinds of report are daily and monthly", args[0])}
	}
	return nil
}

func (a *app) runReport(ctx context.Context, o reportOptions, monthly bool) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	options, err := o.parse(monthly)
	if err != nil {
		return usageError{err}
	}
	if o.lang == "" {
		o.lang = string(cfg.Report.Lang)
	}
	return a.report(ctx, cfg, reportRequest{options, o.format, o.lang, o.asOf})
}

// reportRequest is a report and how to print it.
type reportRequest struct {
	options      report.Options
	format, lang string
	asOf         string // a day; empty: what is known now
}

// instant returns the end of the day as of which to report.
func (r reportRequest) instant() (time.Time, error) {
	d, err := providers.ParseDay(r.asOf)
	if err != nil {
		return time.Time{}, fmt.Errorf("--as-of %w", err)
	}
	return (d + 1).Start(), nil
}

// report builds and prints a report of the configured store.
func (a *app) report(ctx context.Context, cfg *config.Config, r reportRequest) error {
	language, err := render.ParseLang(r.lang)
	if err != nil {
		return usageError{fmt.Errorf("--lang: %w", err)}
	}
	s, err := a.openBills(ctx, cfg, store.Run{Now: a.now, State: stateOf(cfg)})
	if err != nil {
		return err
	}
	defer s.Close()
	var source report.Source = s
	r.options.Store, r.options.Accounts = s.is, kinds(cfg)
	if r.asOf != "" {
		at, err := r.instant()
		if err != nil {
			return usageError{err}
		}
		source = store.AsOf(s, at)
		r.options.AsOf = at
		r.options.Store = "as known on " + r.asOf + ", " + r.options.Store
	}
	built, err := report.Build(ctx, source, r.options)
	if err != nil {
		return err
	}
	switch r.format {
	case "text":
		return render.Text(a.out, built, render.TextOptions{Width: a.width, Color: a.colour, Lang: language})
	case "markdown":
		return render.Markdown(a.out, built, language)
	default:
		return render.JSON(a.out, built)
	}
}

// parse checks the flags of a report.
func (o reportOptions) parse(monthly bool) (report.Options, error) {
	r := report.Options{Kind: report.Daily, Top: o.top}
	var err error
	switch {
	case monthly && o.date != "":
		return r, errors.New("--date is for the daily report: use --month")
	case !monthly && o.month != "":
		return r, errors.New("--month is for the monthly report: goscan report monthly --month " + o.month)
	case o.top < 1:
		return r, fmt.Errorf("--top %d: must be 1 or more", o.top)
	case o.format != "text" && o.format != "markdown" && o.format != "json":
		return r, fmt.Errorf("--format %s: text, markdown or json", o.format)
	case monthly:
		r.Kind = report.Monthly
	}
	if o.date != "" {
		if r.Day, err = providers.ParseDay(o.date); err != nil {
			return r, fmt.Errorf("--date %w", err)
		}
	}
	if o.month != "" {
		if r.Month, err = providers.ParseMonth(o.month); err != nil {
			return r, fmt.Errorf("--month %w", err)
		}
	}
	for _, name := range o.by {
		d, err := store.ParseDimension(name)
		if err != nil {
			return r, fmt.Errorf("--by %w", err)
		}
		r.By = append(r.By, d)
	}
	amount, err := store.ParseAmount(o.cost)
	if err != nil {
		return r, fmt.Errorf("--cost %w", err)
	}
	r.Amount = &amount
	return r, nil
}

// kinds returns the configured accounts and their kinds of cloud.
func kinds(cfg *config.Config) map[string]string {
	m := make(map[string]string, len(cfg.Accounts))
	for _, acc := range cfg.Accounts {
		m[acc.Name] = acc.Kind
	}
	return m
}
