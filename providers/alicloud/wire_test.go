package alicloud_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"goscan/providers"
	"goscan/providers/alicloud"
	"goscan/providers/internal/wiretest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	accessKeyID     = "LTAIcanaryaccess0001"
	accessKeySecret = "canarySecret/0001=="
	token           = "canarySTStoken0001"
	samples         = "../../testdata/alicloud"
)

var day = providers.NewDay(2026, 10, 31)

func open(t *testing.T, endpoint string, o providers.Options) providers.Provider {
	t.Helper()
	s := &alicloud.Settings{
		Common:      providers.Common{Endpoint: endpoint, Rate: 1000},
		AccessKeyID: accessKeyID, AccessKeySecret: accessKeySecret, SecurityToken: token,
	}
	p, err := s.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// rows returns the rows of a page of a day: the one with an offset o is resource i-o.
func rows(offset, n int) []map[string]any {
	list := make([]map[string]any, 0, n)
	for i := range n {
		list = append(list, map[string]any{
			"BillingDate": "2026-10-31", "InstanceID": fmt.Sprintf("i-%d", offset+i), "PretaxGrossAmount": json.Number("0.10"),
			"PretaxAmount": json.Number("0.1"), "Currency": "CNY",
		})
	}
	return list
}

func answer(items any, total any, next string) string {
	return wrap(map[string]any{
		"BillingCycle": "2026-10", "AccountID": "100", "AccountName": "payer", "TotalCount": total, "MaxResults": 300,
		"NextToken": next, "Items": items,
	})
}

func wrap(data any) string {
	text, err := json.Marshal(map[string]any{"Code": "Success", "Message": "Successful!", "RequestId": "R1", "Success": true, "Data": data})
	if err != nil {
		panic(err) // of a test's own literal
	}
	return string(text)
}

func refusal(code string) string {
	return `{"RequestId":"R1","HostId":"business.aliyuncs.com","Code":"` + code + `","Message":"key ` + accessKeyID + ` with ` +
		accessKeySecret + ` and ` + token + ` is refused"}`
}

// page answers a request of a day with that many lines, as the cloud does. The token is the offset.
func page(r wiretest.Request, lines int) wiretest.Reply {
	offset := offsetOf(r)
	n, next := min(300, lines-offset), ""
	if offset+n < lines {
		next = "T" + strconv.Itoa(offset+n)
	}
	return wiretest.Reply{Body: answer(rows(offset, n), lines, next)}
}

func offsetOf(r wiretest.Request) int {
	offset, _ := strconv.Atoi(strings.TrimPrefix(r.Query["NextToken"], "T"))
	return offset
}

func TestDaysOfEverySizeAreRead(t *testing.T) {
	for _, lines := range []int{0, 1, 299, 300, 301, 600, 10000} {
		t.Run(fmt.Sprint(lines), func(t *testing.T) {
			s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return page(r, lines) })
			got, err := wiretest.Fetch(t.Context(), open(t, s.URL, wiretest.Options()), day)
			if err != nil {
				t.Fatal(err)
			}
			wiretest.CheckLines(t, got, lines)
			if asked, want := len(s.Requests()), max(1, (lines+299)/300); asked != want {
				t.Errorf("%d requests, want %d", asked, want)
			}
			if lines > 0 && (got[0].BillingAccountID != "100" || got[0].BillingAccountName != "payer") {
				t.Errorf("billing account %q %q", got[0].BillingAccountID, got[0].BillingAccountName)
			}
		})
	}
}

