package volcengine

import (
	"encoding/json"
	"strings"

	"goscan/providers"
	"goscan/providers/internal/call"
)

// envelope is what every answer is wrapped in.
type envelope struct {
	ResponseMetadata struct {
		RequestID string `json:"RequestId"`
		Error     *struct {
			Code    string
			Message string
		}
	}
	Result json.RawMessage
}

// judge reads an answer's envelope. An error may come with any HTTP status, 200 included: the code decides.
func judge(a call.Answer) (call.Verdict, json.RawMessage) {
	var e envelope
	if err := json.Unmarshal(a.Body, &e); err != nil {
		return call.Verdict{Err: &providers.Error{Kind: providers.Malformed, Message: "the answer is no envelope of this cloud"}}, nil
	}
	v := call.Verdict{RequestID: e.ResponseMetadata.RequestID}
	if refusal := e.ResponseMetadata.Error; refusal != nil {
		kind, hint := classify(refusal.Code, a.Status)
		v.Err = &providers.Error{Kind: kind, Code: refusal.Code, Message: refusal.Message, Hint: hint}
	}
	return v, e.Result
}

const (
	hintPermission = "grant the key's user billing:ListBillDetail and billing:ListBillOverviewByProd"
	hintKeys       = "check access_key, secret_key and session_token: the key may be disabled, deleted or of another account"
	hintClock      = "set this machine's clock: requests are signed with the time"
)

// classify returns the kind of an error code, and what to do about it.
func classify(code string, status int) (providers.Kind, string) {
	switch code {
	case "LackPolicy", "AccessDenied", "UnauthorizedOperation", "Forbidden":
		return providers.Denied, hintPermission
	case "InvalidAccessKey", "SignatureDoesNotMatch", "InvalidAuthorization", "MissingAuthenticationToken",
		"MissingSignature", "InvalidSecurityToken", "InvalidSecretToken", "InvalidCredential", "ExpiredToken":
		return providers.Denied, hintKeys
	case "InvalidTimestamp":
		return providers.Denied, hintClock
	case "InternalError", "InternalServiceError", "InternalServiceTimeout", "ServiceUnavailable", "ServiceUnavailableTemporarily":
		return providers.Unavailable, ""
	}
	if strings.HasSuffix(code, "FlowLimitExceeded") || strings.HasPrefix(code, "Throttling") {
		return providers.Throttled, ""
	}
	kind := call.KindOfStatus(status)
	if kind == providers.Denied {
		return kind, hintPermission
	}
	return kind, ""
}
