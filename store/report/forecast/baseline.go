package forecast

import (
	"goscan/providers"
	"goscan/store/report/series"
)

// A baseline sums up the days from the day after the last one of a series to the given day, as a simple rule does.
type baseline func(s series.Series, to providers.Day) float64

// seasonalNaive repeats the last week. Of a weekday that was not known then the one before counts, up to four weeks back.
func seasonalNaive(s series.Series, to providers.Day) float64 {
	var sum float64
	last := s.To()
	for d := last + 1; d <= to; d++ {
		back := (d - last + 6) / 7 * 7
		for week := range providers.Day(4) {
			if v := s.At(d - back - 7*week); v.Known {
				sum += v.Cost.InexactFloat64()
				break
			}
		}
	}
	return sum
}

// runRate goes on with the mean day of the month so far.
func runRate(s series.Series, to providers.Day) float64 {
	var sum, n float64
	for d := to.Month().First(); d <= s.To(); d++ {
		if v := s.At(d); v.Known {
			sum += v.Cost.InexactFloat64()
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n * float64(to-s.To())
}

// straightLine goes on with the line of least squares through the last 30 days.
func straightLine(s series.Series, to providers.Day) float64 {
	const days = 30
	last := s.To()
	var n, x, y, xx, xy float64 // sums; x counts from the last day
	for d := last - days + 1; d <= last; d++ {
		if v := s.At(d); v.Known {
			at, cost := float64(d-last), v.Cost.InexactFloat64()
			n, x, y, xx, xy = n+1, x+at, y+cost, xx+at*at, xy+at*cost
		}
	}
	if n == 0 {
		return 0
	}
	var slope float64
	if around := n*xx - x*x; around > 0 {
		slope = (n*xy - x*y) / around
	}
	ahead := float64(to - last)
	return ahead*(y-slope*x)/n + slope*ahead*(ahead+1)/2
}
