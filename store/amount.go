package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"goscan/providers"
)

// An Amount is one of the amount columns of a line.
type Amount uint8

// The amounts, in the order of their columns.
const (
	ListCost Amount = iota
	ContractedCost
	BilledCost
	EffectiveCost
	CostBeforeVoucher
	CostAfterVoucher
	CouponAmount
	VoucherAmount
	PaidAmount
	UnpaidAmount
	TaxAmount
	RoundingAmount

	AmountCount = 12
)

var amountColumns = [AmountCount]string{
	"list_cost", "contracted_cost", "billed_cost", "effective_cost", "cost_before_voucher", "cost_after_voucher",
	"coupon_amount", "voucher_amount", "paid_amount", "unpaid_amount", "tax_amount", "rounding_amount",
}

// String returns the name of the amount's column.
func (a Amount) String() string { return amountColumns[a] }

// ParseAmount returns the amount of a column name.
func ParseAmount(column string) (Amount, error) {
	if i := slices.Index(amountColumns[:], column); i >= 0 {
		return Amount(i), nil
	}
	return 0, fmt.Errorf("%q is not a cost column (%s)", column, strings.Join(amountColumns[:], ", "))
}

// AmountColumns returns the names of the amount columns in order.
func AmountColumns() []string { return slices.Clone(amountColumns[:]) }

// LineAmounts returns a line's amounts, indexed by Amount.
func LineAmounts(l *providers.Line) [AmountCount]providers.Money {
	return [AmountCount]providers.Money{
		l.ListCost, l.ContractedCost, l.BilledCost, l.EffectiveCost, l.CostBeforeVoucher, l.CostAfterVoucher,
		l.CouponAmount, l.VoucherAmount, l.PaidAmount, l.UnpaidAmount, l.TaxAmount, l.RoundingAmount,
	}
}

// AmountFields returns where a line keeps its amounts, indexed by Amount.
func AmountFields(l *providers.Line) [AmountCount]*providers.Money {
	return [AmountCount]*providers.Money{
		&l.ListCost, &l.ContractedCost, &l.BilledCost, &l.EffectiveCost, &l.CostBeforeVoucher, &l.CostAfterVoucher,
		&l.CouponAmount, &l.VoucherAmount, &l.PaidAmount, &l.UnpaidAmount, &l.TaxAmount, &l.RoundingAmount,
	}
}

// Amounts are sums per currency. They are never added across currencies.
type Amounts map[string]providers.Money

// Add adds an amount to its currency's sum.
func (a Amounts) Add(currency string, m providers.Money) { a[currency] = a[currency].Add(m) }

// Currencies returns the currencies in alphabetical order.
func (a Amounts) Currencies() []string { return slices.Sorted(maps.Keys(a)) }

// Equal tells whether both hold the same sums; a missing currency is a sum of zero.
func (a Amounts) Equal(b Amounts) bool {
	for c, m := range a {
		if !m.Equal(b[c]) {
			return false
		}
	}
	for c, m := range b {
		if !m.Equal(a[c]) {
			return false
		}
	}
	return true
}

// String returns the sums as "12.30 CNY, 4 USD", with all their digits.
func (a Amounts) String() string {
	parts := make([]string, 0, len(a))
	for _, c := range a.Currencies() {
		parts = append(parts, a[c].String()+" "+c)
	}
	return strings.Join(parts, ", ")
}