func TestTheRequestIsTheDocumentedOne(t *testing.T) {
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return page(r, 900) })
	if _, err := wiretest.Fetch(t.Context(), open(t, s.URL, wiretest.Options()), day); err != nil {
		t.Fatal(err)
	}
	for i, r := range s.Requests() {
		want := map[string]string{
			"BillingCycle": "2026-10", "BillingDate": "2026-10-31", "Granularity": "DAILY", "IsBillingItem": "true", "MaxResults": "300",
		}
		if i > 0 {
			want["NextToken"] = "T" + strconv.Itoa(i*300)
		}
		if fmt.Sprint(r.Query) != fmt.Sprint(want) || r.Body != nil {
			t.Errorf("request %d: %v with body %v, want %v", r.N, r.Query, r.Body, want)
		}
		for name, value := range map[string]string{
			"X-Acs-Action": "DescribeInstanceBill", "X-Acs-Version": "2017-12-14", "X-Acs-Security-Token": token, "User-Agent": wiretest.UserAgent,
		} {
			if got := r.Header.Get(name); got != value {
				t.Errorf("%s is %q, want %q", name, got, value)
			}
		}
		if got := r.Header.Get("Authorization"); !strings.HasPrefix(got, "ACS3-HMAC-SHA256 Credential="+accessKeyID+",") {
			t.Errorf("Authorization %s", got)
		}
		for _, name := range []string{"X-Acs-Date", "X-Acs-Signature-Nonce", "X-Acs-Content-Sha256"} {
			if r.Header.Get(name) == "" {
				t.Errorf("no %s", name)
			}
		}
	}
}

func TestBrokenChainsOfPagesEndWithAnError(t *testing.T) {
	tests := map[string]struct {
		script func(r wiretest.Request) string
		kind   providers.Kind
	}{
		"the total grows": {func(r wiretest.Request) string {
			return answer(rows((r.N-1)*300, 300), 900+r.N, "T"+strconv.Itoa(r.N*300))
		}, providers.Changed},
		"tokens never end": {func(r wiretest.Request) string {
			return answer(rows((r.N-1)*300, 300), 900, "T"+strconv.Itoa(r.N*300))
		}, providers.Changed},
		"the same token for ever":       {func(r wiretest.Request) string { return answer(rows((r.N-1)*300, 300), 90000, "T") }, providers.Malformed},
		"a page repeats":                {func(r wiretest.Request) string { return answer(rows(0, 300), 900, "T"+strconv.Itoa(r.N)) }, providers.Changed},
		"empty pages with tokens":       {func(r wiretest.Request) string { return answer([]any{}, 900, "T"+strconv.Itoa(r.N)) }, providers.Changed},
		"the chain ends before the end": {func(r wiretest.Request) string { return answer(rows(0, 300), 900, "") }, providers.Changed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return wiretest.Reply{Body: test.script(r)} })
			_, err := wiretest.Fetch(t.Context(), open(t, s.URL, wiretest.Options()), day)
			if providers.KindOf(err) != test.kind || err == nil {
				t.Errorf("kind %s, want %s: %v", providers.KindOf(err), test.kind, err)
			}
			if asked := len(s.Requests()); asked > 5 {
				t.Errorf("%d requests", asked)
			}
		})
	}
}

func TestTheLastPageMayNameAToken(t *testing.T) {
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply {
		if r.N == 1 {
			return wiretest.Reply{Body: answer(rows(0, 3), "3", "CAESEg")}
		}
		return wiretest.Reply{Body: answer([]any{}, 3, "another")}
	})
	lines, err := wiretest.Fetch(t.Context(), open(t, s.URL, wiretest.Options()), day)
	if err != nil {
		t.Fatal(err)
	}
	wiretest.CheckLines(t, lines, 3)
}

func TestItemsMayBeWrapped(t *testing.T) {
	s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply {
		return wiretest.Reply{Body: answer(map[string]any{"Item": rows(0, 2)}, 2, "")}
	})
	lines, err := wiretest.Fetch(t.Context(), open(t, s.URL, wiretest.Options()), day)
	if err != nil {
		t.Fatal(err)
	}
	wiretest.CheckLines(t, lines, 2)
}

func TestAnEmptyDayIsNotReadyUntilItIsIssued(t *testing.T) {
	s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply { return wiretest.Reply{Body: answer(nil, 0, "")} })
	for name, test := range map[string]struct {
		now  time.Time
		want bool
	}{
		"half past midnight":          {(day + 1).Start().Add(30 * time.Minute), true},
		"a moment before a day later": {(day + 2).Start().Add(-1), true},
		"a day later":                 {(day + 2).Start(), false},
	} {
		o := wiretest.Options()
		o.Now = func() time.Time { return test.now.In(time.FixedZone("America", -5*60*60)) }
		_, err := wiretest.Fetch(t.Context(), open(t, s.URL, o), day)
		if got := providers.KindOf(err) == providers.NotReady; got != test.want || (err != nil) != test.want {
			t.Errorf("%s: %v, want NotReady: %t", name, err, test.want)
		}
	}
}

