package sqlite

import (
	"fmt"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

// An amount in the ledger is whole + pico/10^12 with 0 <= pico < 10^12: see schema/ledger.
const picosPerWhole = 1_000_000_000_000

// splitMoney returns the two columns of an amount.
func splitMoney(m providers.Money) (whole, pico int64, err error) {
	if m.IsZero() {
		return 0, 0, nil
	}
	if !providers.FitsMoney(m) {
		return 0, 0, fmt.Errorf("%se%d: %w", m.Coefficient(), m.Exponent(), providers.ErrPrecision)
	}
	if e := m.Exponent(); e <= 0 && e >= -providers.MoneyScale && m.NumDigits() <= digitsOfInt64 {
		whole, pico = splitUnits(m.CoefficientInt64(), int(-e))
		return whole, pico, nil
	}
	floor := m.Floor()
	if whole := floor.BigInt(); !whole.IsInt64() {
		return 0, 0, fmt.Errorf("%s is more than the embedded ledger holds (19 digits before the point)", m)
	}
	return floor.IntPart(), m.Sub(floor).Shift(providers.MoneyScale).IntPart(), nil
}

// digitsOfInt64 is how many decimal digits any value fits an int64 with.
const digitsOfInt64 = 18

// splitUnits splits an amount of so many units of 10^-places.
func splitUnits(units int64, places int) (whole, pico int64) {
	perWhole, perUnit := int64(1), int64(picosPerWhole)
	for range places {
		perWhole, perUnit = perWhole*10, perUnit/10
	}
	whole, rest := units/perWhole, units%perWhole
	if rest < 0 {
		whole, rest = whole-1, rest+perWhole
	}
	return whole, rest * perUnit
}

// A moneySum is the sum of many amounts, as three sums of whole numbers none of which overflows: the fractions are summed
// in two halves.
type moneySum struct{ whole, micros, picos int64 }

const picosPerMicro = 1_000_000

func (s moneySum) money() providers.Money {
	return decimal.New(s.whole, 0).Add(decimal.New(s.micros, -6)).Add(decimal.New(s.picos, -providers.MoneyScale))
}

// sumColumns returns the expressions of a moneySum over an amount of a table.
func sumColumns(table, amount string) string {
	column := table + "." + amount
	return fmt.Sprintf("sum(%[1]s_whole), sum(%[1]s_pico / %[2]d), sum(%[1]s_pico %% %[2]d)", column, picosPerMicro)
}
