package call_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"goscan/providers"
	"goscan/providers/internal/call"
)

const veiledKey = "AKLTnightingale0001"

func TestTheVeilKnowsSecretsInDisguise(t *testing.T) {
	v := &call.Veil{}
	v.Add(veiledKey)
	for name, test := range map[string]struct{ text, want string }{
		"its beginning":       {`Total is "AKLTnightingal", not a count`, `Total is "***", not a count`},
		"twice":               {"AKLTnightingal AKLTnightingale0002", "*** ***2"},
		"too little to tell":  {"AKLTnight", "AKLTnight"},
		"a signature":         {"Credential=x, SignedHeaders=host, Signature=0a1b2c, y", "Credential=x, SignedHeaders=host, Signature=***, y"},
		"a signature's query": {"?X-Signature=a%2Bb%3D&y=1", "?X-Signature=***&y=1"},
		"a code":              {"SignatureDoesNotMatch: the signature is wrong", "SignatureDoesNotMatch: the signature is wrong"},
	} {
		if got := v.Line(test.text); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	basic := base64.StdEncoding.EncodeToString([]byte("u:" + veiledKey + ":p"))
	if got := v.Line("Basic " + basic); len(got) > len("Basic ")+16 {
		t.Errorf("%q became %q", basic, got)
	}
}

func TestRequestIDsAndRowsDoNotTellKeys(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }))
	defer s.Close()
	v := &call.Veil{}
	v.Add(veiledKey)
	var seen []providers.Call
	c := call.New(providers.Options{Observe: func(o providers.Call) { seen = append(seen, o) }}, v)
	r := get(c, s.URL)
	r.Judge = func(call.Answer) call.Verdict {
		return call.Verdict{RequestID: "id-" + veiledKey, Err: &providers.Error{Code: veiledKey, Message: veiledKey}}
	}
	_, err := c.Do(t.Context(), r)
	if err == nil || err.Error() != "ListThings: ***: *** (request id-***)" || len(seen) != 1 || seen[0].RequestID != "id-***" {
		t.Errorf("error %v, observed %+v", err, seen)
	}
	cause := errors.New("amount " + veiledKey)
	err = c.Name(&providers.Error{Kind: providers.Malformed, Message: "line 3", Err: cause}, op)
	if err.Error() != "ListThings: line 3: amount ***" || !errors.Is(err, cause) || strings.Contains(err.Error(), veiledKey) {
		t.Errorf("error %v", err)
	}
}
