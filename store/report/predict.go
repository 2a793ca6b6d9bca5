package report

import (
	"context"

	"goscan/providers"
)

// A Forecast is what the period's month will have cost at its end: what is stored of it, the usage of the other days as
// package forecast estimates it, and the renewals that are due.
type Forecast struct {
	Month    providers.Month
	SoFar    providers.Money // stored up to the last day that is known for every account
	Through  providers.Day   // that day
	Days     int             // how many days are estimated
	Renewals providers.Money // the part of Expected that is renewals that are due
	Range80
	Before  *providers.Money // the cost of the whole month before; nil when it is not stored whole
	Method  string           // enough to compute it again
	LeftOut []string         // accounts of which too little is known
}

// forecast estimates what the month of the period will cost in the section's currency.
func (r reading) forecast(ctx context.Context, s *Section, u *usage) error { return nil }
