package metrics

import _ "embed"

//go:embed rules.yaml
var rules string

// Rules returns alert rules for Prometheus, as YAML.
func Rules() string { return rules }
