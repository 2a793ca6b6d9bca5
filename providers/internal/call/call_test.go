package call_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"goscan/providers"
	"goscan/providers/internal/call"
)

const op = "ListThings"

// failing is a request whose attempts end with these kinds, the last one for ever; nothing is sent.
func failing(tries *int, kinds ...providers.Kind) call.Request {
	return call.Request{
		Op:   op,
		Pace: call.NewPace(1000),
		Send: func(context.Context) error {
			kind := kinds[min(*tries, len(kinds)-1)]
			*tries++
			return &providers.Error{Kind: kind, Message: "no"}
		},
	}
}

func TestOnlyWhatMayPassIsTriedAgain(t *testing.T) {
	for kind, again := range map[providers.Kind]bool{
		providers.Throttled: true, providers.Unavailable: true, providers.Denied: false, providers.Malformed: false,
		providers.Changed: false, providers.NotReady: false, providers.Other: false,
	} {
		synctest.Test(t, func(t *testing.T) {
			tries := 0
			_, err := call.New(providers.Options{}, &call.Veil{}).Do(t.Context(), failing(&tries, kind))
			if providers.KindOf(err) != kind || (tries > 1) != again {
				t.Errorf("%s: %d tries, %v", kind, tries, err)
			}
		})
	}
}

func TestPatienceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries, began, last := 0, time.Now(), time.Now()
		var longest time.Duration
		o := providers.Options{Observe: func(c providers.Call) {
			longest, last = max(longest, time.Since(last)), time.Now()
			if c.Op != op || c.Attempt != tries || c.Kind != providers.Throttled || c.Err == nil {
				t.Errorf("observed %+v after %d tries", c, tries)
			}
		}}
		_, err := call.New(o, &call.Veil{}).Do(t.Context(), failing(&tries, providers.Throttled))
		took := time.Since(began)
		if providers.KindOf(err) != providers.Throttled || took > 5*time.Minute || took < 4*time.Minute {
			t.Errorf("gave up after %s with %v", took, err)
		}
		if longest > 20*time.Second+time.Second || longest < 10*time.Second || tries < 15 {
			t.Errorf("%d tries, the longest pause was %s", tries, longest)
		}
	})
}

func TestCancellingEndsAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		tries, began := 0, time.Now()
		_, err := call.New(providers.Options{}, &call.Veil{}).Do(ctx, failing(&tries, providers.Unavailable))
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 90*time.Second {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
	})
}

// get is a request that an SDK of no cloud makes.
func get(c *call.Client, url string) call.Request {
	return call.Request{
		Op:   op,
		Pace: call.NewPace(1000),
		Send: func(ctx context.Context) error {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
			if err != nil {
				return err
			}
			resp, err := c.HTTP().Do(req)
			if err != nil {
				return err
			}
			return resp.Body.Close()
		},
		Judge: func(call.Answer) call.Verdict { return call.Verdict{} },
	}
}

func TestAnswersAreBounded(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for range 65 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer s.Close()
	c := call.New(providers.Options{}, &call.Veil{})
	if _, err := c.Do(t.Context(), get(c, s.URL)); providers.KindOf(err) != providers.Malformed || !strings.Contains(err.Error(), "64 MiB") {
		t.Errorf("error %v", err)
	}
}

func TestTheSDKNeverSeesTheAnswer(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, `{"secret":1}`)
	}))
	defer s.Close()
	c := call.New(providers.Options{UserAgent: "goscan/test"}, &call.Veil{})
	r := get(c, s.URL)
	seen := ""
	r.Judge = func(a call.Answer) call.Verdict {
		seen = fmt.Sprintf("%d %s", a.Status, a.Body)
		return call.Verdict{RequestID: "R1"}
	}
	_, err := c.Do(t.Context(), r)
	if seen != `418 {"secret":1}` || err == nil || err.Error() != "ListThings: HTTP 418 (request R1)" {
		t.Errorf("judged %q, error %v", seen, err)
	}
}

