package forecast

import (
	"math"

	"goscan/providers"
	"goscan/store/report/series"
)

// The methods that a Backtest scores: ours, and those that it has to beat.
const (
	Ours          = "forecast"
	SeasonalNaive = "seasonal-naive" // the last week repeated
	RunRate       = "run-rate"       // the mean of the month so far
	StraightLine  = "ols-30d"        // a straight line through the last 30 days
)

// A Score tells how well a method forecast the rest of months from the end of one of their days on.
type Score struct {
	Method    string
	Day       int     // the last day of the month that was known; 0: all of 5, 10, 15, 20 and 25
	Forecasts int     // how many
	WAPE      float64 // the sum of the absolute errors over the sum of what the estimated days cost; 0.05 is 5 %
	Intervals int     // how many of the forecasts came with an interval: those of Ours
	Covered   int     // how many intervals held the cost; 80 of 100 should
}

// Coverage returns the share of the intervals that held the cost, 0 without intervals.
func (s Score) Coverage() float64 {
	if s.Intervals == 0 {
		return 0
	}
	return float64(s.Covered) / float64(s.Intervals)
}

// origins are the days of a month at whose end a Backtest forecasts the rest of it.
func origins() []int { return []int{5, 10, 15, 20, 25} }

// A contest holds what one method got right on one day of the month, or on all.
type contest struct {
	Score
	errors, cost float64
}

// Backtest forecasts the rest of the months of the series as if only the days before were known: with our method and with
// three simple ones, from the days 5, 10, 15, 20 and 25 of each month of which the rest is known. The scores are by day
// and, as day 0, together; each has all methods, ours first. The series must be of one currency: they are added up, so
// one counts as much as it cost. What ours does not forecast, for want of history, is not asked of the others.
func Backtest(all []series.Series, calendar series.Calendar) []Score {
	names := []string{Ours, SeasonalNaive, RunRate, StraightLine}
	days := append(origins(), 0)
	table := make([][]contest, len(days))
	for row, day := range days {
		for _, name := range names {
			table[row] = append(table[row], contest{Score: Score{Method: name, Day: day}})
		}
	}
	for _, s := range all {
		for m := s.From.Month(); m <= s.To().Month(); m++ {
			for row, day := range origins() {
				if r, ok := replay(s, m.First()+providers.Day(day)-1, calendar); ok {
					r.addTo(table[row])
					r.addTo(table[len(days)-1])
				}
			}
		}
	}
	var scores []Score
	for _, row := range table {
		for _, c := range row {
			c.WAPE = wape(c.errors, c.cost)
			scores = append(scores, c.Score)
		}
	}
	return scores
}

// wape is 1 where nothing was spent and something was forecast.
func wape(errors, cost float64) float64 {
	switch {
	case errors == 0:
		return 0
	case cost <= 0:
		return 1
	}
	return errors / cost
}

// A replayed is the cost of the rest of a month and what each method said of it.
type replayed struct {
	cost      float64
	forecasts []float64
	covered   bool // ours had it in its interval
}

func (r replayed) addTo(row []contest) {
	for i, forecast := range r.forecasts {
		row[i].Forecasts++
		row[i].cost += r.cost
		row[i].errors += math.Abs(forecast - r.cost)
	}
	row[0].Intervals++
	if r.covered {
		row[0].Covered++
	}
}

// replay forecasts the rest of the month of a day at its end. It tells false when the day or one of the rest is not known,
// or too little before.
func replay(s series.Series, origin providers.Day, calendar series.Calendar) (replayed, bool) {
	end := origin.Month().Last()
	if !s.At(origin).Known {
		return replayed{}, false
	}
	var cost providers.Money
	for d := origin + 1; d <= end; d++ {
		v := s.At(d)
		if !v.Known {
			return replayed{}, false
		}
		cost = cost.Add(v.Cost)
	}
	before := s.Through(origin)
	e, ok := Rest(before, end, calendar)
	if !ok {
		return replayed{}, false
	}
	r := replayed{
		cost: cost.InexactFloat64(), forecasts: []float64{e.Expected.InexactFloat64()},
		covered: e.Low.LessThanOrEqual(cost) && cost.LessThanOrEqual(e.High),
	}
	for _, rule := range []baseline{seasonalNaive, runRate, straightLine} {
		r.forecasts = append(r.forecasts, rule(before, end))
	}
	return r, true
}
