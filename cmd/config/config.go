// Package config reads goscan.yaml into typed settings.
//
// The file is decoded strictly: an unknown key, a key twice or a value of the wrong type is an error with the key's
// path and line. ${NAME}, ${NAME:-default} and ${NAME:?message} stand for environment variables in any value, $$ for a
// dollar; keys and comments are left alone, and what a variable holds cannot add keys. A key that holds a secret has a
// twin that names a file instead (password, password_file). A few environment variables and flags win over the file.
//
// The accounts under providers: are decoded into the settings that each cloud of the registry declares, and the channels
// under notify: into those that each channel declares: what is added brings its keys along.
//
// No error, warning or output of this package holds a secret.
package config

import (
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"goscan/cmd/nearest"
	"goscan/notify"
	"goscan/providers"
)

// Config is everything that goscan.yaml says, with defaults where it says nothing.
type Config struct {
	Path       string      // of the file
	ClickHouse *ClickHouse // nil: the embedded ledger is the store
	Accounts   []Account   // in the order of their names; may be empty, a machine that only reports needs none
	State      string      // the folder of the local state; it may not exist yet
	Report     Report
	Budgets    []Budget   // in the order of the file
	Expected   []Expected // unusual costs that were announced
	Anomalies  Anomalies
	Channels   []Channel // in the order of their names; none: nothing is sent
	Metrics    Metrics
	// HeartbeatURL is pinged when a sync begins and ends, as healthchecks.io has it; empty: none.
	HeartbeatURL providers.Secret
	Log          Log
	Warnings     []string // what is allowed but unwise, one line each

	secrets []string
	asks    asks
}

// ClickHouse says how to reach the server that keeps the bills.
type ClickHouse struct {
	Hosts        []string         `yaml:"hosts"`    // names or addresses without port: replicas of one server
	Balance      string           `yaml:"balance"`  // of several hosts: in_order or round_robin
	Protocol     string           `yaml:"protocol"` // native or http
	Port         int              `yaml:"port"`     // 9000, 9440 with Secure; over HTTP 8123, 8443 with Secure
	Username     string           `yaml:"username"`
	Password     providers.Secret `yaml:"password"`
	Database     string           `yaml:"database"`
	Cluster      string           `yaml:"cluster"`        // the name of a ClickHouse cluster to spread the tables over; empty: none
	KeeperPath   string           `yaml:"zookeeper_path"` // of the tables in its coordination service; empty without Cluster
	Secure       bool             `yaml:"secure"`         // TLS
	CAFile       string           `yaml:"ca_file"`        // PEM certificates to trust instead of the system's; empty for those
	CertFile     string           `yaml:"cert_file"`      // PEM certificate that the server asks of its clients; empty: none
	KeyFile      string           `yaml:"key_file"`       // its key
	ServerName   string           `yaml:"server_name"`    // the name in the server's certificate, where it is not the host's
	Compression  string           `yaml:"compression"`    // lz4, zstd or none
	DialTimeout  time.Duration    `yaml:"dial_timeout"`
	QueryTimeout time.Duration    `yaml:"query_timeout"`
}

// An Account is one entry under providers:.
type Account struct {
	Name     string // its identity in the store
	Kind     string // the key of its Cloud in the registry
	Cloud    providers.Cloud
	Settings providers.Settings // decoded and valid
}

// Report says how reports are written.
type Report struct {
	Lang     string   `yaml:"lang"`      // zh or en
	Tags     []string `yaml:"tags"`      // keys of tags that monthly reports break costs down by
	FontFile string   `yaml:"font_file"` // a TrueType font with Chinese characters, for charts; empty: one of the system's
}

// Log says what is logged where.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn or error
	Format string `yaml:"format"` // text or json
	File   string `yaml:"file"`   // empty: stderr
}

// Options is what Load gets from the program.
type Options struct {
	File     string                   // --config; empty: GOSCAN_CONFIG, else the first goscan.yaml that is found
	State    string                   // --state; empty: as configured
	Getenv   func(name string) string // os.Getenv in the program
	Now      func() time.Time         // time.Now in the program
	Registry providers.Registry
	Channels notify.Registry
}

// document is the file's top level.
type document struct {
	ClickHouse *ClickHouse      `yaml:"clickhouse"`
	Providers  *node            `yaml:"providers"`
	State      string           `yaml:"state"`
	Report     Report           `yaml:"report"`
	Budgets    []Budget         `yaml:"budgets"`
	Expected   []Expected       `yaml:"expected"`
	Anomalies  Anomalies        `yaml:"anomalies"`
	Notify     *node            `yaml:"notify"`
	Metrics    Metrics          `yaml:"metrics"`
	Heartbeat  providers.Secret `yaml:"heartbeat_url"`
	Log        Log              `yaml:"log"`
}

