package markdown_test

import (
	"strings"
	"testing"

	"goscan/notify/internal/markdown"
	"goscan/notify/internal/split"
)

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"plain -5.0% +1 a_b":  "plain -5.0% +1 a_b",
		"| a | [x](http://e)": "｜ a ｜ ［x］(http://e)",
		"# title":             "＃ title",
		"a # b":               "a # b",
		"---":                 "－－－",
		"-":                   "-",
		"===":                 "＝==",
		"**b** `c` <d> \\ &":  "＊＊b＊＊ ｀c｀ ＜d＞ ＼ ＆",
		"":                    "",
	} {
		if got := markdown.Escape(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// An address must not end its own link, and one that runs a program is no address.
func TestLinks(t *testing.T) {
	for in, want := range map[string]string{
		"https://e.com/a(b)?q=1 2|3": "[Full report](https://e.com/a%28b%29?q=1%202%7C3)",
		"javascript:alert(1)":        "javascript:alert(1)",
		"http://e.com":               "[Full report](http://e.com)",
	} {
		got := markdown.Style{Break: "\n"}.Page(split.Page{Title: "t", Lang: "en", Link: in})
		if got != "## t\n"+want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestOnlyTheFirstPageHasABoldLine(t *testing.T) {
	p := split.Page{Title: "t", Counter: " (2/2)", Summary: []string{"a"}, Closing: "c"}
	if got := (markdown.Style{Break: "\n"}).Page(p); got != "## t (2/2)\na\nc" {
		t.Errorf("%q", got)
	}
	p.First = true
	if got := (markdown.Style{Break: "\n"}).Page(p); !strings.Contains(got, "**a**") {
		t.Errorf("%q", got)
	}
}
