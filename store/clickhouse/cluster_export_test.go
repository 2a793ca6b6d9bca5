package clickhouse

// Keeperless returns a cluster without a coordination service, which the servers of chtest.StartCluster are.
func Keeperless(name string) Cluster { return Cluster{Name: name, keeperless: true} }

// OtherStatements returns what is run on a cluster beside SchemaSQL: what creates the ledger of a store, and what
// deletes loads.
func OtherStatements(cfg Config, storeID string) []string {
	return []string{cfg.layout().createLedger(literal(storeID)), cfg.deleteLoads("bill_lines", "2026-10-01", "1, 2")}
}
