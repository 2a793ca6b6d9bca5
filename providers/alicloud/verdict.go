package alicloud

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"goscan/providers"
	"goscan/providers/internal/call"
)

const (
	codeSuccess       = "Success"
	codeNotApplicable = "NotApplicable"
)

// envelope is what every answer is wrapped in; a refusal has no Data and no Success.
type envelope struct {
	Code      string
	Message   string
	RequestID string `json:"RequestId"`
	Success   *bool
	Data      json.RawMessage
}

// judge reads an answer's envelope. An answer of HTTP 200 may well be a failure.
func judge(a call.Answer) (call.Verdict, json.RawMessage) {
	var e envelope
	if err := json.Unmarshal(a.Body, &e); err != nil {
		return call.Verdict{Err: &providers.Error{Kind: providers.Malformed, Message: "the answer is no envelope of this cloud"}}, nil
	}
	v := call.Verdict{RequestID: e.RequestID}
	refused := e.Success != nil && !*e.Success || e.Code != "" && e.Code != codeSuccess
	if !refused {
		return v, e.Data
	}
	kind, hint := classify(e.Code, a.Status)
	message, _, _ := strings.Cut(e.Message, "server string to sign") // a quotation of the whole request, keys included
	v.Err = &providers.Error{Kind: kind, Code: e.Code, Message: message, Hint: hint}
	if kind == providers.Throttled {
		v.Wait = timeLeft(a.Header)
	}
	return v, nil
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
