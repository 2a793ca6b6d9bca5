package storetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"goscan/providers"
)

// A FocusType is the type of a column of FOCUS.
type FocusType string

// The types that FOCUS 1.2 knows.
const (
	FocusString  FocusType = "String"
	FocusDecimal FocusType = "Decimal"
	FocusInstant FocusType = "Date/Time" // UTC
	FocusJSON    FocusType = "JSON"
)

// A FocusColumn is a column of FOCUS 1.2.
type FocusColumn struct {
	Name      string
	Type      FocusType
	Null      bool // nulls are allowed
	Mandatory bool // every provider has it; the others only where the provider supports the thing, or as recommended
}

// FocusColumns returns the columns of FOCUS 1.2, the mandatory ones first. A column beside them must begin with x_.
func FocusColumns() []FocusColumn {
	columns := []FocusColumn{
		{"BilledCost", FocusDecimal, false, true},
		{"BillingAccountId", FocusString, false, true},
		{"BillingAccountName", FocusString, true, true},
		{"BillingCurrency", FocusString, false, true},
		{"BillingPeriodStart", FocusInstant, false, true},
		{"BillingPeriodEnd", FocusInstant, false, true},
		{"ChargeCategory", FocusString, false, true},
		{"ChargeClass", FocusString, true, true},
		{"ChargeDescription", FocusString, true, true},
		{"ChargePeriodStart", FocusInstant, false, true},
		{"ChargePeriodEnd", FocusInstant, false, true},
		{"ContractedCost", FocusDecimal, false, true},
		{"EffectiveCost", FocusDecimal, false, true},
		{"InvoiceIssuerName", FocusString, false, true},
		{"ListCost", FocusDecimal, false, true},
		{"PricingQuantity", FocusDecimal, true, true},
		{"PricingUnit", FocusString, true, true},
		{"ProviderName", FocusString, false, true},
		{"PublisherName", FocusString, false, true},
		{"ServiceCategory", FocusString, false, true},
		{"ServiceName", FocusString, false, true},

		{"BillingAccountType", FocusString, false, false},
		{"ChargeFrequency", FocusString, false, false},
		{"ServiceSubcategory", FocusString, false, false},
		{"SkuPriceDetails", FocusJSON, true, false},
		{"Tags", FocusJSON, true, false},
	}
	for _, name := range strings.Fields(`
		CommitmentDiscountQuantity ConsumedQuantity ContractedUnitPrice ListUnitPrice
		PricingCurrencyContractedUnitPrice PricingCurrencyEffectiveCost PricingCurrencyListUnitPrice`) {
		columns = append(columns, FocusColumn{name, FocusDecimal, true, false})
	}
	for _, name := range strings.Fields(`
		AvailabilityZone CapacityReservationId CapacityReservationStatus CommitmentDiscountCategory CommitmentDiscountId
		CommitmentDiscountName CommitmentDiscountStatus CommitmentDiscountType CommitmentDiscountUnit ConsumedUnit
		InvoiceId PricingCategory PricingCurrency RegionId RegionName ResourceId ResourceName ResourceType SkuId SkuMeter
		SkuPriceId SubAccountId SubAccountName SubAccountType`) {
		columns = append(columns, FocusColumn{name, FocusString, true, false})
	}
	return columns
}

var (
	focusInstant    = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)
	focusDecimal    = regexp.MustCompile(`^-?\d+(\.\d+)?$`)
	focusCategories = []string{
		"AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases", "Developer Tools",
		"Multicloud", "Identity", "Integration", "Internet of Things", "Management and Governance", "Media", "Migration",
		"Mobile", "Networking", "Security", "Storage", "Web", "Other",
	}
)

