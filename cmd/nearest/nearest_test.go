package nearest_test

import (
	"testing"

	"goscan/cmd/nearest"
)

func TestOf(t *testing.T) {
	commands := []string{"sync", "status", "schema", "schedule", "report"}
	for name, tt := range map[string]struct {
		word       string
		candidates []string
		want       string
	}{
		"two letters swapped":               {"snyc", commands, "sync"},
		"a letter too few":                  {"statu", commands, "status"},
		"a letter too many":                 {"reportt", commands, "report"},
		"another case":                      {"SYNC", commands, "sync"},
		"- for _":                           {"access-key", []string{"access_key", "secret_key"}, "access_key"},
		"the nearest of two":                {"schem", commands, "schema"},
		"a third of the word is too far":    {"sink", commands, ""},
		"the beginning of one":              {"rep", commands, "report"},
		"the beginning of several":          {"s", commands, ""},
		"one letter is no beginning":        {"r", commands, ""},
		"nothing like any":                  {"frobnicate", commands, ""},
		"no word":                           {"", commands, ""},
		"no candidate":                      {"sync", nil, ""},
		"characters that are not one byte":  {"财务", []string{"财务", "运维"}, "财务"},
		"a word that is a candidate itself": {"sync", commands, "sync"},
	} {
		if got := nearest.Of(tt.word, tt.candidates); got != tt.want {
			t.Errorf("%s: %q means %q, want %q", name, tt.word, got, tt.want)
		}
	}
}
