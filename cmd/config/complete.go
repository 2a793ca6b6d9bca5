package config

import (
	"cmp"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

const (
	nativePort       = 9000
	nativeSecurePort = 9440
	lastPort         = 65535
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
	port := n.reach("port")
	switch {
	case port.kind == scalar && !d.excused[port.path] && (c.Port < 1 || c.Port > lastPort):
		d.refuse(port, "must be from 1 to 65535")
	case c.Port == 0 && c.Secure:
		c.Port = nativeSecurePort
	case c.Port == 0:
		c.Port = nativePort
	}
	if c.CAFile != "" && !c.Secure {
		d.refuse(n.reach("ca_file"), "is of no use without secure: true")
	}
	c.CAFile = d.place(n, "ca_file", c.CAFile)
	c.Username = cmp.Or(c.Username, "default")
	c.Database = cmp.Or(c.Database, "default")
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

// stateFolder returns where the local state is by default: where systemd says (it may name several), else the user's.
func stateFolder(getenv func(string) string) string {
	if given, _, _ := strings.Cut(getenv("STATE_DIRECTORY"), ":"); given != "" {
		return given
	}
	if base := getenv("XDG_STATE_HOME"); base != "" {
		return filepath.Join(base, "goscan")
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".local", "state", "goscan")
	}
	return ""
}

// warn collects what is allowed but unwise. exposed: the file itself holds a secret.
func (c *Config) warn(exposed bool) {
	if exposed && readableByOthers(c.Path) {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%s holds secrets and other users can read it: chmod 600 %[1]s", c.Path))
	}
	if c.ClickHouse != nil && (c.ClickHouse.Port == 8123 || c.ClickHouse.Port == 8443) {
		c.Warnings = append(c.Warnings, fmt.Sprintf("clickhouse.port %d is HTTP on most servers: Goscan speaks the native protocol, port 9000, or 9440 with secure: true", c.ClickHouse.Port))
	}
}

func readableByOthers(path string) bool {
	info, err := os.Stat(path)
	return err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
}
