package clickhouse

import (
	"encoding/binary"
	"math/big"
	"math/bits"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/shopspring/decimal"

	"goscan/providers"
)

// powersOfTen are those that one word holds.
var powersOfTen = func() (powers [20]uint64) {
	powers[0] = 1
	for i := 1; i < len(powers); i++ {
		powers[i] = 10 * powers[i-1]
	}
	return powers
}()

// digitsOfInt64 is how many decimal digits any value fits an int64 with.
const digitsOfInt64 = 18

// decimal128 returns what a column Decimal(38, 12) holds for an amount: the amount times 10^12, in two's complement. An
// amount that the column cannot hold exactly is providers.ErrPrecision; no digit is ever dropped.
func decimal128(d decimal.Decimal) (proto.Decimal128, error) {
	if !providers.FitsMoney(d) {
		return proto.Decimal128{}, providers.ErrPrecision
	}
	if d.IsZero() {
		return proto.Decimal128{}, nil // whatever its exponent
	}
	shift := int(d.Exponent()) + providers.MoneyScale
	if shift >= 0 && shift < len(powersOfTen) && d.NumDigits() <= digitsOfInt64 {
		return scaled(d.CoefficientInt64(), powersOfTen[shift]), nil
	}
	return wide(d.Shift(providers.MoneyScale).BigInt()), nil
}

// scaled multiplies in 128 bits.
func scaled(coefficient int64, factor uint64) proto.Decimal128 {
	negative := coefficient < 0
	if negative {
		coefficient = -coefficient
	}
	high, low := bits.Mul64(uint64(coefficient), factor)
	return signed(negative, high, low)
}

func wide(v *big.Int) proto.Decimal128 {
	var word [16]byte
	v.FillBytes(word[:])
	return signed(v.Sign() < 0, binary.BigEndian.Uint64(word[:8]), binary.BigEndian.Uint64(word[8:]))
}

func signed(negative bool, high, low uint64) proto.Decimal128 {
	if negative {
		var borrow uint64
		low, borrow = bits.Sub64(0, low, 0)
		high, _ = bits.Sub64(0, high, borrow)
	}
	return proto.Decimal128(proto.Int128{Low: low, High: high})
}
