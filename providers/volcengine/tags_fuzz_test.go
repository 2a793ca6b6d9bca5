package volcengine

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzTags holds that every text gives tags or none at once, that tags come from it, and that written tags come back.
func FuzzTags(f *testing.F) {
	for _, text := range []string{
		`{"team":["infra"]}`, `{"team":["a","b"],"环境":["生产"]}`, `{"volc:vke:cluster-id":["c"]}`, `{"flag":[]}`, `{"flag":null}`,
		"{}", "null", "[]", "team:infra", `{"team":"infra"}`, `{"a":["x"],"a":["y"]}`, `{"a":["\ud800"]}`, `{"":[""]}`, "",
	} {
		f.Add(text, "team", "数据", "b,c")
	}
	f.Fuzz(func(t *testing.T, text, key, one, other string) {
		got := tags(text)
		if got != nil && (len(got) == 0 || !json.Valid([]byte(text))) {
			t.Fatalf("%q gives the tags %q", text, got)
		}
		if !utf8.ValidString(key) || !utf8.ValidString(one) || !utf8.ValidString(other) {
			return // JSON has no such texts
		}
		written, err := json.Marshal(map[string][]string{key: {one, other}, key + "'": {}})
		if err != nil {
			t.Fatal(err)
		}
		got = tags(string(written))
		if len(got) != 2 || got[key] != strings.Join([]string{one, other}, ",") || got[key+"'"] != "" {
			t.Fatalf("%s gives the tags %q", written, got)
		}
	})
}
