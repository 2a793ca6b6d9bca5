package text_test

import (
	"testing"
	"unicode/utf8"

	"goscan/notify/internal/text"
)

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"a\nb\r\n\tc ":              "a b c",
		"  x":                       "x",
		"\u202eevil\u202c":          "evil",
		"a\x00\x1b[31mb":            "a[31mb",
		"\xffa\xfe":                 "a",
		"全角\u3000空格":                "全角 空格",
		"👨\u200d👩 \U000e0041\ufeff": "👨\u200d👩",
		"x\u200b\u2028y":            "x y",
	} {
		if got := text.Line(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"abc", 3, "abc"}, {"abcdef", 5, "ab…"}, {"费用费用", 9, "费用…"}, {"费用费用", 8, "费…"},
		{"费用", 5, "…"}, {"费用", 2, ""}, {"abc", 0, ""}, {"", 0, ""},
	} {
		got := text.Clip(c.in, c.limit)
		if got != c.want || len(got) > c.limit || !utf8.ValidString(got) {
			t.Errorf("%q in %d bytes: %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

func TestWide(t *testing.T) {
	if got := text.Wide("a|b*c 费<", "|*<"); got != "a｜b＊c 费＜" {
		t.Error(got)
	}
}
