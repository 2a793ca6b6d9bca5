package forecast

import (
	"math"
	"time"

	"goscan/providers"
	"goscan/store/report/series"
)

// maxPast is how many days before the last known one are looked at: 20 weeks.
const maxPast = 140

// A past is the known part of a series and the days to estimate, as indices: 0 is the first day, last the last known
// one, and the days to estimate follow.
type past struct {
	from  providers.Day
	last  int
	cost  []float64 // of 0 to last; of a day that is not known 0
	isSet []bool    // whether the day is known
	known []int     // the days that are
	kind  []kind    // of all days, those to estimate included
	fees  []float64 // what recurs on the day of the month; part of cost
	least float64   // what a level is at least: 0 when no day cost less than nothing

	ratio   []float64 // to the mean of the week around the day, NaN where that is not known
	holiday []float64 // of a holiday to the mean of the ordinary days of the three weeks before, else NaN
}

// A kind is what days have in common that cost the same: time.Sunday to time.Saturday for the ordinary days, or one of
// these.
type kind uint8

const (
	moved   kind = iota + 7 // a workday on a weekend (调休)
	bridge                  // a rest day in the week
	holiday                 // a statutory holiday
	kinds
)

func kindOf(d providers.Day, calendar series.Calendar) kind {
	weekday := d.Weekday()
	weekend := weekday == time.Saturday || weekday == time.Sunday
	switch t, _ := calendar.Type(d); {
	case t == series.Holiday:
		return holiday
	case t == series.Workday && weekend:
		return moved
	case t == series.Rest && !weekend:
		return bridge
	}
	return kind(weekday)
}

func (k kind) ordinary() bool { return k < moved }

func (k kind) rest() bool { return k == kind(time.Saturday) || k == kind(time.Sunday) }

func newPast(s series.Series, last, to providers.Day, calendar series.Calendar) *past {
	p := &past{from: max(s.From, last-maxPast+1)}
	p.last = int(last - p.from)
	p.cost, p.isSet, p.fees = make([]float64, p.last+1), make([]bool, p.last+1), make([]float64, p.last+1)
	for i := range p.cost {
		if v := s.At(p.day(i)); v.Known {
			if cost := v.Cost.InexactFloat64(); finite(cost) {
				p.cost[i], p.isSet[i] = cost, true
				p.known = append(p.known, i)
				if cost < 0 {
					p.least = math.Inf(-1)
				}
			}
		}
	}
	for d := p.from; d <= to; d++ {
		p.kind = append(p.kind, kindOf(d, calendar))
	}
	p.findFees()
	p.findRatios()
	return p
}

func (p *past) day(i int) providers.Day { return p.from + providers.Day(i) }

func (p *past) has(i int) bool { return i >= 0 && i <= p.last && p.isSet[i] }

// base is the cost of a known day without what recurs on the day of the month.
func (p *past) base(i int) float64 { return p.cost[i] - p.fees[i] }

// knownUntil returns the known days up to a day.
func (p *past) knownUntil(day int) []int {
	n := len(p.known)
	for n > 0 && p.known[n-1] > day {
		n--
	}
	return p.known[:n]
}

func (p *past) findRatios() {
	p.ratio, p.holiday = make([]float64, p.last+1), make([]float64, p.last+1)
	for i := range p.ratio {
		p.ratio[i], p.holiday[i] = math.NaN(), math.NaN()
		switch {
		case !p.has(i):
		case p.kind[i] == holiday:
			p.holiday[i] = p.over(i, i-21, i-1, 14)
		case p.kind[i].ordinary():
			p.ratio[i] = p.over(i, i-3, i+3, 7)
		}
	}
}

// over returns the cost of a day over the mean of the ordinary known days from a to b: NaN when they are fewer than
// least, or cost nothing.
func (p *past) over(i, a, b, least int) float64 {
	var sum float64
	n := 0
	for j := a; j <= b; j++ {
		if p.has(j) && p.kind[j].ordinary() {
			sum += p.base(j)
			n++
		}
	}
	if n < least || sum <= 0 {
		return math.NaN()
	}
	return p.base(i) / (sum / float64(n))
}
