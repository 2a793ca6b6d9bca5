package anomaly

import (
	"fmt"
	"math"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store/report/series"
)

const (
	defaultPercent = 15
	leastSpread    = 0.03 // smaller errors of the past are luck
	holidayLength  = 9    // the longest festival: a day of one is not compared with its other days
	off            = 0.1  // a weekday that costs less than this part of the level is off: errors are relative to the level then
)

// limits are the parameters of one series.
type limits struct {
	k        float64 // zero: that of the rule
	part     float64 // of the expected
	floor    float64
	currency string
	rule     int // index into rules; negative: chosen
}

func newLimits(p Parameters, currency string) limits {
	l := limits{k: p.K, part: p.MinPercent / 100, currency: currency, rule: -1}
	if p.MinPercent == 0 {
		l.part = defaultPercent / 100.0
	}
	l.floor, _ = floorOf(p, currency).Float64()
	for i, r := range rules() {
		if r.name == p.Rule {
			l.rule = i
		}
	}
	return l
}

// floorOf returns the smallest change that is one.
func floorOf(p Parameters, currency string) providers.Money {
	if floor, ok := p.MinAmount[currency]; ok {
		return floor
	}
	if currency == "CNY" {
		return decimal.NewFromInt(100)
	}
	return decimal.NewFromInt(15)
}

func (l limits) String() string {
	return fmt.Sprintf("min=%g%% floor=%g %s", l.part*100, l.floor, l.currency)
}

// A verdict is what is known of a day before its cost is.
type verdict struct {
	judged              bool // enough is known to say that a cost is unusual
	expected, low, high float64
	rule, note          string
	k                   float64
}

// describe returns what computes the verdict again.
func (v verdict) describe(l limits) string {
	if v.k == 0 {
		return fmt.Sprintf("%s %s %s", v.rule, v.note, l)
	}
	return fmt.Sprintf("%s k=%g %s %s", v.rule, v.k, v.note, l)
}

func (v verdict) above(cost float64) bool { return v.judged && cost > v.high }
func (v verdict) below(cost float64) bool { return v.judged && cost < v.low }

// judge computes what a day is expected to cost, and the band around it, from the days before it. eventFrom is the first
// day of an event that is not over, or t.
func (w *track) judge(t, eventFrom int, l limits) verdict {
	w.setLevel(t)
	expectations := w.expect(t)
	if level := w.level[t]; math.IsNaN(level) || level <= l.floor/10 {
		return w.judgeSparse(t, eventFrom, l)
	}
	chosen := l.rule
	if chosen < 0 {
		chosen = w.choose(t)
	}
	expected := expectations[chosen]
	if math.IsNaN(expected) {
		w.base[t] = w.level[t]
		return verdict{}
	}
	w.base[t] = expected
	r := w.rules[chosen]
	k := r.k
	if l.k > 0 {
		k = l.k
	}
	spread, ok := w.spread(t, chosen)
	v := verdict{
		judged: ok && w.knownBefore(t, t) >= leastKnown,
		rule:   r.name,
		k:      k,
		note:   r.note,
	}
	b := band{k * max(spread, leastSpread), l.part, l.floor, off * w.level[t]}
	v.expected, v.low, v.high = b.around(expected)
	w.widenForFestival(&v, t, b)
	return v
}

// A band says how far from the expected a cost may be.
type band struct {
	errors float64 // relative: the errors of the past, times k
	part   float64 // relative: the smallest change
	floor  float64 // the smallest change
	least  float64 // errors are relative to at least this
}

// around returns the expected cost and the band, rounded as they are shown. Costs vary by factors: where twice as much
// is usual half as much is, so the band is wider above than below.
func (b band) around(cost float64) (expected, low, high float64) {
	scale := max(cost, b.least)
	up := max(b.errors*scale, b.part*math.Abs(cost), b.floor)
	down := max(scale*(1-1/(1+b.errors)), b.part*math.Abs(cost), b.floor)
	return cents(cost), cents(cost - down), cents(cost + up)
}

// expect asks every rule what the day costs and keeps how far each was off.
func (w *track) expect(t int) []float64 {
	expected := nothing(len(w.rules))
	for i, r := range w.rules {
		e, ok := r.expect(w, t)
		if !ok {
			continue
		}
		expected[i] = e
		if scale := max(e, off*w.level[t]); w.known[t] && scale > 0 && w.kinds[t].kind != series.Holiday {
			w.errs[i][t] = (w.cost[t] - e) / scale
		}
	}
	return expected
}

// judgeSparse judges a service that is used now and then: only a cost above all of the last 35 days is unusual.
func (w *track) judgeSparse(t, eventFrom int, l limits) verdict {
	highest, sum, n := 0.0, 0.0, 0
	for s := max(0, t-silentDays); s < min(t, eventFrom); s++ {
		if w.known[s] {
			highest, n = max(highest, w.cost[s]), n+1
		}
	}
	for s := max(0, t-levelDays); s < min(t, eventFrom); s++ {
		if w.known[s] {
			sum += w.cost[s]
		}
	}
	expected := w.level[t]
	if math.IsNaN(expected) {
		expected = sum / levelDays
	}
	w.base[t] = expected
	v := verdict{judged: n >= leastKnown, rule: "sparse", note: "max=35d"}
	v.expected, v.low = cents(expected), math.Inf(-1)
	v.high = cents(max(expected+l.floor, highest*(1+l.part)))
	return v
}

// widenForFestival compares a holiday, or a day of a weekend that is worked for one (调休), with others of its kind, and as
// long as too few are stored with rest days and workdays: some services rest on holidays, some do not, some are used most of
// all, and some follow the week and know of no holiday. Days of the kind that were unusual are no measure, but another like
// them is not unusual.
func (w *track) widenForFestival(v *verdict, t int, b band) {
	of := w.kinds[t]
	if !of.festive() {
		return
	}
	if f, ok := w.festiveFactor(t, sureOfPeers, w.usable); ok {
		w.base[t] = f * w.level[t]
		v.expected, v.low, v.high = b.around(w.base[t])
		return
	}
	widen := func(factor float64, ok bool) {
		if ok {
			_, low, high := b.around(factor * w.level[t])
			v.low, v.high = min(v.low, low), max(v.high, high)
		}
	}
	widen(w.factor(t, leastPeers, sameType(dayKind{kind: series.Rest})))
	widen(w.factor(t, leastPeers, sameType(dayKind{kind: series.Workday})))
	widen(w.festiveFactor(t, 1, func(s int) bool { return s < t-holidayLength }))
}

// recurs tells whether a cost outside of its band was seen before where it would be if it were a habit: on the same day of
// the month before and on that day alone (a monthly fee), or on the same weekday of the two weeks before.
func (w *track) recurs(t int, floor float64) bool {
	b := w.kinds[t].before
	monthly := b >= 1 && w.spike[b-1] == 0 && w.spike[b+1] == 0 && w.similar(t, b, floor)
	weekly := t >= 14 && w.similar(t, t-7, floor) && w.similar(t, t-14, floor)
	return monthly || weekly
}

// similar tells whether a day was as far outside, give or take a quarter, as this one is.
func (w *track) similar(t, s int, floor float64) bool {
	over, then := w.cost[t]-w.base[t], w.spike[s]
	return then != 0 && math.Abs(over-then) <= max(math.Abs(then)/4, floor)
}
