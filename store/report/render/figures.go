package render

import (
	"strings"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store/report"
)

const (
	nothing     = "–" // there is no number
	unchanged   = "="
	nearly      = "≈"
	up          = "▲"
	down        = "▼"
	cents       = 2 // digits after the point, for people
	mostPercent = 10_000
)

// money formats an amount for people: "-¥1,234.50". An amount that is not known is a dash.
func money(m *providers.Money, currency string) string {
	if m == nil {
		return nothing
	}
	sign := ""
	rounded := m.Round(cents)
	if rounded.IsNegative() {
		sign = "-"
	}
	return sign + symbol(currency) + grouped(rounded.Abs().StringFixed(cents))
}

// signed is money with a plus sign where the amount is positive.
func signed(m providers.Money, currency string) string {
	if m.Round(cents).IsPositive() {
		return "+" + money(&m, currency)
	}
	return money(&m, currency)
}

// exactly is signed, with all its digits where two of them would make a zero of it.
func exactly(m providers.Money, currency string) string {
	if m.IsZero() || !m.Round(cents).IsZero() {
		return signed(m, currency)
	}
	if m.IsNegative() {
		return "-" + symbol(currency) + m.Abs().String()
	}
	return "+" + symbol(currency) + m.String()
}

func symbol(currency string) string {
	switch currency {
	case "CNY":
		return "¥"
	case "USD":
		return "$"
	case "":
		return ""
	}
	return plain(currency) + " "
}

// grouped puts commas between the thousands of a number without a sign.
func grouped(number string) string {
	const group = 3
	whole, fraction, ok := strings.Cut(number, ".")
	var b strings.Builder
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%group == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if ok {
		b.WriteString("." + fraction)
	}
	return b.String()
}

// number formats a number of things.
func number(n int64) string { return grouped(decimal.NewFromInt(n).String()) }

// share formats a share of a total.
func share(m *providers.Money) string {
	if m == nil {
		return nothing
	}
	return m.StringFixed(1) + "%"
}

// arrow returns the sign of a direction.
func arrow(change providers.Money) string {
	switch change.Sign() {
	case 1:
		return up
	case -1:
		return down
	}
	return unchanged
}

// change formats the absolute part of a change.
func change(d *report.Delta, currency string) string {
	if d == nil {
		return nothing
	}
	return signed(d.Change, currency)
}

// relative formats the relative part of a change, with its arrow.
func (p *phrases) relative(d *report.Delta) string {
	switch {
	case d == nil:
		return nothing
	case d.Change.IsZero():
		return unchanged
	case d.Percent == nil:
		return arrow(d.Change) + " " + p.fresh
	case d.Percent.IsZero():
		return nearly + " 0.0%"
	case d.Percent.Abs().GreaterThanOrEqual(decimal.New(mostPercent, 0)):
		return arrow(d.Change) + " >" + grouped(decimal.New(mostPercent, 0).String()) + "%"
	}
	return arrow(d.Change) + " " + grouped(d.Percent.Abs().StringFixed(1)) + "%"
}

func newInt(n int64) providers.Money { return decimal.NewFromInt(n) }
