// Package forecast estimates what a month will cost at its end.
//
// The usage of a day is taken as a level times the day's profile: a factor for the day of the week, for a statutory
// holiday and for a workday that was moved to a weekend. Several levels are kept, of a week to eight weeks, steady and
// with a damped trend; each counts as much as its own past errors allow. What recurs on the same day of each month is
// added on that day. The interval is made of the errors that the same method would have made on the same series, at the
// same distance.
package forecast

import (
	"math"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store/report/series"
)

// An Estimate is the cost of days that are not known yet. In 80 of 100 cases the cost is within Low to High.
type Estimate struct {
	Days     int // how many days are estimated
	Expected providers.Money
	Low      providers.Money
	High     providers.Money
	Method   string // the method and its parameters
	Errors   int    // how many past errors of the same horizon the interval is made of
}

// minKnown is how many known days a forecast needs: every day of the week has been seen twice.
const minKnown = 14

// Rest estimates the usage from the day after the last known day of the series to the given day. It tells false when
// the series is too short to say anything: with fewer than 14 known days in the 20 weeks up to the last known one. Days
// before the last known one that are not known are no part of the estimate. When the last known day is the given day or a
// later one there is nothing to estimate, whatever the length: the estimate is of no days, and zero.
func Rest(usage series.Series, to providers.Day, calendar series.Calendar) (Estimate, bool) {
	f, ok := look(usage, to, calendar)
	if !ok {
		return Estimate{}, false
	}
	sum := total(f.days)
	low, high := max(sum-f.spread, f.least), sum+f.spread
	return Estimate{
		Days: len(f.days), Expected: cents(sum), Low: cents(low), High: cents(high), Method: f.method, Errors: f.errors,
	}, true
}

// Days returns the expected cost of each day from the day after the last known one to the given day. Its sum is exactly
// Expected of what Rest returns; it is nil where Rest tells false or estimates no days.
func Days(usage series.Series, to providers.Day, calendar series.Calendar) []providers.Money {
	f, ok := look(usage, to, calendar)
	if !ok {
		return nil
	}
	return inCents(f.days)
}

// An outlook is an estimate before it is rounded.
type outlook struct {
	days   []float64 // the expected cost of each
	spread float64   // half of the interval of their sum
	least  float64   // and what their sum is at least
	errors int
	method string
}

func look(usage series.Series, to providers.Day, calendar series.Calendar) (outlook, bool) {
	last, ok := lastKnown(usage)
	if !ok {
		return outlook{}, false
	}
	if to <= last {
		return outlook{method: "nothing to estimate"}, true
	}
	p := newPast(usage, last, to, calendar)
	if len(p.known) < minKnown {
		return outlook{}, false
	}
	f := p.forecast()
	return f, finite(total(f.days)) && finite(f.spread)
}

func lastKnown(s series.Series) (providers.Day, bool) {
	for d := s.To(); d >= s.From; d-- {
		if s.At(d).Known {
			return d, true
		}
	}
	return 0, false
}

// inCents rounds the running sum and not each day, so that many small days do not vanish.
func inCents(days []float64) []providers.Money {
	if len(days) == 0 {
		return nil
	}
	all := make([]providers.Money, len(days))
	var sum float64
	var before providers.Money
	for i, cost := range days {
		sum += cost
		rounded := cents(sum)
		all[i], before = rounded.Sub(before), rounded
	}
	return all
}

func cents(amount float64) providers.Money { return decimal.NewFromFloat(amount).Round(2) }

func total(days []float64) float64 {
	var sum float64
	for _, cost := range days {
		sum += cost
	}
	return sum
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
