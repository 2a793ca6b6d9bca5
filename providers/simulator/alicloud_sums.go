package simulator

import (
	"encoding/json"
	"strings"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

func (a alicloud) group(r Row) groupKey {
	return groupKey{
		Product: r.text("ProductCode"), Name: r.text("ProductName"), Mode: r.text("SubscriptionType"),
		Category: r.text("Item"), Currency: r.text("Currency"),
	}
}

func (a alicloud) amounts() []string {
	return strings.Fields(`PretaxGrossAmount InvoiceDiscount AfterDiscountAmount DeductedByCoupons PretaxAmount
		DeductedByCashCoupons DeductedByPrepaidCard PaymentAmount CashAmount AdjustAmount OutstandingAmount`)
}

func (a alicloud) sums(amounts map[string]decimal.Decimal) Sums {
	return Sums{
		ListCost:          amounts["PretaxGrossAmount"],
		ContractedCost:    amounts["PretaxGrossAmount"].Sub(amounts["InvoiceDiscount"]),
		BilledCost:        amounts["PretaxAmount"],
		CostBeforeVoucher: amounts["PretaxAmount"],
		CostAfterVoucher:  amounts["PretaxAmount"].Sub(amounts["DeductedByCashCoupons"]),
		CouponAmount:      amounts["DeductedByCoupons"],
		VoucherAmount:     amounts["DeductedByCashCoupons"],
		PaidAmount:        amounts["PaymentAmount"],
		UnpaidAmount:      amounts["OutstandingAmount"],
	}
}

func (a alicloud) addOverview(t *providers.Total, _ groupKey, amounts map[string]decimal.Decimal) {
	pretax := cents(amounts["PretaxAmount"])
	t.ListCost = t.ListCost.Add(amounts["PretaxGrossAmount"])
	t.BilledCost = t.BilledCost.Add(pretax)
	t.SettledCost = t.SettledCost.Add(pretax)
	t.CostBeforeVoucher = t.CostBeforeVoucher.Add(pretax)
	t.RoundingAmount = t.RoundingAmount.Add(amounts["PretaxAmount"].Sub(pretax))
}

// overviewRow is a row of QueryBillOverview. What lines have below a cent is rounded down here, once per row, and told
// as RoundDownDiscount, the row's only amount that is a string.
func (a alicloud) overviewRow(m providers.Month, key groupKey, amounts map[string]decimal.Decimal) Row {
	pretax := cents(amounts["PretaxAmount"])
	roundDown := amounts["PretaxAmount"].Sub(pretax)
	row := Row{
		"BillingCycle": m.String(), "BillAccountID": a.options.AccountID, "BillAccountName": a.options.AccountName,
		"OwnerID": a.options.AccountID, "OwnerName": a.options.AccountName, "BizType": "", "ProductCode": key.Product,
		"ProductName": key.Name, "ProductType": key.Product, "ProductDetail": key.Name, "PipCode": key.Product,
		"CommodityCode": key.Product, "SubscriptionType": key.Mode, "Item": key.Category, "Currency": key.Currency,
		"RoundDownDiscount": roundDown.String(),
	}
	for _, field := range a.amounts() {
		row[field] = json.Number(amounts[field].String())
	}
	payment := amounts["PaymentAmount"].Sub(roundDown)
	for field, amount := range map[string]decimal.Decimal{
		"PretaxAmount": pretax, "PaymentAmount": payment, "CashAmount": payment, "Tax": {}, "AfterTaxAmount": pretax,
	} {
		row[field] = json.Number(amount.String())
	}
	delete(row, "AfterDiscountAmount")
	return row
}

// monthKey is the billing item of an instance, or the instance; term is IsBillingItem.
func (a alicloud) monthKey(r Row, term string) string {
	fields := strings.Fields("OwnerID ProductCode CommodityCode SubscriptionType Item InstanceID CostUnit Currency Tag")
	if term == "true" {
		fields = append(fields, "BillingItemCode", "BillingItem")
	}
	return joined(r, fields)
}

func (a alicloud) monthRow(r Row, amounts map[string]decimal.Decimal) Row {
	for field, amount := range amounts {
		r[field] = json.Number(amount.String())
	}
	delete(r, "BillingDate")
	r["Usage"] = ""
	return r
}

// isZero is what IsHideZeroCharge drops: rows whose list price and pretax amount are zero.
func (a alicloud) isZero(r Row) bool {
	gross, grossErr := r.amount("PretaxGrossAmount")
	pretax, pretaxErr := r.amount("PretaxAmount")
	return grossErr == nil && pretaxErr == nil && gross.IsZero() && pretax.IsZero()
}

func (a alicloud) wrongType() string { return "PretaxAmount" }
