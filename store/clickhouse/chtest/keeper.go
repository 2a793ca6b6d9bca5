package chtest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	oldServer     = "clickhouse-server" // of Debian: version 18.16
	zooKeeperJars = "/usr/share/java"   // Debian's zookeeper is there
)

// StartOldCluster returns servers of the ClickHouse that Debian has, with a ZooKeeper: for every shard as many as its
// number of replicas says. Unlike those of StartCluster they replicate and run statements ON CLUSTER. But they are of
// 2018: many types of today's schema are unknown to them. The test is skipped where the Debian packages
// clickhouse-server and zookeeper are not installed, or fails under CI=true.
func StartOldCluster(t testing.TB, name string, shards ...int) [][]*Server {
	t.Helper()
	program, err := exec.LookPath(oldServer)
	if err == nil {
		_, err = os.Stat(filepath.Join(zooKeeperJars, "zookeeper.jar"))
	}
	if err != nil {
		const without = "no ClickHouse of Debian: install its packages clickhouse-server and zookeeper"
		if os.Getenv("CI") == "true" {
			t.Fatal(without)
		}
		t.Skip(without)
	}
	keeper := startZooKeeper(t)
	all := make([][]*Server, len(shards))
	for i, replicas := range shards {
		for range replicas {
			all[i] = append(all[i], &Server{Host: "127.0.0.1", Port: freePort(t), Database: "bills", folder: t.TempDir()})
		}
	}
	for i, shard := range all {
		for j, s := range shard {
			write(t, s.folder, "users.xml", oldUsers)
			config := write(t, s.folder, "config.xml", oldConfig(s, keeper, freePort(t), clusterSections(name, all, i+1, j+1)))
			background(t, exec.Command(program, "--config-file="+config), s.Port)
		}
	}
	return all
}

func startZooKeeper(t testing.TB) (port int) {
	t.Helper()
	folder, port := t.TempDir(), freePort(t)
	config := write(t, folder, "zoo.cfg", fmt.Sprintf(
		"tickTime=500\ndataDir=%s\nclientPort=%d\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n", filepath.Join(folder, "data"), port))
	background(t, exec.Command("java", "-Xmx128m", "-cp", zooKeeperJars+"/*", "org.apache.zookeeper.server.quorum.QuorumPeerMain", config), port)
	return port
}

const oldUsers = `<yandex><profiles><default/></profiles><quotas><default/></quotas>
<users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users></yandex>
`

func oldConfig(s *Server, keeper, interserver int, sections string) string {
	return fmt.Sprintf(`<yandex><logger><level>warning</level><log>%[1]s/log</log><errorlog>%[1]s/errors</errorlog></logger>
<listen_host>127.0.0.1</listen_host><tcp_port>%[2]d</tcp_port>
<interserver_http_host>127.0.0.1</interserver_http_host><interserver_http_port>%[3]d</interserver_http_port>
<path>%[1]s/data/</path><tmp_path>%[1]s/tmp/</tmp_path><users_config>users.xml</users_config><mark_cache_size>5368709</mark_cache_size>
<default_profile>default</default_profile><default_database>default</default_database>
<zookeeper><node><host>127.0.0.1</host><port>%[4]d</port></node></zookeeper><distributed_ddl><path>/clickhouse/ddl</path></distributed_ddl>
%[5]s</yandex>
`, s.folder, s.Port, interserver, keeper, sections)
}

func write(t testing.TB, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// background runs a program until the test ends and returns when it listens on the port.
func background(t testing.TB, cmd *exec.Cmd, port int) {
	t.Helper()
	var log strings.Builder
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended, over := context.WithCancel(context.Background())
	go func() {
		cmd.Wait()
		over()
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-ended.Done()
	})
	for deadline := time.Now().Add(startTimeout); time.Now().Before(deadline) && ended.Err() == nil; time.Sleep(50 * time.Millisecond) {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			conn.Close()
			return
		}
	}
	cmd.Process.Kill()
	<-ended.Done()
	t.Fatalf("%s does not listen on port %d:\n%s", cmd.Path, port, log.String())
}
