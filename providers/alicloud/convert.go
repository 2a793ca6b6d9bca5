package alicloud

import (
	"goscan/providers"
	"goscan/providers/internal/row"
)

const issuer = "Alibaba Cloud"

// account is who a page was answered to.
type account struct{ id, name string }

// convert turns a row of a day into a line. The mapping is the table in the package comment.
func convert(fields row.Row, offset int, day providers.Day, payer account) (providers.Line, error) {
	r := row.NewReader(fields, offset)
	if date := r.KeptText("BillingDate"); date != day.String() {
		return providers.Line{}, malformed("line %d: BillingDate %.20q, asked for %s", offset, date, day)
	}
	return fill(r, offset, day, day+1, payer)
}

// convertSum turns a row that is summed over a month into a line. A BillingDate that such a row may have, of whatever
// month, is native only.
func convertSum(fields row.Row, offset int, month providers.Month, payer account) (providers.Line, error) {
	r := row.NewReader(fields, offset)
	if cycle := r.KeptText("BillingCycle"); cycle != "" && cycle != month.String() {
		return providers.Line{}, malformed("line %d: BillingCycle %.20s, asked for %s", offset, cycle, month)
	}
	return fill(r, offset, month.First(), (month + 1).First(), payer)
}

// fill reads the columns of a row that is charged for the days from first until another.
func fill(r *row.Reader, offset int, first, until providers.Day, payer account) (providers.Line, error) {
	l := providers.Line{
		Offset:             offset,
		BillingAccountID:   payer.id,
		BillingAccountName: payer.name,
		ChargePeriodStart:  first.Start(),
		ChargePeriodEnd:    until.Start(),
		ChargeCategory:     chargeCategory(r.KeptText("Item"), r.KeptText("SubscriptionType")),
		ServiceCode:        r.Text("ProductCode"),
		ServiceName:        r.Text("ProductName"),
		SkuID:              r.Text("BillingItemCode"),
		SkuMeter:           r.Text("BillingItem"),
		ResourceID:         r.Text("InstanceID"),
		ResourceName:       r.Text("NickName"),
		RegionName:         r.Text("Region"),
		AvailabilityZone:   r.Text("Zone"),
		BillingMode:        r.Text("SubscriptionType"), // the cloud's words are the common ones
		PricingQuantity:    r.Quantity("Usage"),
		ListUnitPrice:      r.Quantity("ListPrice"),
		Currency:           r.Text("Currency"),
		CostUnit:           r.Text("CostUnit"),
		InvoiceIssuer:      issuer,
		Tags:               tags(r.KeptText("Tag")),
	}
	r.Gives("Tag", tagText(l.Tags))
	if l.PricingQuantity.Valid {
		l.PricingUnit = r.Text("UsageUnit")
	}
	setSubAccount(&l, r)
	setAmounts(&l, r)
	l.Native = r.Native()
	return l, r.Err()
}

// setSubAccount sets who used it: the owner where one account pays for others, else the account that the bill is of.
func setSubAccount(l *providers.Line, r *row.Reader) {
	if owner := r.KeptText("OwnerID"); owner != "" {
		l.SubAccountID = r.Text("OwnerID")
		if owner != r.KeptText("BillAccountID") {
			return // BillAccountName is somebody else's
		}
	} else {
		l.SubAccountID = r.Text("BillAccountID")
	}
	l.SubAccountName = r.Text("BillAccountName")
}

func setAmounts(l *providers.Line, r *row.Reader) {
	l.ListCost = r.Money("PretaxGrossAmount")
	l.ContractedCost = r.Derived("ContractedCost", l.ListCost.Sub(r.KeptMoney("InvoiceDiscount")))
	l.BilledCost = r.Money("PretaxAmount")
	l.EffectiveCost = l.BilledCost
	l.CostBeforeVoucher = l.BilledCost
	l.CouponAmount = r.Money("DeductedByCoupons")
	l.VoucherAmount = r.Money("DeductedByCashCoupons")
	l.CostAfterVoucher = r.Derived("CostAfterVoucher", l.BilledCost.Sub(l.VoucherAmount))
	l.PaidAmount = r.Money("PaymentAmount")
	l.UnpaidAmount = r.Money("OutstandingAmount")
	l.TaxAmount = r.Money("Tax")
	l.RoundingAmount = r.Money("RoundDownDiscount")
}

// chargeCategory returns FOCUS's word for a row's Item.
func chargeCategory(item, subscriptionType string) string {
	switch item {
	case "PayAsYouGoBill":
		return providers.ChargeUsage
	case "SubscriptionOrder", "Refund": // FOCUS: a refund is of its original's category, with the sign reversed
		return providers.ChargePurchase
	case "Adjustment":
		return providers.ChargeAdjustment
	}
	if subscriptionType == providers.BillingModeSubscription {
		return providers.ChargePurchase
	}
	return providers.ChargeUsage
}
