// Package forecast estimates what a month will cost at its end.
package forecast

import (
	"goscan/providers"
	"goscan/store/report/series"
)

// A Payment is a recurring purchase that is due: the renewal of a subscription.
type Payment struct {
	Day      providers.Day
	Resource string
	Amount   providers.Money
}

// An Estimate is the cost of days that are not known yet. In 80 of 100 cases the cost is within Low to High.
type Estimate struct {
	Days     int // how many days are estimated
	Expected providers.Money
	Low      providers.Money
	High     providers.Money
	Method   string // the method and its parameters
	Errors   int    // how many past errors of the same horizon the interval is made of
}

// Rest estimates the usage from the day after the last known day of the series to the given day. It tells false when
// the series is too short to say anything.
func Rest(usage series.Series, to providers.Day, calendar series.Calendar) (Estimate, bool) {
	return Estimate{}, false
}

// Due returns the renewals that are due within from to to, as far as past payments tell: what was paid in the same way
// in the months before.
func Due(past []Payment, from, to providers.Day) []Payment { return nil }