func TestUnknownFieldsAreKept(t *testing.T) {
	s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply {
		row := map[string]any{"BillingDate": "2026-10-31", "NewField": "新", "NewNumber": json.Number("1.10"), "NewList": []any{"a"}}
		return wiretest.Reply{Body: answer([]any{row}, 1, "")}
	})
	lines, err := wiretest.Fetch(t.Context(), open(t, s.URL, wiretest.Options()), day)
	if err != nil || len(lines) != 1 {
		t.Fatal(len(lines), err)
	}
	for field, want := range map[string]string{"NewField": "新", "NewNumber": "1.10", "NewList": `["a"]`} {
		if got := lines[0].Native.Map()[field]; got != want {
			t.Errorf("%s = %q, want %q", field, got, want)
		}
	}
}

func TestTheCloudSaysHowLongItThrottles(t *testing.T) {
	for name, header := range map[string]map[string]string{
		"Retry-After":          {"Retry-After": "1"},
		"x-ratelimit-user-api": {"X-Ratelimit-User-Api": "Limit:10,Remain:0,TimeLeft:1000"},
	} {
		s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply {
			if r.N == 1 {
				return wiretest.Reply{Status: 400, Header: header, Body: refusal("Throttling.User")}
			}
			return page(r, 1)
		})
		o := wiretest.Options()
		o.Patience.Total = 5 * time.Second
		began := time.Now()
		if _, err := wiretest.Fetch(t.Context(), open(t, s.URL, o), day); err != nil || time.Since(began) < time.Second {
			t.Errorf("%s: after %s: %v", name, time.Since(began), err)
		}
	}
}

func TestAHungServerIsUnavailable(t *testing.T) {
	s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply { return wiretest.Reply{Hang: true} })
	o := wiretest.Options()
	o.Patience.Attempt, o.Patience.Total = 50*time.Millisecond, 100*time.Millisecond
	_, err := wiretest.Fetch(t.Context(), open(t, s.URL, o), day)
	if providers.KindOf(err) != providers.Unavailable || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("kind %s: %v", providers.KindOf(err), err)
	}
}

func TestCancelIsPromptWhereverItComes(t *testing.T) {
	scripts := map[string]func(r wiretest.Request) wiretest.Reply{
		"while the first page hangs": func(wiretest.Request) wiretest.Reply { return wiretest.Reply{Hang: true} },
		"while a later page hangs": func(r wiretest.Request) wiretest.Reply {
			if r.N == 1 {
				return page(r, 5000)
			}
			return wiretest.Reply{Hang: true}
		},
		"in a pause": func(wiretest.Request) wiretest.Reply {
			return wiretest.Reply{Status: 503, Header: map[string]string{"Retry-After": "60"}, Body: refusal("ServiceUnavailable")}
		},
	}
	for name, script := range scripts {
		t.Run(name, func(t *testing.T) {
			s := wiretest.Start(t, script)
			o := wiretest.Options()
			o.Patience.Total = time.Hour
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(100*time.Millisecond, cancel)
			began := time.Now()
			_, err := wiretest.Fetch(ctx, open(t, s.URL, o), day)
			if !errors.Is(err, context.Canceled) || time.Since(began) > time.Second {
				t.Errorf("after %s: %v", time.Since(began), err)
			}
		})
	}
}

func TestTheErrorOfEmitEndsTheFetch(t *testing.T) {
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return page(r, 10000) })
	full := fmt.Errorf("disk: %w", &providers.Error{Kind: providers.Other, Message: "full"})
	err := open(t, s.URL, wiretest.Options()).Fetch(t.Context(), providers.Bill{Dataset: providers.DatasetBill, Month: day.Month()}, day,
		func([]providers.Line) error { return full })
	if !errors.Is(err, full) || len(s.Requests()) != 1 {
		t.Errorf("%d requests, error %v", len(s.Requests()), err)
	}
}

func TestADayOutsideOfTheBillIsRefused(t *testing.T) {
	p := open(t, "http://127.0.0.1:1", wiretest.Options())
	err := p.Fetch(t.Context(), providers.Bill{Dataset: providers.DatasetBill, Month: day.Month() + 1}, day, nil)
	if err == nil || providers.KindOf(err) != providers.Other {
		t.Errorf("error %v", err)
	}
}

