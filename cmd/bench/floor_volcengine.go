package main

import (
	"encoding/json"
	"strings"

	"github.com/ClickHouse/ch-go/proto"
)

// volcengineAnswer is a page of ListBillDetail.
type volcengineAnswer struct {
	Result struct {
		List  []volcengineRow
		Total int
	}
}

type volcengineRow struct {
	BillCategory, BillDetailId, BillID, BillPeriod, BillingFunction, BillingMethodCode, BillingMode, BusiPeriod, BusinessMode,
	ChargeItemCode, ConfigName, ConfigurationCode, Count, CountryRegion, CouponAmount, CreditCarriedAmount, Currency,
	CurrencySettlement, DeductionCount, DeductionUseDuration, DiscountBillAmount, DiscountBizBillingFunction,
	DiscountBizMeasureInterval, DiscountBizUnitPrice, DiscountBizUnitPriceInterval, DiscountInfo, EffectiveFactor, Element,
	ElementCode, ExchangeRate, ExpandField, ExpenseBeginTime, ExpenseDate, ExpenseEndTime, Factor, FactorCode, Formula,
	InstanceName, InstanceNo, MainContractNumber, MarketPrice, MeasureInterval, OriginalBillAmount, OriginalOrderNo,
	OwnerCustomerName, OwnerID, OwnerUserName, PaidAmount, PayableAmount, PayerCustomerName, PayerID, PayerUserName,
	PickupVoucherCountUnit, PickupVoucherDeductCount, PickupVoucherID, PointDeductAmount, PosttaxAmount, PreTaxPayableAmount,
	PreferentialBillAmount, PretaxAmount, PretaxRealValue, Price, PriceFactor, PriceInterval, PriceUnit, Product, ProductZh,
	Project, ProjectDisplayName, ProjectRemark, RealValue, Region, RegionCode, ReservationInstance, ResourceID,
	SavingPlanDeductionDiscountAmount, SavingPlanDeductionDiscountTotalAmount, SavingPlanDeductionSpID,
	SavingPlanOriginalAmount, SellerCustomerName, SellerID, SellerUserName, SellingMode, SettlePayableAmount,
	SettlePosttaxAmount, SettlePreTaxPayableAmount, SettlePretaxAmount, SettlePretaxRealValue, SettleRealValue, SettleTax,
	SettlementType, SolutionZh, SubjectName, Tag, TagRemark, Tax, TaxRate, TradeTime, Unit, UnpaidAmount, UseDuration,
	UseDurationUnit, Zone, ZoneCode string
	RoundAmount json.Number
}

func (r *volcengineRow) texts() [len(textColumns)]string {
	category, class, mode := "Usage", "", r.BillingMode
	switch r.BillCategory {
	case "消费-新购", "消费-续费", "退款-退订":
		category = "Purchase"
	}
	if r.BusiPeriod < r.BillPeriod {
		class = "Correction"
	}
	switch mode {
	case "按量计费":
		mode = "PayAsYouGo"
	case "包年包月":
		mode = "Subscription"
	}
	return [...]string{
		r.PayerID, r.PayerUserName, r.OwnerID, r.OwnerUserName, category, class, r.Product, r.ProductZh, r.ElementCode, r.Element,
		r.RegionCode, r.Region, r.ZoneCode, mode, r.Unit, r.Currency, r.Project, r.SubjectName,
	}
}

func (r *volcengineRow) resource() (id, name string)          { return r.InstanceNo, r.InstanceName }
func (r *volcengineRow) quantities() (quantity, price string) { return r.Count, r.Price }

func (r *volcengineRow) amounts() ([len(amountColumns)]proto.Int128, error) {
	all, err := fixedAll([...]string{
		r.OriginalBillAmount, r.PreferentialBillAmount, r.PayableAmount, "", r.DiscountBillAmount, "", "", r.CouponAmount,
		r.PaidAmount, r.UnpaidAmount, r.Tax, r.RoundAmount.String(),
	})
	all[1] = minus(all[0], all[1])
	all[3], all[5] = all[2], all[2]
	return all, err
}

func (r *volcengineRow) tagPairs() ([]pair, error) {
	if r.Tag == "" {
		return nil, nil
	}
	var tags map[string][]string
	if err := json.Unmarshal([]byte(r.Tag), &tags); err != nil {
		return nil, err
	}
	pairs := make([]pair, 0, len(tags))
	for key, values := range tags {
		pairs = append(pairs, pair{key, strings.Join(values, ",")})
	}
	return pairs, nil
}

