package store_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goscan/store"
)

func TestParseFilters(t *testing.T) {
	for _, c := range []struct {
		texts []string
		want  []store.Filter
	}{
		{nil, nil},
		{[]string{"account=prod"}, []store.Filter{{store.ByAccount, []string{"prod"}}}},
		{[]string{"account=prod,test, tag:team=search"}, []store.Filter{
			{store.ByAccount, []string{"prod", "test"}}, {store.Tag("team"), []string{"search"}},
		}},
		{[]string{"account=prod", "service=ecs,account=test"}, []store.Filter{
			{store.ByAccount, []string{"prod", "test"}}, {store.ByService, []string{"ecs"}},
		}},
		{[]string{"tag:a=b=c,d=e"}, []store.Filter{{store.Tag("a"), []string{"b=c", "d=e"}}}},
		{[]string{"tag:team="}, []store.Filter{{store.Tag("team"), []string{""}}}},
	} {
		got, err := store.ParseFilters(c.texts...)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%q: %v\n%s", c.texts, err, diff)
		}
		var texts []string
		for _, f := range got {
			texts = append(texts, f.String())
		}
		if again, err := store.ParseFilters(texts...); err != nil || !cmp.Equal(got, again) {
			t.Errorf("%q written and read again: %v, %v", c.texts, again, err)
		}
	}
}

func TestParseFiltersRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":               "no filter",
		"prod":           `"prod" is no filter`,
		"acount=prod":    `"acount" is not a dimension`,
		"day=2026-11-01": "by its date",
		"service":        "DIMENSION=VALUE",
		"tag:=x":         `"tag:" is not a dimension`,
	} {
		if got, err := store.ParseFilters(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want an error with %q", text, got, err, want)
		}
	}
}
