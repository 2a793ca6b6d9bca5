package anomaly

import (
	"math"
	"slices"

	"goscan/store/report/series"
)

const (
	creepShort = 7
	creepLong  = 28
	creepLeast = 21 // days that are known of creepLong
	creepK     = 4
	// A median of 7 days less one of 28 that shares them is off by this part of what a day is off by.
	creepNoise = 0.4
)

// creep looks for a slow rise: days that are normal one by one, while the level of 7 of them leaves that of 28. Once told
// it is told of for a week, and again after four if it goes on.
func (w *walker) creep(t int) {
	if w.noCreep || w.open != nil || w.masked[t] || math.IsNaN(w.level[t]) || w.kinds[t].kind == series.Holiday {
		return
	}
	days := w.last(creepLong, t+1)
	if len(days) < creepLeast {
		return
	}
	short, long := median(slices.Clone(days[:creepShort])), median(slices.Clone(days))
	if short <= long*(1+w.part) {
		return
	}
	spread, ok := w.spread(t, max(w.rule, 0))
	if !ok {
		return
	}
	k := float64(creepK)
	if w.k > 0 {
		k = w.k
	}
	half := max(long*max(w.part, creepNoise*k*spread), w.floor)
	if cents(short) <= cents(long+half) {
		return
	}
	switch c := w.creeping; {
	case c == nil || t-c.from >= creepLong:
		w.creeping = &event{kind: Creep, from: t}
		w.events = append(w.events, w.creeping)
	case len(c.days) >= adoptAfter:
		return
	}
	w.creeping.days = append(w.creeping.days, unusual{
		t, cents(short), cents(long), cents(long - half), cents(long + half), "creep level=7d against=28d " + w.limits.String(),
	})
}

// creepsAt tells whether a slow rise of the series was told of in the last four weeks.
func (w *walker) creepsAt(t int) bool { return w.creeping != nil && t-w.creeping.from < creepLong }
