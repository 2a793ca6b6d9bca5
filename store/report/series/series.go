// Package series holds a daily cost as the forecast and the anomaly rules see it: a run of days of which some are not
// known, and the calendar that says which days are workdays.
package series

import "goscan/providers"

// A Series is the cost of something on consecutive days of UTC+8, in one currency.
type Series struct {
	From   providers.Day
	Values []Value // one for each day since From
}

// A Value is the cost of one day. A day is not known when it is not stored or not complete: it is never a zero.
type Value struct {
	Cost  providers.Money
	Known bool
}

// To returns the last day of the series: From - 1 when it is empty.
func (s Series) To() providers.Day { return s.From + providers.Day(len(s.Values)) - 1 }

// At returns the value of a day; of a day outside the series nothing is known.
func (s Series) At(d providers.Day) Value {
	if d < s.From || d > s.To() {
		return Value{}
	}
	return s.Values[d-s.From]
}

// Through returns the series up to a day, inclusive. It shares the values.
func (s Series) Through(d providers.Day) Series {
	if d >= s.To() {
		return s
	}
	return Series{s.From, s.Values[:max(d-s.From+1, 0)]}
}
