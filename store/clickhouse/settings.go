package clickhouse

import "github.com/ClickHouse/clickhouse-go/v2"

// insertSettings go with every INSERT: it takes part in no other's batch, and what is acknowledged is in a table of its
// shard, not in a queue for it.
func (c Config) insertSettings() map[string]int {
	settings := map[string]int{"async_insert": 0}
	if c.Cluster.Name != "" {
		settings["distributed_foreground_insert"] = 1
	}
	return settings
}

// execSettings go with every statement without rows: beside those of an INSERT, a DELETE waits for no merge, and a server
// of the cluster that does not answer is named before the statement's own time is over.
func (c Config) execSettings() clickhouse.Settings {
	settings := clickhouse.Settings{"lightweight_deletes_sync": 0}
	for name, value := range c.insertSettings() {
		settings[name] = value
	}
	if c.Cluster.Name != "" {
		settings["distributed_ddl_task_timeout"] = max(1, int(c.Limits.Statement.Seconds()/2))
	}
	return settings
}

// querySettings go with every question.
func (c Config) querySettings() clickhouse.Settings {
	if c.Cluster.Name != "" {
		// A replica that was away and is catching up is passed over while another is current.
		return clickhouse.Settings{"max_replica_delay_for_distributed_queries": 2}
	}
	// Replicas that share their data, which may be several behind one address, answer with all that was stored before the
	// question: a managed service would else show a commit without its lines. Other servers ignore it. On a cluster it
	// would make every read ask the coordination service, for no more than awaitReplicas gives.
	return clickhouse.Settings{"select_sequential_consistency": 1}
}
