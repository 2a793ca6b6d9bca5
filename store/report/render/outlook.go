package render

import (
	"fmt"
	"strings"

	"goscan/providers"
	"goscan/store/report"
)

// An outlook is a forecast in words.
type outlook struct {
	title    string
	expected string
	interval string
	delta    *report.Delta // against the whole month before; nil when that is not known
	against  string
	basis    string // what is stored and what is estimated
	method   string
}

// outlook words a section's forecast; nil when there is none.
func (v view) outlook(s *report.Section) *outlook {
	f := s.Forecast
	if f == nil {
		return nil
	}
	w := v.p.outlook
	o := &outlook{
		title:    fmt.Sprintf(w.month, f.Month),
		expected: money(&f.Expected, s.Currency),
		interval: fmt.Sprintf(w.interval, money(&f.Low, s.Currency), money(&f.High, s.Currency)),
	}
	if f.Before != nil {
		o.delta = against(f.Expected, *f.Before)
		o.against = fmt.Sprintf(w.against, money(f.Before, s.Currency))
	}
	basis := []string{
		fmt.Sprintf(w.soFar, money(&f.SoFar, s.Currency), short(f.Through, v.seen())), fmt.Sprintf(w.days, f.Days),
	}
	if !f.Renewals.IsZero() {
		basis = append(basis, fmt.Sprintf(w.renewals, money(&f.Renewals, s.Currency)))
	}
	if len(f.LeftOut) > 0 {
		basis = append(basis, fmt.Sprintf(w.leftOut, v.p.list(f.LeftOut)))
	}
	o.basis = strings.Join(basis, joint)
	if f.Method != "" {
		o.method = fmt.Sprintf(w.method, plain(f.Method))
	}
	return o
}

// against returns the change from a base to an amount.
func against(amount, base providers.Money) *report.Delta {
	d := &report.Delta{Base: base, Change: amount.Sub(base)}
	if !base.IsZero() {
		d.Percent = new(d.Change.Shift(2).DivRound(base.Abs(), 1))
	}
	return d
}
