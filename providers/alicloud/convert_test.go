package alicloud

import (
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"goscan/providers"
	"goscan/providers/internal/linetest"
	"goscan/providers/internal/row"
)

const samples = "../../testdata/alicloud"

func TestSamplePagesBecomeTheseLines(t *testing.T) {
	tests := map[string]struct {
		day   providers.Day
		payer account
	}{
		"DescribeInstanceBill.constructed": {providers.NewDay(2020, 3, 20), account{"185766xxxx", "test@test.aliyunid.com"}},
		"DescribeInstanceBill.precision":   {providers.NewDay(2026, 2, 28), account{"122", "test@test.aliyunid.com"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var lines []providers.Line
			for i, fields := range linetest.Rows(t, filepath.Join(samples, name+".json"), "Data", "Items") {
				// The rows of the precision sample have no date; fill is convert after it was checked.
				l, err := fill(row.NewReader(linetest.Row(t, fields), i), i, test.day, test.day+1, test.payer)
				if err != nil {
					t.Fatal(err)
				}
				linetest.Lossless(t, fields, l, columns())
				lines = append(lines, l)
			}
			linetest.Golden(t, filepath.Join(samples, name+".golden"), linetest.Render(lines))
		})
	}
}

func TestSampleOverviewBecomesTheseTotals(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(samples, "QueryBillOverview.constructed.json"))
	if err != nil {
		t.Fatal(err)
	}
	_, data, err := open(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	sums, err := totals(data, providers.NewMonth(2020, 3))
	if err != nil || len(sums) != 1 {
		t.Fatalf("%d totals (%v), want 1", len(sums), err)
	}
	got := sums[0]
	if got.ServiceCode != "ecs" || got.ServiceName != "云服务器 ECS" || got.Currency != "CNY" || got.Rows != 1 ||
		got.ListCost.String() != "100.128" || got.BilledCost.String() != "100.12" || got.SettledCost.String() != "100.12" ||
		got.CostBeforeVoucher.String() != "100.12" || got.RoundingAmount.String() != "0.008" || !got.TaxAmount.IsZero() {
		t.Errorf("total %+v", got)
	}
}

// columns reads a field's text from its column: the inverse of the table in the package comment.
func columns() map[string]func(providers.Line) string {
	type line = providers.Line
	quantity := func(q providers.Quantity) string {
		if !q.Valid {
			return "unknown"
		}
		return q.Decimal.String()
	}
	return map[string]func(line) string{
		"OwnerID":               func(l line) string { return l.SubAccountID },
		"BillAccountID":         func(l line) string { return l.SubAccountID },
		"BillAccountName":       func(l line) string { return l.SubAccountName },
		"ProductCode":           func(l line) string { return l.ServiceCode },
		"ProductName":           func(l line) string { return l.ServiceName },
		"BillingItemCode":       func(l line) string { return l.SkuID },
		"BillingItem":           func(l line) string { return l.SkuMeter },
		"InstanceID":            func(l line) string { return l.ResourceID },
		"NickName":              func(l line) string { return l.ResourceName },
		"Region":                func(l line) string { return l.RegionName },
		"Zone":                  func(l line) string { return l.AvailabilityZone },
		"SubscriptionType":      func(l line) string { return l.BillingMode },
		"Usage":                 func(l line) string { return quantity(l.PricingQuantity) },
		"UsageUnit":             func(l line) string { return l.PricingUnit },
		"ListPrice":             func(l line) string { return quantity(l.ListUnitPrice) },
		"PretaxGrossAmount":     func(l line) string { return l.ListCost.String() },
		"PretaxAmount":          func(l line) string { return l.BilledCost.String() },
		"DeductedByCoupons":     func(l line) string { return l.CouponAmount.String() },
		"DeductedByCashCoupons": func(l line) string { return l.VoucherAmount.String() },
		"PaymentAmount":         func(l line) string { return l.PaidAmount.String() },
		"OutstandingAmount":     func(l line) string { return l.UnpaidAmount.String() },
		"Tax":                   func(l line) string { return l.TaxAmount.String() },
		"RoundDownDiscount":     func(l line) string { return l.RoundingAmount.String() },
		"Currency":              func(l line) string { return l.Currency },
		"CostUnit":              func(l line) string { return l.CostUnit },
		"Tag":                   func(l line) string { return rebuilt(l.Tags) },
	}
}

// rebuilt writes tags as the cloud would, by key.
func rebuilt(tags map[string]string) string {
	text := ""
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if text != "" {
			text += "; "
		}
		text += "key:" + key + " value:" + tags[key]
	}
	return text
}

func TestLineAndNativeGiveBackEveryScalar(t *testing.T) {
	names := append(linetest.Fields(t, filepath.Join(samples, "DescribeInstanceBill.fields.tsv")), "AFieldOfTomorrow", "Tax", "RoundDownDiscount")
	amounts := []any{
		json.Number("0.2352"), json.Number("0.10"), json.Number("-0.1"), json.Number("2.5E-5"), json.Number("12345678901.1234567891"),
		json.Number("0"), json.Number("-0"), json.Number("0.0"), "1.50", "", "-", nil, json.Number("0.000000000001"),
	}
	anything := append(slices.Clone(amounts), "北京", "a\nb\"'\\", true, map[string]any{"k": []any{json.Number("1.10")}}, []any{}, "Subscription",
		"key:b value:1; key:a value:2", "key:a value:1; key:b value:x; y", "key:a value:1;", "key:a value:1; key:a value:2", "122", "<&>", " ")
	random := rand.New(rand.NewPCG(3, 4))
	amountFields := []string{
		"PretaxGrossAmount", "InvoiceDiscount", "PretaxAmount", "DeductedByCoupons", "DeductedByCashCoupons", "PaymentAmount",
		"OutstandingAmount", "Tax", "RoundDownDiscount",
	}
	for range 3000 {
		fields := map[string]any{}
		for _, name := range names {
			pool := anything
			if slices.Contains(amountFields, name) {
				pool = amounts
			}
			if random.IntN(5) > 0 {
				fields[name] = pool[random.IntN(len(pool))]
			}
		}
		fields["BillingDate"] = "2026-02-28"
		l, err := convert(linetest.Row(t, fields), 0, providers.NewDay(2026, 2, 28), account{})
		if err != nil {
			t.Fatal(err)
		}
		linetest.Lossless(t, fields, l, columns())
		if t.Failed() {
			t.Fatalf("row %#v", fields)
		}
	}
}

