package volcengine

import (
	"goscan/providers"
	"goscan/providers/internal/row"
)

// A span is what the pages of one reading are of.
type span interface {
	// query returns the parameters that ask for it.
	query() map[string]any
	// convert turns one of its rows into a line.
	convert(fields row.Row, offset int) (providers.Line, error)
}

// oneDay is the rows of a day.
type oneDay struct{ day providers.Day }

func (s oneDay) query() map[string]any {
	return map[string]any{
		"BillPeriod": s.day.Month().String(), "ExpenseDate": s.day.String(), "GroupPeriod": groupByDay,
	}
}

func (s oneDay) convert(fields row.Row, offset int) (providers.Line, error) {
	return convert(fields, offset, s.day)
}

// wholeMonth is the rows of a month, each summed over its days: ExpenseDate goes with GroupPeriod 1 only.
type wholeMonth struct{ month providers.Month }

func (s wholeMonth) query() map[string]any {
	return map[string]any{"BillPeriod": s.month.String(), "GroupPeriod": groupByMonth}
}

func (s wholeMonth) convert(fields row.Row, offset int) (providers.Line, error) {
	return convertSum(fields, offset, s.month)
}
