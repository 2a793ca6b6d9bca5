package sqlite

import (
	"testing"

	"github.com/shopspring/decimal"
)

func TestAmountsAreSplitExactly(t *testing.T) {
	for _, test := range []struct {
		amount      string
		whole, pico int64
	}{
		{"0", 0, 0}, {"1", 1, 0}, {"-1", -1, 0}, {"0.01", 0, 10_000_000_000}, {"-0.01", -1, 990_000_000_000},
		{"0.000000000001", 0, 1}, {"-0.000000000001", -1, 999_999_999_999}, {"-12.5", -13, 500_000_000_000},
		{"123456.789012345678", 123456, 789_012_345_678}, {"-123456.789012345678", -123457, 210_987_654_322}, // 18 digits
		{"1234567.890123456789", 1234567, 890_123_456_789}, // 19: no int64 for all
		{"9223372036854775807", 9223372036854775807, 0}, {"1e3", 1000, 0}, {"-1.000", -1, 0}, {"999999999999999999", 999999999999999999, 0},
	} {
		whole, pico, err := splitMoney(decimal.RequireFromString(test.amount))
		if err != nil || whole != test.whole || pico != test.pico {
			t.Errorf("%s is %d and %d (%v), want %d and %d", test.amount, whole, pico, err, test.whole, test.pico)
		}
	}
}
