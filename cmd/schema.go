package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"goscan/store/clickhouse"
)

func newSchema(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "schema",
		Short: "Create, update and show the ClickHouse schema",
		Long: `The tables and views of Goscan in ClickHouse. The embedded ledger and the state need none of these
commands: they update themselves.`,
		Annotations: exitStatus(exitDone, exitUsage),
		Example: `  goscan schema status
  goscan schema migrate`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newSchemaMigrate(a), newSchemaStatus(a), newSchemaPrint(a), newSchemaCopy(a), newSchemaGrafana(a))
	return c
}

func newSchemaMigrate(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Create or update the database, its tables and views",
		Long: `Create the database if there is none and bring its tables and views up to this binary's version. It is safe
to run at any time, twice, and by two people at once. With clickhouse.cluster it creates them on every server of the
cluster: run it again after a server joined.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore),
		Example:     `  goscan schema migrate`,
		Args:        noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.clickHouse()
			if err != nil {
				return err
			}
			applied, err := clickhouse.Migrate(c.Context(), cfg, version())
			for _, m := range applied {
				fmt.Fprintf(a.out, "applied %03d %s\n", m.Version, m.Name)
			}
			if err == nil && len(applied) == 0 {
				fmt.Fprintf(a.out, "database %s is up to date\n", cfg.Database)
			}
			return err
		},
	}
}

func newSchemaStatus(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "status",
		Short:       "Show which migrations are applied",
		Long:        "Show which migrations are applied and which are missing; exit 10 unless all are.",
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore),
		Example:     `  goscan schema status`,
		Args:        noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.clickHouse()
			if err != nil {
				return err
			}
			migrations, err := clickhouse.SchemaStatus(c.Context(), cfg)
			if len(migrations) > 0 {
				rows := [][]string{{"version", "name", "applied", "by"}}
				for _, m := range migrations {
					when := cmp.Or(m.Problem, "not yet")
					if !m.AppliedAt.IsZero() {
						when = m.AppliedAt.UTC().Format("2006-01-02 15:04:05Z")
					}
					rows = append(rows, []string{strconv.Itoa(m.Version), m.Name, when, m.AppVersion})
				}
				if printErr := printTable(a.out, rows, "rlll"); printErr != nil {
					return printErr
				}
			}
			return err
		},
	}
}

func newSchemaPrint(a *app) *cobra.Command {
	var database string
	var cluster clickhouse.Cluster
	c := &cobra.Command{
		Use:         "print",
		Short:       "Print the schema as SQL",
		Long:        "Print the SQL of all migrations, for a reviewer or for an administrator who applies it. It needs no server.",
		Annotations: exitStatus(exitDone, exitUsage),
		Example: `  goscan schema print
  goscan schema print --database bills --cluster prod > schema.sql`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			sql, err := clickhouse.SchemaSQL(database, cluster)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(a.out, sql)
			return err
		},
	}
	c.Flags().StringVar(&database, "database", "default", "the database that the tables are in")
	c.Flags().StringVar(&cluster.Name, "cluster", "", "the cluster that they are spread over, as clickhouse.cluster names it")
	c.Flags().StringVar(&cluster.Path, "zookeeper-path", clickhouse.DefaultPath, "with --cluster, where its coordination service keeps the tables")
	return c
}

// clickHouse returns the section clickhouse of the configuration.
func (a *app) clickHouse() (clickhouse.Config, error) {
	cfg, err := a.loadConfig()
	if err != nil {
		return clickhouse.Config{}, err
	}
	if cfg.ClickHouse == nil {
		return clickhouse.Config{}, withHint{
			usageError{errors.New("the configuration has no section clickhouse:, so the embedded ledger is used, which needs no migration")},
			"add clickhouse: with hosts, or just run goscan sync",
		}
	}
	return clickHouseConfig(cfg.ClickHouse)
}
