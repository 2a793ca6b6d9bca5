package cmd

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"goscan/providers/all"
	"goscan/store/clickhouse"
)

// policyFiles are what each cloud has to allow: NAME.json for the cloud that the registry calls so.
//
//go:embed policies/*.json
var policyFiles embed.FS

const policyOfClickHouse = "clickhouse"

func newConfigPolicy(a *app) *cobra.Command {
	var store clickhouse.Config
	c := &cobra.Command{
		Use:   "policy CLOUD|clickhouse",
		Short: "Print the least that a cloud or ClickHouse has to allow",
		Long: `Print what goscan has to be allowed, and nothing more, in the form that is pasted into the cloud's console
or run on the server.

For a cloud it is the policy of the user whose access key goscan has. Make a user for goscan alone: the
keys of the main account may do everything, and the billing APIs do not tell goscan that it has those.
On a server of the cloud a role can take the place of the keys: leave them out of goscan.yaml.

For ClickHouse it is SQL that makes three users: one that stores (sync), one that reads (reports,
Grafana), and one that makes and keeps the schema (schema migrate, prune). Run it as an
administrator. goscan doctor says where a user lacks a right, or has many more than these.`,
		Example: `  goscan config policy alicloud > goscan-policy.json
  goscan config policy clickhouse --database bills`,
		Annotations: exitStatus(exitDone, exitUsage),
		Args:        policyArgs,
		ValidArgs:   policyNames(),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := policy(args[0], store)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(a.out, text)
			return err
		},
	}
	c.Flags().StringVar(&store.Database, "database", "default", "of ClickHouse: the database that the tables are in")
	c.Flags().StringVar(&store.Cluster.Name, "cluster", "", "of ClickHouse: the cluster that they are spread over, as clickhouse.cluster names it")
	return c
}

// policyNames returns what there is a policy for.
func policyNames() []string {
	return append(slices.Sorted(maps.Keys(all.Registry())), policyOfClickHouse)
}

func policyArgs(_ *cobra.Command, args []string) error {
	known := policyNames()
	if len(args) == 1 && slices.Contains(known, args[0]) {
		return nil
	}
	err := fmt.Errorf("name one of %s", strings.Join(known, ", "))
	if len(args) == 1 {
		err = meant(err, args[0], known)
	}
	return usageError{err}
}

func policy(name string, store clickhouse.Config) (string, error) {
	if name == policyOfClickHouse {
		return clickhouse.PolicySQL(store), nil
	}
	text, err := policyFiles.ReadFile("policies/" + name + ".json")
	return string(text), err
}
