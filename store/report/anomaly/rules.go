package anomaly

import (
	"math"

	"goscan/store/report/series"
)

// A rule says what a day is expected to cost and how far it may be off.
type rule struct {
	name string
	note string  // its fixed parameters
	k    float64 // how many spreads are unusual
	// expect returns the expected cost of a day. It sees the days before it alone.
	expect func(w *track, t int) (float64, bool)
}

// rules are the rules among which every series chooses. The first is taken while nothing speaks for another.
func rules() []rule {
	return []rule{
		{"weekday-mad", "level=14d", 4, profiled(sameWeekday)},
		{"daytype-mad", "level=14d", 4, profiled(sameType)},
		{"level-mad", "level=14d", 4, profiled(anyDay)},
		{"sigma-28", "mean=28d", 4, meanOf28},
	}
}

// Rules returns the names of the rules that Parameters.Rule may name.
func Rules() []string {
	var names []string
	for _, r := range rules() {
		names = append(names, r.name)
	}
	return names
}

func anyDay(dayKind) func(dayKind) bool { return func(dayKind) bool { return true } }

func sameType(of dayKind) func(dayKind) bool {
	return func(k dayKind) bool { return k.kind == of.kind }
}

func sameWeekday(of dayKind) func(dayKind) bool {
	return func(k dayKind) bool { return k.kind == of.kind && k.weekday == of.weekday }
}

// profiled expects the level times the usual ratio of the peers of the day. When there are too few peers those of the
// same type are asked.
func profiled(peers func(of dayKind) func(dayKind) bool) func(w *track, t int) (float64, bool) {
	return func(w *track, t int) (float64, bool) {
		if math.IsNaN(w.level[t]) {
			return 0, false
		}
		of := w.kinds[t]
		if of.kind == series.Holiday {
			of.kind = series.Rest
		}
		factor, ok := w.factor(t, sureOfPeers, peers(of))
		if !ok {
			factor, ok = w.factor(t, leastPeers, sameType(of))
		}
		return w.level[t] * factor, ok
	}
}

func meanOf28(w *track, t int) (float64, bool) {
	days := w.last(28, t)
	if len(days) < levelLeast {
		return 0, false
	}
	return mean(days), true
}

// choose returns the rule whose errors were smallest lately; the first until it was tried for three weeks.
func (w *track) choose(t int) int {
	const enough = 21
	best, least := 0, math.Inf(1)
	for i := range w.rules {
		sum, n := 0.0, 0
		for s := max(0, t-baseDays); s < t; s++ {
			if e := w.errs[i][s]; !math.IsNaN(e) && !w.masked[s] {
				sum, n = sum+math.Abs(e), n+1
			}
		}
		switch {
		case i == 0 && n < enough:
			return 0
		case n < enough:
			continue
		case sum/float64(n) < least:
			best, least = i, sum/float64(n)
		}
	}
	return best
}

// spread returns how far a rule was off lately, relative to what it expected: the deviation of its errors, or what their
// median tells of it when that is less, as single days that are far off are not the rule's usual error.
func (w *track) spread(t, rule int) (float64, bool) {
	w.buffer = w.buffer[:0]
	squares := 0.0
	for s := max(0, t-baseDays); s < t; s++ {
		if e := w.errs[rule][s]; !math.IsNaN(e) && !w.masked[s] {
			w.buffer, squares = append(w.buffer, math.Abs(e)), squares+e*e
		}
	}
	if len(w.buffer) < leastErrors {
		return 0, false
	}
	return min(math.Sqrt(squares/float64(len(w.buffer))), robust*median(w.buffer)), true
}
