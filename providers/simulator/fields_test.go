package simulator_test

import "strings"

// documentedFields are the fields of a row as the clouds document them.
func documentedFields(kind string) []string {
	return strings.Fields(map[string]string{
		"volcengine": `BillCategory BillDetailId BillID BillPeriod BillingFunction BillingMethodCode BillingMode BusiPeriod
		BusinessMode ChargeItemCode ConfigName ConfigurationCode Count CountryRegion CouponAmount CreditCarriedAmount
		Currency CurrencySettlement DeductionCount DeductionUseDuration DiscountBillAmount DiscountBizBillingFunction
		DiscountBizMeasureInterval DiscountBizUnitPrice DiscountBizUnitPriceInterval DiscountInfo EffectiveFactor
		Element ElementCode ExchangeRate ExpandField ExpenseBeginTime ExpenseDate ExpenseEndTime Factor FactorCode
		Formula InstanceName InstanceNo MainContractNumber MarketPrice MeasureInterval OriginalBillAmount
		OriginalOrderNo OwnerCustomerName OwnerID OwnerUserName PaidAmount PayableAmount PayerCustomerName PayerID
		PayerUserName PickupVoucherCountUnit PickupVoucherDeductCount PickupVoucherID PointDeductAmount PosttaxAmount
		PreTaxPayableAmount PreferentialBillAmount PretaxAmount PretaxRealValue Price PriceFactor PriceInterval
		PriceUnit Product ProductZh Project ProjectDisplayName ProjectRemark RealValue Region RegionCode
		ReservationInstance ResourceID RoundAmount SavingPlanDeductionDiscountAmount
		SavingPlanDeductionDiscountTotalAmount SavingPlanDeductionSpID SavingPlanOriginalAmount SellerCustomerName
		SellerID SellerUserName SellingMode SettlePayableAmount SettlePosttaxAmount SettlePreTaxPayableAmount
		SettlePretaxAmount SettlePretaxRealValue SettleRealValue SettleTax SettlementType SolutionZh SubjectName Tag
		TagRemark Tax TaxRate TradeTime Unit UnpaidAmount UseDuration UseDurationUnit Zone ZoneCode`,
		"alicloud": `AdjustAmount AfterDiscountAmount BillAccountID BillAccountName BillingDate BillingItem BillingItemCode
		BillingType BizType CashAmount CommodityCode CostUnit Currency DeductedByCashCoupons DeductedByCoupons
		DeductedByPrepaidCard DeductedByResourcePackage InstanceConfig InstanceID InstanceSpec InternetIP IntranetIP
		InvoiceDiscount Item ItemName ListPrice ListPriceUnit NickName OutstandingAmount OwnerID PaymentAmount PipCode
		PretaxAmount PretaxGrossAmount ProductCode ProductDetail ProductName ProductType Region ResourceGroup
		ServicePeriod ServicePeriodUnit SubscriptionType Tag Usage UsageUnit Zone`,
	}[kind])
}
