package config

import (
	"cmp"
	"fmt"
	"net"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	nativePort       = 9000
	nativeSecurePort = 9440
	httpPort         = 8123
	httpSecurePort   = 8443
	lastPort         = 65535
	keeperPath       = "/clickhouse/goscan"

	dialTimeout  = 5 * time.Second
	queryTimeout = 2 * time.Minute
)

// complete checks the sections other than providers and fills in their defaults.
func (c *Config) complete(d *decoder, root *node, getenv func(string) string) {
	if c.ClickHouse != nil {
		c.ClickHouse.complete(d, root.reach("clickhouse"))
	}
	c.State = d.place(root, "state", c.State)
	if c.State == "" {
		c.State = stateFolder(getenv)
	}
	if c.State == "" {
		d.refuse(root.reach("state"), "is missing, and neither XDG_STATE_HOME nor HOME is set")
	}
	d.oneOf(root.reach("report"), "lang", c.Report.Lang, "zh", "en")
	c.Report.FontFile = d.place(root.reach("report"), "font_file", c.Report.FontFile)
	c.checkPlans(d, root)
	c.Metrics.complete(d, root.reach("metrics"))
	c.checkHeartbeat(d, root.reach("heartbeat_url"))
	log := root.reach("log")
	d.oneOf(log, "level", c.Log.Level, "debug", "info", "warn", "error")
	d.oneOf(log, "format", c.Log.Format, "text", "json")
	c.Log.File = d.place(log, "file", c.Log.File)
}

func (c *ClickHouse) complete(d *decoder, n *node) {
	if len(c.Hosts) == 0 && !d.excused[join(n.path, "hosts")] {
		d.refuse(n.reach("hosts"), "is missing")
	}
	for i, host := range c.Hosts {
		at := n.reach("hosts")
		if i < len(at.items) {
			at = at.items[i]
		}
		if problem := hostProblem(host); problem != "" && !d.excused[at.path] {
			d.refuse(at, problem)
		}
	}
	c.Balance = cmp.Or(c.Balance, "in_order")
	d.oneOf(n, "balance", c.Balance, "in_order", "round_robin")
	c.Protocol = cmp.Or(c.Protocol, "native")
	d.oneOf(n, "protocol", c.Protocol, "native", "http")
	c.Compression = cmp.Or(c.Compression, "lz4")
	d.oneOf(n, "compression", c.Compression, "lz4", "zstd", "none")
	c.completePort(d, n.reach("port"))
	c.completeTLS(d, n)
	c.DialTimeout = d.timeout(n, "dial_timeout", c.DialTimeout, dialTimeout)
	c.QueryTimeout = d.timeout(n, "query_timeout", c.QueryTimeout, queryTimeout)
	c.Username = cmp.Or(c.Username, "default")
	c.Database = cmp.Or(c.Database, "default")
	c.completeCluster(d, n)
}

// completeCluster checks what becomes part of statements. What a cluster's servers must have is theirs to say.
func (c *ClickHouse) completeCluster(d *decoder, n *node) {
	at := n.reach("cluster")
	if c.Cluster != "" && strings.ContainsFunc(c.Cluster, notInName) && !d.excused[at.path] {
		d.refuse(at, "must be a name of letters, digits, -, _ and ., as under remote_servers")
	}
	at = n.reach("zookeeper_path")
	switch {
	case d.excused[at.path]:
	case c.KeeperPath != "" && c.Cluster == "" && !d.excused[join(n.path, "cluster")]:
		d.refuse(at, "is of no use without cluster")
	case c.KeeperPath != "" && (!strings.HasPrefix(c.KeeperPath, "/") || path.Clean(c.KeeperPath) != c.KeeperPath || c.KeeperPath == "/"):
		d.refuse(at, "must be a path such as "+keeperPath)
	case strings.ContainsAny(c.KeeperPath, "{}"):
		d.refuse(at, "must be the same on every server: goscan adds the database, the shard and the table")
	}
	if c.Cluster != "" {
		c.KeeperPath = cmp.Or(c.KeeperPath, keeperPath)
	}
}

func notInName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.", r)
}

func (c *ClickHouse) completePort(d *decoder, port *node) {
	if port.kind == scalar && !d.excused[port.path] && (c.Port < 1 || c.Port > lastPort) {
		d.refuse(port, "must be from 1 to 65535")
	}
	switch {
	case c.Port != 0:
	case c.Protocol == "http" && c.Secure:
		c.Port = httpSecurePort
	case c.Protocol == "http":
		c.Port = httpPort
	case c.Secure:
		c.Port = nativeSecurePort
	default:
		c.Port = nativePort
	}
}

