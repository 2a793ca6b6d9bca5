package call_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"goscan/providers"
	"goscan/providers/internal/call"
)

func TestARefusalWithoutAReasonSaysSo(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"Success":false}`))
	}))
	defer s.Close()
	c := call.New(providers.Options{}, &call.Veil{})
	r := get(c, s.URL)
	r.Judge = func(call.Answer) call.Verdict { return call.Verdict{Err: &providers.Error{}} }
	if _, err := c.Do(t.Context(), r); err == nil || err.Error() != "ListThings: HTTP 200, a refusal without a reason" {
		t.Errorf("error %v", err)
	}
}
