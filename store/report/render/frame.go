package render

import (
	"fmt"
	"strings"

	"goscan/providers"
	"goscan/store/report"
)

// scope says what a report is limited to and as of when; nothing when it is of everything that is known.
func (v view) scope() []string {
	var all []string
	if !v.r.AsOf.IsZero() {
		all = append(all, fmt.Sprintf(v.p.frame.asOf, providers.Clock(v.r.AsOf)))
	}
	if len(v.r.Where) == 0 {
		return all
	}
	var filters []string
	for _, f := range v.r.Where {
		var values []string
		for _, value := range f.Values {
			values = append(values, v.p.value(f.Dimension, value, value))
		}
		filters = append(filters, fmt.Sprintf(v.p.frame.oneOf, v.p.lower(f.Dimension), strings.Join(values, v.p.comma)))
	}
	return append(all, fmt.Sprintf(v.p.frame.limited, strings.Join(filters, v.p.frame.semicolon)))
}

// division words what a total divides into, and of how many lines it is.
func (p *phrases) division(s *report.Section) []string {
	var parts []string
	if s.Total != nil && s.Usage != nil && !s.Usage.Equal(*s.Total) {
		others := s.Total.Sub(*s.Usage)
		parts = []string{
			p.frame.usage + " " + money(s.Usage, s.Currency), p.frame.purchases + " " + money(&others, s.Currency),
		}
	}
	return append(parts, fmt.Sprintf(p.lineCount, number(s.Lines)))
}

// comparison names what a comparison compares with, and what it compares where that is not the report's period.
func (v view) comparison(c report.Comparison, currency string) string {
	with := v.p.compared(c.With, c.Period, v.seen())
	if c.With == report.MonthToDate {
		return fmt.Sprintf(v.p.frame.toDate, money(c.Amount, currency), with)
	}
	return with
}

// excluded names the accounts that a comparison leaves out.
func (p *phrases) excluded(c report.Comparison) string {
	if len(c.LeftOut) == 0 {
		return ""
	}
	return fmt.Sprintf(p.without, p.list(c.LeftOut))
}
