package simulator

import (
	"encoding/json"
	"strings"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

// volcengineFields are the documented fields of a ListBillDetail row that a charge leaves empty; the others are set
// by row. In the documents they are strings, RoundAmount alone is a number.
func volcengineFields() []string {
	return strings.Fields(`ChargeItemCode CountryRegion DiscountBizMeasureInterval DiscountBizUnitPriceInterval
		DiscountInfo ExpandField Formula MainContractNumber MarketPrice MeasureInterval OriginalOrderNo PickupVoucherCountUnit
		PickupVoucherDeductCount PickupVoucherID PriceFactor PriceInterval ProjectRemark SavingPlanDeductionSpID SolutionZh
		TagRemark`)
}

var _ dialect = volcengine{}

// row writes a charge as ListBillDetail shows it at GroupPeriod 1 and GroupTerm 0. The documented identities hold:
// Discount = Original - Preferential - Round, Payable = Discount - Coupon.
func (v volcengine) row(d providers.Day, c Charge) Row {
	net := c.List.Sub(c.Rebate)
	discounted := net.Round(2)
	payable := discounted.Sub(c.Voucher)
	paid, unpaid := payable, decimal.Decimal{}
	switch {
	case c.Unsettled:
		paid = decimal.Decimal{}
	case c.Unpaid:
		paid, unpaid = decimal.Decimal{}, payable
	}
	row := Row{}
	for _, field := range volcengineFields() {
		row[field] = ""
	}
	v.setPayer(row)
	v.setProduct(row, c)
	v.setPeriod(row, d, c)
	for field, amount := range map[string]decimal.Decimal{
		"DiscountBillAmount": discounted, "CouponAmount": c.Voucher, "PayableAmount": payable, "PaidAmount": paid,
		"UnpaidAmount": unpaid, "CreditCarriedAmount": {}, "PreTaxPayableAmount": payable, "PretaxAmount": payable,
		"PosttaxAmount": payable, "Tax": {}, "TaxRate": {}, "RealValue": paid, "PretaxRealValue": paid,
		"SettlePayableAmount": payable, "SettlePosttaxAmount": payable, "SettlePreTaxPayableAmount": payable,
		"SettlePretaxAmount": payable, "SettlePretaxRealValue": paid, "SettleRealValue": paid, "SettleTax": {},
		"PointDeductAmount": {},
	} {
		row[field] = amount.StringFixed(2)
	}
	for field, amount := range map[string]decimal.Decimal{
		"OriginalBillAmount": c.List, "PreferentialBillAmount": c.Rebate, "SavingPlanOriginalAmount": {},
		"SavingPlanDeductionDiscountAmount": {}, "SavingPlanDeductionDiscountTotalAmount": {},
	} {
		row[field] = amount.StringFixed(6)
	}
	row["RoundAmount"] = json.Number(net.Sub(discounted).String())
	return row
}

func (v volcengine) setPayer(row Row) {
	for _, who := range []string{"Payer", "Owner"} {
		row[who+"ID"] = v.options.AccountID
		row[who+"UserName"] = v.options.AccountName
		row[who+"CustomerName"] = "北京" + v.options.AccountName + "有限公司"
	}
	row["SellerID"], row["SellerUserName"], row["SellerCustomerName"] = "3423", "火山引擎", "北京火山引擎科技有限公司"
	row["SubjectName"], row["BusinessMode"] = "北京火山引擎科技有限公司", "普通业务"
	row["Currency"], row["CurrencySettlement"], row["ExchangeRate"] = v.options.Currency, v.options.Currency, "1"
}

func (v volcengine) setProduct(row Row, c Charge) {
	row["Product"], row["ProductZh"] = c.Product, c.ProductName
	row["Element"], row["ElementCode"] = c.Item, c.ItemCode
	row["ConfigName"], row["ConfigurationCode"] = c.Config, c.Config
	row["InstanceNo"], row["InstanceName"], row["ResourceID"] = c.Resource, c.ResourceName, c.Resource
	row["Region"], row["RegionCode"], row["Zone"], row["ZoneCode"] = c.Place.Region, c.Place.RegionCode, c.Place.Zone, c.Place.ZoneCode
	row["Project"], row["ProjectDisplayName"], row["Tag"] = c.Project, c.ProjectName, volcengineTags(c.Tags)
	row["Count"], row["Unit"], row["Price"], row["PriceUnit"] = c.Quantity, c.Unit, c.Price, "元/"+c.Unit
	row["DeductionCount"], row["DeductionUseDuration"], row["EffectiveFactor"] = "0", "0.0000000000", "1"
	row["Factor"], row["FactorCode"] = "类型-"+c.Config, "type-"+c.ItemCode
	row["BillingFunction"], row["DiscountBizBillingFunction"], row["DiscountBizUnitPrice"] = "固定单价", "单一折扣", "-"
	row["SellingMode"], row["ReservationInstance"] = "0", "0"
	row["SettlementType"] = "结算"
	if c.Unsettled {
		row["SettlementType"] = "非结算"
	}
}

func (v volcengine) setPeriod(row Row, d providers.Day, c Charge) {
	day, month := d.String(), d.Month().String()
	row["BillPeriod"], row["BusiPeriod"], row["ExpenseDate"] = month, month, day
	row["BillingMode"], row["BillCategory"] = "包年包月", volcengineCategories()[c.Category]
	row["ExpenseBeginTime"], row["ExpenseEndTime"] = day+" 12:00:00", (d+30).String()+" 23:59:59"
	row["TradeTime"], row["BillID"], row["BillDetailId"] = day+" 12:00:05", "Order"+c.Resource, "-"
	row["UseDuration"], row["UseDurationUnit"], row["BillingMethodCode"] = "1", "月", "按配置月结"
	if c.Category == Usage {
		row["BillingMode"] = "按量计费"
		row["ExpenseBeginTime"], row["ExpenseEndTime"], row["TradeTime"], row["BillID"] = day, "-", "-", ""
		row["UseDuration"], row["UseDurationUnit"], row["BillingMethodCode"] = "86400", "秒", "按加和量小时结"
	}
}

func volcengineCategories() map[Category]string {
	return map[Category]string{Usage: "消费-使用", Purchase: "消费-新购", Renewal: "消费-续费", Refund: "退款-退订"}
}

// volcengineTags writes tags as the cloud does: a JSON object of arrays in a string, empty when there are none.
func volcengineTags(tags []Tag) string {
	if len(tags) == 0 {
		return ""
	}
	values := map[string][]string{}
	for _, t := range tags {
		values[t.Key] = append(values[t.Key], t.Value)
	}
	text, _ := json.Marshal(values) // strings always encode
	return string(text)
}
