package simulator

import (
	"encoding/json"
	"strings"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

var _ dialect = alicloud{}

// row writes a charge as DescribeInstanceBill shows it with Granularity DAILY and IsBillingItem. The documented
// identities hold: AfterDiscount = Gross - InvoiceDiscount, Pretax = Gross - InvoiceDiscount - DeductedByCoupons, and
// Pretax is what the means of payment and the outstanding amount add up to.
func (a alicloud) row(d providers.Day, c Charge) Row {
	after := c.List.Sub(c.Rebate)
	pretax := after.Sub(c.Coupon)
	paid, owed := pretax.Sub(c.Voucher), decimal.Decimal{}
	if c.Unpaid {
		paid, owed = owed, paid
	}
	row := Row{
		"BillAccountID": a.options.AccountID, "BillAccountName": a.options.AccountName, "OwnerID": a.options.AccountID,
		"BizType": "", "BillingDate": d.String(), "CostUnit": c.ProjectName, "Currency": a.options.Currency,
		"ProductCode": c.Product, "ProductName": c.ProductName, "ProductType": c.Product, "PipCode": c.Product,
		"CommodityCode": c.Product, "ProductDetail": c.ProductName + "-按量付费", "BillingType": "其他",
		"BillingItem": c.Item, "BillingItemCode": c.ItemCode, "Item": alicloudItems()[c.Category], "ItemName": "",
		"InstanceID": c.Resource, "NickName": c.ResourceName, "InstanceSpec": c.Config, "InstanceConfig": "规格:" + c.Config,
		"InternetIP": "", "IntranetIP": "", "ResourceGroup": "默认资源组", "Region": c.Place.Region, "Zone": c.Place.Zone,
		"ServicePeriod": "86400", "ServicePeriodUnit": "秒", "SubscriptionType": "PayAsYouGo", "Tag": alicloudTags(c.Tags),
		"Usage": c.Quantity, "UsageUnit": c.Unit, "ListPrice": c.Price, "ListPriceUnit": "元/" + c.Unit,
		"DeductedByResourcePackage": "0",
	}
	if c.Category != Usage {
		row["SubscriptionType"], row["ServicePeriod"], row["ServicePeriodUnit"] = "Subscription", "1", "月"
		row["ProductDetail"], row["CommodityCode"] = c.ProductName+"-包年包月", c.Product+"_pre"
	}
	for field, amount := range map[string]decimal.Decimal{
		"PretaxGrossAmount": c.List, "InvoiceDiscount": c.Rebate, "AfterDiscountAmount": after, "DeductedByCoupons": c.Coupon,
		"PretaxAmount": pretax, "DeductedByCashCoupons": c.Voucher, "DeductedByPrepaidCard": {}, "PaymentAmount": paid,
		"CashAmount": paid, "AdjustAmount": {}, "OutstandingAmount": owed,
	} {
		row[field] = json.Number(amount.String())
	}
	return row
}

func alicloudItems() map[Category]string {
	return map[Category]string{Usage: "PayAsYouGoBill", Purchase: "SubscriptionOrder", Renewal: "SubscriptionOrder", Refund: "Refund"}
}

// alicloudTags writes tags as the cloud does: "key:a value:b; key:c value:d".
func alicloudTags(tags []Tag) string {
	texts := make([]string, len(tags))
	for i, t := range tags {
		texts[i] = "key:" + t.Key + " value:" + t.Value
	}
	return strings.Join(texts, "; ")
}
