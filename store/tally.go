package store

import (
	"encoding/binary"
	"strconv"
	"strings"
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

	buf  []byte
	tags order
}

// Add counts a line. It returns the pairs of its tags, which are valid until the next Add: whoever stores the line then need
// not put them in order again.
func (t *Tally) Add(l *providers.Line) (tags providers.Pairs) {
	t.Lines++
	if t.Sums == nil {
		t.Sums = map[string]*[AmountCount]providers.Money{}
	}
	sums := t.Sums[l.Currency]
	if sums == nil {
		sums = &[AmountCount]providers.Money{}
		t.Sums[strings.Clone(l.Currency)] = sums // the line's is a part of a page
	}
	for i, m := range LineAmounts(l) {
		if !m.IsZero() {
			sums[i] = sums[i].Add(m)
		}
	}
	tags = t.tags.of(l.Tags)
	t.buf = appendPairs(appendPairs(appendLine(t.buf[:0], l), tags), l.Native)
	t.Checksum += xxhash.Sum64(t.buf)
	return tags
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

// appendLine appends an encoding of the line without its tags and native fields. With those, no two different lines look the
// same: texts and pairs carry their lengths, amounts their shortest form. The offset is left out.
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
	var digits [32]byte
	for _, m := range LineAmounts(l) {
		text := appendAmount(digits[:0], m)
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	return b
}

// appendAmount appends what String returns. An amount that an int64 holds, which nearly all are, is not made a text for it.
func appendAmount(b []byte, m providers.Money) []byte {
	const holds = 18
	places := -int(m.Exponent())
	switch {
	case m.IsZero():
		return append(b, '0')
	case places < 0 || places > holds || m.NumDigits() > holds:
		return append(b, m.String()...)
	}
	units := m.CoefficientInt64()
	if units < 0 {
		b, units = append(b, '-'), -units
	}
	for ; places > 0 && units%10 == 0; places-- {
		units /= 10
	}
	unit := int64(1)
	for range places {
		unit *= 10
	}
	b = strconv.AppendInt(b, units/unit, 10)
	if places == 0 {
		return b
	}
	point := len(b)
	b = strconv.AppendInt(b, units%unit+unit, 10) // a digit more, for the zeros behind the point
	b[point] = '.'
	return b
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

func appendPairs(b []byte, p providers.Pairs) []byte {
	b = binary.AppendUvarint(b, uint64(len(p.Keys)))
	for i, key := range p.Keys {
		b = appendText(appendText(b, key), p.Values[i])
	}
	return b
}
