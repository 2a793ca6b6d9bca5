package providers_test

import (
	"maps"
	"slices"
	"testing"

	"goscan/providers"
)

func TestPairsGiveTheMapBack(t *testing.T) {
	for _, m := range []map[string]string{nil, {"": ""}, {"b": "1", "a": "2", "编号": "3", "B": "4"}} {
		p := providers.PairsOf(m)
		if !slices.IsSorted(p.Keys) || !maps.Equal(p.Map(), m) {
			t.Errorf("%v became %v", m, p)
		}
		for key, want := range m {
			if got, ok := p.Get(key); !ok || got != want {
				t.Errorf("%q of %v is %q, %t", key, m, got, ok)
			}
		}
		if got, ok := p.Get("nobody has it"); ok || got != "" {
			t.Errorf("%v has %q", m, got)
		}
	}
	if p := providers.PairsOf(map[string]string{}); p.Keys != nil || p.Map() != nil {
		t.Errorf("no pairs are %v", p)
	}
}
