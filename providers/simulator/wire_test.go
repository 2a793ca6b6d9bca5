package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
)

func TestRequestsAreRefusedAsTheCloudsDo(t *testing.T) {
	volc := func(changes map[string]any) map[string]any {
		return with(map[string]any{"BillPeriod": "2026-10", "Limit": 300, "GroupPeriod": 1, "ExpenseDate": "2026-10-31"}, changes)
	}
	ali := func(changes map[string]any) map[string]any {
		return with(map[string]any{
			"BillingCycle": "2026-10", "Granularity": "DAILY", "BillingDate": "2026-10-31", "IsBillingItem": true, "MaxResults": 300,
		}, changes)
	}
	for name, test := range map[string]struct {
		kind       string
		key        string
		op         string
		parameters map[string]any
		status     int
		code       string
	}{
		"a good request of Volcengine is answered": {kind: "volcengine", parameters: volc(nil), status: 200},
		"an unknown access key of Volcengine":      {kind: "volcengine", key: "AKOTHER", parameters: volc(nil), status: 401, code: "InvalidAccessKey"},
		"no access key of Volcengine":              {kind: "volcengine", key: "/", parameters: volc(nil), status: 401, code: "InvalidAuthorization"},
		"an unknown action of Volcengine":          {kind: "volcengine", op: "ListBills", parameters: volc(nil), status: 404, code: "InvalidActionOrVersion"},
		"Volcengine's Limit is at most 300":        {kind: "volcengine", parameters: volc(map[string]any{"Limit": 301}), status: 400, code: "RequestInvalid"},
		"Volcengine's Limit is at least 1":         {kind: "volcengine", parameters: volc(map[string]any{"Limit": 0}), status: 400, code: "RequestInvalid"},
		"Volcengine's Limit is required":           {kind: "volcengine", parameters: volc(map[string]any{"Limit": nil}), status: 400, code: "MissingParameter"},
		"ExpenseDate lies in BillPeriod":           {kind: "volcengine", parameters: volc(map[string]any{"ExpenseDate": "2026-11-01"}), status: 400, code: "RequestInvalid"},
		"ExpenseDate needs GroupPeriod 1":          {kind: "volcengine", parameters: volc(map[string]any{"GroupPeriod": 0}), status: 400, code: "RequestInvalid"},
		"a parameter that Volcengine has not":      {kind: "volcengine", parameters: volc(map[string]any{"Produkt": "x"}), status: 400, code: "RequestInvalid"},
		"Volcengine keeps 24 months": {
			kind: "volcengine", parameters: volc(map[string]any{"BillPeriod": "2024-10", "ExpenseDate": "2024-10-31"}), status: 400, code: "RequestInvalid",
		},
		"Volcengine's 24th month back": {
			kind: "volcengine", parameters: volc(map[string]any{"BillPeriod": "2024-11", "ExpenseDate": "2024-11-30"}), status: 200,
		},
		"a good request of Alibaba Cloud is answered": {kind: "alicloud", parameters: ali(nil), status: 200},
		"an unknown access key of Alibaba Cloud":      {kind: "alicloud", key: "AKOTHER", parameters: ali(nil), status: 404, code: "InvalidAccessKeyId.NotFound"},
		"an unknown action of Alibaba Cloud":          {kind: "alicloud", op: "QueryBill", parameters: ali(nil), status: 404, code: "InvalidAction.NotFound"},
		"Alibaba Cloud's MaxResults is at most 300":   {kind: "alicloud", parameters: ali(map[string]any{"MaxResults": 301}), status: 400, code: "InvalidParameter"},
		"DAILY needs BillingDate":                     {kind: "alicloud", parameters: ali(map[string]any{"BillingDate": ""}), status: 400, code: "MissingParameter"},
		"BillingCycle is required":                    {kind: "alicloud", parameters: ali(map[string]any{"BillingCycle": ""}), status: 400, code: "MissingParameter"},
		"a token of our own making":                   {kind: "alicloud", parameters: ali(map[string]any{"NextToken": "MzAw"}), status: 400, code: "InvalidParameter"},
		"a parameter that Alibaba Cloud has not":      {kind: "alicloud", parameters: ali(map[string]any{"PageNum": 2}), status: 400, code: "InvalidParameter"},
		"Alibaba Cloud keeps 18 months": {
			kind: "alicloud", parameters: ali(map[string]any{"BillingCycle": "2025-04", "BillingDate": "2025-04-30"}), status: 400, code: "InvalidParameter",
		},
		"Alibaba Cloud's 18th month back": {
			kind: "alicloud", parameters: ali(map[string]any{"BillingCycle": "2025-05", "BillingDate": "2025-05-30"}), status: 200,
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, test.kind, simulator.Options{})
			key, op := test.key, test.op
			if key == "" {
				key = simulator.AccessKey
			}
			if op == "" {
				op = map[string]string{"volcengine": "ListBillDetail", "alicloud": "DescribeInstanceBill"}[test.kind]
			}
			r, err := post(c, test.kind, key, op, test.parameters)
			if err != nil || r.status != test.status || r.code != test.code {
				t.Errorf("status %d, code %q, %v; want %d, %q: %.300s", r.status, r.code, err, test.status, test.code, r.text)
			}
			if served := c.Served(); len(served) != 1 || served[0].Code != test.code || served[0].UserAgent != "test/1" {
				t.Errorf("remembered as %+v", served)
			}
		})
	}
}

