// Package volcengine reads the bills of Volcengine (火山引擎) through its billing API, version 2022-01-01: the daily
// items of ListBillDetail, and the totals of ListBillOverviewByProd.
//
// The SDK signs and sends; its typed results are not used, because they turn the rounding into floating point and lack
// ten fields that the cloud documents. Answers are decoded here, with numbers as texts (see providers/internal/call).
//
// A line's columns come from these fields of a row. Every field whose text its column does not give back exactly, and
// every field that is not in this table, is kept in Native.
//
//	billing account    PayerID, PayerUserName
//	sub-account        OwnerID, OwnerUserName
//	charge period      ExpenseBeginTime to ExpenseEndTime if both are full instants, else the day asked for
//	charge category    BillCategory: use, trial = Usage; new, renew, modify, formalize, refunds = Purchase;
//	                   transfers = Adjustment; others by BillingMode
//	charge class       Correction when BusiPeriod is before the bill's month
//	service            Product, ProductZh
//	SKU                ElementCode, Element
//	resource           InstanceNo, InstanceName
//	region, zone       RegionCode, Region, ZoneCode
//	billing mode       BillingMode: 按量计费 or 2 = PayAsYouGo, 包年包月 or 1 = Subscription, others as they are
//	quantity, unit     Count, Unit (no unit without a quantity)
//	list unit price    Price
//	ListCost           OriginalBillAmount
//	ContractedCost     OriginalBillAmount - PreferentialBillAmount
//	BilledCost         PayableAmount (net of vouchers)
//	EffectiveCost      PayableAmount
//	CostBeforeVoucher  DiscountBillAmount
//	CostAfterVoucher   PayableAmount
//	CouponAmount       none: this cloud has no 优惠券 on a line
//	VoucherAmount      CouponAmount (代金券)
//	paid, unpaid       PaidAmount, UnpaidAmount
//	tax                Tax
//	RoundingAmount     RoundAmount, the one amount that is a floating-point number on the wire
//	currency           Currency
//	cost unit          Project
//	invoice issuer     SubjectName
//	tags               Tag, a JSON object of arrays; several values of a key are joined by ","
//
// FetchMonth asks ListBillDetail for the month's rows (GroupPeriod 0 without ExpenseDate). Their lines are made in the same
// way, but the charge period is the month, and dates are native only: of a sum they say nothing.
//
// The overview's totals come from OriginalBillAmount, PayableAmount (SettledCost: over the rows whose SettlementType is
// 结算), DiscountBillAmount, RoundBillAmount and Tax.
package volcengine
