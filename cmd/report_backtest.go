package cmd

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"goscan/providers"
	"goscan/store/report"
	"goscan/store/report/anomaly"
	"goscan/store/report/forecast"
	"goscan/store/report/render"
)

func newReportBacktest(a *app) *cobra.Command {
	var o spanOptions
	c := &cobra.Command{
		Use:   "backtest",
		Short: "Replay the stored history: what would have been alerted and forecast",
		Long: `Replay the stored days, each judged by the days before it alone: how many alerts each rule and threshold
would have sent per 100 days, beside the rules that other tools use; which alerts those are with the settings
of the configuration (anomalies:); and how far month-end forecasts would have been off, beside last week
repeated, a run rate and a straight line.

WAPE is the sum of the absolute errors in percent of what was spent. Coverage is how many of 100 intervals
held the truth; it should be 80.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore),
		Example: `  goscan report backtest
  goscan report backtest --from 2026-06-01 --where account=prod`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.runBacktest(c.Context(), o) },
	}
	o.addFlags(c, "the first day with enough history")
	return c
}

func (a *app) runBacktest(ctx context.Context, o spanOptions) error {
	return a.span(ctx, &o, func(source report.Source, r report.Options, from, to providers.Day) error {
		b, err := report.NewBacktest(ctx, source, r, from, to)
		if err != nil {
			return err
		}
		return a.write(o.file, func(w io.Writer) error {
			if o.format == "json" {
				return printJSON(w, backtestDocument(b))
			}
			return a.printBacktest(w, b, o.output)
		})
	})
}

func (a *app) printBacktest(w io.Writer, b *report.Backtest, o output) error {
	said := backtestWordsOf(o.language)
	fmt.Fprintf(w, said.replayed+"\n\n"+said.alerts+"\n", b.From, b.To)
	rows := [][]string{said.alertTitles}
	for _, t := range b.Anomalies.Trials {
		rows = append(rows, []string{said.of(t.Rule), threshold(t), strconv.Itoa(t.Alerts), t.Per100().StringFixed(1)})
	}
	if err := printTable(w, rows, "lrrr"); err != nil {
		return err
	}
	fmt.Fprintln(w)
	list := render.AnomalyList{From: b.From, To: b.To, Alerts: b.Anomalies.Alerts}
	if err := render.Anomalies(w, list, a.textOptions(o)); err != nil {
		return err
	}
	for _, f := range b.Forecasts {
		fmt.Fprintf(w, "\n"+said.forecasts+"\n", f.Currency)
		rows := [][]string{said.forecastTitles}
		for _, s := range f.Scores {
			if s.Forecasts > 0 {
				rows = append(rows, said.forecastRow(s))
			}
		}
		if len(rows) == 1 {
			fmt.Fprintln(w, said.noForecast)
			continue
		}
		if err := printTable(w, rows, "lrrrr"); err != nil {
			return err
		}
	}
	return nil
}

func threshold(t anomaly.Trial) string {
	if t.K == 0 {
		return "-"
	}
	return strconv.FormatFloat(t.K, 'f', -1, 64)
}

const percents = 100

func (said *backtestWords) forecastRow(s forecast.Score) []string {
	day, coverage := said.all, "-"
	if s.Day > 0 {
		day = strconv.Itoa(s.Day)
	}
	if s.Intervals > 0 {
		coverage = strconv.FormatFloat(s.Coverage()*percents, 'f', 0, 64) + "%"
	}
	return []string{said.of(s.Method), day, strconv.Itoa(s.Forecasts), strconv.FormatFloat(s.WAPE*percents, 'f', 1, 64) + "%", coverage}
}

// backtestSchema names the JSON of report backtest.
const backtestSchema = "goscan.backtest/1"

func backtestDocument(b *report.Backtest) any {
	type trial struct {
		Rule       string  `json:"rule"`
		Threshold  float64 `json:"threshold,omitempty"`
		Alerts     int     `json:"alerts"`
		Days       int     `json:"days"`
		SeriesDays int     `json:"series_days"`
		Per100     string  `json:"per_100_days"`
	}
	type score struct {
		Currency  string  `json:"currency"`
		Method    string  `json:"method"`
		Day       int     `json:"day"` // of the month; 0: all
		Forecasts int     `json:"forecasts"`
		WAPE      float64 `json:"wape"`
		Intervals int     `json:"intervals"`
		Covered   int     `json:"covered"`
	}
	trials, scores := []trial{}, []score{}
	for _, t := range b.Anomalies.Trials {
		trials = append(trials, trial{t.Rule, t.K, t.Alerts, t.Days, t.SeriesDays, t.Per100().String()})
	}
	for _, f := range b.Forecasts {
		for _, s := range f.Scores {
			if s.Forecasts > 0 {
				scores = append(scores, score{f.Currency, s.Method, s.Day, s.Forecasts, s.WAPE, s.Intervals, s.Covered})
			}
		}
	}
	return map[string]any{
		"schema": backtestSchema, "from": b.From, "to": b.To, "rules": trials,
		"anomalies": render.AlertDocuments(b.Anomalies.Alerts), "forecasts": scores,
	}
}
