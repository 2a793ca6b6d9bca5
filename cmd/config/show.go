package config

import (
	"io"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Show writes the configuration as YAML, with defaults where the file says nothing and stars for secrets. Keys that
// have neither a value nor a default are left out. The order is always the same.
func (c *Config) Show(w io.Writer) error {
	document := yaml.Node{Kind: yaml.MappingNode}
	if c.ClickHouse != nil {
		if err := show(&document, "clickhouse", c.ClickHouse); err != nil {
			return err
		}
	}
	accounts := yaml.Node{Kind: yaml.MappingNode}
	for _, a := range c.Accounts {
		if err := show(&accounts, a.Name, a.Settings); err != nil {
			return err
		}
	}
	channels := yaml.Node{Kind: yaml.MappingNode}
	for _, ch := range c.Channels {
		if err := show(&channels, ch.Name, ch.Settings); err != nil {
			return err
		}
	}
	for _, s := range []struct {
		key   string
		value any
		empty bool
	}{
		{"providers", &accounts, false}, {"state", c.State, false}, {"report", c.Report, false},
		{"budgets", c.Budgets, len(c.Budgets) == 0}, {"expected", c.Expected, len(c.Expected) == 0},
		{"anomalies", c.Anomalies, c.Anomalies.isDefault()}, {"notify", &channels, len(c.Channels) == 0},
		{"metrics", c.Metrics, c.Metrics.File+c.Metrics.Pushgateway == ""}, {"heartbeat_url", c.HeartbeatURL, c.HeartbeatURL == ""}, {"log", c.Log, false},
	} {
		if s.empty {
			continue
		}
		if err := show(&document, s.key, s.value); err != nil {
			return err
		}
	}
	out := yaml.NewEncoder(w)
	out.SetIndent(2)
	if err := out.Encode(&document); err != nil {
		return err
	}
	return out.Close()
}

// show appends a key and its value to a mapping.
func show(to *yaml.Node, key string, value any) error {
	var k, v yaml.Node
	if err := k.Encode(key); err != nil {
		return err
	}
	if err := v.Encode(value); err != nil {
		return err
	}
	dropUnset(&v)
	to.Content = append(to.Content, &k, &v)
	return nil
}

// dropUnset removes the keys of a mapping without a value. No key means something by an empty text, and of the numbers
// only the rate and the limits of anomalies mean "the default" by 0.
func dropUnset(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		key, v := n.Content[i].Value, n.Content[i+1]
		if v.Kind == yaml.SequenceNode && len(v.Content) == 0 && v.Tag == "!!seq" && key == "tags" {
			n.Content = append(n.Content[:i], n.Content[i+2:]...)
		}
		if v.Kind != yaml.ScalarNode {
			continue
		}
		if v.Tag == "!!null" || v.Value == "" || v.Value == "0" && slices.Contains([]string{"rate", "sensitivity", "min_percent"}, key) {
			n.Content = append(n.Content[:i], n.Content[i+2:]...)
		}
	}
}
