package store

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"goscan/providers"
)

// A Tally is what a store knows of the lines it was given: how many, their sums, and a checksum that does not depend on
// their order. The zero Tally is empty and ready. It is not safe for use by several goroutines.
type Tally struct {
	Lines    int
	Sums     map[string]*[AmountCount]providers.Money // by currency
	Checksum uint64

	buf []byte
}

// Add counts a line.
func (t *Tally) Add(l *providers.Line) {
	t.Lines++
	if t.Sums == nil {
		t.Sums = map[string]*[AmountCount]providers.Money{}
	}
	sums := t.Sums[l.Currency]
	if sums == nil {
		sums = &[AmountCount]providers.Money{}
		t.Sums[l.Currency] = sums
	}
	for i, m := range LineAmounts(l) {
		if !m.IsZero() {
			sums[i] = sums[i].Add(m)
		}
	}
	t.buf = appendLine(t.buf[:0], l)
	t.Checksum += xxhash.Sum64(t.buf)
}

// BilledCost returns the billed cost per currency.
func (t *Tally) BilledCost() Amounts {
	a := make(Amounts, len(t.Sums))
	for c, sums := range t.Sums {
		a[c] = sums[BilledCost]
	}
	return a
}

// SameAs tells whether a stored day has the lines that were tallied.
func (t *Tally) SameAs(m Mark) bool {
	return m.LoadID != 0 && t.Lines == m.Lines && t.Checksum == m.Checksum && t.BilledCost().Equal(m.BilledCost)
}

// appendLine appends an encoding of the line in which no two different lines look the same: texts and maps carry their
// lengths, amounts their shortest form. The offset is left out.
func appendLine(b []byte, l *providers.Line) []byte {
	for _, s := range [...]string{
		l.BillingAccountID, l.BillingAccountName, l.SubAccountID, l.SubAccountName,
		l.ChargeCategory, l.ChargeClass, l.ServiceCode, l.ServiceName, l.SkuID, l.SkuMeter, l.ResourceID, l.ResourceName,
		l.RegionID, l.RegionName, l.AvailabilityZone, l.BillingMode, l.PricingUnit, l.Currency, l.CostUnit, l.InvoiceIssuer,
		quantityText(l.PricingQuantity), quantityText(l.ListUnitPrice),
	} {
		b = appendText(b, s)
	}
	for _, t := range [...]time.Time{l.ChargePeriodStart, l.ChargePeriodEnd} {
		b = binary.BigEndian.AppendUint64(b, uint64(t.Unix()))
	}
	for _, m := range LineAmounts(l) {
		b = appendText(b, m.String())
	}
	return appendMap(appendMap(b, l.Tags), l.Native)
}

func quantityText(q providers.Quantity) string {
	if !q.Valid {
		return ""
	}
	return q.Decimal.String()
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendMap(b []byte, m map[string]string) []byte {
	b = binary.AppendUvarint(b, uint64(len(m)))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		b = appendText(appendText(b, k), m[k])
	}
	return b
}
