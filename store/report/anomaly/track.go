package anomaly

import (
	"math"
	"time"

	"goscan/providers"
	"goscan/store/report/series"
)

const (
	levelDays   = 14 // a level is the median of so many days
	levelLeast  = 7  // or at least of so many
	levelWithin = 42 // that are not older than this
	baseDays    = 56 // profiles and errors are of eight weeks
	silentDays  = 35 // a service without usage for so long is new when it returns
	leastKnown  = 14 // nothing is judged before so many days are known
	leastErrors = 7  // nor before a rule was tried so often
	leastPeers  = 2  // a median of fewer ratios tells nothing
	sureOfPeers = 3  // from so many on one of them may be far off
)

// A span is the run of days that is looked at, and what they are. Days are indexes into it.
type span struct {
	from  providers.Day
	kinds []dayKind
}

type dayKind struct {
	weekday time.Weekday
	kind    series.DayType
	before  int // the same day of the month before; negative when it is before the span
}

func (k dayKind) weekend() bool { return k.weekday == time.Saturday || k.weekday == time.Sunday }

// festive tells whether the day is not what its weekday says: a holiday, or worked for one.
func (k dayKind) festive() bool {
	return k.kind == series.Holiday || k.kind == series.Workday && k.weekend()
}

func newSpan(from, to providers.Day, calendar series.Calendar) *span {
	s := &span{from: from, kinds: make([]dayKind, max(int(to-from)+1, 0))}
	for i := range s.kinds {
		d := from + providers.Day(i)
		kind, _ := calendar.Type(d)
		s.kinds[i] = dayKind{d.Weekday(), kind, int(monthBefore(d) - from)}
	}
	return s
}

// monthBefore returns the same day of the month before, or its last day when it is shorter.
func monthBefore(d providers.Day) providers.Day {
	m := d.Month()
	return min((m-1).First()+(d-m.First()), (m - 1).Last())
}

func (s *span) day(i int) providers.Day { return s.from + providers.Day(i) }

// A track is a series as far as it was walked. All slices have an element for each day of the span; NaN means none.
type track struct {
	*span
	rules  []rule
	exact  []providers.Money
	cost   []float64
	known  []bool
	masked []bool      // outside of its band: no part of any base
	spike  []float64   // how far it was outside, with its sign; 0: it was not
	level  []float64   // the level before the day
	ratio  []float64   // the cost of the day over the level before it
	base   []float64   // what was expected, whether it was judged or not
	errs   [][]float64 // of each rule, relative to what it expected
	starts []int       // the first days of the levels that were adopted, oldest first
	buffer []float64
}

func newTrack(s *span) *track {
	n := len(s.kinds)
	w := &track{
		span: s, rules: rules(), exact: make([]providers.Money, n), cost: make([]float64, n), known: make([]bool, n),
		masked: make([]bool, n), spike: make([]float64, n),
		level: nothing(n), ratio: nothing(n), base: nothing(n), buffer: make([]float64, 0, baseDays),
	}
	for range w.rules {
		w.errs = append(w.errs, nothing(n))
	}
	return w
}

func nothing(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.NaN()
	}
	return x
}

// usable tells whether a day may be a part of a base.
func (w *track) usable(s int) bool { return w.known[s] && !w.masked[s] }

// normal tells whether a day may be a part of a level. A holiday may not: a week of them would be one.
func (w *track) normal(s int) bool { return w.usable(s) && w.kinds[s].kind != series.Holiday }

// start returns the first day of the level that holds before a day.
func (w *track) start(t int) int {
	for i := len(w.starts) - 1; i >= 0; i-- {
		if w.starts[i] < t {
			return w.starts[i]
		}
	}
	return 0
}

// last collects the costs of up to n normal days before t that are of one level, newest first.
func (w *track) last(n, t int) []float64 {
	w.buffer = w.buffer[:0]
	for s := t - 1; s >= max(w.start(t), t-levelWithin) && len(w.buffer) < n; s-- {
		if w.normal(s) {
			w.buffer = append(w.buffer, w.cost[s])
		}
	}
	return w.buffer
}

// setLevel computes the level before a day and the ratio of the day to it.
func (w *track) setLevel(t int) {
	days := w.last(levelDays, t)
	if len(days) < levelLeast {
		return
	}
	first := t > 0 && math.IsNaN(w.level[t-1])
	w.level[t] = median(days)
	if first {
		w.fillRatios(t)
	}
	w.ratio[t] = math.NaN()
	if w.known[t] && w.level[t] > 0 {
		w.ratio[t] = w.cost[t] / w.level[t]
	}
}

// fillRatios gives the days before the first level a ratio to it: the first weekend is one of few that are known.
func (w *track) fillRatios(t int) {
	for s := max(w.start(t), t-levelWithin); s < t; s++ {
		if math.IsNaN(w.ratio[s]) && w.known[s] && w.level[t] > 0 {
			w.ratio[s] = w.cost[s] / w.level[t]
		}
	}
}

// factor returns the median ratio of the peers of a day in the eight weeks before it. It tells false when there are too
// few.
func (w *track) factor(t, least int, peer func(k dayKind) bool) (float64, bool) {
	return w.medianRatio(max(0, t-baseDays), t, least, func(s int) bool { return w.usable(s) && peer(w.kinds[s]) })
}

// festiveFactor returns the median ratio of the festive days of the last year that are of the same kind as t and, like it,
// of a weekend or not: what follows the week tells them apart.
func (w *track) festiveFactor(t, least int, counts func(s int) bool) (float64, bool) {
	const year = 400 // and some, as festivals move
	of := w.kinds[t]
	return w.medianRatio(max(0, t-year), t, least, func(s int) bool {
		k := w.kinds[s]
		return k.festive() && k.kind == of.kind && k.weekend() == of.weekend() && counts(s)
	})
}

func (w *track) medianRatio(from, t, least int, counts func(s int) bool) (float64, bool) {
	w.buffer = w.buffer[:0]
	for s := from; s < t; s++ {
		if counts(s) && !math.IsNaN(w.ratio[s]) {
			w.buffer = append(w.buffer, w.ratio[s])
		}
	}
	if len(w.buffer) < least {
		return 0, false
	}
	return median(w.buffer), true
}

// knownBefore counts the known days among the n before t.
func (w *track) knownBefore(t, n int) (count int) {
	for s := max(0, t-n); s < t; s++ {
		if w.known[s] {
			count++
		}
	}
	return count
}

// adopt makes the days from s to t the level that holds after them.
func (w *track) adopt(s, t int) {
	w.starts = append(w.starts, s)
	for i := s; i <= t; i++ {
		w.masked[i], w.spike[i] = false, 0
	}
	level := median(w.last(levelDays, t+1))
	for i := s; i <= t; i++ {
		w.ratio[i] = math.NaN()
		if w.known[i] && level > 0 {
			w.ratio[i] = w.cost[i] / level
		}
		for _, errs := range w.errs {
			errs[i] = math.NaN()
		}
	}
}

// restate replaces the costs before t by what they would have been at another level of a part of them, and computes the
// levels again that days from t on are judged by.
func (w *track) restate(t int, cost func(i int) float64) {
	for i := range t {
		w.cost[i] = cost(i)
	}
	for i := max(0, t-baseDays-levelWithin); i < t; i++ {
		w.setLevel(i)
	}
}
