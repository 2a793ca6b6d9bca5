package volcengine

import (
	"encoding/json"
	"strings"

	"goscan/providers"
	"goscan/providers/internal/call"
	"goscan/providers/internal/row"
)

// metadata is what every answer has beside its Result.
type metadata struct {
	RequestID string `json:"RequestId"`
	Error     *struct {
		Code    string
		Message string
	}
}

// judge reads an answer's envelope and returns the text of its Result. An error may come with any HTTP status, 200 included:
// the code decides.
func judge(a call.Answer) (call.Verdict, string) {
	fields, ok := row.Fields(a.Text(), "ResponseMetadata", "Result")
	var m metadata
	if ok && fields[0] != "" {
		ok = json.Unmarshal([]byte(fields[0]), &m) == nil
	}
	if !ok {
		return call.Verdict{Err: &providers.Error{Kind: providers.Malformed, Message: "the answer is no envelope of this cloud"}}, ""
	}
	v := call.Verdict{RequestID: m.RequestID}
	if m.Error != nil {
		kind, hint := classify(m.Error.Code, a.Status)
		v.Err = &providers.Error{Kind: kind, Code: m.Error.Code, Message: m.Error.Message, Hint: hint}
	}
	return v, fields[1]
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
