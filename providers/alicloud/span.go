package alicloud

import (
	"goscan/providers"
	"goscan/providers/internal/row"
)

// A span is what the pages of one reading are of.
type span interface {
	// cycle is the month that the answer must be of.
	cycle() providers.Month
	// query returns the parameters that ask for it, besides BillingCycle.
	query() map[string]any
	// convert turns one of its rows into a line.
	convert(fields row.Row, offset int, payer account) (providers.Line, error)
}

// oneDay is the rows of a day.
type oneDay struct{ day providers.Day }

func (s oneDay) cycle() providers.Month { return s.day.Month() }

func (s oneDay) query() map[string]any {
	return map[string]any{"Granularity": "DAILY", "BillingDate": s.day.String()}
}

func (s oneDay) convert(fields row.Row, offset int, payer account) (providers.Line, error) {
	return convert(fields, offset, s.day, payer)
}

// wholeMonth is the rows of a month, each summed over its days.
type wholeMonth struct{ month providers.Month }

func (s wholeMonth) cycle() providers.Month { return s.month }

func (s wholeMonth) query() map[string]any { return map[string]any{"Granularity": "MONTHLY"} }

func (s wholeMonth) convert(fields row.Row, offset int, payer account) (providers.Line, error) {
	return convertSum(fields, offset, s.month, payer)
}
