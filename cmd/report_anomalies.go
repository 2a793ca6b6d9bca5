package cmd

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/render"
)

// spanOptions are the flags of the commands that look back over many days.
type spanOptions struct {
	from, to string
	where    []string
	cost     string
	output
}

func (o *spanOptions) addFlags(c *cobra.Command, from string) {
	f := c.Flags()
	f.StringVar(&o.from, "from", "", "the first day (YYYY-MM-DD; default: "+from+")")
	f.StringVar(&o.to, "to", "", "the last day (YYYY-MM-DD; default: the newest stored)")
	f.StringArrayVar(&o.where, "where", nil, "only this part: account=prod,test,tag:team=search (may be repeated; all must hold)")
	f.StringVar(&o.cost, "cost", store.CostBeforeVoucher.String(), "the cost column")
	f.StringVarP(&o.format, "format", "f", "", "text, markdown or json (default: by the extension of --output, else text)")
	f.StringVarP(&o.file, "output", "o", "", "write to this file, whole or not at all")
	f.StringVar(&o.lang, "lang", "", "zh or en (default: report.lang of the configuration, else zh)")
}

func newReportAnomalies(a *app) *cobra.Command {
	var o spanOptions
	c := &cobra.Command{
		Use:   "anomalies",
		Short: "List the unusual costs of a range of days",
		Long: `List what was unusual on the days of a range, each day judged by the days before it: rises, drops,
services that are new or vanished, and slow creep. Only usage is judged, and only on complete days;
purchases and renewals are events of the daily report. What the configuration lists under expected: is
shown as planned.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore),
		Example: `  goscan report anomalies --from 2026-11-01
  goscan report anomalies --where account=prod --format json`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.runAnomalies(c.Context(), o) },
	}
	o.addFlags(c, "30 days before --to")
	return c
}

// spanFormats are what these commands write.
func spanFormats() []string { return []string{"text", "markdown", "json"} }

// span opens the store and does something with the days of a range.
func (a *app) span(ctx context.Context, o *spanOptions, do func(source report.Source, r report.Options, from, to providers.Day) error) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	r, from, to, err := o.parse(a, cfg)
	if err != nil {
		return usageError{err}
	}
	s, err := a.readBills(ctx, cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	r.Store = s.is
	return accountMeant(do(s, r, from, to), cfg, r.Where)
}

func (o *spanOptions) parse(a *app, cfg *config.Config) (r report.Options, from, to providers.Day, err error) {
	flags := reportOptions{cost: o.cost, where: o.where, top: 1}
	if r, err = flags.parse(report.Daily, cfg); err != nil {
		return r, 0, 0, err
	}
	if err := o.complete(a, cfg); err != nil {
		return r, 0, 0, err
	}
	if !slices.Contains(spanFormats(), o.format) {
		return r, 0, 0, meant(fmt.Errorf("--format %s: text, markdown or json", o.format), o.format, spanFormats())
	}
	for _, d := range []struct {
		flag, text string
		into       *providers.Day
	}{{"--from", o.from, &from}, {"--to", o.to, &to}} {
		if d.text == "" {
			continue
		}
		if *d.into, err = providers.ParseDay(d.text); err != nil {
			return r, 0, 0, fmt.Errorf("%s %w", d.flag, err)
		}
	}
	if from != 0 && to != 0 && to < from {
		return r, 0, 0, fmt.Errorf("--to %s is before --from %s", to, from)
	}
	return r, from, to, nil
}

func (a *app) runAnomalies(ctx context.Context, o spanOptions) error {
	return a.span(ctx, &o, func(source report.Source, r report.Options, from, to providers.Day) error {
		span, alerts, err := report.Anomalies(ctx, source, r, from, to)
		if err != nil {
			return err
		}
		return a.write(o.file, func(w io.Writer) error {
			list := render.AnomalyList{From: span.From, To: span.To, Alerts: alerts}
			switch o.format {
			case "json":
				return render.AnomaliesJSON(w, span.From, span.To, alerts)
			case "markdown":
				return render.AnomaliesMarkdown(w, list, o.language)
			}
			return render.Anomalies(w, list, a.textOptions(o.output))
		})
	})
}
