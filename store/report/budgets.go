package report

import (
	"context"
	"goscan/providers"
	"goscan/store"
)

// A Plan is a budget as the configuration has it: what may be spent in a month.
type Plan struct {
	Name       string
	Match      []store.Filter // all must hold; none: everything
	Amount     providers.Money
	Currency   string
	Thresholds []int // percent of the amount, ascending: 80, 100
}

// A Budget is how a plan stands at the end of a report's period.
type Budget struct {
	Plan
	Month    providers.Month
	Spent    providers.Money // of the month up to the period's end
	Used     providers.Money // Spent in percent of the amount, one digit
	Elapsed  providers.Money // days of the month that have passed, in percent, one digit: a budget used evenly stands there
	Reached  int             // the highest threshold that Spent has reached; zero: none
	Forecast *Range80        // of the month's end; nil when too little is known
	Over     bool            // Spent is above the amount, or the forecast's expected value is
	DaysLeft int             // of the month, after the period
	RunsOut  *providers.Day  // the day on which the forecast spends the last of it; nil: not in this month, or not known
	Partial  []string        // accounts of which days of the month are missing: Spent is at least this
}

// A Range80 is an estimate with the interval that holds the truth in 80 of 100 cases.
type Range80 struct{ Expected, Low, High providers.Money }

// budgets tells how the plans of the section's currency stand.
func (r reading) budgets(ctx context.Context, s *Section) error { return nil }
