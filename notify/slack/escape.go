package slack

import (
	"strings"
	"unicode"

	"goscan/notify/internal/text"
)

// escape returns a line that is no markup. Slack's three entities keep mentions, links and quotes away. It has no escape for
// the marks of emphasis, so a mark where Slack would read one becomes its full-width twin; that is where it is not between
// two letters: names like prod_web_1 stay as they are.
func escape(s string) string {
	runes := []rune(s)
	var b strings.Builder
	for i, r := range runes {
		switch {
		case r == '`', strings.ContainsRune("*_~", r) && !(inner(runes, i-1) && inner(runes, i+1)):
			b.WriteString(text.Wide(string(r), "`*_~"))
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>' && i == 0: // a quote, also as an entity
			b.WriteString(text.Wide(">", ">"))
		case r == '>':
			b.WriteString("&gt;")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// inner tells whether a character is a letter or digit of a word that marks do not end.
func inner(runes []rune, i int) bool {
	return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]))
}

// bold returns a line in bold: stars around nothing would be shown, and one within ends it.
func bold(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return ""
	}
	return "*" + text.Wide(escape(s), "*") + "*"
}

// plain is for plain_text and raw_text, which know no markup and no entities: only what would be a mention or a link
// elsewhere is changed.
func plain(s string) string { return text.Wide(s, "<>") }
