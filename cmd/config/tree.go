package config

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A node is a value of the configuration: of the file, with aliases, merges and variables resolved, or an override.
type node struct {
	path   string // "clickhouse.hosts[0]"
	line   int    // 0 for an override
	source string // the variable or flag that overrides the file; empty for the file's own
	kind   kind

	text    string // of a scalar
	literal bool   // a part of the text stands in the file itself
	items   []*node
	entries []entry
}

type kind uint8

const (
	null kind = iota
	scalar
	list
	mapping
	broken // the problem is already reported
)

// An entry is a key of a mapping. Its value's line is the key's.
type entry struct {
	key   string
	value *node
}

// name returns what errors call the node.
func (n *node) name() string {
	if n.source != "" {
		return n.source
	}
	return n.path
}

// at returns the value of a key, nil when the mapping has none.
func (n *node) at(key string) *node {
	for _, e := range n.entries {
		if e.key == key {
			return e.value
		}
	}
	return nil
}

// A builder turns YAML nodes into nodes. It reports duplicate keys, keys that are no words, and variables without value.
type builder struct {
	getenv    func(string) string
	overrides map[string]override
	errors    *Errors
	nodes     int          // built so far
	open      []*yaml.Node // the aliases being built, to find one that holds itself
}

// mostNodes ends a file whose aliases multiply.
const mostNodes = 10_000

func (b *builder) build(path string, line int, y *yaml.Node) *node {
	n := &node{path: path, line: line, kind: broken}
	if o, found := b.overrides[path]; found {
		return o.node(path)
	}
	if b.nodes++; b.nodes > mostNodes {
		if b.nodes == mostNodes+1 {
			b.errors.add(n, "the aliases make more than 10,000 values", "")
		}
		return n
	}
	switch y.Kind {
	case yaml.AliasNode:
		return b.alias(n, y)
	case yaml.ScalarNode:
		b.scalar(n, y)
	case yaml.SequenceNode:
		n.kind = list
		for i, item := range y.Content {
			n.items = append(n.items, b.build(path+"["+strconv.Itoa(i)+"]", item.Line, item))
		}
	case yaml.MappingNode:
		n.kind = mapping
		b.mapping(n, y)
	}
	return n
}

func (b *builder) alias(n *node, y *yaml.Node) *node {
	for _, a := range b.open {
		if a == y.Alias {
			b.errors.add(n, "an alias inside its own anchor", "")
			return n
		}
	}
	b.open = append(b.open, y.Alias)
	target := b.build(n.path, n.line, y.Alias)
	b.open = b.open[:len(b.open)-1]
	return target
}

func (b *builder) scalar(n *node, y *yaml.Node) {
	switch y.ShortTag() {
	case "!!null":
		n.kind = null
		return
	case "!!str", "!!int", "!!float", "!!bool", "!!timestamp", "!!merge":
	default:
		b.errors.add(n, "has a YAML tag (!) that means nothing here", "quote values that begin with !")
		return
	}
	e, err := expand(y.Value, b.getenv)
	if err != nil {
		b.errors.add(n, err.Error(), hintFor(err))
		return
	}
	n.kind, n.text, n.literal = scalar, e.text, e.literal
}

// mapping adds the entries of y, then those that it merges (<<) where it has no key of its own.
func (b *builder) mapping(n *node, y *yaml.Node) {
	lines := map[string]int{}
	var merges []*yaml.Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, v := y.Content[i], y.Content[i+1]
		if k.Kind == yaml.ScalarNode && k.ShortTag() == "!!merge" {
			merges = append(merges, v)
			continue
		}
		if k.Kind != yaml.ScalarNode {
			b.errors.add(&node{path: n.path, line: k.Line}, "has a key that is no word", "")
			continue
		}
		at := &node{path: join(n.path, k.Value), line: k.Line}
		if first, found := lines[k.Value]; found {
			b.errors.add(at, fmt.Sprintf("is already set in line %d", first), "")
			continue
		}
		lines[k.Value] = k.Line
		n.entries = append(n.entries, entry{k.Value, b.build(at.path, at.line, v)})
	}
	for _, m := range merges {
		b.merge(n, m)
	}
}

func (b *builder) merge(n *node, y *yaml.Node) {
	sources := []*yaml.Node{y}
	if y.Kind == yaml.SequenceNode {
		sources = y.Content
	}
	for _, s := range sources {
		from := b.build(n.path, y.Line, s)
		if from.kind != mapping {
			if from.kind != broken {
				b.errors.add(&node{path: strings.TrimPrefix(n.path+".<<", "."), line: y.Line}, "merges something that is no map", "")
			}
			continue
		}
		for _, e := range from.entries {
			if n.at(e.key) == nil {
				n.entries = append(n.entries, e)
			}
		}
	}
}

const longestKey = 40

// join appends a key to a path. A key that is no plain word is quoted, and cut: it may be anything.
func join(path, key string) string {
	if len(key) > longestKey {
		key = key[:longestKey] + "..."
	}
	if strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") != "" || key == "" {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}
