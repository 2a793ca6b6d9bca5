package alicloud

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// FuzzTags holds that every text gives tags or none at once, that tags are parts of it, and that written tags come back.
func FuzzTags(f *testing.F) {
	for _, text := range []string{
		"key:testKey value:testValue; key:testKey1 value:testValues1", "key:a value:1;key:b value:2", "key:url value:http://a:80; key:b value:key",
		"key:list value:x; y;z; key:b value:1", "key:acs:rm:rgId value:rg-1", "key:a value:1; key:a value:2", "key:a value:1;", "key:a value:1;;",
		"key:环境 value:生产", "key: value:1", "key:a; key:b value:1", "a:1;b:2", ";", "", "key:a value: value:b", "key:a value:key:b value:c",
	} {
		f.Add(text, "owner", "Li Lei; and co", "http://a:80")
	}
	f.Fuzz(func(t *testing.T, text, key, one, other string) {
		got := tags(text)
		if got != nil && len(got) == 0 {
			t.Fatalf("%q gives tags without any", text)
		}
		for k, v := range got {
			first, _, _ := strings.Cut(v, ",")
			if k == "" || !strings.Contains(text, tagKey+k+tagValue+first) {
				t.Fatalf("%q gives the tag %q = %q", text, k, v)
			}
		}
		if !writable(key, one, other) {
			return
		}
		want := map[string]string{key: one, key + "2": other}
		if got := tags(tagText(want)); !maps.Equal(got, want) {
			t.Fatalf("%q gives the tags %q, want %q", tagText(want), got, want)
		}
	})
}

// writable tells whether the cloud's own form can carry tags: not where a part of one looks like its end.
func writable(key string, values ...string) bool {
	end := regexp.MustCompile("; *(key:|$)")
	return key != "" && !strings.Contains(key, ";") && !strings.Contains(key, tagValue) && !slices.ContainsFunc(values, end.MatchString)
}
