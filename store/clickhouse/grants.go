package clickhouse

import (
	"fmt"
	"slices"
	"strings"
)

// A Right is one privilege on one object: a table or view of the store's database, all of the database, or the server.
type Right struct{ Privilege, Object string }

// String returns the right as GRANT writes it.
func (r Right) String() string { return r.Privilege + " ON " + r.Object }

// Objects of rights that are no table or view of the store's database: those, tables of the server and table engines.
const (
	wholeDatabase = "*"
	wholeServer   = "*.*"
	replacements  = "_tmp_replace_*" // what CREATE OR REPLACE makes first, and drops when it took the old one's name
	systemTables  = "system."
	engine        = "TABLE ENGINE"
)

// object returns the object of a right as SQL writes it.
func (c Config) object(r Right) string {
	switch {
	case r.Object == wholeDatabase:
		return identifier(c.Database) + ".*"
	case r.Object == wholeServer, strings.HasPrefix(r.Object, systemTables), r.Privilege == engine:
		return r.Object
	case r.Object == replacements:
		return identifier(c.Database) + "." + replacements
	}
	return qualified(c.Database, r.Object)
}

// A role is what somebody does with the store, and the least that it takes.
type role struct {
	name, user string
	does       string
	rights     []Right
}

// roles returns the roles of a store: to read it, to write it, and to make and keep it.
func (c Config) roles() []role {
	return []role{
		{"goscan_reader", "goscan_report", "reads: report, status, changes, export, Grafana", c.toRead()},
		{"goscan_writer", "goscan", "stores: sync, backfill, verify, import, and all that a reader does", slices.Concat(c.toRead(), c.toWrite())},
		{"goscan_owner", "goscan_admin", "makes and keeps: schema migrate, prune. Not for a scheduled run", slices.Concat(c.toRead(), c.toOwn())},
	}
}

// toRead are the rights that reports need. A view reads its tables with the rights of who asks.
func (c Config) toRead() []Right {
	return append([]Right{{"SELECT", wholeDatabase}}, c.toCluster()...)
}

// toCluster are the rights to ask all servers of a cluster.
func (c Config) toCluster() []Right {
	if c.Cluster.Name == "" {
		return nil
	}
	return []Right{{"REMOTE", wholeServer}, {"SELECT", systemTables + "one"}, {"SELECT", systemTables + "tables"}}
}

// toWrite are the rights that a sync needs to those of a reader. What reaches bill_daily is written by its materialized
// view, with the rights of who migrated. Deleted are superseded and abandoned loads; on a cluster that is a statement ON
// CLUSTER, and every server lets the user at its own part.
func (c Config) toWrite() []Right {
	rights := []Right{{"INSERT", "bill_lines"}, {"INSERT", "bill_days"}, {"INSERT", "bill_months"}}
	if c.Cluster.Name != "" {
		rights = append(rights, Right{"INSERT", c.Cluster.local("bill_lines")}, Right{"CLUSTER", wholeServer})
	}
	return append(rights, Right{"ALTER DELETE", c.Cluster.local("bill_lines")}, Right{"ALTER DELETE", c.Cluster.local("bill_daily")})
}

// toOwn are the rights to make and change the schema, and to delete and move what is stored. CREATE TABLE is one to create
// views, too.
func (c Config) toOwn() []Right {
	rights := []Right{{"INSERT", wholeDatabase}, {"ALTER TABLE", wholeDatabase}}
	for _, privilege := range []string{"CREATE DATABASE", "CREATE TABLE", "DROP VIEW"} {
		rights = append(rights, Right{privilege, wholeDatabase})
	}
	rights = append(rights, Right{"DROP TABLE", replacements})
	engines := []string{"MergeTree", "SummingMergeTree"}
	if c.Cluster.Name != "" {
		rights = append(rights, Right{"CLUSTER", wholeServer})
		for _, table := range []string{"clusters", "columns", "databases"} {
			rights = append(rights, Right{"SELECT", systemTables + table})
		}
		engines = append(engines, "Distributed", "ReplicatedMergeTree", "ReplicatedSummingMergeTree")
	}
	for _, e := range engines {
		rights = append(rights, Right{engine, e})
	}
	return rights
}

// grants returns the rights as few statements: one for each object.
func (c Config) grants(r role) (all []string) {
	privileges := map[string][]string{}
	var objects []string
	for _, right := range r.rights {
		object := c.object(right)
		if privileges[object] == nil {
			objects = append(objects, object)
		}
		privileges[object] = append(privileges[object], right.Privilege)
	}
	for _, object := range objects {
		all = append(all, fmt.Sprintf("GRANT%s %s ON %s TO %s", c.Cluster.onCluster(), strings.Join(privileges[object], ", "), object, r.name))
	}
	return all
}

// PolicySQL returns statements that make a role and a user for each of what is done with the store of cfg: reading it,
// storing, and making it. Nobody of them may do more than goscan asks of a server.
func PolicySQL(cfg Config) string {
	on := cfg.Cluster.onCluster()
	var b strings.Builder
	for _, r := range cfg.roles() {
		fmt.Fprintf(&b, "-- %s\nCREATE ROLE IF NOT EXISTS %s%s;\n", r.does, r.name, on)
		for _, statement := range cfg.grants(r) {
			b.WriteString(statement + ";\n")
		}
		b.WriteString("\n")
	}
	b.WriteString(policyUsers)
	for _, r := range cfg.roles() {
		fmt.Fprintf(&b, "CREATE USER IF NOT EXISTS %s%s IDENTIFIED WITH sha256_hash BY 'HASH_OF_%[1]s';\n", r.user, on)
		fmt.Fprintf(&b, "GRANT%s %s TO %s;\n", on, r.name, r.user)
	}
	return b.String()
}

const policyUsers = `-- The users. Put the hash of a password of their own in the place of each HASH_OF_..., without writing the password
-- into a statement, which the server logs:  head -c 24 /dev/urandom | base64 | tee password | tr -d '\n' | sha256sum
-- Keep goscan_admin: a materialized view sums the lines up with the rights of the user that migrated.
`
