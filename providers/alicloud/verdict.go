package alicloud

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"goscan/providers"
	"goscan/providers/internal/call"
	"goscan/providers/internal/row"
)

const (
	codeSuccess       = "Success"
	codeNotApplicable = "NotApplicable"
)

// envelope is what every answer has beside its Data; a refusal has no Success.
type envelope struct {
	Code      string
	Message   string
	RequestID string
	Success   *bool
}

// open reads the envelope of an answer and returns the text of its Data.
func open(body string) (e envelope, data string, err error) {
	fields, ok := row.Fields(body, "Code", "Message", "RequestId", "Success", "Data")
	if !ok {
		return e, "", errors.New("no object")
	}
	for i, field := range []any{&e.Code, &e.Message, &e.RequestID, &e.Success} {
		if fields[i] != "" {
			err = errors.Join(err, json.Unmarshal([]byte(fields[i]), field))
		}
	}
	return e, fields[4], err
}

// judge reads an answer's envelope and returns the text of its Data. An answer of HTTP 200 may well be a failure.
func judge(a call.Answer) (call.Verdict, string) {
	e, data, err := open(a.Text())
	if err != nil {
		return call.Verdict{Err: &providers.Error{Kind: providers.Malformed, Message: "the answer is no envelope of this cloud"}}, ""
	}
	v := call.Verdict{RequestID: e.RequestID}
	refused := e.Success != nil && !*e.Success || e.Code != "" && e.Code != codeSuccess
	if !refused {
		return v, data
	}
	kind, hint := classify(e.Code, a.Status)
	message, _, _ := strings.Cut(e.Message, "server string to sign") // a quotation of the whole request, keys included
	v.Err = &providers.Error{Kind: kind, Code: e.Code, Message: message, Hint: hint}
	if kind == providers.Throttled {
		v.Wait = timeLeft(a.Header)
	}
	return v, ""
}

const (
	hintPermission = "grant the key's RAM user bssapi:DescribeInstanceBill and bss:DescribeBillList (policy AliyunBSSReadOnlyAccess)"
	hintKeys       = "check access_key_id, access_key_secret and security_token: the key may be disabled, deleted or expired"
	hintClock      = "set this machine's clock: requests are signed with the time"
	hintSite       = "set site to china or international: the account belongs to the other one, or has no bills of its own"
)

// classify returns the kind of an error code, and what to do about it. Codes have subcodes after a point.
func classify(code string, status int) (providers.Kind, string) {
	switch family, _, _ := strings.Cut(code, "."); family {
	case "Throttling":
		return providers.Throttled, ""
	case "NotAuthorized", "Forbidden", "NoPermission", "InvalidOwner":
		return providers.Denied, hintPermission
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidSecurityToken", "MissingSecurityToken":
		return providers.Denied, hintKeys
	case "InvalidTimeStamp", "InvalidTimestamp":
		return providers.Denied, hintClock
	case codeNotApplicable:
		return providers.Denied, hintSite
	case "InternalError", "ServiceUnavailable", "SignatureNonceUsed":
		return providers.Unavailable, ""
	}
	kind := call.KindOfStatus(status)
	if kind == providers.Denied {
		return kind, hintPermission
	}
	return kind, ""
}

// timeLeft returns how long the cloud goes on to throttle, where it says so: "Limit:10,TimeLeft:1500", in milliseconds.
func timeLeft(h http.Header) time.Duration {
	found := regexp.MustCompile(`TimeLeft:(\d{1,9})`).FindStringSubmatch(h.Get("X-Ratelimit-User-Api"))
	if found == nil {
		return 0
	}
	ms, err := strconv.Atoi(found[1])
	if err != nil {
		return 0
	}
	return time.Duration(ms) * time.Millisecond
}
