package forecast

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

const (
	stride    = 3    // days between two trials
	week      = 7    // the horizon at which methods are compared beside the real one
	halfLife  = 28.0 // days after which an error counts half
	sharpness = 6.0  // a method with twice the error has 1/2^6 of the weight
	softness  = 0.05 // of the mean error is added to each: no method takes all for a lucky week
)

// A trial is the forecast that would have been made at the end of a past day. What is known to be a monthly fee today
// is left out of it.
type trial struct {
	day     int
	view    view
	weights [methodCount]float64 // of the methods, by the errors that were known that day
	errors  [horizons]missed
}

// A missed is by how much each method missed the mean day of a horizon, as a share of the usual day: cost less forecast.
type missed struct {
	days  int
	known bool // the days came and enough of them are known
	by    [methodCount]float64
}

// The horizons of a trial: the days that are estimated now, and a week or fewer, which show a change earlier.
const (
	whole = iota
	short
	horizons
)

// forecast estimates the days after the last known one.
func (p *past) forecast() outlook {
	days := len(p.kind) - 1 - p.last
	trials := p.trials(days)
	now := trial{day: p.last, view: p.viewAt(p.last)}
	now.weights = weigh(trials, p.last)
	f := outlook{days: make([]float64, days), least: p.least, method: now.describe(len(p.known))}
	for n := range f.days {
		i := p.last + 1 + n
		var level float64
		for k, l := range now.view.lines {
			level += now.weights[k] * l.at(i-p.last)
		}
		f.days[n] = level*now.view.profile[p.kind[i]] + p.feeOn(i)
	}
	share, n := spread(trials, p.last, days)
	f.spread, f.errors = share*p.usual(p.last)*float64(days), n
	return f
}

// trials returns the trials of the past, oldest first. Each has half of the history at least, up to minKnown days.
func (p *past) trials(days int) []trial {
	var all []trial
	for day := p.last - 1; day >= 0 && len(p.knownUntil(day)) >= min(minKnown, len(p.known)/2); day -= stride {
		all = append(all, trial{day: day, view: p.viewAt(day)})
	}
	slices.Reverse(all)
	least := p.usual(p.last) / 4 // an error that was large beside next to nothing is no measure for today
	for k := range all {
		t := &all[k]
		scale := max(p.usual(t.day), least)
		if scale == 0 {
			scale = 1 // nothing has cost anything, nor does it now
		}
		t.errors[whole] = p.missed(t, days, scale)
		t.errors[short] = p.missed(t, min(days, week), scale)
		t.weights = weigh(all[:k], t.day)
	}
	return all
}

// usual is the mean size of the last 28 known days.
func (p *past) usual(day int) float64 {
	known := p.knownUntil(day)
	known = known[max(len(known)-28, 0):]
	var sum float64
	for _, i := range known {
		sum += math.Abs(p.base(i))
	}
	return sum / float64(len(known))
}

// missed compares a trial with the days that followed it. At least half of them must be known.
func (p *past) missed(t *trial, days int, scale float64) missed {
	m := missed{days: days}
	if t.day+days > p.last {
		return m
	}
	n := 0
	for i := t.day + 1; i <= t.day+days; i++ {
		if !p.has(i) {
			continue
		}
		n++
		for k, l := range t.view.lines {
			m.by[k] += p.base(i) - t.view.profile[p.kind[i]]*l.at(i-t.day)
		}
	}
	for k := range m.by {
		m.by[k] /= scale * float64(max(n, 1))
	}
	m.known = 2*n >= days
	return m
}

// ended returns the weight of an error as it is seen at the end of a day: 0 when it was not known yet.
func (t *trial) ended(m missed, day int) float64 {
	age := day - t.day - m.days
	if !m.known || age < 0 {
		return 0
	}
	return math.Exp2(-float64(age) / halfLife)
}

// weigh returns the weights of the methods by the errors known at the end of a day; with none they are equal.
func weigh(trials []trial, day int) [methodCount]float64 {
	var loss, weights [methodCount]float64
	for n := range trials {
		t := &trials[n]
		for _, m := range t.errors {
			w := t.ended(m, day)
			for k, by := range m.by {
				loss[k] += w * math.Abs(by)
			}
		}
	}
	mean := total(loss[:]) / methodCount
	for k := range weights {
		weights[k] = 1
		if mean > 0 {
			weights[k] = math.Pow(loss[k]/mean+softness, -sharpness)
		}
	}
	sum := total(weights[:])
	for k := range weights {
		weights[k] /= sum
	}
	return weights
}

func (t *trial) describe(known int) string {
	var parts []string
	for k, m := range methods() {
		if percent := math.Round(100 * t.weights[k]); percent >= 1 {
			parts = append(parts, fmt.Sprintf("%s %.0f%%", m.name, percent))
		}
	}
	return fmt.Sprintf("weekday profile x damped level of %d days: %s", known, strings.Join(parts, ", "))
}