// completeTLS checks what is about certificates. The files are read where the connection is made.
func (c *ClickHouse) completeTLS(d *decoder, n *node) {
	for _, k := range []struct{ key, value string }{
		{"ca_file", c.CAFile}, {"cert_file", c.CertFile}, {"key_file", c.KeyFile}, {"server_name", c.ServerName},
	} {
		if k.value != "" && !c.Secure && !d.excused[join(n.path, "secure")] {
			d.refuse(n.reach(k.key), "is of no use without secure: true")
		}
	}
	if c.Secure && c.CertFile != "" && c.KeyFile == "" && !d.excused[join(n.path, "key_file")] {
		d.refuse(n.reach("cert_file"), "needs its key: key_file")
	}
	if c.Secure && c.KeyFile != "" && c.CertFile == "" && !d.excused[join(n.path, "cert_file")] {
		d.refuse(n.reach("key_file"), "needs its certificate: cert_file")
	}
	c.CAFile = d.place(n, "ca_file", c.CAFile)
	c.CertFile = d.place(n, "cert_file", c.CertFile)
	c.KeyFile = d.place(n, "key_file", c.KeyFile)
}

// timeout returns the time limit of a section, or the default when the file does not say one.
func (d *decoder) timeout(section *node, key string, value, usual time.Duration) time.Duration {
	at := section.at(key)
	if at == nil || at.kind != scalar {
		return usual
	}
	if value <= 0 && !d.excused[at.path] {
		d.refuse(at, "must be more than 0, such as "+usual.String())
	}
	return value
}

// hostProblem says why a text is no host. It does not repeat it: an URL may hold a password.
func hostProblem(host string) string {
	switch {
	case host == "":
		return "is empty"
	case net.ParseIP(host) != nil:
		return ""
	case strings.ContainsAny(host, "/@ \t"):
		return "must be a name or an address alone, without scheme, user or path"
	case strings.Contains(host, ":"):
		return "must be without port: clickhouse.port is the port"
	}
	return ""
}

func (d *decoder) oneOf(section *node, key, value string, allowed ...string) {
	at := section.reach(key)
	if !slices.Contains(allowed, value) && !d.excused[at.path] {
		d.refuse(at, "must be one of "+strings.Join(allowed, ", "))
	}
}

// place resolves a path that the file names. Flags and variables are relative to the working directory, like arguments.
func (d *decoder) place(section *node, key, path string) string {
	if at := section.at(key); at != nil && at.source != "" {
		return path
	}
	return d.folder.resolve(path)
}

// stateFolder returns where the local state is by default: where systemd says (it may name several), else the user's. Only
// Windows has LOCALAPPDATA, and some of its shells have a HOME besides: all of them must find one state.
func stateFolder(getenv func(string) string) string {
	if given, _, _ := strings.Cut(getenv("STATE_DIRECTORY"), ":"); given != "" {
		return given
	}
	if base := getenv("XDG_STATE_HOME"); base != "" {
		return filepath.Join(base, "goscan")
	}
	if local := getenv("LOCALAPPDATA"); local != "" {
		return filepath.Join(local, "goscan", "state")
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".local", "state", "goscan")
	}
	return ""
}

// warn collects what is allowed but unwise.
func (c *Config) warn(d *decoder) {
	c.private(d.exposed, d.secretFiles)
	if c.ClickHouse != nil {
		c.Warnings = append(c.Warnings, c.ClickHouse.wrongPort()...)
	}
}

// wrongPort warns of the port of the other protocol.
func (c *ClickHouse) wrongPort() []string {
	switch isHTTP := c.Protocol == "http"; {
	case !isHTTP && (c.Port == httpPort || c.Port == httpSecurePort):
		return []string{fmt.Sprintf("clickhouse.port %d is HTTP on most servers: set protocol: http, or the native port, %d, or %d with secure: true",
			c.Port, nativePort, nativeSecurePort)}
	case isHTTP && (c.Port == nativePort || c.Port == nativeSecurePort):
		return []string{fmt.Sprintf("clickhouse.port %d is the native protocol on most servers: set protocol: native, or the port of HTTP, %d, or %d with secure: true",
			c.Port, httpPort, httpSecurePort)}
	}
	return nil
}
