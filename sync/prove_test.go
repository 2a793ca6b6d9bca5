//go:build prove

package sync_test

import (
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

// TestProveALineOfTwoCentsIsFound removes one line of 0.02 from a closed month of 100,000 lines.
func TestProveALineOfTwoCentsIsFound(t *testing.T) {
	const lines = 100_000
	b := newBooks(t, afterClose)
	random := rand.New(rand.NewPCG(1, 2))
	sum := decimal.Zero
	for i := range lines {
		cost := decimal.New(random.Int64N(9_000_000), -6)
		if i == lines/2 {
			cost = money("0.02")
		} else {
			sum = sum.Add(cost)
		}
		d := day("2026-10-01") + providers.Day(i%31)
		b.lines[d] = append(b.lines[d], costLine("ecs", "CNY", cost.String()))
	}
	hidden := day("2026-10-01") + providers.Day((lines/2)%31)
	whole := b.lines[hidden]
	for i, l := range whole {
		if l.CostBeforeVoucher.Equal(money("0.02")) {
			b.lines[hidden] = append(append([]providers.Line{}, whole[:i]...), whole[i+1:]...)
		}
	}
	b.store("2026-10-01", "2026-10-31")
	b.totals = []providers.Total{total("ecs", "CNY", sum.Add(money("0.02")).String(), 1)}

	v := b.verifier(providers.Proof{}).Verify(t.Context(), source("2026-10-01"), october, nil)
	if v.Err != nil || !v.Unreconciled() {
		t.Fatalf("unreconciled %v, error %v; want the difference of 0.02 found", v.Unreconciled(), v.Err)
	}
	if got := v.Comparison.Rows[0].Difference().String(); got != "-0.02" {
		t.Errorf("difference %s, want -0.02", got)
	}

	b.lines[hidden] = whole
	b.store(hidden.String(), hidden.String())
	if v := b.verifier(providers.Proof{}).Verify(t.Context(), source("2026-10-01"), october, nil); v.Err != nil || v.Unreconciled() {
		t.Errorf("with the line it still does not reconcile: %v", v.Err)
	}
}