func with(parameters, changes map[string]any) map[string]any {
	for name, value := range changes {
		parameters[name] = value
		if value == nil {
			delete(parameters, name)
		}
	}
	return parameters
}

func TestVolcengineTellsTheTotalOnlyWhenAsked(t *testing.T) {
	c := start(t, simulator.Volcengine, simulator.Options{})
	r, err := post(c, simulator.Volcengine, simulator.AccessKey, "ListBillDetail", map[string]any{
		"BillPeriod": "2026-10", "Limit": 10, "GroupPeriod": 1, "ExpenseDate": "2026-10-31",
	})
	if err != nil || r.total != -1 || len(r.rows) != 10 {
		t.Errorf("total %d with %d rows, %v; want -1 with 10", r.total, len(r.rows), err)
	}
}

func TestZeroRowsCanBeLeftOut(t *testing.T) {
	c := start(t, simulator.Volcengine, simulator.Options{})
	lines := func(ignore int) int {
		r, err := post(c, simulator.Volcengine, simulator.AccessKey, "ListBillDetail", map[string]any{
			"BillPeriod": "2026-10", "Limit": 300, "GroupPeriod": 1, "ExpenseDate": "2026-10-31", "IgnoreZero": ignore, "NeedRecordNum": 1,
		})
		if err != nil || r.total != len(r.rows) {
			t.Fatalf("%d of %d rows, %v", len(r.rows), r.total, err)
		}
		return r.total
	}
	if all, some := lines(0), lines(1); some >= all || some == 0 {
		t.Errorf("%d rows with zeros, %d without", all, some)
	}
}

func TestAlicloudDropsADateOutsideItsCycle(t *testing.T) {
	c := start(t, simulator.Alicloud, simulator.Options{})
	r, err := post(c, simulator.Alicloud, simulator.AccessKey, "DescribeInstanceBill", map[string]any{
		"BillingCycle": "2026-10", "Granularity": "DAILY", "BillingDate": "2026-09-30", "IsBillingItem": true, "MaxResults": 300,
	})
	if err != nil || r.status != http.StatusOK || len(r.rows) == 0 || r.rows[0]["BillingDate"] != nil {
		t.Errorf("status %d, %d rows, %v: %.300s", r.status, len(r.rows), err, r.text)
	}
}

