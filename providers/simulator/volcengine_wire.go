package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"goscan/providers"
)

// volcengine speaks the billing service of Volcengine, version 2022-01-01.
type volcengine struct{ options *Options }

const (
	volcengineVersion = "2022-01-01"
	opDetail          = "ListBillDetail"
	opByProduct       = "ListBillOverviewByProd"
	pageLimit         = 300
)

// volcengineRequest is the body of both actions.
type volcengineRequest struct {
	BillPeriod    string
	Limit         *int
	Offset        int
	NeedRecordNum int
	IgnoreZero    int
	GroupPeriod   int
	GroupTerm     int
	ExpenseDate   string
}

func (v volcengine) read(r *http.Request, body []byte) (query, *refusal) {
	parameters := r.URL.Query()
	q := query{op: parameters.Get("Action")}
	switch {
	case r.Method != http.MethodPost || parameters.Get("Version") != volcengineVersion,
		q.op != opDetail && q.op != opByProduct:
		return query{}, &refusal{404, 100008, "InvalidActionOrVersion", "Could not find operation " + q.op + "."}
	}
	if refused := v.checkSignature(r, body); refused != nil {
		return q, refused
	}
	var request volcengineRequest
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&request); err != nil {
		return q, v.refuseInvalid("The body cannot be read: " + err.Error())
	}
	return v.understand(q, request)
}

func (v volcengine) checkSignature(r *http.Request, body []byte) *refusal {
	cred, ok := credential(r.Header.Get("Authorization"), "HMAC-SHA256")
	parts := strings.Split(cred, "/")
	if !ok || len(parts) != 5 || parts[3] != "billing" || parts[4] != "request" {
		return &refusal{401, 100024, "InvalidAuthorization", "Invalid 'Authorization' header, Pls check your authorization header."}
	}
	if _, err := time.Parse("20060102T150405Z", r.Header.Get("X-Date")); err != nil {
		return &refusal{400, 100006, "InvalidTimestamp", "The X-Date header is missing or not of the form 20060102T150405Z."}
	}
	if parts[0] != v.options.AccessKey {
		return &refusal{401, 100009, "InvalidAccessKey", "The access key is not found."}
	}
	sum := sha256.Sum256(body)
	if r.Header.Get("X-Content-Sha256") != hex.EncodeToString(sum[:]) {
		return &refusal{401, 100010, "SignatureDoesNotMatch", "X-Content-Sha256 is not the body's."}
	}
	return nil
}

// understand checks the parameters as the documents state them.
func (v volcengine) understand(q query, request volcengineRequest) (query, *refusal) {
	if request.BillPeriod == "" || request.Limit == nil {
		return q, &refusal{400, 100002, "MissingParameter", "The required parameter BillPeriod or Limit is missing."}
	}
	month, err := providers.ParseMonth(request.BillPeriod)
	if err != nil {
		return q, v.refuseInvalid(err.Error())
	}
	q.month, q.offset, q.limit = month, request.Offset, *request.Limit
	q.counted, q.hideZero = request.NeedRecordNum == 1, request.IgnoreZero == 1
	if q.limit < 1 || q.limit > pageLimit || q.offset < 0 {
		return q, v.refuseInvalid(fmt.Sprintf("Limit %d or Offset %d is out of range.", q.limit, q.offset))
	}
	switch {
	case q.op == opByProduct:
		q.shape = overviews
	case request.GroupPeriod == 0 && request.ExpenseDate == "" && request.GroupTerm >= 0 && request.GroupTerm <= 3:
		q.shape, q.term = wholeMonth, fmt.Sprint(request.GroupTerm)
	case request.GroupPeriod == 1 && request.GroupTerm == 0:
		q.shape = everyDay
	default:
		return q, v.refuseInvalid("ExpenseDate needs GroupPeriod 1; settlement details and daily totals of instances are not simulated.")
	}
	if request.ExpenseDate == "" {
		return q, nil
	}
	q.shape = oneDay
	if q.day, err = providers.ParseDay(request.ExpenseDate); err != nil || q.day.Month() != month || q.op != opDetail {
		return q, v.refuseInvalid("ExpenseDate " + request.ExpenseDate + " is not a day of " + request.BillPeriod + ".")
	}
	return q, nil
}

func (v volcengine) invalid(message string) refusal {
	return refusal{400, 100001, "RequestInvalid", message}
}

func (v volcengine) refuseInvalid(message string) *refusal {
	r := v.invalid(message)
	return &r
}

// refusals: the documents name no HTTP status for AccountFlowLimitExceeded, so here it has one that tells nothing.
func (v volcengine) refusals() map[Effect]refusal {
	internal := refusal{500, 100016, "InternalError", "Service has some internal Error. Pls Contact With Admin."}
	in200 := internal
	in200.status = http.StatusOK
	return map[Effect]refusal{
		Throttling:    {400, 100027, "AccountFlowLimitExceeded", "Request speed exceeds the account flow control limit."},
		InternalError: internal,
		ErrorIn200:    in200,
		Forbidden:     {403, 100013, "AccessDenied", "User is not authorized to perform: billing:ListBillDetail"},
	}
}

// oldest returns the first month that is kept: 24 months back, and never before 2022-01.
func (v volcengine) oldest(now time.Time) providers.Month {
	return max(providers.MonthOf(now)-24, providers.NewMonth(2022, 1))
}

func (v volcengine) metadata(q query) map[string]any {
	return map[string]any{
		"RequestId": strings.ReplaceAll(q.id, "-", ""), "Action": q.op, "Version": volcengineVersion,
		"Service": "billing", "Region": "cn-beijing",
	}
}

func (v volcengine) page(q query, a answer) any {
	if a.noResult {
		return map[string]any{"ResponseMetadata": v.metadata(q)}
	}
	total := a.total
	if !q.counted {
		total = -1
	}
	return map[string]any{
		"ResponseMetadata": v.metadata(q),
		"Result": map[string]any{
			"List": slices.Concat([]json.RawMessage{}, a.rows), "Total": total, "Limit": q.limit, "Offset": q.offset,
		},
	}
}

func (v volcengine) refuse(q query, r refusal) any {
	metadata := v.metadata(q)
	metadata["Error"] = map[string]any{"CodeN": r.number, "Code": r.code, "Message": r.message}
	return map[string]any{"ResponseMetadata": metadata}
}
