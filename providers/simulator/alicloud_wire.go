package simulator

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"goscan/providers"
)

// alicloud speaks BssOpenApi of Alibaba Cloud, version 2017-12-14, in its RPC style.
type alicloud struct{ options *Options }

const (
	alicloudVersion = "2017-12-14"
	opInstance      = "DescribeInstanceBill"
	opOverview      = "QueryBillOverview"
	defaultResults  = 20
)

func (a alicloud) read(r *http.Request, body []byte) (query, *refusal) {
	parameters, refused := a.parameters(r, body)
	if refused != nil {
		return query{}, refused
	}
	q := query{op: parameters.Get("Action")}
	if q.op != opInstance && q.op != opOverview || parameters.Get("Version") != alicloudVersion {
		return query{}, &refusal{status: 404, code: "InvalidAction.NotFound", message: "Specified api is not found: " + q.op}
	}
	if refused := a.checkSignature(r, body, parameters); refused != nil {
		return q, refused
	}
	for name := range parameters {
		if !slices.Contains(a.known(q.op), name) {
			return q, a.refuseInvalid("The parameter " + name + " is not simulated.")
		}
	}
	return a.understand(q, parameters)
}

// known are the parameters of an action, and those that belong to a signature of the older kind.
func (a alicloud) known(op string) []string {
	known := strings.Fields("Action Version BillingCycle AccessKeyId Signature SignatureMethod SignatureVersion SignatureNonce " +
		"SecurityToken Timestamp Format RegionId")
	if op == opInstance {
		known = append(known, "Granularity", "BillingDate", "IsBillingItem", "IsHideZeroCharge", "MaxResults", "NextToken")
	}
	return known
}

// parameters returns those of the query, of a form in the body, and the action and version from headers.
func (a alicloud) parameters(r *http.Request, body []byte) (url.Values, *refusal) {
	parameters := r.URL.Query()
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, a.refuseInvalid("The body is no form.")
		}
		for name, values := range form {
			parameters[name] = values
		}
	}
	for name, header := range map[string]string{"Action": "x-acs-action", "Version": "x-acs-version"} {
		if value := r.Header.Get(header); value != "" {
			parameters.Set(name, value)
		}
	}
	return parameters, nil
}

// checkSignature takes the header signature (ACS3) and the older one, whose parts are parameters.
func (a alicloud) checkSignature(r *http.Request, body []byte, parameters url.Values) *refusal {
	key, ok := credential(r.Header.Get("Authorization"), "ACS3-HMAC-SHA256")
	if !ok {
		key, ok = parameters.Get("AccessKeyId"), parameters.Get("AccessKeyId") != "" && parameters.Get("Signature") != ""
	}
	sent := r.Header.Get("x-acs-content-sha256")
	sum := sha256.Sum256(body)
	switch {
	case !ok:
		return &refusal{status: 400, code: "IncompleteSignature", message: "The request signature does not conform to Aliyun standards."}
	case key != a.options.AccessKey:
		return &refusal{status: 404, code: "InvalidAccessKeyId.NotFound", message: "Specified access key is not found."}
	case sent != "" && sent != hex.EncodeToString(sum[:]):
		return &refusal{status: 400, code: "SignatureDoesNotMatch", message: "x-acs-content-sha256 is not the body's."}
	}
	return nil
}

// understand checks the parameters as the documents state them. A BillingDate outside its BillingCycle is silently
// dropped, as the documents say: the whole cycle is answered.
func (a alicloud) understand(q query, parameters url.Values) (query, *refusal) {
	cycle := parameters.Get("BillingCycle")
	if cycle == "" {
		return q, &refusal{status: 400, code: "MissingParameter", message: "BillingCycle is mandatory for this action."}
	}
	var err error
	if q.month, err = providers.ParseMonth(cycle); err != nil {
		return q, a.refuseInvalid(err.Error())
	}
	q.counted = true
	if q.op == opOverview {
		q.shape, q.limit = overviews, 1<<30
		return q, nil
	}
	q.hideZero = parameters.Get("IsHideZeroCharge") == "true"
	q.limit = defaultResults
	if text := parameters.Get("MaxResults"); text != "" {
		if q.limit, err = strconv.Atoi(text); err != nil || q.limit < 1 || q.limit > pageLimit {
			return q, a.refuseInvalid("MaxResults " + text + " is out of range.")
		}
	}
	q.shape, q.term = wholeMonth, parameters.Get("IsBillingItem")
	if granularity := parameters.Get("Granularity"); granularity == "DAILY" {
		if refused := a.understandDay(&q, parameters); refused != nil {
			return q, refused
		}
	} else if granularity != "" && granularity != "MONTHLY" {
		return q, a.refuseInvalid("Granularity " + granularity + " is neither MONTHLY nor DAILY.")
	}
	return a.understandToken(q, parameters)
}

