package store

import (
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
)

// Checksums are stored: an amount has to be written as it always was.
func TestAmountsAreWrittenAsStringWritesThem(t *testing.T) {
	check := func(m decimal.Decimal) {
		t.Helper()
		if got := string(appendAmount(nil, m)); got != m.String() {
			t.Errorf("%de%d is %q, want %q", m.Coefficient(), m.Exponent(), got, m)
		}
	}
	for _, text := range []string{
		"0", "0.00", "0e5", "1", "-1", "10", "0.1", "-0.10", "0.000000000001", "1e3", "-1e3", "100.00", "123456789.012345678901",
		"999999999999999999", "-999999999999999999", "9999999999999999999", "0.999999999999999999", "1e-18", "1e-19", "-1.5e-20",
	} {
		check(decimal.RequireFromString(text))
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		check(decimal.New(int64(random.Uint64()>>random.IntN(64)), int32(random.IntN(24)-20)))
	}
}
