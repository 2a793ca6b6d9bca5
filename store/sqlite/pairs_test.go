package sqlite

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"goscan/providers"
)

func TestPairsAreWrittenAsPackageJSONWritesThem(t *testing.T) {
	every := ""
	for r := range rune(0x500) {
		every += string(r)
	}
	for _, m := range []map[string]string{
		nil,
		{"": ""},
		{"Zone": "可用区B", "Config": `{"a": [1, "b"]}`, "tab\tkey": "line\nend"},
		{"every": every, "markup": "<a href='x'>&</a>", "lines": "a\u2028b\u2029c", "wide": "𝄞", "wrong": "\xff\xc3", "right": "\ufffd"},
	} {
		p := providers.Pairs{Keys: slices.Sorted(maps.Keys(m))}
		for _, key := range p.Keys {
			p.Values = append(p.Values, m[key])
		}
		if got, want := pairsText(p), jsonOf(t, m); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func jsonOf(t *testing.T, m map[string]string) string {
	t.Helper()
	if len(m) == 0 {
		return "{}"
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}
