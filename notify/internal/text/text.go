// Package text makes texts of bills and servers fit to be shown: on one line, within a number of bytes, without what would
// be markup.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns s on one line: white space of every kind becomes one space, and what has no shape of its own (control
// characters, marks that turn the writing direction, broken UTF-8) is left out.
func Line(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			gap = b.Len() > 0
			continue
		case r == utf8.RuneError, unicode.IsControl(r), turns(r):
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// turns tells whether a character changes the writing direction of what follows, hides itself or is a private tag: a name
// that holds one would show another name. The joiner of emoji (U+200D) stays.
func turns(r rune) bool {
	switch {
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true
	case r == '\u200b', r == '\u200e', r == '\u200f', r == '\u061c', r == '\u2060', r == '\ufeff':
		return true
	default:
		return r >= 0xe0000 && r <= 0xe007f
	}
}

// Ellipsis ends a text that was cut.
const Ellipsis = "…"

// Clip returns at most limit bytes of s, cut between characters, with an ellipsis if something was cut and there is room
// for it.
func Clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := ""
	if limit >= len(Ellipsis) {
		end = Ellipsis
	}
	cut := max(limit-len(end), 0)
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + end
}

// Wide returns s with those of its ASCII characters that are in set replaced by their full-width twins, which look much the
// same and are no markup anywhere: the dialects that need it have no way to escape that their documents promise.
func Wide(s, set string) string {
	if !strings.ContainsAny(s, set) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f && strings.ContainsRune(set, r) {
			return r + 0xfee0
		}
		return r
	}, s)
}
