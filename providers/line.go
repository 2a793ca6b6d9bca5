package providers

import "time"

// A Line is one row of a bill in FOCUS terms (finops.org, FOCUS 1.2) plus what finance needs. Amounts are in Currency,
// before tax unless the cloud only knows them with tax. How each cloud fills the fields is a table in the doc comment of
// its package.
type Line struct {
	Offset int // the line's position in the cloud's answer for its day, from 0

	BillingAccountID   string // who pays
	BillingAccountName string
	SubAccountID       string // who used it
	SubAccountName     string

	ChargePeriodStart time.Time // inclusive
	ChargePeriodEnd   time.Time // exclusive
	ChargeCategory    string    // Usage, Purchase, Tax, Credit or Adjustment
	ChargeClass       string    // "Correction" when the line corrects an earlier, closed month; else empty

	ServiceCode      string
	ServiceName      string
	SkuID            string
	SkuMeter         string
	ResourceID       string
	ResourceName     string
	RegionID         string
	RegionName       string
	AvailabilityZone string
	BillingMode      string // BillingModeSubscription, BillingModePayAsYouGo, or the cloud's word where it is neither

	PricingQuantity Quantity
	PricingUnit     string
	ListUnitPrice   Quantity // in Currency per PricingUnit

	ListCost          Money
	ContractedCost    Money
	BilledCost        Money // payable, as it is invoiced
	EffectiveCost     Money // the cash view: equal to BilledCost in the dataset "bill"
	CostBeforeVoucher Money // comparable across clouds: what reports, budgets and anomalies use
	CostAfterVoucher  Money

	CouponAmount   Money // 优惠券: reduces what is payable
	VoucherAmount  Money // 代金券: a means of payment
	PaidAmount     Money
	UnpaidAmount   Money
	TaxAmount      Money
	RoundingAmount Money // 抹零

	Currency      string // ISO 4217
	CostUnit      string // Volcengine's project, Alibaba Cloud's 财务单元
	InvoiceIssuer string

	Tags map[string]string // several values of a key are joined by ","
	// Native holds, verbatim, every field of the cloud's row whose column above does not give its text back exactly and
	// every field without a column, unknown ones included. A value that is no JSON string is its compact JSON text.
	Native Pairs
}

// The billing modes that mean the same in every cloud.
const (
	BillingModeSubscription = "Subscription" // 包年包月: paid ahead
	BillingModePayAsYouGo   = "PayAsYouGo"   // 按量计费: paid by use
)

// The values of Line.ChargeCategory (FOCUS 1.2, ChargeCategory) and Line.ChargeClass.
const (
	ChargeUsage      = "Usage"
	ChargePurchase   = "Purchase"
	ChargeTax        = "Tax"
	ChargeCredit     = "Credit"
	ChargeAdjustment = "Adjustment"

	ClassCorrection = "Correction"
)
