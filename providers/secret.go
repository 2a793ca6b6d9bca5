package providers

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// shortestEncoded is how long a secret has to be for its encoded forms to be looked for: those of a shorter one are so
// short that they occur by chance.
const shortestEncoded = 8

// Forms returns the texts in which the secret may occur in what others say: as it is, as URLs, JSON and Go quote it, in
// hexadecimal, and within something that was encoded in base64 as a whole. The longest come first. They are for masking:
// they reveal the secret.
func (s Secret) Forms() []string {
	text := string(s)
	if text == "" {
		return nil
	}
	quoted := inner(strconv.Quote(text))
	all := []string{text, url.QueryEscape(text), url.PathEscape(text), quoted, inner(strconv.Quote(quoted))}
	if inJSON, err := json.Marshal(text); err == nil { // it always is
		all = append(all, inner(string(inJSON)))
	}
	if len(text) >= shortestEncoded {
		digits := hex.EncodeToString([]byte(text))
		all = append(all, digits, strings.ToUpper(digits))
		for before := range 3 {
			all = append(all, within(base64.RawStdEncoding, text, before), within(base64.RawURLEncoding, text, before))
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b)) })
	return slices.Compact(all)
}

func inner(quoted string) string { return quoted[1 : len(quoted)-1] }

// within returns the characters that a text gets inside of something longer that is encoded, where it begins that many
// bytes (modulo 3) after the beginning: those characters that no neighbour has a bit in.
func within(enc *base64.Encoding, text string, before int) string {
	all := enc.EncodeToString([]byte("\x00\x00"[:before] + text))
	return all[(before*8+5)/6 : (before+len(text))*8/6]
}
