package simulator

import (
	"encoding/json"
	"strings"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

const (
	settled   = "结算"
	unsettled = "非结算"
)

func (v volcengine) group(r Row) groupKey {
	category, _, _ := strings.Cut(r.text("BillCategory"), "-")
	return groupKey{
		Product: r.text("Product"), Name: r.text("ProductZh"), Mode: r.text("BillingMode"), Category: category,
		Settlement: r.text("SettlementType"), Currency: r.text("Currency"),
	}
}

func (v volcengine) amounts() []string {
	return strings.Fields(`OriginalBillAmount PreferentialBillAmount RoundAmount DiscountBillAmount CouponAmount PayableAmount
		PaidAmount UnpaidAmount CreditCarriedAmount Tax PretaxAmount PosttaxAmount PreTaxPayableAmount RealValue`)
}

func (v volcengine) sums(amounts map[string]decimal.Decimal) Sums {
	return Sums{
		ListCost:          amounts["OriginalBillAmount"],
		ContractedCost:    amounts["OriginalBillAmount"].Sub(amounts["PreferentialBillAmount"]),
		BilledCost:        amounts["PayableAmount"],
		CostBeforeVoucher: amounts["DiscountBillAmount"],
		CostAfterVoucher:  amounts["PayableAmount"],
		VoucherAmount:     amounts["CouponAmount"],
		PaidAmount:        amounts["PaidAmount"],
		UnpaidAmount:      amounts["UnpaidAmount"],
		TaxAmount:         amounts["Tax"],
		RoundingAmount:    amounts["RoundAmount"],
	}
}

// payable is what an overview row says is payable: nothing for what is shown but not charged, whatever its lines say.
func (v volcengine) payable(key groupKey, amounts map[string]decimal.Decimal) decimal.Decimal {
	if key.Settlement == unsettled {
		return decimal.Decimal{}
	}
	return amounts["PayableAmount"]
}

func (v volcengine) addOverview(t *providers.Total, key groupKey, amounts map[string]decimal.Decimal) {
	payable := v.payable(key, amounts)
	t.ListCost = t.ListCost.Add(amounts["OriginalBillAmount"])
	t.BilledCost = t.BilledCost.Add(payable)
	if key.Settlement == settled {
		t.SettledCost = t.SettledCost.Add(payable)
	}
	t.CostBeforeVoucher = t.CostBeforeVoucher.Add(amounts["DiscountBillAmount"])
	t.RoundingAmount = t.RoundingAmount.Add(amounts["RoundAmount"])
	t.TaxAmount = t.TaxAmount.Add(amounts["Tax"])
}

// overviewRow is a row of ListBillOverviewByProd. RoundAmount is named RoundBillAmount there, and is a string.
func (v volcengine) overviewRow(m providers.Month, key groupKey, amounts map[string]decimal.Decimal) Row {
	row := Row{
		"BillPeriod": m.String(), "Product": key.Product, "ProductZh": key.Name, "BillingMode": key.Mode,
		"BillCategoryParent": key.Category, "SettlementType": key.Settlement, "CountryRegion": "",
		"SavingPlanOriginalAmount": "0.000000", "TaxRate": "0.00",
	}
	v.setPayer(row)
	row["Currency"], row["CurrencySettlement"] = key.Currency, key.Currency
	for field, amount := range map[string]decimal.Decimal{
		"OriginalBillAmount": amounts["OriginalBillAmount"], "PreferentialBillAmount": amounts["PreferentialBillAmount"],
		"RoundBillAmount": amounts["RoundAmount"],
	} {
		row[field] = fixed(amount, 6)
	}
	payable := v.payable(key, amounts)
	for field, amount := range map[string]decimal.Decimal{
		"DiscountBillAmount": amounts["DiscountBillAmount"], "CouponAmount": amounts["CouponAmount"], "PayableAmount": payable,
		"PaidAmount": amounts["PaidAmount"], "UnpaidAmount": amounts["UnpaidAmount"],
		"CreditCarriedAmount": amounts["CreditCarriedAmount"], "Tax": amounts["Tax"], "PreTaxPayableAmount": payable,
		"PretaxAmount": payable, "PosttaxAmount": payable, "RealValue": amounts["RealValue"],
		"PretaxRealValue": amounts["RealValue"], "SettlePayableAmount": payable, "SettlePreTaxPayableAmount": payable,
		"SettlePretaxAmount": payable, "SettlePosttaxAmount": payable, "SettleRealValue": amounts["RealValue"],
		"SettlePretaxRealValue": amounts["RealValue"], "SettleTax": amounts["Tax"],
	} {
		row[field] = fixed(amount, 2)
	}
	return row
}

// fixed writes an amount with at least so many digits after the point, and never fewer than it has.
func fixed(d decimal.Decimal, digits int32) string { return d.StringFixed(max(digits, -d.Exponent())) }

// monthKey is what GroupTerm says: 0 billing item, 1 instance, 2 product, 3 account.
func (v volcengine) monthKey(r Row, term string) string {
	fields := []string{"OwnerID", "BillingMode", "BillCategory", "SettlementType", "Currency"}
	switch term {
	case "0":
		fields = append(fields, "Product", "InstanceNo", "Project", "RegionCode", "ZoneCode", "ConfigurationCode", "ElementCode", "Tag")
	case "1":
		fields = append(fields, "Product", "InstanceNo", "Project", "RegionCode", "Tag")
	case "2":
		fields = append(fields, "Product")
	}
	return joined(r, fields)
}

func joined(r Row, fields []string) string {
	values := make([]string, len(fields))
	for i, field := range fields {
		values[i] = r.text(field)
	}
	return strings.Join(values, "\x00")
}

func (v volcengine) monthRow(r Row, amounts map[string]decimal.Decimal) Row {
	for field, amount := range amounts {
		r[field] = fixed(amount, 2)
	}
	r["RoundAmount"] = json.Number(amounts["RoundAmount"].String())
	r["ExpenseDate"], r["Count"] = "", ""
	return r
}

// isZero is what IgnoreZero drops: rows whose discounted price is zero.
func (v volcengine) isZero(r Row) bool {
	amount, err := r.amount("DiscountBillAmount")
	return err == nil && amount.IsZero()
}

func (v volcengine) wrongType() string { return "PayableAmount" }
