package chtest

import (
	"fmt"
	"net"
	"strings"
	"testing"
)

// StartCluster returns servers that know each other as a cluster of that name, with the macros {shard} and {replica}:
// for every shard as many as its number of replicas says. They have no coordination service: ON CLUSTER is refused and
// nothing is replicated. All have the same Database.
func StartCluster(t testing.TB, name string, shards ...int) [][]*Server {
	t.Helper()
	return startCluster(t, name, nil, shards)
}

// StartClusterWithPolicy is StartCluster with the users of StartWithPolicy. They are themselves on every server: the
// cluster has a secret.
func StartClusterWithPolicy(t testing.TB, policy func(database string) string, name string, shards ...int) [][]*Server {
	t.Helper()
	return startCluster(t, name, policy, shards)
}

func startCluster(t testing.TB, name string, policy func(database string) string, shards []int) [][]*Server {
	t.Helper()
	library, program := library(t), launcher(t)
	all := make([][]*Server, len(shards))
	database := ""
	for i, replicas := range shards {
		for range replicas {
			s := &Server{Host: "127.0.0.1", Port: freePort(t), library: library, program: program, folder: t.TempDir()}
			if database == "" {
				database = s.NewDatabase(t)
			}
			s.Database = database
			all[i] = append(all[i], s)
		}
	}
	for i, shard := range all {
		for j, s := range shard {
			// The embedded server reads the config.xml of its working directory.
			sections := clusterSections(name, all, i+1, j+1)
			if policy != nil {
				write(t, s.folder, "users.xml", usersOf(t, policy(database)))
				sections = strictSections + strings.Replace(sections, "<"+name+">", "<"+name+"><secret>of the servers</secret>", 1)
			}
			write(t, s.folder, "config.xml", "<clickhouse>"+sections+"</clickhouse>\n")
			t.Cleanup(func() { s.Stop(t) })
			s.Restart(t)
		}
	}
	return all
}

// clusterSections returns what the server of a shard and replica is told of the cluster and of itself.
func clusterSections(name string, all [][]*Server, shard, replica int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<remote_servers><%s>\n", name)
	for _, servers := range all {
		b.WriteString("<shard><internal_replication>true</internal_replication>\n")
		for _, s := range servers {
			fmt.Fprintf(&b, "<replica><host>%s</host><port>%d</port></replica>\n", s.Host, s.Port)
		}
		b.WriteString("</shard>\n")
	}
	fmt.Fprintf(&b, "</%s></remote_servers>\n<macros><shard>%02d</shard><replica>%02d</replica></macros>\n", name, shard, replica)
	return b.String()
}

// freePort returns a port that nobody listens on at the moment: a cluster's servers must know each other's before they
// start.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