func (a alicloud) understandDay(q *query, parameters url.Values) *refusal {
	date := parameters.Get("BillingDate")
	if date == "" {
		return &refusal{status: 400, code: "MissingParameter", message: "BillingDate is mandatory when Granularity is DAILY."}
	}
	if q.term != "true" {
		return a.refuseInvalid("Daily totals of instances are not simulated: IsBillingItem must be true.")
	}
	day, err := providers.ParseDay(date)
	if err != nil {
		return a.refuseInvalid(err.Error())
	}
	if day.Month() == q.month {
		q.day, q.shape = day, oneDay
	}
	return nil
}

// understandToken reads where a page begins. A token is bound to the query that it was given to.
func (a alicloud) understandToken(q query, parameters url.Values) (query, *refusal) {
	token := parameters.Get("NextToken")
	if token == "" {
		return q, nil
	}
	text, _ := base64.RawURLEncoding.DecodeString(token)
	q.offset, _ = strconv.Atoi(string(text[strings.LastIndexByte(string(text), '|')+1:]))
	if q.offset <= 0 || token != a.token(q, q.offset) {
		return q, a.refuseInvalid("NextToken is not one that was returned for this query.")
	}
	return q, nil
}

func (a alicloud) token(q query, offset int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "CAES|%v|%v|%d|%s|%v|%d|%d",
		q.month, q.day, q.shape, q.term, q.hideZero, q.limit, offset))
}

func (a alicloud) invalid(message string) refusal {
	return refusal{status: 400, code: "InvalidParameter", message: message}
}

func (a alicloud) refuseInvalid(message string) *refusal {
	r := a.invalid(message)
	return &r
}

func (a alicloud) refusals() map[Effect]refusal {
	return map[Effect]refusal{
		Throttling:    {status: 400, code: "Throttling.User", message: "Request was denied due to user flow control."},
		InternalError: {status: 500, code: "InternalError", message: "The request processing has failed due to some unknown error."},
		ErrorIn200:    {status: 200, code: "InternalError", message: "The request processing has failed."},
		Forbidden:     {status: 400, code: "NotAuthorized", message: "This API is not authorized for caller."},
	}
}

// oldest returns the first month that is kept: 18 months back.
func (a alicloud) oldest(now time.Time) providers.Month { return providers.MonthOf(now) - 18 }

func (a alicloud) page(q query, ans answer) any {
	envelope := map[string]any{"Code": "Success", "Message": "Successful!", "RequestId": q.id, "Success": true}
	if ans.noResult {
		return envelope
	}
	rows := slices.Concat([]json.RawMessage{}, ans.rows)
	data := map[string]any{
		"BillingCycle": q.month.String(), "AccountID": a.options.AccountID, "AccountName": a.options.AccountName, "Items": rows,
	}
	envelope["Data"] = data
	if q.shape == overviews {
		data["Items"] = map[string]any{"Item": rows}
		return envelope
	}
	data["TotalCount"], data["MaxResults"], data["NextToken"] = ans.total, q.limit, ""
	if ans.next > 0 {
		data["NextToken"] = a.token(q, ans.next)
	}
	return envelope
}

func (a alicloud) refuse(q query, r refusal) any {
	if r.status == http.StatusOK {
		return map[string]any{"Code": r.code, "Message": r.message, "RequestId": q.id, "Success": false}
	}
	return map[string]any{"Code": r.code, "Message": r.message, "RequestId": q.id, "HostId": "business.aliyuncs.com"}
}