func TestAmountsThatCannotBeKeptAreErrorsThatNameThem(t *testing.T) {
	tests := map[string]struct {
		field string
		value any
		exact bool
	}{
		"too many digits after the point":  {"PretaxAmount", json.Number("0.0000000000001"), true},
		"too many digits before the point": {"PretaxGrossAmount", json.Number("123456789012345678901234567"), true},
		"too many digits, no column":       {"InvoiceDiscount", json.Number("0.1234567890123"), true},
		"words":                            {"DeductedByCoupons", "free", false},
		"a nested value":                   {"PaymentAmount", []any{}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			fields := map[string]any{"BillingDate": "2026-02-28", test.field: test.value}
			_, err := convert(linetest.Row(t, fields), 17, providers.NewDay(2026, 2, 28), account{})
			if providers.KindOf(err) != providers.Malformed || errors.Is(err, providers.ErrPrecision) != test.exact {
				t.Fatalf("error %v of kind %s", err, providers.KindOf(err))
			}
			if text := err.Error(); !strings.Contains(text, "line 17: "+test.field) {
				t.Errorf("%q does not name the line and the field", text)
			}
		})
	}
}

func TestRowsOfAnotherDayAreRefused(t *testing.T) {
	for _, date := range []any{"2026-02-27", "", nil, "2026-02"} {
		if _, err := convert(linetest.Row(t, map[string]any{"BillingDate": date}), 0, providers.NewDay(2026, 2, 28), account{}); providers.KindOf(err) != providers.Malformed {
			t.Errorf("BillingDate %v: error %v", date, err)
		}
	}
}

func TestWhoUsedIt(t *testing.T) {
	tests := map[string]struct{ owner, bill, wantID, wantName string }{
		"one account":                    {"", "100", "100", "payer"},
		"its own resource":               {"100", "100", "100", "payer"},
		"a member's resource, paid here": {"200", "100", "200", ""},
	}
	for name, test := range tests {
		fields := map[string]any{"BillingDate": "2026-02-28", "OwnerID": test.owner, "BillAccountID": test.bill, "BillAccountName": "payer"}
		l, err := convert(linetest.Row(t, fields), 0, providers.NewDay(2026, 2, 28), account{})
		if err != nil || l.SubAccountID != test.wantID || l.SubAccountName != test.wantName {
			t.Errorf("%s: %q %q (%v), want %q %q", name, l.SubAccountID, l.SubAccountName, err, test.wantID, test.wantName)
		}
	}
}

func TestCategories(t *testing.T) {
	tests := map[string]struct{ item, subscription, want string }{
		"use":                       {"PayAsYouGoBill", "PayAsYouGo", "Usage"},
		"order":                     {"SubscriptionOrder", "Subscription", "Purchase"},
		"refund":                    {"Refund", "PayAsYouGo", "Purchase"},
		"adjustment":                {"Adjustment", "PayAsYouGo", "Adjustment"},
		"unknown, of subscriptions": {"Novelty", "Subscription", "Purchase"},
		"unknown":                   {"", "", "Usage"},
	}
	for name, test := range tests {
		if got := chargeCategory(test.item, test.subscription); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestTags(t *testing.T) {
	tests := map[string]struct {
		text string
		want map[string]string
	}{
		"two":                        {"key:testKey value:testValue; key:testKey1 value:testValues1", map[string]string{"testKey": "testValue", "testKey1": "testValues1"}},
		"no space after the point":   {"key:a value:1;key:b value:2", map[string]string{"a": "1", "b": "2"}},
		"a value with spaces":        {"key:owner value:Li Lei and co", map[string]string{"owner": "Li Lei and co"}},
		"a value with colons":        {"key:url value:http://a:80; key:b value:key", map[string]string{"url": "http://a:80", "b": "key"}},
		"a value with a semicolon":   {"key:list value:x; y;z; key:b value:1", map[string]string{"list": "x; y;z", "b": "1"}},
		"a key with a colon":         {"key:acs:rm:rgId value:rg-1", map[string]string{"acs:rm:rgId": "rg-1"}},
		"an empty value":             {"key:flag value:; key:b value:1", map[string]string{"flag": "", "b": "1"}},
		"a key twice":                {"key:a value:1; key:a value:2", map[string]string{"a": "1,2"}},
		"a point at the end":         {"key:a value:1;", map[string]string{"a": "1"}},
		"Chinese":                    {"key:环境 value:生产", map[string]string{"环境": "生产"}},
		"none":                       {"", nil},
		"another form":               {"a:1;b:2", nil},
		"a key without a value":      {"key:a; key:b value:1", nil},
		"a value without a key name": {"key: value:1", nil},
	}
	for name, test := range tests {
		if got := tags(test.text); !maps.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