func TestAlicloudTrailingToken(t *testing.T) {
	c := start(t, simulator.Alicloud, simulator.Options{TrailingToken: true})
	d := providers.NewDay(2026, 10, 2)
	first, err := page(c, simulator.Alicloud, d, 0, "")
	if err != nil || first.token == "" || len(first.rows) != first.total {
		t.Fatalf("%d of %d rows, token %q, %v", len(first.rows), first.total, first.token, err)
	}
	second, err := page(c, simulator.Alicloud, d, 1, first.token)
	if err != nil || second.token == "" || second.token == first.token || len(second.rows) != 0 || second.total != first.total {
		t.Errorf("%d rows, token %q, total %d, %v", len(second.rows), second.token, second.total, err)
	}
}

func TestWrongSite(t *testing.T) {
	c := start(t, simulator.Alicloud, simulator.Options{WrongSite: true})
	r, err := page(c, simulator.Alicloud, providers.NewDay(2026, 10, 2), 0, "")
	if err != nil || r.status != 400 || r.code != "NotApplicable" {
		t.Errorf("status %d, code %q, %v", r.status, r.code, err)
	}
}

func TestRateIsEnforced(t *testing.T) {
	forEachCloud(t, simulator.Options{Rate: 5}, func(t *testing.T, kind string, c *simulator.Cloud) {
		begin, refused := time.Now(), 0
		for range 12 {
			r, err := page(c, kind, providers.NewDay(2026, 10, 2), 0, "")
			if err != nil {
				t.Fatal(err)
			}
			if r.code == "AccountFlowLimitExceeded" || r.code == "Throttling.User" {
				refused++
			} else if r.code != "" {
				t.Fatalf("code %s", r.code)
			}
		}
		allowed := 5 + 1 + int(time.Since(begin)/(200*time.Millisecond))
		if 12-refused > allowed {
			t.Errorf("%d requests were answered, at most %d may be", 12-refused, allowed)
		}
	})
}

func TestAnswersTakeTheirTime(t *testing.T) {
	const latency = 50 * time.Millisecond
	forEachCloud(t, simulator.Options{Latency: latency}, func(t *testing.T, kind string, c *simulator.Cloud) {
		began := time.Now()
		if _, err := page(c, kind, providers.NewDay(2026, 10, 2), 0, ""); err != nil || time.Since(began) < latency {
			t.Errorf("answered after %s, error %v", time.Since(began), err)
		}
	})
}

func TestServedTellsWhatWasAsked(t *testing.T) {
	forEachCloud(t, simulator.Options{Empty: true}, func(t *testing.T, kind string, c *simulator.Cloud) {
		d := providers.NewDay(2026, 10, 2)
		if err := c.Fill(d, 700); err != nil {
			t.Fatal(err)
		}
		day(t, c, kind, d)
		day(t, c, kind, d+1)
		served := c.Served()
		if len(served) != 4 || c.Busiest() != 1 {
			t.Fatalf("%d requests, %d at once; want 4, 1: %+v", len(served), c.Busiest(), served)
		}
		for i, want := range []struct{ first, middle, last bool }{{true, false, false}, {false, true, false}, {false, false, true}} {
			r := served[i]
			if r.First() != want.first || r.Middle() != want.middle || r.Last() != want.last || r.Day != d || r.Nth != i+1 || r.Pages != 3 {
				t.Errorf("request %d is %+v", i, r)
			}
		}
		if n := c.Count(func(r simulator.Request) bool { return r.Day == d+1 }); n != 1 {
			t.Errorf("%d requests for the next day, want 1", n)
		}
		if c.Forget(); len(c.Served()) != 0 {
			t.Error("forgotten requests are remembered")
		}
	})
}

func TestUnknownKindsAreRefused(t *testing.T) {
	if _, err := simulator.Start("azure", simulator.Options{}); err == nil || !strings.Contains(err.Error(), "azure") {
		t.Errorf("error is %v", err)
	}
}
