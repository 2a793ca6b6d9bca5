package providers_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"goscan/providers"
)

func TestASecretIsRecognisedInItsForms(t *testing.T) {
	const text = `pa"ss\w/ord+1&=`
	hidden := func(said string) string {
		for _, form := range providers.Secret(text).Forms() {
			said = strings.ReplaceAll(said, form, "*")
		}
		return said
	}
	for name, test := range map[string]struct{ said, want string }{
		"plain":        {"k=" + text + "!", "k=*!"},
		"in a query":   {"?k=" + url.QueryEscape(text) + "&", "?k=*&"},
		"in a path":    {"/" + url.PathEscape(text) + "/", "/*/"},
		"quoted":       {fmt.Sprintf("%q", "a "+text), `"a *"`},
		"quoted again": {fmt.Sprintf("%q", fmt.Sprintf("%q", text)), `"\"*\""`},
		"in JSON":      {`{"k":"pa\"ss\\w/ord+1\u0026="}`, `{"k":"*"}`},
		"in hex":       {fmt.Sprintf("%x %X", text, text), "* *"},
		"alone":        {base64.StdEncoding.EncodeToString([]byte(text)), "*"},
	} {
		if got := hidden(test.said); got != test.want {
			t.Errorf("%s: %s became %s, want %s", name, test.said, got, test.want)
		}
	}
	for before := range 7 {
		whole := strings.Repeat("u", before) + text + "tail"
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding} {
			if got := hidden(enc.EncodeToString([]byte(whole))); len(got) > 20 || !strings.Contains(got, "*") {
				t.Errorf("base64 after %d bytes became %s", before, got)
			}
		}
	}
}

func TestShortSecretsHaveFewForms(t *testing.T) {
	if got := providers.Secret("abcd").Forms(); !slices.Equal(got, []string{"abcd"}) {
		t.Errorf("forms %q", got)
	}
	if got := providers.Secret("").Forms(); len(got) != 0 {
		t.Errorf("forms of nothing: %q", got)
	}
}
