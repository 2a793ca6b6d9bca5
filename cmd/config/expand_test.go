package config_test

import (
	"strings"
	"testing"

	"goscan/cmd/config"
)

func TestExpand(t *testing.T) {
	env := map[string]string{"A": "1", "AB": "2", "DOLLAR": "${A}$$", "EMPTY": ""}
	getenv := func(name string) string { return env[name] }
	for text, want := range map[string]struct {
		result  string
		literal bool
	}{
		"":                        {"", false},
		"plain":                   {"plain", true},
		"${A}":                    {"1", false},
		"${A}${AB}":               {"12", false},
		"x${A}":                   {"x1", true},
		"${DOLLAR}":               {"${A}$$", false},
		"$A":                      {"$A", true},
		"pa$$word":                {"pa$word", true},
		"$${A}":                   {"${A}", true},
		"$$$${A}":                 {"$${A}", true},
		"p@ss$Word!":              {"p@ss$Word!", true},
		"$":                       {"$", true},
		"${A:-x}":                 {"1", false},
		"${B:-x y:-z}":            {"x y:-z", true},
		"${EMPTY:-x}":             {"x", true},
		"${EMPTY:-}":              {"", false},
		"${B:-$$}":                {"$$", true},
		"${A:?say}":               {"1", false},
		"${B:-}${A}}":             {"1}", true},
		"密码${A}":                  {"密码1", true},
		"${A}\n${AB}":             {"1\n2", true},
		"jdbc://${A}:${AB}@h/$$x": {"jdbc://1:2@h/$x", true},
	} {
		result, literal, err := config.Expand(text, getenv)
		if err != nil || result != want.result || literal != want.literal {
			t.Errorf("%q: %q, literal %v, %v; want %q, literal %v", text, result, literal, err, want.result, want.literal)
		}
	}
	for text, want := range map[string]string{
		"${B}":       "the environment variable B is not set",
		"${EMPTY}":   "the environment variable EMPTY is not set",
		"${B:?}":     "the environment variable B is not set",
		"${B:?say}":  "the environment variable B is not set: say",
		"${}":        "${...} does not begin with the name of an environment variable; write $$ for a $",
		"${1}":       "${...} does not begin with the name of an environment variable; write $$ for a $",
		"${ A}":      "${...} does not begin with the name of an environment variable; write $$ for a $",
		"${A-x}":     "${A...} is none of ${NAME}, ${NAME:-default} and ${NAME:?message}",
		"${A:=x}":    "${A...} is none of ${NAME}, ${NAME:-default} and ${NAME:?message}",
		"${A:-${B}}": "${A...} holds another ${: they do not nest",
		"x ${A":      "${ without }; write $$ for a $",
	} {
		if _, _, err := config.Expand(text, getenv); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// FuzzExpand checks what holds for every text: a text without dollar is kept, one whose dollars are doubled comes back,
// and what a variable holds comes out as it is.
func FuzzExpand(f *testing.F) {
	for _, seed := range []string{"", "x", "$", "$$", "${A}", "${A:-b}", "${A:?c}", "${", "}", "${A:-${B}}", "密$码"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		getenv := func(name string) string { return value }
		if _, _, err := config.Expand(text, getenv); err != nil && !strings.Contains(text, "${") {
			t.Errorf("%q: %v", text, err)
		}
		doubled, _, err := config.Expand(strings.ReplaceAll(text, "$", "$$"), getenv)
		if err != nil || doubled != text {
			t.Errorf("%q with its dollars doubled: %q, %v", text, doubled, err)
		}
		held, literal, err := config.Expand("${A}", getenv)
		if value != "" && (err != nil || held != value || literal) {
			t.Errorf("a variable that holds %q: %q, %v", value, held, err)
		}
	})
}