func TestTheClientRefusesToWorkOutsideOfAnAttempt(t *testing.T) {
	resp, err := call.New(providers.Options{}, &call.Veil{}).HTTP().Get("http://127.0.0.1:1")
	if err == nil || !strings.Contains(err.Error(), "outside of an attempt") {
		t.Errorf("%v, error %v", resp, err)
	}
}

func TestTheVeil(t *testing.T) {
	v := &call.Veil{}
	v.Add("abcd", "abcdefgh", "", "x", "a/b c+d=")
	v.Add("abcd")
	tests := map[string]struct{ text, want string }{
		"a secret that begins with another": {"k abcdefgh, abcd.", "k ***, ***."},
		"in a URL":                          {"?k=a%2Fb+c%2Bd%3D", "?k=***"},
		"several lines":                     {"one\n\ttwo", "one two"},
		"nothing":                           {"", ""},
		"short texts are no secrets":        {"x", "x"},
	}
	for name, test := range tests {
		if got := v.Line(test.text); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if got := v.Line(strings.Repeat("长", 400)); got != strings.Repeat("长", 300)+"..." {
		t.Errorf("a long text became %q", got)
	}
}

func TestEndpoints(t *testing.T) {
	for text, want := range map[string]string{
		"https://open.volcengineapi.com": "https://open.volcengineapi.com",
		"https://proxy.example:8443/":    "https://proxy.example:8443",
		"http://127.0.0.1:8080":          "http://127.0.0.1:8080",
		"http://127.9.9.9":               "http://127.9.9.9",
		"http://[::1]:80":                "http://[::1]:80",
		"http://localhost:80":            "http://localhost:80",
		"http://localhost.evil.example":  "",
		"http://10.0.0.1":                "",
		"ftp://127.0.0.1":                "",
		"open.volcengineapi.com":         "",
		"https://user:pw@example.org":    "",
		"https://example.org/path":       "",
		"https://example.org?x=1":        "",
		"https://":                       "",
		"https://a b":                    "",
	} {
		got, err := call.ParseEndpoint(text)
		if want == "" {
			if keys := providers.KeyErrors(err); len(keys) != 1 || keys[0].Key != "endpoint" {
				t.Errorf("%s: %v, error %v", text, got, err)
			}
			continue
		}
		if err != nil || got.String() != want {
			t.Errorf("%s: %v (%v), want %s", text, got, err, want)
		}
	}
}

func TestNameLeavesErrorsOfOthersAlone(t *testing.T) {
	c := call.New(providers.Options{}, &call.Veil{})
	own := &providers.Error{Kind: providers.Changed, Message: "moved"}
	wrapped := fmt.Errorf("disk: %w", own)
	if got := c.Name(wrapped, op); got != wrapped {
		t.Errorf("%v became %v", wrapped, got)
	}
	if got := c.Name(own, op); got.Error() != "ListThings: moved" || own.Op != "" {
		t.Errorf("%v became %v", own, got)
	}
	if got := c.Name(nil, op); got != nil {
		t.Errorf("nil became %v", got)
	}
}

func TestWhateverFailsAfterTheEndOfTheContextIsItsEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	tries := 0
	r := failing(&tries, providers.Denied)
	send := r.Send
	r.Send = func(ctx context.Context) error {
		cancel()
		return send(ctx)
	}
	o := providers.Options{Patience: providers.Patience{Total: time.Nanosecond}}
	if _, err := call.New(o, &call.Veil{}).Do(ctx, r); !errors.Is(err, context.Canceled) || tries != 1 {
		t.Errorf("%d tries, error %v", tries, err)
	}
}

// A panic while an answer is judged is an error that is not tried again, and the pace knows that the request is done.
func TestAPanicIsAnErrorOfItsRequest(t *testing.T) {
	c := call.New(providers.Options{}, &call.Veil{})
	r := call.Request{Op: op, Pace: call.NewPace(1e6), Send: func(context.Context) error { panic("no signer") }}
	for range call.MostAway + 1 {
		_, err := c.Do(t.Context(), r)
		if _, ok := errors.AsType[*providers.Crash](err); !ok || err.Error() != "ListThings: internal error: no signer" {
			t.Fatalf("got %v", err)
		}
	}
}
