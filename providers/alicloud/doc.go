// Package alicloud reads the bills of Alibaba Cloud (阿里云) through BssOpenApi, version 2017-12-14: the daily billing
// items of DescribeInstanceBill, and the totals of QueryBillOverview.
//
// It calls the API through darabonba-openapi, the core that the official bssopenapi SDK is generated on, and not
// through that SDK: its amounts are float32, which turns 1234567.89 into 1234567.875. The core signs and sends; answers
// are decoded here, with numbers as texts (see providers/internal/call).
//
// A line's columns come from these fields of a row. Every field whose text its column does not give back exactly, and
// every field that is not in this table, is kept in Native.
//
//	billing account    the answer's AccountID, AccountName
//	sub-account        OwnerID, or else BillAccountID; BillAccountName when it is the same account's
//	charge period      the day asked for, which BillingDate must name
//	charge category    Item: PayAsYouGoBill = Usage; SubscriptionOrder, Refund = Purchase; Adjustment = Adjustment;
//	                   others by SubscriptionType
//	charge class       none
//	service            ProductCode, ProductName
//	SKU                BillingItemCode, BillingItem
//	resource           InstanceID, NickName
//	region, zone       Region (a name: the API has no code), Zone
//	billing mode       SubscriptionType
//	quantity, unit     Usage, UsageUnit (no unit without a quantity)
//	list unit price    ListPrice
//	ListCost           PretaxGrossAmount
//	ContractedCost     PretaxGrossAmount - InvoiceDiscount
//	BilledCost         PretaxAmount (net of 优惠券, gross of 代金券)
//	EffectiveCost      PretaxAmount
//	CostBeforeVoucher  PretaxAmount
//	CostAfterVoucher   PretaxAmount - DeductedByCashCoupons
//	CouponAmount       DeductedByCoupons (优惠券)
//	VoucherAmount      DeductedByCashCoupons (代金券)
//	paid, unpaid       PaymentAmount, OutstandingAmount
//	tax                Tax, which this API does not answer so far
//	RoundingAmount     RoundDownDiscount, which this API does not answer so far
//	currency           Currency
//	cost unit          CostUnit (财务单元)
//	invoice issuer     Alibaba Cloud
//	tags               Tag, "key:a value:b; key:c value:d"; several values of a key are joined by ","
//
// FetchMonth asks DescribeInstanceBill for the month's rows (Granularity MONTHLY without BillingDate). Their lines are made
// in the same way, but the charge period is the month, and a BillingDate is native only: of a sum it says nothing.
//
// The overview's totals come from PretaxGrossAmount, PretaxAmount, RoundDownDiscount and Tax.
package alicloud