var volcengineNative = nativeFields(`BillCategory BillDetailId BillID BillPeriod BillingFunction BillingMethodCode BillingMode
	BusiPeriod BusinessMode ChargeItemCode ConfigName ConfigurationCode CountryRegion CouponAmount? CreditCarriedAmount
	CurrencySettlement DeductionCount DeductionUseDuration DiscountBillAmount? DiscountBizBillingFunction
	DiscountBizMeasureInterval DiscountBizUnitPrice DiscountBizUnitPriceInterval DiscountInfo EffectiveFactor ExchangeRate
	ExpandField ExpenseBeginTime ExpenseDate ExpenseEndTime Factor FactorCode Formula MainContractNumber MarketPrice
	MeasureInterval OriginalBillAmount? OriginalOrderNo OwnerCustomerName PaidAmount? PayableAmount? PayerCustomerName
	PickupVoucherCountUnit PickupVoucherDeductCount PickupVoucherID PointDeductAmount PosttaxAmount PreTaxPayableAmount
	PreferentialBillAmount PretaxAmount PretaxRealValue Price? PriceFactor PriceInterval PriceUnit ProjectDisplayName
	ProjectRemark RealValue ReservationInstance ResourceID SavingPlanDeductionDiscountAmount
	SavingPlanDeductionDiscountTotalAmount SavingPlanDeductionSpID SavingPlanOriginalAmount SellerCustomerName SellerID
	SellerUserName SellingMode SettlePayableAmount SettlePosttaxAmount SettlePreTaxPayableAmount SettlePretaxAmount
	SettlePretaxRealValue SettleRealValue SettleTax SettlementType SolutionZh Tag TagRemark Tax? TaxRate TradeTime
	UnpaidAmount? UseDuration UseDurationUnit Zone`)

func (r *volcengineRow) appendNative(into *proto.ColMap[string, string]) {
	values := [...]string{
		r.BillCategory, r.BillDetailId, r.BillID, r.BillPeriod, r.BillingFunction, r.BillingMethodCode, r.BillingMode,
		r.BusiPeriod, r.BusinessMode, r.ChargeItemCode, r.ConfigName, r.ConfigurationCode, r.CountryRegion, r.CouponAmount,
		r.CreditCarriedAmount, r.CurrencySettlement, r.DeductionCount, r.DeductionUseDuration, r.DiscountBillAmount,
		r.DiscountBizBillingFunction, r.DiscountBizMeasureInterval, r.DiscountBizUnitPrice, r.DiscountBizUnitPriceInterval,
		r.DiscountInfo, r.EffectiveFactor, r.ExchangeRate, r.ExpandField, r.ExpenseBeginTime, r.ExpenseDate, r.ExpenseEndTime,
		r.Factor, r.FactorCode, r.Formula, r.MainContractNumber, r.MarketPrice, r.MeasureInterval, r.OriginalBillAmount,
		r.OriginalOrderNo, r.OwnerCustomerName, r.PaidAmount, r.PayableAmount, r.PayerCustomerName, r.PickupVoucherCountUnit,
		r.PickupVoucherDeductCount, r.PickupVoucherID, r.PointDeductAmount, r.PosttaxAmount, r.PreTaxPayableAmount,
		r.PreferentialBillAmount, r.PretaxAmount, r.PretaxRealValue, r.Price, r.PriceFactor, r.PriceInterval, r.PriceUnit,
		r.ProjectDisplayName, r.ProjectRemark, r.RealValue, r.ReservationInstance, r.ResourceID,
		r.SavingPlanDeductionDiscountAmount, r.SavingPlanDeductionDiscountTotalAmount, r.SavingPlanDeductionSpID,
		r.SavingPlanOriginalAmount, r.SellerCustomerName, r.SellerID, r.SellerUserName, r.SellingMode, r.SettlePayableAmount,
		r.SettlePosttaxAmount, r.SettlePreTaxPayableAmount, r.SettlePretaxAmount, r.SettlePretaxRealValue, r.SettleRealValue,
		r.SettleTax, r.SettlementType, r.SolutionZh, r.Tag, r.TagRemark, r.Tax, r.TaxRate, r.TradeTime, r.UnpaidAmount,
		r.UseDuration, r.UseDurationUnit, r.Zone,
	}
	appendKept(into, volcengineNative, values[:])
}
