package all_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"goscan/notify/all"
)

// Every channel takes the common keys beside its own, says what is missing, and makes new settings each time.
func TestRegistry(t *testing.T) {
	registry := all.Registry()
	for _, name := range slices.Sorted(maps.Keys(registry)) {
		settings := registry[name]()
		if err := settings.Validate(); err == nil || strings.Contains(err.Error(), "lang") {
			t.Errorf("%s: empty settings: %v", name, err)
		}
		if err := yaml.Unmarshal([]byte("{kinds: [daily], min_severity: warning, max_age: 6h}"), settings); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if base := settings.Base(); len(base.Kinds) != 1 || base.MinSeverity != "warning" || base.MaxAge != "6h" {
			t.Errorf("%s: the common keys are not inline: %+v", name, base)
		}
		if registry[name]().Base().MinSeverity != "" {
			t.Errorf("%s: settings are shared", name)
		}
	}
}