// Load finds, reads and checks the configuration. It opens the file and the files of secrets, and nothing else. An
// error is of type Errors and lists everything that is wrong; errors.Is(err, fs.ErrNotExist) tells that there is no
// file.
func Load(o Options) (*Config, error) {
	f, err := find(o)
	if err != nil {
		return nil, err
	}
	var wrong Errors
	b := builder{getenv: o.Getenv, overrides: f.overrides, errors: &wrong}
	root := b.build("", 0, f.root)
	graft(root, f.overrides)

	d := &decoder{
		folder:  folder{filepath.Dir(f.path), o.Getenv("HOME")},
		errors:  &wrong,
		excused: map[string]bool{},
	}
	doc := document{Report: Report{Lang: "zh"}, Log: Log{Level: "info", Format: "text"}}
	d.topLevel(root, &doc, o.Registry)
	c := &Config{
		Path:         f.path,
		ClickHouse:   doc.ClickHouse,
		Accounts:     d.accounts(doc.Providers, o.Registry, o.Now()),
		State:        doc.State,
		Report:       doc.Report,
		Budgets:      doc.Budgets,
		Expected:     doc.Expected,
		Anomalies:    doc.Anomalies,
		Channels:     d.channels(doc.Notify, o.Channels),
		Metrics:      doc.Metrics,
		HeartbeatURL: doc.Heartbeat,
		Log:          doc.Log,
	}
	c.complete(d, root, o.Getenv)
	if len(wrong) > 0 {
		return nil, wrong.inOrder()
	}
	c.secrets = d.secrets
	c.asks = asksOf(f, root, d.folder, o.Getenv)
	c.warn(d)
	return c, nil
}

// topLevel decodes the document. The name of a cloud beside providers: is a mistake of its own.
func (d *decoder) topLevel(root *node, doc *document, registry providers.Registry) {
	rest := *root
	rest.entries = slices.DeleteFunc(slices.Clone(root.entries), func(e entry) bool {
		if _, isCloud := registry[e.key]; isCloud {
			d.errors.add(e.value, "unknown key, did you mean providers."+e.key+"?", "")
			return true
		}
		return false
	})
	d.into(&rest, reflect.ValueOf(doc).Elem())
	if n := root.at("clickhouse"); n != nil && n.kind == null {
		d.errors.add(n, "is empty", "remove it to use the embedded ledger")
	}
}

// graft adds the overrides that the file has no key for. Those of clickhouse need its section, which hosts alone opens:
// a password in the environment must not turn the ledger off.
func graft(root *node, overrides map[string]override) {
	for _, path := range slices.Sorted(maps.Keys(overrides)) {
		section, key, nested := strings.Cut(path, ".")
		if !nested {
			if root.at(path) == nil {
				root.entries = append(root.entries, entry{path, overrides[path].node(path)})
			}
			continue
		}
		parent := root.at(section)
		if parent == nil {
			if section == "clickhouse" && key != "hosts" && overrides["clickhouse.hosts"].text == "" {
				continue
			}
			parent = &node{path: section}
			root.entries = append(root.entries, entry{section, parent})
		}
		if parent.kind == null {
			parent.kind = mapping
		}
		if parent.kind == mapping && parent.at(key) == nil {
			parent.entries = append(parent.entries, entry{key, overrides[path].node(path)})
		}
	}
}

// Secrets returns every secret of the configuration, the longest first: for masking by value in logs and errors.
func (c *Config) Secrets() []string {
	all := slices.Clone(c.secrets)
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// Select returns the accounts of the given names, all when there are none, in the order of the configuration. Without
// any account to select the error is of type Errors.
func (c *Config) Select(names ...string) ([]Account, error) {
	known := make([]string, len(c.Accounts))
	for i, a := range c.Accounts {
		known[i] = a.Name
	}
	if len(known) == 0 {
		return nil, Errors{{Path: "providers", Problem: "has no account", Hint: "goscan config init writes an example"}}
	}
	var wrong Errors
	for _, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		e := &Error{Path: join("providers", name), Problem: "unknown account, known are " + strings.Join(known, ", ")}
		if meant := nearest.Of(name, known); meant != "" {
			e.Problem = "unknown account, did you mean " + meant + "?"
		}
		wrong = append(wrong, e)
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return slices.DeleteFunc(slices.Clone(c.Accounts), func(a Account) bool {
		return len(names) > 0 && !slices.Contains(names, a.Name)
	}), nil
}
