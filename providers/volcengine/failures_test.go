package volcengine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/internal/wiretest"
)

// failure is what a fetch must end with.
type failure struct {
	reply wiretest.Reply
	kind  providers.Kind
	text  string // a part of the error
	hint  string // a part of the hint
	again bool   // it is tried more than once
}

func failures() map[string]failure {
	status := func(status int, code string) wiretest.Reply {
		return wiretest.Reply{Status: status, Body: refusal(code)}
	}
	html := wiretest.Reply{Status: 502, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>Bad Gateway</html>"}
	html200 := html
	html200.Status = 200
	whole := wiretest.Reply{Body: answer(rows(0, 10), 10, 300, 0)}
	truncated := whole
	truncated.Truncate = true
	return map[string]failure{
		"throttled, status 429":     {status(429, "AccountFlowLimitExceeded"), providers.Throttled, "AccountFlowLimitExceeded", "", true},
		"throttled, status 400":     {status(400, "FlowLimitExceeded"), providers.Throttled, "FlowLimitExceeded", "", true},
		"throttled, status 200":     {status(200, "AccountFlowLimitExceeded"), providers.Throttled, "AccountFlowLimitExceeded", "", true},
		"429 of a proxy":            {wiretest.Reply{Status: 429, Body: "slow down"}, providers.Throttled, "HTTP 429", "", true},
		"internal error":            {status(500, "InternalError"), providers.Unavailable, "InternalError", "", true},
		"internal error in 200":     {status(200, "InternalError"), providers.Unavailable, "InternalError", "", true},
		"unknown code, status 503":  {status(503, "Novelty"), providers.Unavailable, "Novelty", "", true},
		"unknown code, status 200":  {status(200, "Novelty"), providers.Other, "Novelty", "", false},
		"unknown key":               {status(401, "InvalidAccessKey"), providers.Denied, "InvalidAccessKey", "access_key", false},
		"wrong signature":           {status(200, "SignatureDoesNotMatch"), providers.Denied, "SignatureDoesNotMatch", "secret_key", false},
		"wrong clock":               {status(400, "InvalidTimestamp"), providers.Denied, "InvalidTimestamp", "clock", false},
		"no permission":             {status(403, "AccessDenied"), providers.Denied, "AccessDenied", "billing:ListBillDetail", false},
		"no policy":                 {status(403, "LackPolicy"), providers.Denied, "LackPolicy", "billing:ListBillOverviewByProd", false},
		"bad request":               {status(400, "RequestInvalid"), providers.Other, "RequestInvalid", "", false},
		"HTML of a proxy":           {html, providers.Unavailable, "text/html", "", true},
		"HTML of a proxy as 200":    {html200, providers.Unavailable, "text/html", "", true},
		"a redirect":                {wiretest.Reply{Status: 302, Header: map[string]string{"Location": "/login"}, Body: "{}"}, providers.Unavailable, "HTTP 302", "", true},
		"truncated body":            {truncated, providers.Unavailable, "unexpected EOF", "", true},
		"half a body":               {wiretest.Reply{Body: whole.Body[:100]}, providers.Unavailable, "broken answer", "", true},
		"an empty body":             {wiretest.Reply{}, providers.Unavailable, "broken answer", "", true},
		"no Result":                 {wiretest.Reply{Body: `{"ResponseMetadata":{"RequestId":"R1"}}`}, providers.Malformed, "no Result", "", false},
		"Result is null":            {wiretest.Reply{Body: `{"ResponseMetadata":{},"Result":null}`}, providers.Malformed, "Result is null", "", false},
		"Result is a list":          {wiretest.Reply{Body: `{"ResponseMetadata":{},"Result":[]}`}, providers.Malformed, "Result", "", false},
		"no List":                   {wiretest.Reply{Body: `{"ResponseMetadata":{},"Result":{"Total":0}}`}, providers.Malformed, "no List", "", false},
		"List is null, lines due":   {wiretest.Reply{Body: answer(nil, 3, 300, 0)}, providers.Malformed, "List null", "", false},
		"List is a text":            {wiretest.Reply{Body: answer("x", 1, 300, 0)}, providers.Malformed, "list of objects", "", false},
		"a row is null":             {wiretest.Reply{Body: answer([]any{nil}, 1, 300, 0)}, providers.Malformed, "row 0", "", false},
		"no object":                 {wiretest.Reply{Body: `[1]`}, providers.Malformed, "envelope", "", false},
		"no Total":                  {wiretest.Reply{Body: `{"ResponseMetadata":{},"Result":{"List":[]}}`}, providers.Malformed, "Total", "", false},
		"a negative Total":          {wiretest.Reply{Body: answer([]any{}, -1, 300, 0)}, providers.Malformed, "Total is -1", "", false},
		"a broken Total":            {wiretest.Reply{Body: answer([]any{}, 1.5, 300, 0)}, providers.Malformed, "Total", "", false},
		"another Offset":            {wiretest.Reply{Body: answer(rows(0, 1), 1, 300, 300)}, providers.Malformed, "Offset", "", false},
		"another Limit":             {wiretest.Reply{Body: answer(rows(0, 1), 1, 10, 0)}, providers.Malformed, "Limit", "", false},
		"too few rows":              {wiretest.Reply{Body: answer(rows(0, 9), 10, 300, 0)}, providers.Changed, "9 lines, 10 are due", "", false},
		"too many rows":             {wiretest.Reply{Body: answer(rows(0, 11), 10, 300, 0)}, providers.Changed, "11 lines", "", false},
		"more rows than were asked": {wiretest.Reply{Body: answer(rows(0, 301), 301, 300, 0)}, providers.Malformed, "301 lines", "", false},
		"an amount with too many digits": {wiretest.Reply{Body: answer([]any{map[string]any{"PayableAmount": "0.0000000000001"}}, 1, 300, 0)},
			providers.Malformed, "line 0: PayableAmount", "", false},
	}
}

func TestFailuresHaveTheirKindsAndKeepSecrets(t *testing.T) {
	for name, test := range failures() {
		t.Run(name, func(t *testing.T) {
			s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply { return test.reply })
			o := wiretest.Options()
			o.Patience.Total = 30 * time.Millisecond
			calls := make(chan providers.Call, 1000)
			o.Observe = func(c providers.Call) { calls <- c }
			lines, err := wiretest.Fetch(t.Context(), open(t, s.URL, o), day)
			if providers.KindOf(err) != test.kind || err == nil || len(lines) != 0 {
				t.Fatalf("%d lines, kind %s, want %s: %v", len(lines), providers.KindOf(err), test.kind, err)
			}
			if text := err.Error(); !strings.HasPrefix(text, "ListBillDetail: ") || !strings.Contains(text, test.text) || strings.Contains(text, "\n") {
				t.Errorf("error %q", text)
			}
			if hint := providers.HintOf(err); !strings.Contains(hint, test.hint) {
				t.Errorf("hint %q does not name %q", hint, test.hint)
			}
			for _, secret := range []string{accessKey, secretKey, token} {
				if strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
					t.Errorf("%v holds a secret", err)
				}
			}
			if asked := len(s.Requests()); (asked > 1) != test.again || asked != len(calls) {
				t.Errorf("%d requests, %d observed, tried again: want %t", asked, len(calls), test.again)
			}
		})
	}
}

func TestAFailureThatPassesIsNotSeen(t *testing.T) {
	for name, test := range failures() {
		if !test.again {
			continue
		}
		t.Run(name, func(t *testing.T) {
			s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply {
				if r.N == 2 || r.N == 4 {
					return test.reply
				}
				return page(r, 901)
			})
			lines, err := wiretest.Fetch(t.Context(), open(t, s.URL, wiretest.Options()), day)
			if err != nil {
				t.Fatal(err)
			}
			wiretest.CheckLines(t, lines, 901)
		})
	}
}

// TestNothingIsPrinted replaces the process's output while the SDK meets every answer that it cannot decode.
func TestNothingIsPrinted(t *testing.T) {
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = out, out
	for _, test := range failures() {
		s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply { return test.reply })
		o := wiretest.Options()
		o.Patience.Total = time.Nanosecond
		if _, err := wiretest.Fetch(t.Context(), open(t, s.URL, o), day); err == nil {
			t.Error("no error")
		}
	}
	os.Stdout, os.Stderr = stdout, stderr
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	printed, err := os.ReadFile(out.Name())
	if err != nil || len(printed) > 0 {
		t.Errorf("printed %q (%v)", printed, err)
	}
}
