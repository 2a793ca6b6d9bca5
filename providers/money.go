package providers

import (
	"errors"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// Money is an exact decimal amount. An amount that came through ParseMoney fits the store's column, Decimal(38, 12):
// at most MoneyScale digits after the point and 26 before it.
type Money = decimal.Decimal

// A Quantity is an exact decimal that may be unknown: a quantity or a unit price.
type Quantity = decimal.NullDecimal

// MoneyScale is how many digits after the point the store keeps.
const MoneyScale = 12

const moneyIntegerDigits = 26

// ErrPrecision says that an amount has more digits than the store keeps.
var ErrPrecision = errors.New("more digits than Decimal(38, 12) holds")

// ParseMoney parses an amount as the clouds write them: plain or with an exponent, and "", "-" or "null" for zero. It
// never rounds: an amount that the store could not keep exactly is ErrPrecision.
func ParseMoney(text string) (Money, error) {
	d, err := parseDecimal(text)
	if err != nil {
		return Money{}, err
	}
	if !FitsMoney(d) {
		return Money{}, fmt.Errorf("amount %s: %w", text, ErrPrecision)
	}
	return d, nil
}

// RoundMoney parses an amount and rounds it half to even to MoneyScale digits. It is for amounts that a cloud computes
// in floating point.
func RoundMoney(text string) (Money, error) {
	d, err := parseDecimal(text)
	if err != nil {
		return Money{}, err
	}
	if d = d.RoundBank(MoneyScale); !FitsMoney(d) {
		return Money{}, fmt.Errorf("amount %s: %w", text, ErrPrecision)
	}
	return d, nil
}

// ParseQuantity parses a quantity or a unit price. A text that is no decimal, or one that the store could not keep
// exactly, is an unknown quantity: the text stays in Line.Native.
func ParseQuantity(text string) Quantity {
	if absent(text) {
		return Quantity{}
	}
	d, err := parseDecimal(text)
	if err != nil || !FitsMoney(d) {
		return Quantity{}
	}
	return Quantity{Decimal: d, Valid: true}
}

// FitsMoney tells whether the store keeps d exactly.
func FitsMoney(d decimal.Decimal) bool {
	// The exponent is checked before any arithmetic: 1e1000000000 must not be expanded.
	if d.IsZero() {
		return true
	}
	if int(d.Exponent())+d.NumDigits() > moneyIntegerDigits {
		return false
	}
	if d.Exponent() >= -MoneyScale {
		return true
	}
	if int(-d.Exponent())-MoneyScale >= d.NumDigits() {
		return false
	}
	return d.Equal(d.Truncate(MoneyScale))
}

const longestNumber = 100

func parseDecimal(text string) (decimal.Decimal, error) {
	if absent(text) {
		return decimal.Decimal{}, nil
	}
	if d, ok := parseShort(text); ok {
		return d, nil
	}
	if len(text) > longestNumber || strings.Trim(text, "+-.0123456789eE") != "" {
		return decimal.Decimal{}, fmt.Errorf("%q is not an amount", cut(text))
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}, fmt.Errorf("%q is not an amount", text)
	}
	return d, nil
}

// parseShort parses what nearly all amounts are, a sign and digits with a point among them that an int64 holds, as package
// decimal does and in a third of its time.
func parseShort(text string) (d decimal.Decimal, ok bool) {
	digits := strings.TrimPrefix(text, "-")
	const holds = 18
	if len(digits) == 0 || len(digits) > holds {
		return decimal.Decimal{}, false
	}
	units, point := int64(0), -1
	for i := range len(digits) {
		switch c := digits[i]; {
		case '0' <= c && c <= '9':
			units = units*10 + int64(c-'0')
		case c == '.' && point < 0 && 0 < i && i < len(digits)-1:
			point = i
		default:
			return decimal.Decimal{}, false
		}
	}
	if len(digits) < len(text) {
		units = -units
	}
	if point < 0 {
		return decimal.New(units, 0), true
	}
	return decimal.New(units, int32(point+1-len(digits))), true
}

// absent tells whether a cloud means "none" by the text.
func absent(text string) bool { return text == "" || text == "-" || text == "null" }

func cut(text string) string {
	if len(text) > longestNumber {
		return text[:longestNumber] + "..."
	}
	return text
}
