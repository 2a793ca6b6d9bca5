package volcengine

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/internal/linetest"
)

const samples = "../../testdata/volcengine"

// dayOf returns the day that a sample row is of.
func dayOf(t *testing.T, fields map[string]any) providers.Day {
	t.Helper()
	d, err := providers.ParseDay(fields["ExpenseDate"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSamplePagesBecomeTheseLines(t *testing.T) {
	for _, name := range []string{"ListBillDetail.official_sample", "ListBillDetail.constructed_rows"} {
		t.Run(name, func(t *testing.T) {
			var lines []providers.Line
			for i, fields := range linetest.Rows(t, filepath.Join(samples, name+".json"), "Result", "List") {
				l, err := convert(linetest.Row(t, fields), i, dayOf(t, fields))
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
		"PayerID":            func(l line) string { return l.BillingAccountID },
		"PayerUserName":      func(l line) string { return l.BillingAccountName },
		"OwnerID":            func(l line) string { return l.SubAccountID },
		"OwnerUserName":      func(l line) string { return l.SubAccountName },
		"ExpenseBeginTime":   func(l line) string { return l.ChargePeriodStart.Format(time.DateTime) },
		"ExpenseEndTime":     func(l line) string { return l.ChargePeriodEnd.Format(time.DateTime) },
		"Product":            func(l line) string { return l.ServiceCode },
		"ProductZh":          func(l line) string { return l.ServiceName },
		"ElementCode":        func(l line) string { return l.SkuID },
		"Element":            func(l line) string { return l.SkuMeter },
		"InstanceNo":         func(l line) string { return l.ResourceID },
		"InstanceName":       func(l line) string { return l.ResourceName },
		"RegionCode":         func(l line) string { return l.RegionID },
		"Region":             func(l line) string { return l.RegionName },
		"ZoneCode":           func(l line) string { return l.AvailabilityZone },
		"BillingMode":        func(l line) string { return l.BillingMode },
		"Count":              func(l line) string { return quantity(l.PricingQuantity) },
		"Unit":               func(l line) string { return l.PricingUnit },
		"Price":              func(l line) string { return quantity(l.ListUnitPrice) },
		"OriginalBillAmount": func(l line) string { return l.ListCost.String() },
		"PayableAmount":      func(l line) string { return l.BilledCost.String() },
		"DiscountBillAmount": func(l line) string { return l.CostBeforeVoucher.String() },
		"CouponAmount":       func(l line) string { return l.VoucherAmount.String() },
		"PaidAmount":         func(l line) string { return l.PaidAmount.String() },
		"UnpaidAmount":       func(l line) string { return l.UnpaidAmount.String() },
		"Tax":                func(l line) string { return l.TaxAmount.String() },
		"RoundAmount":        func(l line) string { return l.RoundingAmount.String() },
		"Currency":           func(l line) string { return l.Currency },
		"Project":            func(l line) string { return l.CostUnit },
		"SubjectName":        func(l line) string { return l.InvoiceIssuer },
	}
}

var amountFields = []string{
	"OriginalBillAmount", "PreferentialBillAmount", "PayableAmount", "DiscountBillAmount", "CouponAmount", "PaidAmount",
	"UnpaidAmount", "Tax", "RoundAmount",
}

func TestLineAndNativeGiveBackEveryScalar(t *testing.T) {
	names := append(linetest.Fields(t, filepath.Join(samples, "ListBillDetail.fields.tsv")), "AFieldOfTomorrow")
	amounts := []any{
		"0.042000", "0.042", "", "-", "0.00", "-0", "-0.00", "1e-5", "+5", json.Number("-0.00412"), json.Number("0"), nil,
		json.Number("2.5E-5"), "12345678901.123456", "0.000000000001", json.Number("1e3"), ".5", "007",
	}
	anything := append(slices.Clone(amounts), "北京", "a\nb\"'\\", true, false, map[string]any{"k": []any{"v", json.Number("1.10")}},
		[]any{}, "按量计费", "1", "包年包月", "2024-02-10 12:00:00", "2024-03-10 23:59:59", "2024-02-29", `{"team":["infra"]}`, "<&>", " ", "null")
	random := rand.New(rand.NewPCG(1, 2))
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
		delete(fields, "BillPeriod")
		delete(fields, "ExpenseDate")
		l, err := convert(linetest.Row(t, fields), 0, providers.NewDay(2024, 2, 29))
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
		"too many digits after the point":           {"PayableAmount", "0.0000000000001", true},
		"too many digits before the point":          {"OriginalBillAmount", json.Number("123456789012345678901234567"), true},
		"too many digits in a field without column": {"PreferentialBillAmount", "0.1234567890123", true},
		"words":           {"CouponAmount", "free", false},
		"a nested value":  {"Tax", map[string]any{}, false},
		"a boolean":       {"PaidAmount", true, false},
		"a huge exponent": {"UnpaidAmount", "1e1000000000", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := convert(linetest.Row(t, map[string]any{test.field: test.value}), 17, providers.NewDay(2024, 2, 29))
			if providers.KindOf(err) != providers.Malformed || errors.Is(err, providers.ErrPrecision) != test.exact {
				t.Fatalf("error %v of kind %s", err, providers.KindOf(err))
			}
			if text := err.Error(); !strings.Contains(text, "line 17: "+test.field) {
				t.Errorf("%q does not name the line and the field", text)
			}
		})
	}
}

func TestRoundAmountIsRoundedAndKeptAsItWas(t *testing.T) {
	l, err := convert(linetest.Row(t, map[string]any{"RoundAmount": json.Number("0.032000000000000001")}), 0, providers.NewDay(2024, 2, 29))
	if err != nil {
		t.Fatal(err)
	}
	if l.RoundingAmount.String() != "0.032" || l.Native.Map()["RoundAmount"] != "0.032000000000000001" {
		t.Errorf("rounding %s, native %q", l.RoundingAmount, l.Native.Map()["RoundAmount"])
	}
}

func TestRowsOfAnotherDayAreRefused(t *testing.T) {
	day := providers.NewDay(2024, 2, 29)
	for name, fields := range map[string]map[string]any{
		"another month": {"BillPeriod": "2024-03"},
		"another day":   {"ExpenseDate": "2024-02-28"},
	} {
		if _, err := convert(linetest.Row(t, fields), 0, day); providers.KindOf(err) != providers.Malformed {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for _, absent := range []any{"", "-", nil} {
		if _, err := convert(linetest.Row(t, map[string]any{"ExpenseDate": absent}), 0, day); err != nil {
			t.Errorf("ExpenseDate %v: %v", absent, err)
		}
	}
}

func TestCategoriesAndModes(t *testing.T) {
	tests := map[string]struct{ category, mode, want, wantMode string }{
		"use":                            {"消费-使用", "按量计费", "Usage", "PayAsYouGo"},
		"use, in English":                {"consume-use", "2", "Usage", "PayAsYouGo"},
		"new":                            {"消费-新购", "包年包月", "Purchase", "Subscription"},
		"renewal, in English":            {"consume-renew", "1", "Purchase", "Subscription"},
		"refund":                         {"退款-退订", "包年包月", "Purchase", "Subscription"},
		"refund, in English":             {"refund-modify", "1", "Purchase", "Subscription"},
		"transfer":                       {"transfer-manual", "2", "Adjustment", "PayAsYouGo"},
		"unknown, of a subscription":     {"消费-别的", "包年包月", "Purchase", "Subscription"},
		"unknown, of a contract":         {"", "合同", "Usage", "合同"},
		"a trial costs by use if at all": {"consume-trial", "2", "Usage", "PayAsYouGo"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l, err := convert(linetest.Row(t, map[string]any{"BillCategory": test.category, "BillingMode": test.mode}), 0, providers.NewDay(2024, 2, 29))
			if err != nil || l.ChargeCategory != test.want || l.BillingMode != test.wantMode {
				t.Errorf("%s, %s (%v), want %s, %s", l.ChargeCategory, l.BillingMode, err, test.want, test.wantMode)
			}
		})
	}
}

func TestLateCorrectionsAreMarked(t *testing.T) {
	day := providers.NewDay(2024, 3, 1)
	for business, want := range map[string]string{"2024-02": providers.ClassCorrection, "2024-03": "", "": "", "-": ""} {
		if l, err := convert(linetest.Row(t, map[string]any{"BusiPeriod": business}), 0, day); err != nil || l.ChargeClass != want {
			t.Errorf("BusiPeriod %q: class %q (%v), want %q", business, l.ChargeClass, err, want)
		}
	}
}

func TestUnitNeedsAQuantity(t *testing.T) {
	l, err := convert(linetest.Row(t, map[string]any{"Count": "many", "Unit": "GiB"}), 0, providers.NewDay(2024, 2, 29))
	if err != nil || l.PricingQuantity.Valid || l.PricingUnit != "" || l.Native.Map()["Unit"] != "GiB" || l.Native.Map()["Count"] != "many" {
		t.Errorf("quantity %v, unit %q, native %v (%v)", l.PricingQuantity, l.PricingUnit, l.Native, err)
	}
}

func TestTags(t *testing.T) {
	tests := map[string]struct {
		text string
		want map[string]string
	}{
		"one value":          {`{"team":["infra"]}`, map[string]string{"team": "infra"}},
		"several values":     {`{"team":["a","b"],"环境":["生产"]}`, map[string]string{"team": "a,b", "环境": "生产"}},
		"a key with a colon": {`{"volc:vke:cluster-id":["ccabc"]}`, map[string]string{"volc:vke:cluster-id": "ccabc"}},
		"no value":           {`{"flag":[]}`, map[string]string{"flag": ""}},
		"none":               {"", nil},
		"an empty object":    {"{}", nil},
		"no JSON":            {"team:infra", nil},
		"another shape":      {`{"team":"infra"}`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l, err := convert(linetest.Row(t, map[string]any{"Tag": test.text}), 0, providers.NewDay(2024, 2, 29))
			if err != nil {
				t.Fatal(err)
			}
			if len(l.Tags) != len(test.want) {
				t.Errorf("tags %v, want %v", l.Tags, test.want)
			}
			for key, value := range test.want {
				if l.Tags[key] != value {
					t.Errorf("%s = %q, want %q", key, l.Tags[key], value)
				}
			}
			if l.Native.Map()["Tag"] != test.text {
				t.Errorf("native Tag %q, want %q", l.Native.Map()["Tag"], test.text)
			}
		})
	}
}
