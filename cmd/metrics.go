package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"goscan/cmd/metrics"
)

func newMetrics(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "metrics",
		Short: "Print alert rules and a dashboard for the metrics of runs",
		Long: `Print what Prometheus and Grafana need for the metrics that "goscan sync" and "goscan backfill" write with
--metrics-file, or where the section metrics of the configuration says: a text file for node_exporter's
textfile collector, or a Pushgateway.`,
		Annotations: exitStatus(exitDone, exitUsage),
		Example: `  goscan metrics list
  goscan metrics alerts > goscan.yml
  goscan metrics grafana > runs.json`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newMetricsAlerts(a), newMetricsGrafana(a), newMetricsList(a))
	return c
}

func newMetricsAlerts(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "alerts",
		Short: "Print alert rules for Prometheus",
		Long: `Print alert rules for Prometheus as YAML: bills that are stale, accounts and runs that failed, months that do
not reconcile, a cloud that throttles, runs that stay away, and metrics that do.`,
		Annotations: exitStatus(exitDone, exitUsage),
		Example:     `  goscan metrics alerts > /etc/prometheus/rules/goscan.yml`,
		Args:        noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.out, metrics.Rules())
			return err
		},
	}
}

func newMetricsGrafana(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "grafana",
		Short: "Print a Grafana dashboard over the metrics",
		Long: `Print a Grafana dashboard as JSON: the age of the bills, exit codes, costs of months and days, restatements,
differences from the clouds' overviews, requests and durations. Import it in Grafana (11 or later) under
Dashboards > New > Import; it asks for a Prometheus. The costs themselves, by service and tag, are in the
dashboard of goscan schema grafana, which reads ClickHouse.`,
		Annotations: exitStatus(exitDone, exitUsage),
		Example:     `  goscan metrics grafana > runs.json`,
		Args:        noArgs,
		RunE: func(*cobra.Command, []string) error {
			text, err := metrics.Dashboard()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.out, "%s\n", text)
			return err
		},
	}
}

func newMetricsList(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:         "list",
		Short:       "List the metrics and what they mean",
		Long:        `List every metric with its labels and its meaning. All are gauges. Costs are floats: for charts and alerts, not for books.`,
		Annotations: exitStatus(exitDone, exitUsage),
		Example:     `  goscan metrics list`,
		Args:        noArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return printJSON(a.out, map[string]any{"schema": "goscan.metrics/1", "metrics": metrics.Families()})
			}
			rows := [][]string{{"metric", "labels", "meaning"}}
			for _, f := range metrics.Families() {
				rows = append(rows, []string{f.Name, strings.Join(f.Labels, ", "), f.Help})
			}
			return printTable(a.out, rows, "lll")
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	return c
}
