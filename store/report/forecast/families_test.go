package forecast_test

import (
	"math"
	"math/rand/v2"
	"time"

	"goscan/providers"
	"goscan/store/report/series"
)

// weekends is a calendar that knows no holidays.
type weekends struct{}

func (weekends) Type(d providers.Day) (series.DayType, bool) {
	if isWeekend(d) {
		return series.Rest, true
	}
	return series.Workday, true
}

func isWeekend(d providers.Day) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}

// A family is a way in which costs behave: cost returns that of a day.
type family struct {
	name string
	cost func(m *member, d providers.Day) float64
}

// A member is one series of a family, with what was drawn for it once.
type member struct {
	*rand.Rand
	from  providers.Day
	level float64       // of a workday, about 1000
	nth   int           // the day of the month on which a fee is charged
	at    providers.Day // of a step of the level
	step  float64
	burst float64 // what is left of the last burst
}

// noise is log-normal with the mean 1.
func (m *member) noise(share float64) float64 {
	return math.Exp(share*m.NormFloat64() - share*share/2)
}

// weekly costs 45 % less on weekends.
func (m *member) weekly(d providers.Day) float64 {
	if isWeekend(d) {
		return 0.55 * m.level * m.noise(0.05)
	}
	return m.level * m.noise(0.05)
}

// grown is 0.6 % a day.
func (m *member) grown(d providers.Day) float64 { return math.Pow(1.006, float64(d-m.from)) }

func (m *member) fee(d providers.Day, nth int) float64 {
	if int(d-d.Month().First())+1 == nth {
		return 6 * m.level
	}
	return 0
}

func families() []family {
	return []family{
		{"flat", func(m *member, _ providers.Day) float64 { return m.level * m.noise(0.05) }},
		{"weekday", (*member).weekly},
		{"growth", func(m *member, d providers.Day) float64 { return m.level * m.grown(d) * m.noise(0.05) }},
		{"weekday and growth", func(m *member, d providers.Day) float64 { return m.weekly(d) * m.grown(d) }},
		{"bursty", func(m *member, _ providers.Day) float64 {
			m.burst *= 0.6
			if m.Float64() < 0.03 {
				m.burst = 0.6 * (1 + m.Float64())
			}
			return m.level * (1 + m.burst) * m.noise(0.18)
		}},
		{"fee on day 1", func(m *member, d providers.Day) float64 { return m.weekly(d) + m.fee(d, 1) }},
		{"fee on another day", func(m *member, d providers.Day) float64 { return m.weekly(d) + m.fee(d, m.nth) }},
		{"step change", func(m *member, d providers.Day) float64 {
			if d >= m.at {
				return m.weekly(d) * m.step
			}
			return m.weekly(d)
		}},
	}
}

// draw makes series of a family, each of half a year.
func (f family) draw(seed uint64, n int) []series.Series {
	const days = 181
	all := make([]series.Series, n)
	for i := range all {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		m := &member{
			Rand: r, from: providers.NewDay(2025, time.September, 1+r.IntN(180)), level: 1000 * math.Exp(0.5*r.NormFloat64()),
			nth: 2 + r.IntN(27), step: []float64{0.5, 0.7, 1.4, 2}[r.IntN(4)],
		}
		m.at = m.from + providers.Day(45+r.IntN(days-60))
		all[i] = daily(m.from, days, func(d providers.Day) float64 { return f.cost(m, d) })
	}
	return all
}
