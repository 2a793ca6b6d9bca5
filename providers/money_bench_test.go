package providers_test

import (
	"testing"

	"goscan/providers"
)

func BenchmarkParseMoney(b *testing.B) {
	for _, text := range []string{"0.00", "158449.682288", "-0.00412", "12345678901234.123456789012", "2.5E-05"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := providers.ParseMoney(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