func TestOverviewAddsRowsByServiceAndCurrency(t *testing.T) {
	items := []any{
		map[string]any{"ProductCode": "ecs", "ProductName": "云服务器 ECS", "Currency": "CNY", "PretaxGrossAmount": json.Number("1.5"), "PretaxAmount": json.Number("1.1"), "RoundDownDiscount": "0.008"},
		map[string]any{"ProductCode": "ecs", "ProductName": "云服务器 ECS", "Currency": "USD", "PretaxAmount": json.Number("9")},
		map[string]any{"ProductCode": "ecs", "ProductName": "云服务器 ECS", "Currency": "CNY", "PretaxAmount": json.Number("-0.1"), "Tax": json.Number("0.06")},
	}
	s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply {
		return wiretest.Reply{Body: wrap(map[string]any{"BillingCycle": "2026-10", "Items": map[string]any{"Item": items}})}
	})
	totals, err := open(t, s.URL, wiretest.Options()).Overview(t.Context(), providers.NewMonth(2026, 10))
	if err != nil || len(totals) != 2 {
		t.Fatal(totals, err)
	}
	got := totals[0]
	if got.Currency != "CNY" || got.Rows != 2 || got.ListCost.String() != "1.5" || got.BilledCost.String() != "1" || got.SettledCost.String() != "1" ||
		got.RoundingAmount.String() != "0.008" || got.TaxAmount.String() != "0.06" || totals[1].BilledCost.String() != "9" {
		t.Errorf("totals %+v", totals)
	}
	if r := s.Requests()[0]; r.Op != "QueryBillOverview" || fmt.Sprint(r.Query) != "map[BillingCycle:2026-10]" {
		t.Errorf("asked %s %v", r.Op, r.Query)
	}
}

func TestOverviewOfAnotherMonthIsMalformed(t *testing.T) {
	for name, data := range map[string]any{
		"another month": map[string]any{"BillingCycle": "2026-09", "Items": []any{}},
		"no Items":      map[string]any{"BillingCycle": "2026-10"},
		"no list":       map[string]any{"BillingCycle": "2026-10", "Items": "x"},
	} {
		s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply { return wiretest.Reply{Body: wrap(data)} })
		if _, err := open(t, s.URL, wiretest.Options()).Overview(t.Context(), providers.NewMonth(2026, 10)); providers.KindOf(err) != providers.Malformed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckIsOneCheapCall(t *testing.T) {
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return wiretest.Reply{Body: answer(rows(0, 1), 1, "")} })
	if err := open(t, s.URL, wiretest.Options()).(providers.Checker).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if asked := s.Requests(); len(asked) != 1 || asked[0].Query["MaxResults"] != "1" || asked[0].Query["BillingCycle"] != "2026-11" {
		t.Errorf("asked %+v", asked)
	}
}

func TestTheSiteIsFoundOutAndRemembered(t *testing.T) {
	var everywhere atomic.Bool
	china := wiretest.Start(t, func(wiretest.Request) wiretest.Reply {
		return wiretest.Reply{Status: 400, Body: refusal("NotApplicable")}
	})
	international := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply {
		if everywhere.Load() {
			return wiretest.Reply{Status: 400, Body: refusal("NotApplicable")}
		}
		return page(r, 600)
	})
	s := &alicloud.Settings{Common: providers.Common{Rate: 1000}, AccessKeyID: accessKeyID, AccessKeySecret: accessKeySecret}
	p, err := s.Open(wiretest.Options())
	if err != nil {
		t.Fatal(err)
	}
	alicloud.UseSites(t, p, china.URL, international.URL)
	lines, err := wiretest.Fetch(t.Context(), p, day)
	if err != nil {
		t.Fatal(err)
	}
	wiretest.CheckLines(t, lines, 600)
	if c, i := len(china.Requests()), len(international.Requests()); c != 1 || i != 2 {
		t.Errorf("%d requests to China, want 1; %d to the other site, want 2", c, i)
	}
	everywhere.Store(true)
	if _, err := wiretest.Fetch(t.Context(), p, day); providers.KindOf(err) != providers.Denied || !strings.Contains(providers.HintOf(err), "site") {
		t.Errorf("neither site: %v", err)
	}
}
