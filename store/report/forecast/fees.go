package forecast

import (
	"math"

	"goscan/providers"
)

const (
	feeSides     = 8   // days before and after a day that it is compared with
	feeLeast     = 5   // how many of them must be known
	feeOverRange = 0.5 // how far it must be outside of all of them: as a share of the range of their costs
	feeOverLevel = 0.2 // and as a share of their median
	feeMonths    = 3   // the months in which a fee is looked for
)

// findFees finds days that stand out of the days around them and did so on the same day of another month: a fee that is
// charged once a month. A day that stands out only once is left to the levels, which damp it.
func (p *past) findFees() {
	out := make([]float64, p.last+1)
	for _, i := range p.known {
		out[i] = p.excess(i)
	}
	for i, x := range out {
		if x == 0 {
			continue
		}
		for _, months := range []providers.Month{-1, 1} {
			for _, j := range p.sameDay(i, months) {
				if p.has(j) && (out[j] > 0) == (x > 0) && out[j] != 0 {
					p.fees[i] = x
				}
			}
		}
	}
}

// excess returns by how much a known day stands out of the days around it, 0 when it does not.
func (p *past) excess(i int) float64 {
	var around []float64
	for j := i - feeSides; j <= i+feeSides; j++ {
		if j != i && p.has(j) {
			around = append(around, p.cost[j])
		}
	}
	if len(around) < feeLeast {
		return 0
	}
	middle := median(around) // sorts
	low, high := around[0], around[len(around)-1]
	margin := max(feeOverRange*(high-low), feeOverLevel*math.Abs(middle))
	if c := p.cost[i]; c > high+margin || c < low-margin {
		return c - middle
	}
	return 0
}

// feeOn returns the fee to expect on a day: that of the same day of the months before, if the last and at least one more
// of the last three had one.
func (p *past) feeOn(day int) float64 {
	for variant := range len(p.sameDay(day, -1)) {
		var found []float64
		seen := 0
		for back := providers.Month(1); seen < feeMonths; back++ {
			same := p.sameDay(day, -back)
			i := same[min(variant, len(same)-1)]
			if i < 0 {
				break
			}
			if !p.has(i) {
				continue
			}
			if seen++; p.fees[i] != 0 {
				found = append(found, p.fees[i])
			} else if seen == 1 {
				break
			}
		}
		if len(found) >= 2 {
			return median(found)
		}
	}
	return 0
}

// sameDay returns the days on which something that is charged on this day of the month is charged some months later: the
// same day of the month, or the month's last day when there is no such day; and, for the last day of a month, the other
// month's last day.
func (p *past) sameDay(i int, months providers.Month) []int {
	d := p.day(i)
	month := d.Month()
	target := month + months
	nth := d - month.First()
	same := []int{int(min(target.First()+nth, target.Last()) - p.from)}
	if d == month.Last() {
		same = append(same, int(target.Last()-p.from))
	}
	return same
}
