package cmd_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// leakWindow is how long a part of a secret is that counts as the secret: texts are cut at places that nobody plans.
const leakWindow = 12

// formsOf returns the forms in which a secret would be found: as it is and in parts, as URLs, JSON and Go quote it, in
// hexadecimal, and inside anything that was encoded in base64 as a whole.
func formsOf(secret string) map[string]string {
	quoted := strings.Trim(strconv.Quote(secret), `"`)
	inJSON, err := json.Marshal(secret)
	if err != nil {
		panic(err) // a string always has a JSON text
	}
	forms := map[string]string{
		"as it is": secret, "in a query": url.QueryEscape(secret), "in a path": url.PathEscape(secret), "quoted": quoted,
		"quoted twice": strings.Trim(strconv.Quote(quoted), `"`), "in JSON": strings.Trim(string(inJSON), `"`),
		"in hexadecimal": hex.EncodeToString([]byte(secret)), "in HEXADECIMAL": strings.ToUpper(hex.EncodeToString([]byte(secret))),
	}
	for i := 0; i+leakWindow <= len(secret); i++ {
		forms["its part "+strconv.Itoa(i)] = secret[i : i+leakWindow]
	}
	for before := range 3 {
		forms["in base64 after "+strconv.Itoa(before)] = innerBase64(base64.RawStdEncoding, secret, before)
		forms["in the base64 of URLs after "+strconv.Itoa(before)] = innerBase64(base64.RawURLEncoding, secret, before)
	}
	return forms
}

// innerBase64 returns the characters that a text gets inside of something longer that is encoded, wherever the text begins
// there: only those characters that no neighbour has a bit in.
func innerBase64(enc *base64.Encoding, text string, before int) string {
	all := enc.EncodeToString([]byte(strings.Repeat("\x00", before) + text))
	return all[(before*8+5)/6 : (before+len(text))*8/6]
}

// found returns how a text holds one of the secrets, with the secret's surroundings; empty when it holds none.
func found(text []byte, secrets map[string]string) string {
	for name, secret := range secrets {
		for form, hidden := range formsOf(secret) {
			if at := bytes.Index(text, []byte(hidden)); at >= 0 {
				return name + " " + form + ": ..." + string(text[max(0, at-120):min(len(text), at+len(hidden)+40)]) + "..."
			}
		}
	}
	return ""
}

func TestASecretIsFoundInEveryForm(t *testing.T) {
	const secret = `s3cr"et/with+signs&=`
	for name, text := range map[string]string{
		"plain":      "key " + secret,
		"cut":        "key " + secret[3:17],
		"in a URL":   "?k=" + url.QueryEscape(secret),
		"logged":     strconv.Quote("error: " + secret),
		"in JSON":    `{"error":"s3cr\"et/with+signs\u0026="}`,
		"hex":        hex.EncodeToString([]byte("user:" + secret)),
		"Basic":      base64.StdEncoding.EncodeToString([]byte("user:" + secret)),
		"Basic, +1":  base64.StdEncoding.EncodeToString([]byte("user1:" + secret + ".")),
		"Basic, +2":  base64.URLEncoding.EncodeToString([]byte("user12:" + secret + "..")),
		"in a token": base64.RawURLEncoding.EncodeToString([]byte(secret)),
	} {
		if found([]byte(text), map[string]string{"the key": secret}) == "" {
			t.Errorf("%s: %s: the secret was not found", name, text)
		}
	}
	if got := found([]byte("nothing to see"), map[string]string{"the key": secret}); got != "" {
		t.Errorf("found %s", got)
	}
}
