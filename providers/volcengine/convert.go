package volcengine

import (
	"strings"
	"time"

	"goscan/providers"
	"goscan/providers/internal/row"
)

// convert turns a row of a day into a line. The mapping is the table in the package comment.
func convert(fields row.Row, offset int, day providers.Day) (providers.Line, error) {
	r := row.NewReader(fields, offset)
	if err := belongs(r, offset, day.Month()); err != nil {
		return providers.Line{}, err
	}
	// ExpenseDate is not always filled.
	if date := r.KeptText("ExpenseDate"); date != "" && date != day.String() {
		return providers.Line{}, malformed("line %d: ExpenseDate %.20s, asked for %s", offset, date, day)
	}
	l := fill(r, offset, day, day+1)
	setPeriod(&l, r, day)
	l.Native = r.Native()
	return l, r.Err()
}

// convertSum turns a row that is summed over a month into a line. The dates that such a row may still have, of any
// month, are of no day in particular: they are native only.
func convertSum(fields row.Row, offset int, month providers.Month) (providers.Line, error) {
	r := row.NewReader(fields, offset)
	if err := belongs(r, offset, month); err != nil {
		return providers.Line{}, err
	}
	l := fill(r, offset, month.First(), (month + 1).First())
	l.Native = r.Native()
	return l, r.Err()
}

// fill reads the columns of a row that is charged for the days from first until another.
func fill(r *row.Reader, offset int, first, until providers.Day) providers.Line {
	l := providers.Line{
		Offset:             offset,
		ChargePeriodStart:  first.Start(),
		ChargePeriodEnd:    until.Start(),
		BillingAccountID:   r.Text("PayerID"),
		BillingAccountName: r.Text("PayerUserName"),
		SubAccountID:       r.Text("OwnerID"),
		SubAccountName:     r.Text("OwnerUserName"),
		ChargeCategory:     chargeCategory(r.KeptText("BillCategory"), r.KeptText("BillingMode")),
		ChargeClass:        chargeClass(r.KeptText("BusiPeriod"), first.Month()),
		ServiceCode:        r.Text("Product"),
		ServiceName:        r.Text("ProductZh"),
		SkuID:              r.Text("ElementCode"),
		SkuMeter:           r.Text("Element"),
		ResourceID:         r.Text("InstanceNo"),
		ResourceName:       r.Text("InstanceName"),
		RegionID:           r.Text("RegionCode"),
		RegionName:         r.Text("Region"),
		AvailabilityZone:   r.Text("ZoneCode"),
		BillingMode:        billingMode(r.KeptText("BillingMode")),
		PricingQuantity:    r.Quantity("Count"),
		ListUnitPrice:      r.Quantity("Price"),
		Currency:           r.Text("Currency"),
		CostUnit:           r.Text("Project"),
		InvoiceIssuer:      r.Text("SubjectName"),
		Tags:               tags(r.KeptText("Tag")),
	}
	r.Gives("BillingMode", l.BillingMode)
	if l.PricingQuantity.Valid {
		l.PricingUnit = r.Text("Unit")
	}
	setAmounts(&l, r)
	return l
}

// belongs checks that the row is of the month that was asked for.
func belongs(r *row.Reader, offset int, month providers.Month) error {
	if period := r.KeptText("BillPeriod"); period != "" && period != month.String() {
		return malformed("line %d: BillPeriod %.20s, asked for %s", offset, period, month)
	}
	return nil
}

func setAmounts(l *providers.Line, r *row.Reader) {
	l.ListCost = r.Money("OriginalBillAmount")
	l.ContractedCost = r.Derived("ContractedCost", l.ListCost.Sub(r.KeptMoney("PreferentialBillAmount")))
	l.BilledCost = r.Money("PayableAmount")
	l.EffectiveCost = l.BilledCost
	l.CostBeforeVoucher = r.Money("DiscountBillAmount")
	l.CostAfterVoucher = l.BilledCost
	l.VoucherAmount = r.Money("CouponAmount")
	l.PaidAmount = r.Money("PaidAmount")
	l.UnpaidAmount = r.Money("UnpaidAmount")
	l.TaxAmount = r.Money("Tax")
	l.RoundingAmount = r.RoundedMoney("RoundAmount")
}

// setPeriod sets the period of a day's charge to that of the row when it names both ends to the second.
func setPeriod(l *providers.Line, r *row.Reader, day providers.Day) {
	begin, errBegin := instant(r.KeptText("ExpenseBeginTime"), day)
	end, errEnd := instant(r.KeptText("ExpenseEndTime"), day)
	if errBegin != nil || errEnd != nil || !begin.Before(end) || begin.Year() < earliestYear || end.Year() > latestYear {
		return
	}
	l.ChargePeriodStart, l.ChargePeriodEnd = begin, end
	r.Gives("ExpenseBeginTime", begin.Format(time.DateTime))
	r.Gives("ExpenseEndTime", end.Format(time.DateTime))
}

// The years that every store's column of instants holds.
const earliestYear, latestYear = 1970, 2105

// instant parses an instant of the billing calendar's zone, which the cloud does not write.
func instant(text string, day providers.Day) (time.Time, error) {
	return time.ParseInLocation(time.DateTime, text, day.Start().Location())
}

// chargeCategory returns FOCUS's word for a category, which the cloud writes in Chinese or in English.
func chargeCategory(category, mode string) string {
	switch category {
	case "消费-使用", "consume-use", "消费-试用", "consume-trial":
		return providers.ChargeUsage
	case "消费-新购", "consume-new", "消费-续费", "consume-renew", "消费-更配", "consume-modify", "消费-转正", "consume-formalize":
		return providers.ChargePurchase
	}
	switch {
	case hasPrefix(category, "退款", "refund"):
		return providers.ChargePurchase // FOCUS: a refund is of its original's category, with the sign reversed
	case hasPrefix(category, "调账", "转账", "转移", "划转", "transfer"):
		return providers.ChargeAdjustment
	case billingMode(mode) == providers.BillingModeSubscription:
		return providers.ChargePurchase
	default:
		return providers.ChargeUsage
	}
}

func hasPrefix(text string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(text, p) {
			return true
		}
	}
	return false
}

// chargeClass tells a late correction: its business month is before the month that bills it.
func chargeClass(businessMonth string, month providers.Month) string {
	if m, err := providers.ParseMonth(businessMonth); err == nil && m < month {
		return providers.ClassCorrection
	}
	return ""
}

// billingMode returns the mode's common word; the cloud writes its name or its number.
func billingMode(mode string) string {
	switch mode {
	case "按量计费", "2":
		return providers.BillingModePayAsYouGo
	case "包年包月", "1":
		return providers.BillingModeSubscription
	default:
		return mode
	}
}
