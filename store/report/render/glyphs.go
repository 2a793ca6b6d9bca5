package render

import (
	"strings"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store/report"
)

const eighths = 8

// missingPoint stands in a sparkline for a period that is not stored, or not of every account: its height would lie.
const missingPoint = '·'

// sparkline draws a point for each period. Its floor is zero, or the smallest amount where that is negative, so that the
// heights compare like the amounts.
func sparkline(points []report.Point) string {
	const fewest = 2
	levels := []rune("▁▂▃▄▅▆▇█")
	drawn := func(p report.Point) bool { return p.Amount != nil && !p.Partial }
	if count(points, drawn) < fewest { // an account that is never stored would hide all others
		drawn = func(p report.Point) bool { return p.Amount != nil }
	}
	var low, high providers.Money
	for _, p := range points {
		if drawn(p) {
			low, high = decimal.Min(low, *p.Amount), decimal.Max(high, *p.Amount)
		}
	}
	var b strings.Builder
	for _, p := range points {
		if !drawn(p) {
			b.WriteRune(missingPoint)
			continue
		}
		level := steps(p.Amount.Sub(low), high.Sub(low), len(levels)-1)
		b.WriteRune(levels[level])
	}
	return b.String()
}

func count(points []report.Point, is func(report.Point) bool) int {
	n := 0
	for _, p := range points {
		if is(p) {
			n++
		}
	}
	return n
}

// bar draws part/whole of a number of columns. A part above zero is never invisible, one below zero is.
func bar(part, whole providers.Money, columns int) string {
	if !part.IsPositive() {
		return ""
	}
	n := max(steps(part, whole, columns*eighths), 1)
	rest := []string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}
	return strings.Repeat("█", n/eighths) + rest[n%eighths]
}

// steps returns part/whole of n, rounded; zero where there is no whole.
func steps(part, whole providers.Money, n int) int {
	if !whole.IsPositive() {
		return 0
	}
	return int(part.Mul(decimal.NewFromInt(int64(n))).DivRound(whole, 0).IntPart())
}
