package anomaly

import (
	"math"
	"math/rand/v2"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store/report/series"
)

// firstDay is a Monday.
const firstDay = providers.Day(19723 + 364)

// A family is a shape of daily cost.
type family struct {
	name    string
	noise   float64 // standard deviation of the logarithm
	growth  float64 // per day
	weekend float64 // of a workday
	fee     float64 // on the first day of the month, of the level
	without bool    // the fee is taken out of what is judged, as purchases are
}

func families() []family {
	return []family{
		{name: "flat", noise: 0.05, weekend: 1},
		{name: "weekday", noise: 0.05, weekend: 0.55},
		{name: "growth", noise: 0.05, weekend: 1, growth: 0.006},
		{name: "fee", noise: 0.05, weekend: 1, fee: 2},
		{name: "fee-removed", noise: 0.05, weekend: 1, fee: 2, without: true},
		{name: "bursty", noise: 0.18, weekend: 1},
	}
}

// A planted is an event of a generated series: on its days the cost is so many times what it would be.
type planted struct {
	from, days int
	times      float64
}

func (p planted) rise() bool       { return p.times > 1 }
func (p planted) has(day int) bool { return day >= p.from && day < p.from+p.days }

// generate makes a series with a rise or a drop about every six weeks.
func generate(f family, days int, random *rand.Rand) (series.Series, []planted) {
	times := []float64{1.4, 1.7, 2.5, 0.4}
	var events []planted
	for at := 50 + random.IntN(40); at < days-20; at += 35 + random.IntN(40) {
		events = append(events, planted{at, 1 + random.IntN(5), times[random.IntN(len(times))]})
	}
	level := 800 * math.Exp(random.Float64()*2)
	s := series.Series{From: firstDay}
	for i := range days {
		d := firstDay + providers.Day(i)
		cost := level * math.Exp(f.growth*float64(i)+f.noise*random.NormFloat64())
		if kind, _ := weekends.Type(d); kind == series.Rest {
			cost *= f.weekend
		}
		for _, e := range events {
			if e.has(i) {
				cost *= e.times
			}
		}
		if _, _, dom := d.Date(); dom == 1 && !f.without {
			cost += f.fee * level
		}
		s.Values = append(s.Values, value(cost))
	}
	return s, events
}

func value(cost float64) series.Value {
	return series.Value{Cost: decimal.NewFromFloat(cost).Round(4), Known: true}
}

// weekends is a calendar without holidays.
var weekends = onlyWeekends{}

type onlyWeekends struct{}

func (onlyWeekends) Type(d providers.Day) (series.DayType, bool) {
	if w := d.Weekday(); w == 0 || w == 6 {
		return series.Rest, true
	}
	return series.Workday, true
}
