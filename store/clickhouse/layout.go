package clickhouse

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"text/template"
)

// A layout says how the objects of the schema are called and kept in one database, on one server or on a cluster.
type layout struct {
	database string
	cluster  Cluster
	created  *[]string // collects the names that statements create or change, when it is not nil
}

func (c Config) layout() layout { return layout{database: c.Database, cluster: c.Cluster} }

// funcs are what a migration may use beside SQL:
//
//	object NAME               the name of what a statement creates, on all servers
//	name NAME                 a reference
//	local TABLE               the name of the table with a server's own part of a sharded table
//	sharded ENGINE TABLE      the engine of that table; what follows are the engine's own arguments
//	copied ENGINE TABLE       the engine of a table that every server has the whole of
//	distributed TABLE KEY     on a cluster the statement that makes the sharded table of its parts, else nothing
//	in                        the operator IN of a subquery on a copied table in a statement on a sharded one
func (l layout) funcs() template.FuncMap {
	return template.FuncMap{
		"object": l.object,
		"name":   l.name,
		"local":  l.cluster.local,
		"sharded": func(engine, table string, arguments ...string) string {
			return l.engine(engine, "{shard}", l.cluster.local(table), "{replica}", arguments)
		},
		"copied": func(engine, table string, arguments ...string) string {
			return l.engine(engine, "all", table, "{shard}-{replica}", arguments)
		},
		"distributed": l.distributed,
		"in":          func() string { return l.cluster.global() + "IN" },
	}
}

func (l layout) object(name string) string {
	if l.created != nil && !slices.Contains(*l.created, name) {
		*l.created = append(*l.created, name)
	}
	return l.name(name) + l.cluster.onCluster()
}

func (l layout) name(name string) string { return qualified(l.database, name) }

// engine returns an engine with its arguments, on a cluster the replicated one. All replicas of a table have its path
// in the coordination service and a name of their own there.
func (l layout) engine(engine, shard, table, replica string, arguments []string) string {
	if l.cluster.Name != "" && !l.cluster.keeperless {
		base := l.cluster.Path
		if base == "" {
			base = DefaultPath
		}
		engine = "Replicated" + engine
		arguments = append([]string{literal(path.Join(base, l.database, shard, table)), literal(replica)}, arguments...)
	}
	if len(arguments) == 0 {
		return engine
	}
	return engine + "(" + strings.Join(arguments, ", ") + ")"
}

func (l layout) distributed(table, key string) string {
	if l.cluster.Name == "" {
		return ""
	}
	part := l.cluster.local(table)
	return fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s AS %s\nENGINE = Distributed(%s, %s, %s, %s)",
		l.object(table), l.name(part), literal(l.cluster.Name), literal(l.database), literal(part), key)
}

// objects returns the names of all tables and views of the schema.
func (l layout) objects() ([]string, error) {
	names := []string{ledgerTable}
	l.created = &names
	all, err := steps()
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if _, err := s.statements(l); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// deleteLoads returns the statement that deletes loads from a month of a table, on every server.
func (c Config) deleteLoads(table, month, loads string) string {
	return fmt.Sprintf("DELETE FROM %s IN PARTITION %s WHERE load_id IN (%s)",
		c.layout().object(c.Cluster.local(table)), literal(month), loads)
}

func (l layout) createDatabase() string {
	return "CREATE DATABASE IF NOT EXISTS " + identifier(l.database) + l.cluster.onCluster()
}

// createLedger returns the statement that creates the table of applied migrations. Its column's default is the store's
// id: of several processes that create the table at once the server, or the queue of the cluster's statements, lets one
// win, and with it its id, which is given as SQL.
func (l layout) createLedger(storeID string) string {
	return "-- Which migrations were applied, by whom, when and where. store_id is the same in every row.\n" +
		"CREATE TABLE IF NOT EXISTS " + l.object(ledgerTable) + ` (
    version UInt32,
    name String,
    checksum String,
    applied_at DateTime64(6, 'UTC') DEFAULT now64(6),
    app_version String,
    cluster String COMMENT 'that it was applied on; empty: on one server',
    store_id String DEFAULT ` + storeID + `
)
ENGINE = ` + l.engine("MergeTree", "all", ledgerTable, "{shard}-{replica}", nil) + `
ORDER BY version`
}