// focusNames returns the names of all columns of the view, in order: those of FOCUS that the stores have, then ours.
func focusNames() []string {
	return strings.Fields(`
		AvailabilityZone BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodStart BillingPeriodEnd
		ChargeCategory ChargeClass ChargeDescription ChargePeriodStart ChargePeriodEnd ContractedCost EffectiveCost
		InvoiceIssuerName ListCost ListUnitPrice PricingQuantity PricingUnit ProviderName PublisherName RegionId RegionName
		ResourceId ResourceName ServiceCategory ServiceName SkuId SkuMeter SubAccountId SubAccountName Tags
		x_Account x_Provider x_Dataset x_Day x_Line x_LoadId x_ServiceCode x_BillingMode x_CostUnit x_CostBeforeVoucher
		x_CostAfterVoucher x_CouponAmount x_VoucherAmount x_PaidAmount x_UnpaidAmount x_TaxAmount x_RoundingAmount x_Native`)
}

func testFocus(t *testing.T, f *fixture) {
	full, bare := focusLines()
	s := f.open("run-1")
	load := f.replace(s, "prod", october31, []providers.Line{full, bare}).After.LoadID
	f.replace(s, "other", october31, samples(3))
	columns, rows, err := f.Focus(f.Context(), "prod")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 {
		t.Fatalf("%d rows, want 2", len(rows))
	}
	checkFocusColumns(t, columns)
	if diff := cmp.Diff(focusNames(), columns); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	for _, row := range rows {
		checkFocusTypes(t, row)
	}
	checkFocusRow(t, rows[1], map[string]string{
		"BilledCost": "-0.01", "ListCost": "12345678901.123456", "ContractedCost": "0.000000000001", "EffectiveCost": "0",
		"BillingAccountId": "2100000001", "BillingAccountName": "云账单（主）", "SubAccountId": "sub-1", "SubAccountName": "部门 1",
		"BillingCurrency": "CNY", "BillingPeriodStart": "2026-09-30T16:00:00Z", "BillingPeriodEnd": "2026-10-31T16:00:00Z",
		"ChargePeriodStart": "2026-10-30T16:00:00Z", "ChargePeriodEnd": "2026-10-31T16:00:00Z",
		"ChargeCategory": "Usage", "ChargeClass": "Correction", "InvoiceIssuerName": "火山引擎",
		"PricingQuantity": "24.5", "PricingUnit": "核*时", "ListUnitPrice": "0.0833", "AvailabilityZone": "cn-beijing-a",
		"RegionId": "cn-beijing", "RegionName": "华北2（北京）", "ResourceId": "i-2", "ResourceName": "web-2",
		"SkuId": "sku-1", "SkuMeter": "cpu 'hours'", "ServiceName": "云服务器", "ServiceCategory": "Other",
		"x_Account": "prod", "x_Provider": "volcengine", "x_Dataset": "bill", "x_Day": "2026-10-31", "x_Line": "7",
		"x_LoadId": fmt.Sprint(load), "x_ServiceCode": "no-such-service", "x_BillingMode": full.BillingMode, "x_CostUnit": full.CostUnit,
		"x_CostBeforeVoucher": full.CostBeforeVoucher.String(), "x_CostAfterVoucher": full.CostAfterVoucher.String(),
		"x_CouponAmount": full.CouponAmount.String(), "x_VoucherAmount": full.VoucherAmount.String(),
		"x_PaidAmount": full.PaidAmount.String(), "x_UnpaidAmount": full.UnpaidAmount.String(),
		"x_TaxAmount": full.TaxAmount.String(), "x_RoundingAmount": full.RoundingAmount.String(),
	}, nil)
	for name, want := range map[string]map[string]string{"Tags": full.Tags, "x_Native": full.Native.Map()} {
		var got map[string]string
		if err := json.Unmarshal([]byte(rows[1][name]), &got); err != nil || !maps.Equal(got, want) {
			t.Errorf("%s are %s (%v), want %v", name, rows[1][name], err, want)
		}
	}
	checkFocusRow(t, rows[0], map[string]string{
		"BilledCost": "0", "ListCost": "0", "BillingCurrency": "CNY", "ResourceId": "i-1", "ServiceName": "no-such-service",
		"x_Native": "{}", "x_Line": "1", "x_PaidAmount": "0",
	}, []string{
		"BillingAccountName", "ChargeClass", "PricingQuantity", "PricingUnit", "ListUnitPrice", "AvailabilityZone",
		"RegionId", "RegionName", "ResourceName", "SkuId", "SkuMeter", "SubAccountId", "SubAccountName", "Tags",
		"x_BillingMode", "x_CostUnit",
	})
}

