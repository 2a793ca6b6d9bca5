package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"goscan/store/clickhouse"
)

func newSchemaGrafana(a *app) *cobra.Command {
	var database string
	c := &cobra.Command{
		Use:   "grafana",
		Short: "Print a Grafana dashboard over the schema",
		Long: `Print a Grafana dashboard as JSON: daily cost, month to date against last month, by service, account and
tag, restatements, freshness and reconciliation. Import it in Grafana (11 or later) under Dashboards > New >
Import; it asks for a ClickHouse data source (the official plugin, grafana-clickhouse-datasource). The
data source's user needs SELECT on the database and nothing else. It needs no server to print.`,
		Annotations: exitStatus(exitDone, exitUsage),
		Example:     `  goscan schema grafana > costs.json`,
		Args:        noArgs,
		RunE: func(*cobra.Command, []string) error {
			text, err := clickhouse.Dashboard(database)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.out, "%s\n", text)
			return err
		},
	}
	c.Flags().StringVar(&database, "database", "default", "the database that the tables are in")
	return c
}
