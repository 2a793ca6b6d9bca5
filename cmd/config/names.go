package config

import (
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Names are the names in a configuration, and where its local state is.
type Names struct {
	Accounts []string // in the order of the alphabet
	Channels []string
	Tags     []string // of report.tags, in the order of the file
	State    string   // the folder; empty where nothing says it
	Server   bool     // there is a section clickhouse
}

// NamesOf reads the names of a configuration, for the completion of command lines: one that is wrong, or whose variables
// are not set here, has names all the same. Without a configuration there are none; the state has a default.
func NamesOf(o Options) Names {
	f, _ := find(o) // what is wrong is told when the command is run
	n := Names{State: f.overrides["state"].text}
	if n.State == "" {
		n.State = stateFolder(o.Getenv)
	}
	if f.root == nil {
		return n
	}
	n.Accounts, n.Channels = keysOf(valueOf(f.root, "providers")), keysOf(valueOf(f.root, "notify"))
	n.Server = valueOf(f.root, "clickhouse") != nil || f.overrides["clickhouse.hosts"].text != ""
	if tags := valueOf(valueOf(f.root, "report"), "tags"); tags != nil {
		for _, tag := range tags.Content {
			n.Tags = append(n.Tags, tag.Value)
		}
	}
	state := valueOf(f.root, "state")
	if _, overridden := f.overrides["state"]; overridden || state == nil || state.Kind != yaml.ScalarNode {
		return n
	}
	if e, err := expand(state.Value, o.Getenv); err == nil && e.text != "" {
		n.State = folder{filepath.Dir(f.path), o.Getenv("HOME")}.resolve(e.text)
	}
	return n
}

// valueOf returns the value of a key of a YAML mapping, or nil.
func valueOf(y *yaml.Node, key string) *yaml.Node {
	if y == nil || y.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(y.Content); i += 2 {
		if y.Content[i].Value != key {
			continue
		}
		if value := y.Content[i+1]; value.Kind == yaml.AliasNode {
			return value.Alias
		}
		return y.Content[i+1]
	}
	return nil
}

// keysOf returns the keys of a YAML mapping.
func keysOf(y *yaml.Node) []string {
	var keys []string
	if y == nil || y.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(y.Content); i += 2 {
		if isAccountName(y.Content[i].Value) {
			keys = append(keys, y.Content[i].Value)
		}
	}
	slices.Sort(keys)
	return keys
}

// Overrides returns the environment variables that win over the file, by the paths of their keys.
func Overrides() map[string]string { return variables() }