// focusLines returns a line with every field and one with hardly any; its quantity has no unit.
func focusLines() (full, bare providers.Line) {
	full = sample(0)
	full.Offset = 7
	full.ResourceID, full.ResourceName, full.SkuID = "i-2", "web-2", "sku-1"
	full.SubAccountID, full.SubAccountName = "sub-1", "部门 1"
	full.ServiceCode, full.ServiceName = "no-such-service", "云服务器"
	full.ChargeCategory, full.ChargeClass = providers.ChargeUsage, providers.ClassCorrection
	full.ChargePeriodStart, full.ChargePeriodEnd = october31.Start(), (october31 + 1).Start()
	full.PricingQuantity = quantity("24.5")
	full.BilledCost, full.EffectiveCost = money("-0.01"), money("0")
	full.ListCost, full.ContractedCost = money("12345678901.123456"), money("1e-12")
	full.Tags = map[string]string{"team": `it's "quoted"`, "env": "生产", "": ""}
	bare = providers.Line{
		Offset: 1, BillingAccountID: "2100000001", ResourceID: "i-1", Currency: "CNY", ChargeCategory: providers.ChargeTax,
		ServiceCode: "no-such-service", ChargePeriodStart: october31.Start(), ChargePeriodEnd: (october31 + 1).Start(),
		PricingQuantity: quantity("3"),
	}
	return full, bare
}

func checkFocusColumns(t *testing.T, columns []string) {
	t.Helper()
	known := map[string]bool{}
	for _, c := range FocusColumns() {
		known[c.Name] = true
		if c.Mandatory && !slices.Contains(columns, c.Name) {
			t.Errorf("the mandatory column %s is missing", c.Name)
		}
	}
	for i, name := range columns {
		if !known[name] && !strings.HasPrefix(name, "x_") {
			t.Errorf("%s is no column of FOCUS 1.2 and does not begin with x_", name)
		}
		if slices.Contains(columns[:i], name) {
			t.Errorf("the column %s occurs twice", name)
		}
	}
}

func checkFocusTypes(t *testing.T, row map[string]string) {
	t.Helper()
	for name, value := range row {
		if value == "" {
			t.Errorf("%s is empty instead of null", name)
		}
	}
	for _, c := range FocusColumns() {
		value, ok := row[c.Name]
		if !ok {
			if c.Mandatory && !c.Null {
				t.Errorf("%s is null", c.Name)
			}
			continue
		}
		switch c.Type {
		case FocusDecimal:
			ok = focusDecimal.MatchString(value)
		case FocusInstant:
			ok = focusInstant.MatchString(value)
		case FocusJSON:
			ok = json.Valid([]byte(value))
		}
		if !ok {
			t.Errorf("%s is %q, which is no %s", c.Name, value, c.Type)
		}
	}
	if !slices.Contains(focusCategories, row["ServiceCategory"]) {
		t.Errorf("%q is no ServiceCategory", row["ServiceCategory"])
	}
}

func checkFocusRow(t *testing.T, row, want map[string]string, null []string) {
	t.Helper()
	types := map[string]FocusType{}
	for _, c := range FocusColumns() {
		types[c.Name] = c.Type
	}
	for name, value := range want {
		got, ok := row[name]
		same := got == value
		if d, err := decimal.NewFromString(got); ok && err == nil && types[name] == FocusDecimal {
			same = d.Equal(money(value))
		}
		if !ok || !same {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	for _, name := range null {
		if got, ok := row[name]; ok {
			t.Errorf("%s is %q, want null", name, got)
		}
	}
}
