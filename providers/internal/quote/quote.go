// Package quote finds the ends of JSON strings, eight bytes at a time: half of what is done with an answer before its values
// are known is looking for those.
package quote

import "math/bits"

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// Next returns where the first byte of a text from an index on is that may not stand in a JSON string for itself, a quotation
// mark, a backslash or a control character, or the text's length.
func Next(text string, from int) int {
	at := from
	for ; at+8 <= len(text); at += 8 {
		if found := special(word(text[at : at+8])); found != 0 {
			return at + bits.TrailingZeros64(found)/8
		}
	}
	for ; at < len(text); at++ {
		if c := text[at]; c == '"' || c == '\\' || c < ' ' {
			return at
		}
	}
	return len(text)
}

// word returns eight bytes as a number, the first the lowest.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// special marks the bytes of a word, by their highest bits, that are special. Above the lowest mark there may be wrong ones.
func special(w uint64) uint64 {
	quotes, backslashes := w^'"'*ones, w^'\\'*ones
	return ((quotes-ones)&^quotes | (backslashes-ones)&^backslashes | (w-' '*ones)&^w) & highs
}
