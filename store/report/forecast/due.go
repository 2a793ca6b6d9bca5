package forecast

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

// A Payment is a recurring purchase that is due: the renewal of a subscription.
type Payment struct {
	Day      providers.Day
	Resource string
	Amount   providers.Money
}

const (
	dueTolerance  = 3 // days that a payment may be early or late
	anotherAmount = 3 // an amount this many times another is for another term or another thing
)

// duePeriods are the terms that are recognized, in months.
func duePeriods() []providers.Month { return []providers.Month{1, 3, 6, 12} }

// Due returns the renewals that are due within from to to, as far as past payments tell, by day and resource. The days
// before from are taken as known.
//
// The payments of one Resource are one subscription; those of a day are one payment. It renews when it was paid at least
// twice a month, a quarter, half a year or a year apart, give or take three days, and at least half of the gaps between
// its payments are such. Then the last payment's amount is due that long after it, on the same day of the month (of a
// shorter month the last day), and again each time after that. What is overdue by up to three days is due on from; later
// it is taken as not renewed. Nothing is due of what was given back (a day with a negative sum) until it has been paid
// twice again, nor after an amount of three times or a third of the one before: it is for another term.
func Due(past []Payment, from, to providers.Day) []Payment {
	byResource := map[string]map[providers.Day]providers.Money{}
	for _, p := range past {
		days := byResource[p.Resource]
		if days == nil {
			days = map[providers.Day]providers.Money{}
			byResource[p.Resource] = days
		}
		days[p.Day] = days[p.Day].Add(p.Amount)
	}
	var due []Payment
	for _, resource := range slices.Sorted(maps.Keys(byResource)) {
		s := newSubscription(byResource[resource])
		for _, day := range s.renewals(from, to) {
			due = append(due, Payment{day, resource, s.last().Amount})
		}
	}
	slices.SortStableFunc(due, func(a, b Payment) int { return cmp.Compare(a.Day, b.Day) })
	return due
}

// A subscription is what was paid for a resource since it was last given back, oldest first.
type subscription []Payment

func newSubscription(sums map[providers.Day]providers.Money) subscription {
	var s subscription
	for _, day := range slices.Sorted(maps.Keys(sums)) {
		switch amount := sums[day]; amount.Sign() {
		case 1:
			s = append(s, Payment{Day: day, Amount: amount})
		case -1:
			s = nil
		}
	}
	return s
}

func (s subscription) last() Payment { return s[len(s)-1] }

// renewals returns the days within from to to on which the subscription is due.
func (s subscription) renewals(from, to providers.Day) []providers.Day {
	period := s.period()
	if period == 0 {
		return nil
	}
	var days []providers.Day
	last, nth := s.last().Day, s.dayOfMonth()
	for month := last.Month() + period; month.First() <= to; month += period {
		day := inMonth(month, nth)
		if len(days) == 0 && day < from {
			if day+dueTolerance < from {
				return nil
			}
			day = from
		}
		if day <= to {
			days = append(days, day)
		}
	}
	return days
}

// period returns the months between two payments: 0 when they are not regular.
func (s subscription) period() providers.Month {
	if len(s) < 2 || anotherTerm(s[len(s)-2].Amount, s.last().Amount) {
		return 0
	}
	var latest providers.Month
	regular := 0
	for i := 1; i < len(s); i++ {
		for _, p := range duePeriods() {
			expected := inMonth(s[i-1].Day.Month()+p, nthOf(s[i-1].Day))
			if off := s[i].Day - expected; off >= -dueTolerance && off <= dueTolerance {
				latest = p
				regular++
			}
		}
	}
	if 2*regular < len(s)-1 {
		return 0
	}
	return latest
}

func anotherTerm(before, now providers.Money) bool {
	times := decimal.NewFromInt(anotherAmount)
	return now.GreaterThanOrEqual(before.Mul(times)) || before.GreaterThanOrEqual(now.Mul(times))
}

// dayOfMonth is that of the last payment. When that was a month's last day it may stand for a later one, which an earlier
// payment shows.
func (s subscription) dayOfMonth() int {
	last := s.last().Day
	nth := nthOf(last)
	if last == last.Month().Last() {
		for _, p := range s {
			nth = max(nth, nthOf(p.Day))
		}
	}
	return nth
}

func nthOf(d providers.Day) int { return int(d-d.Month().First()) + 1 }

// inMonth returns the nth day of a month, its last day when it has fewer.
func inMonth(m providers.Month, nth int) providers.Day {
	return min(m.First()+providers.Day(nth)-1, m.Last())
}
