package providers_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

func TestParseMoneyIsExact(t *testing.T) {
	tests := map[string]string{
		"0":                         "0",
		"":                          "0",
		"-":                         "0",
		"null":                      "0",
		"0.00":                      "0",
		"-0.01":                     "-0.01",
		"0.000000000001":            "0.000000000001",
		"1e-5":                      "0.00001",
		"2.5E-5":                    "0.000025",
		"1E+3":                      "1000",
		"12345678901.123456":        "12345678901.123456",
		"12345678901.1234567891":    "12345678901.1234567891",
		"1.10000000000000000000000": "1.1",
		"99999999999999999999999999.999999999999": "99999999999999999999999999.999999999999",
	}
	for text, want := range tests {
		got, err := providers.ParseMoney(text)
		if err != nil || got.String() != want {
			t.Errorf("%q: %s, %v; want %s", text, got, err, want)
		}
	}
}

func TestParseMoneyRefusesWhatTheStoreCannotHold(t *testing.T) {
	for _, text := range []string{
		"0.0000000000001", "1.1234567890123", "100000000000000000000000000", "1e26", "1e9999", "1e-9999", "-1e26",
	} {
		if got, err := providers.ParseMoney(text); !errors.Is(err, providers.ErrPrecision) {
			t.Errorf("%q: %s, %v; want ErrPrecision", text, got, err)
		}
	}
}

func TestParseMoneyRefusesWhatIsNoNumber(t *testing.T) {
	for _, text := range []string{"abc", "1,234.00", "¥1", "--1", "1.2.3", "NaN", "Infinity", " 1", "0x10", "−1", "1e1000000000", "1e-1000000000", strings.Repeat("1", 101)} {
		if got, err := providers.ParseMoney(text); err == nil {
			t.Errorf("%q was taken for %s", text, got)
		}
	}
}

func TestRoundMoneyRoundsHalfToEven(t *testing.T) {
	tests := map[string]string{
		"-0.00412":             "-0.00412",
		"0.0000000000005":      "0",
		"0.0000000000015":      "0.000000000002",
		"0.0000000000025":      "0.000000000002",
		"-0.0000000000035":     "-0.000000000004",
		"0.032000000000000001": "0.032",
	}
	for text, want := range tests {
		if got, err := providers.RoundMoney(text); err != nil || got.String() != want {
			t.Errorf("%q: %s, %v; want %s", text, got, err, want)
		}
	}
}

func TestAQuantityThatIsNotExactIsUnknown(t *testing.T) {
	for text, want := range map[string]string{"40": "40", "0.0000000000": "0", "": "", "-": "", "0,100,200": "", "1.1234567890123": "", "1e30": ""} {
		q := providers.ParseQuantity(text)
		if q.Valid != (want != "") || (q.Valid && q.Decimal.String() != want) {
			t.Errorf("%q: %v, want %q", text, q, want)
		}
	}
}

// FuzzParseMoney holds that what is taken fits the column, and survives being written and read again.
func FuzzParseMoney(f *testing.F) {
	for _, seed := range []string{"0.042000", "-0.00412", "2.5E-5", "1e1000000000", "-", "null", "12345678901.1234567891", "1e-13", "١"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := providers.ParseMoney(text)
		if err != nil {
			return
		}
		if !providers.FitsMoney(m) {
			t.Fatalf("%q: %s does not fit", text, m)
		}
		again, err := providers.ParseMoney(m.String())
		if err != nil || !again.Equal(m) {
			t.Fatalf("%q: %s became %s, %v", text, m, again, err)
		}
	})
}

// TestShortAmountsAreWhatPackageDecimalMakesOfThem also in the digits that it keeps: 0.50 has two.
func TestShortAmountsAreWhatPackageDecimalMakesOfThem(t *testing.T) {
	for _, text := range []string{
		"0", "-0", "0.00", "1", "-1.50", "007", "158449.682288", "-0.00412", "123456789012345678", "-12345.678901234567", "1.0",
	} {
		got, err := providers.ParseMoney(text)
		want := decimal.RequireFromString(text)
		if err != nil || !got.Equal(want) || got.Exponent() != want.Exponent() || got.String() != want.String() {
			t.Errorf("%s: %s (exponent %d), want %s (%d); error %v", text, got, got.Exponent(), want, want.Exponent(), err)
		}
	}
	for _, text := range []string{"1.2.3", "--1", "1-", "1.0000000000001", "0x1", "1,5", " 1"} {
		if got, err := providers.ParseMoney(text); err == nil {
			t.Errorf("%q was taken: %s", text, got)
		}
	}
}
