package render

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

const (
	ellipsis = "…"
	noBreak  = "\u00a0" // a space at which no line is broken
)

// plain returns a text on one line that no terminal takes for a command: control characters become their visible
// pictures (U+2400 and following), line breaks and tabs become spaces, and marks that reorder or hide text are dropped.
func plain(s string) string {
	const pictures, deletePicture = 0x2400, 0x2421
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case r < ' ':
			return pictures + r
		case r == 0x7f:
			return deletePicture
		case unicode.IsControl(r):
			return unicode.ReplacementChar
		case r != zeroWidthJoiner && unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
}

// zeroWidthJoiner holds together the parts of an emoji.
const zeroWidthJoiner = '\u200d'

// width returns how many columns of a terminal a text takes.
func width(s string) int { return uniseg.StringWidth(s) }

// cut shortens a text to a number of columns; what is cut off is shown by an ellipsis.
func cut(s string, columns int) string {
	if width(s) <= columns {
		return s
	}
	var b strings.Builder
	room := columns - width(ellipsis)
	for g := uniseg.NewGraphemes(s); g.Next(); {
		if room -= g.Width(); room < 0 {
			break
		}
		b.WriteString(g.Str())
	}
	return b.String() + ellipsis
}

// pad fills a text with spaces up to a number of columns.
func pad(s string, columns int, right bool) string {
	space := strings.Repeat(" ", max(columns-width(s), 0))
	if right {
		return space + s
	}
	return s + space
}

// wrap breaks a text into lines of at most so many columns: at the last space, or after the last mark of Chinese
// punctuation, or where there is neither, anywhere.
func wrap(s string, columns int) []string {
	var lines []string
	for width(s) > columns {
		end, space, used := 0, 0, 0
		for g := uniseg.NewGraphemes(s); g.Next(); {
			if used += g.Width(); used > columns && end > 0 {
				break
			}
			if g.Str() == " " {
				space = end
			}
			_, end = g.Positions()
			if strings.Contains("、，；：）", g.Str()) && !strings.HasPrefix(s[end:], noBreak) {
				space = end
			}
		}
		if space > 0 {
			end = space
		}
		lines = append(lines, s[:end])
		s = strings.TrimPrefix(s[end:], " ")
	}
	return append(lines, s)
}
