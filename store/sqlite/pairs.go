package sqlite

import (
	"unicode/utf8"

	"goscan/providers"
)

// pairsText returns the pairs as a JSON object whose texts are readable: no character is escaped that JSON does not demand,
// but for U+2028 and U+2029, which encoding/json escapes too. Bytes that are no character become U+FFFD.
func pairsText(p providers.Pairs) string {
	size := 2
	for i, key := range p.Keys {
		size += len(key) + len(p.Values[i]) + len(`"":"",`)
	}
	b := append(make([]byte, 0, size), '{')
	for i, key := range p.Keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, key)
		b = append(b, ':')
		b = appendQuoted(b, p.Values[i])
	}
	return string(append(b, '}'))
}

// textsText returns the texts as a JSON array, written as pairsText writes them.
func textsText(texts []string) string {
	size := 2
	for _, text := range texts {
		size += len(text) + len(`"",`)
	}
	b := append(make([]byte, 0, size), '[')
	for i, text := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, text)
	}
	return string(append(b, ']'))
}

func appendQuoted(b []byte, text string) []byte {
	b = append(b, '"')
	from := 0 // what is before is appended
	for at := 0; at < len(text); {
		if asItIs[text[at]] {
			at++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[at:])
		if instead := escape(r, size); instead != "" {
			b = append(append(b, text[from:at]...), instead...)
			from = at + size
		}
		at += size
	}
	return append(append(b, text[from:]...), '"')
}

// asItIs tells of a byte whether it is a character that stands for itself.
var asItIs = func() (is [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		is[c] = c != '"' && c != '\\'
	}
	return is
}()

// escape returns what stands for a character that cannot stand for itself; size is how many bytes it was read from.
func escape(r rune, size int) string {
	switch r {
	case '"':
		return `\"`
	case '\\':
		return `\\`
	case '\b':
		return `\b`
	case '\f':
		return `\f`
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	case '\u2028':
		return `\u2028`
	case '\u2029':
		return `\u2029`
	case utf8.RuneError:
		if size == 1 {
			return `\ufffd`
		}
	}
	if r < ' ' {
		const digits = "0123456789abcdef"
		return string([]byte{'\\', 'u', '0', '0', digits[r>>4], digits[r&0xf]})
	}
	return ""
}
