package alicloud_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
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
	good := func(body string) wiretest.Reply { return wiretest.Reply{Body: body} }
	html := wiretest.Reply{Status: 502, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>Bad Gateway</html>"}
	html200 := html
	html200.Status = 200
	whole := good(answer(rows(0, 10), 10, ""))
	truncated := whole
	truncated.Truncate = true
	noItems := map[string]any{"BillingCycle": "2026-10", "TotalCount": 2}
	quoting := `{"Code":"SignatureDoesNotMatch","RequestId":"R1","Message":"Specified signature does not match. server string to sign is:POST ` + accessKeyID + ` x"}`
	return map[string]failure{
		"throttled":                 {status(400, "Throttling"), providers.Throttled, "Throttling", "", true},
		"throttled, of the user":    {status(400, "Throttling.User"), providers.Throttled, "Throttling.User", "", true},
		"throttled, of the API":     {status(200, "Throttling.Api"), providers.Throttled, "Throttling.Api", "", true},
		"429 of a proxy":            {wiretest.Reply{Status: 429, Body: "slow down"}, providers.Throttled, "HTTP 429", "", true},
		"internal error":            {status(500, "InternalError"), providers.Unavailable, "InternalError", "", true},
		"internal error in 200":     {good(`{"Code":"InternalError","Message":"oops","RequestId":"R5","Success":false}`), providers.Unavailable, "InternalError: oops (request R5)", "", true},
		"unavailable":               {status(503, "ServiceUnavailable"), providers.Unavailable, "ServiceUnavailable", "", true},
		"unknown code, status 503":  {status(503, "Novelty"), providers.Unavailable, "Novelty", "", true},
		"unknown code, status 200":  {good(`{"Code":"PARAM_ERROR","Success":false}`), providers.Other, "PARAM_ERROR", "", false},
		"no success and no code":    {good(`{"Success":false,"Data":{"Items":[],"TotalCount":0}}`), providers.Other, "DescribeInstanceBill", "", false},
		"unknown key":               {status(404, "InvalidAccessKeyId.NotFound"), providers.Denied, "InvalidAccessKeyId.NotFound", "access_key_id", false},
		"inactive key":              {status(400, "InvalidAccessKeyId.Inactive"), providers.Denied, "Inactive", "access_key_id", false},
		"wrong signature":           {wiretest.Reply{Status: 400, Body: quoting}, providers.Denied, "does not match", "access_key_secret", false},
		"wrong clock":               {status(400, "InvalidTimeStamp.Expired"), providers.Denied, "InvalidTimeStamp", "clock", false},
		"no permission":             {status(403, "Forbidden.RAM"), providers.Denied, "Forbidden.RAM", "bss:DescribeBillList", false},
		"not authorized":            {status(400, "NotAuthorized"), providers.Denied, "NotAuthorized", "bssapi:DescribeInstanceBill", false},
		"the wrong site":            {status(400, "NotApplicable"), providers.Denied, "NotApplicable", "site", false},
		"bad request":               {status(400, "InvalidParameter"), providers.Other, "InvalidParameter", "", false},
		"HTML of a proxy":           {html, providers.Unavailable, "text/html", "", true},
		"HTML of a proxy as 200":    {html200, providers.Unavailable, "text/html", "", true},
		"a redirect":                {wiretest.Reply{Status: 302, Header: map[string]string{"Location": "/login"}, Body: "{}"}, providers.Unavailable, "HTTP 302", "", true},
		"truncated body":            {truncated, providers.Unavailable, "unexpected EOF", "", true},
		"half a body":               {good(whole.Body[:100]), providers.Unavailable, "broken answer", "", true},
		"no Data":                   {good(`{"Code":"Success","Success":true}`), providers.Malformed, "no Data", "", false},
		"Data is null":              {good(wrap(nil)), providers.Malformed, "no Data", "", false},
		"Data is a list":            {good(wrap([]any{})), providers.Malformed, "Data", "", false},
		"an empty object":           {good(`{}`), providers.Malformed, "no Data", "", false},
		"no object":                 {good(`[1]`), providers.Malformed, "envelope", "", false},
		"no Items, lines due":       {good(wrap(noItems)), providers.Malformed, "no Items", "", false},
		"Items is null, lines due":  {good(answer(nil, 3, "")), providers.Changed, "0 of the 3", "", false},
		"Items is a text":           {good(answer("x", 1, "")), providers.Malformed, "list of objects", "", false},
		"a row is null":             {good(answer([]any{nil}, 1, "")), providers.Malformed, "row 0", "", false},
		"no TotalCount":             {good(wrap(map[string]any{"Items": []any{}})), providers.Malformed, "TotalCount", "", false},
		"another month":             {good(strings.Replace(whole.Body, `"2026-10"`, `"2026-11"`, 1)), providers.Malformed, "BillingCycle", "", false},
		"another day":               {good(strings.Replace(whole.Body, "2026-10-31", "2026-10-30", 1)), providers.Malformed, "BillingDate", "", false},
		"too few rows":              {good(answer(rows(0, 9), 10, "")), providers.Changed, "9 of the 10", "", false},
		"too many rows":             {good(answer(rows(0, 11), 10, "")), providers.Changed, "more than the 10", "", false},
		"more rows than were asked": {good(answer(rows(0, 301), 301, "")), providers.Malformed, "301 lines", "", false},
		"an amount with too many digits": {good(answer([]any{map[string]any{"BillingDate": "2026-10-31", "PretaxAmount": json.Number("0.0000000000001")}}, 1, "")),
			providers.Malformed, "line 0: PretaxAmount", "", false},
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
			_, err := wiretest.Fetch(t.Context(), open(t, s.URL, o), day)
			if providers.KindOf(err) != test.kind || err == nil {
				t.Fatalf("kind %s, want %s: %v", providers.KindOf(err), test.kind, err)
			}
			if text := err.Error(); !strings.HasPrefix(text, "DescribeInstanceBill") || !strings.Contains(text, test.text) || strings.Contains(text, "\n") {
				t.Errorf("error %q", text)
			}
			if hint := providers.HintOf(err); !strings.Contains(hint, test.hint) {
				t.Errorf("hint %q does not name %q", hint, test.hint)
			}
			for _, secret := range []string{accessKeyID, accessKeySecret, token, "string to sign"} {
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

func TestRecordedErrorsAreClassified(t *testing.T) {
	for file, want := range map[string]providers.Kind{
		"error.InvalidAccessKeyId.NotFound.http404.json": providers.Denied,
		"error.NotApplicable.http400.json":               providers.Denied,
		"error.NotAuthorized.http400.json":               providers.Denied,
		"error.Throttling.User.http400.json":             providers.Throttled,
		"error.http200_InternalError.http200.json":       providers.Unavailable,
	} {
		body, err := os.ReadFile(filepath.Join(samples, file))
		if err != nil {
			t.Fatal(err)
		}
		status, _ := strconv.Atoi(file[len(file)-len("404.json") : len(file)-len(".json")])
		s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply { return wiretest.Reply{Status: status, Body: string(body)} })
		if err := open(t, s.URL, wiretest.Options()).(providers.Checker).Check(t.Context()); err == nil || providers.KindOf(err) != want {
			t.Errorf("%s: kind %s, want %s: %v", file, providers.KindOf(err), want, err)
		}
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
