package providers_test

import (
	"math/big"
	"testing"

	"goscan/providers"
)

// amountTexts seeds the fuzzers of amounts with what the clouds write, and with what nobody should.
func amountTexts() []string {
	return []string{
		"0.042000", "-0.00412", "2.5E-5", "-", "", "null", "+5", "007", ".5", "5.", "1e3", "12345678901.1234567891",
		"0.032000000000000001", "0.0000000000005", "-0.0000000000035", "99999999999999999999999999.9999999999995",
		"1e-13", "1e1000000000", "1e-1000000000", "0e2147483647", "0e-2000000000", "-0e-99", "1e26", "Infinity", "0x1p4", "1_0", "١",
	}
}

// exactly reads an amount by other means than providers: math/big's.
func exactly(text string) (*big.Rat, bool) {
	if text == "" || text == "-" || text == "null" {
		return new(big.Rat), true
	}
	return new(big.Rat).SetString(text)
}

// FuzzMoneyIsExact holds that a taken amount is the number that the text says, to the last digit, and can be added.
func FuzzMoneyIsExact(f *testing.F) {
	for _, seed := range amountTexts() {
		f.Add(seed)
	}
	cent, _ := providers.ParseMoney("0.01")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := providers.ParseMoney(text)
		if err != nil {
			return
		}
		want, ok := exactly(text)
		if !ok || m.Rat().Cmp(want) != 0 {
			t.Fatalf("%q became %s", text, m)
		}
		if back := m.Add(cent).Sub(cent); !back.Equal(m) {
			t.Fatalf("%s with a cent more and less is %s", m, back)
		}
		if rounded, err := providers.RoundMoney(text); err != nil || !rounded.Equal(m) {
			t.Fatalf("%q is exact, rounding makes it %s (%v)", text, rounded, err)
		}
	})
}

// FuzzRoundMoney holds that rounding goes to a neighbour at MoneyScale digits, to the even one from the middle.
func FuzzRoundMoney(f *testing.F) {
	for _, seed := range amountTexts() {
		f.Add(seed)
	}
	half := big.NewRat(1, 2)
	units := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(providers.MoneyScale), nil))
	f.Fuzz(func(t *testing.T, text string) {
		m, err := providers.RoundMoney(text)
		if err != nil {
			if _, strict := providers.ParseMoney(text); strict == nil {
				t.Fatalf("%q is exact, and rounding it fails: %v", text, err)
			}
			return
		}
		if !providers.FitsMoney(m) {
			t.Fatalf("%q: %s does not fit", text, m)
		}
		want, ok := exactly(text)
		if !ok {
			t.Fatalf("%q is no number, and became %s", text, m)
		}
		got := new(big.Rat).Mul(m.Rat(), units)
		away := new(big.Rat).Sub(got, want.Mul(want, units))
		if away.Abs(away).Cmp(half) > 0 || (away.Cmp(half) == 0 && got.Num().Bit(0) == 1) {
			t.Fatalf("%q was rounded to %s", text, m)
		}
	})
}

// FuzzQuantity holds that a quantity is known exactly when its text is an amount that the store keeps.
func FuzzQuantity(f *testing.F) {
	for _, seed := range append(amountTexts(), "0,100,200", "40") {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q := providers.ParseQuantity(text)
		m, err := providers.ParseMoney(text)
		absent := text == "" || text == "-" || text == "null"
		if q.Valid != (err == nil && !absent) || !q.Decimal.Equal(m) {
			t.Fatalf("%q: quantity %v, amount %s (%v)", text, q, m, err)
		}
	})
}
