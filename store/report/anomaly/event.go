package anomaly

import "goscan/store/report/series"

const (
	adoptAfter  = 7 // unusual days, after which they are the level
	quietWithin = 3 // normal days that do not end an event
)

// An event is a run of unusual days of one series.
type event struct {
	kind Kind
	from int // a day of the span
	days []unusual
}

// An unusual is a day of an event. Amounts are rounded to cents but for the actual one.
type unusual struct {
	day                         int
	actual, expected, low, high float64
	rule                        string
}

func (e *event) last() int { return e.days[len(e.days)-1].day }

func (k Kind) up() bool { return k == Rise || k == New || k == Creep }

// A walker finds the events of one series, day by day.
type walker struct {
	*track
	limits
	whole    bool // the series is of a whole account: services are new and vanish, accounts do not
	open     *event
	events   []*event
	active   []bool // the day is one of an event that is no creep
	creeping *event
	judged   []bool    // enough was known to judge the day
	within   []float64 // of a service: what is in the sum of its account for it
	noCreep  bool      // a part of the whole creeps by itself
}

func newWalker(s *span, l limits, whole bool) *walker {
	n := len(s.kinds)
	return &walker{
		track: newTrack(s), limits: l, whole: whole,
		active: make([]bool, n), judged: make([]bool, n), within: make([]float64, n),
	}
}

// step judges a day. It returns the event that was adopted on it, if one was.
func (w *walker) step(t int) *event {
	v := w.judge(t, w.eventFrom(t), w.limits)
	if !w.known[t] {
		return nil
	}
	w.judged[t] = v.judged
	kind, found := w.unusual(t, v)
	if !found {
		w.creep(t)
		w.quiet(t)
		return nil
	}
	return w.add(t, kind, v)
}

// eventFrom returns the first day of the open event, or t.
func (w *walker) eventFrom(t int) int {
	if w.open == nil {
		return t
	}
	return w.open.from
}

// unusual tells whether a day is unusual and how.
func (w *walker) unusual(t int, v verdict) (Kind, bool) {
	cost := w.cost[t]
	switch {
	case !w.whole && w.goesOnAs(New) && cost > w.floor, !w.whole && w.isNew(t):
		return New, true
	case !w.whole && w.goesOnAs(Vanished) && cost <= 0, !w.whole && w.vanished(t):
		return Vanished, true
	case !v.above(cost) && !v.below(cost):
		return "", false
	}
	w.masked[t], w.spike[t] = true, cost-w.base[t]
	if w.recurs(t, w.floor) {
		return "", false
	}
	if v.above(cost) {
		return Rise, true
	}
	return Drop, true
}

func (w *walker) goesOnAs(k Kind) bool { return w.open != nil && w.open.kind == k }

// isNew tells whether a service that cost nothing for 35 days does since today or since one of the two days before: the
// first day of a resource may be a few minutes long.
func (w *walker) isNew(t int) bool {
	const ramp = 2
	if w.cost[t] <= w.floor || w.knownBefore(t, silentDays) < leastKnown {
		return false
	}
	for s := max(0, t-silentDays); s < t; s++ {
		if w.known[s] && w.cost[s] != 0 && (s < t-ramp || w.cost[s] > w.floor) {
			return false
		}
	}
	return true
}

// vanished tells whether a service that cost more than the floor and something on each of the last 14 known days has no
// usage at all.
func (w *walker) vanished(t int) bool {
	if w.cost[t] != 0 {
		return false
	}
	var costs []float64
	for s := t - 1; s >= 0 && len(costs) < leastKnown; s-- {
		if !w.known[s] {
			continue
		}
		if w.cost[s] <= 0 {
			return false
		}
		costs = append(costs, w.cost[s])
	}
	return len(costs) == leastKnown && median(costs) > w.floor
}

// add makes a day the next of the open event, or the first of one.
func (w *walker) add(t int, kind Kind, v verdict) *event {
	w.masked[t], w.active[t] = true, true
	if w.spike[t] == 0 {
		w.spike[t] = w.cost[t] - w.base[t]
	}
	if w.open != nil && w.open.kind.up() != kind.up() {
		w.open = nil
	}
	if w.open == nil {
		w.open = &event{kind: kind, from: t}
		w.events = append(w.events, w.open)
	}
	u := unusual{t, w.cost[t], v.expected, v.low, v.high, v.describe(w.limits)}
	if kind == New {
		u.expected, u.low, u.high, u.rule = 0, 0, w.floor, "new silent=35d "+w.limits.String()
		w.base[t] = 0
	}
	if kind == Vanished {
		u.expected = cents(w.base[t])
		u.rule = "vanished daily=14d " + w.limits.String()
		u.low = max(u.low, min(u.expected, w.floor)) // whatever its noise, nothing is less than it ever cost
	}
	w.open.days = append(w.open.days, u)
	return w.adoptEvent(t)
}

// adoptEvent adopts the open event when it lasted long enough and most of its days are unusual. Holidays prove no level.
func (w *walker) adoptEvent(t int) *event {
	e := w.open
	workdays := 0
	for _, u := range e.days {
		if w.kinds[u.day].kind != series.Holiday {
			workdays++
		}
	}
	known := w.knownBefore(t+1, t+1-e.from)
	if workdays < adoptAfter || 2*len(e.days) < known {
		return nil
	}
	w.adopt(e.from, t)
	w.open = nil
	return e
}

// quiet ends the open event after the normal days that it may have.
func (w *walker) quiet(t int) {
	if w.open != nil && w.knownBefore(t+1, t-w.open.last()) > quietWithin {
		w.open = nil
	}
}
