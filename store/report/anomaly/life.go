package anomaly

import (
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

// Life sets the states of the alerts that a report of a day shows: now are those found in what is known today, before
// those found in what was known when the last report was made, both in the same days. Alerts that ended before the day
// are left out, unless a restatement changed what was told of them.
func Life(now, before []Alert, day providers.Day) []Alert { return LifeWithin(now, before, day, day) }

// LifeWithin is Life of a report of several days.
func LifeWithin(now, before []Alert, from, to providers.Day) []Alert {
	same := pairs(now, before)
	var shown []Alert
	for i, a := range now {
		a.State = state(a, from, to)
		if b, ok := same[i]; ok && revised(a, before[b]) {
			a.State, a.Before = Revised, new(before[b].Impact)
		}
		if a.State != "" {
			shown = append(shown, a)
		}
	}
	told := slices.Collect(maps.Values(same))
	for i, a := range before {
		if !slices.Contains(told, i) {
			a.State = Retracted
			shown = append(shown, a)
		}
	}
	return shown
}

// pairs returns which alerts of before those of now are. The id is another when a restatement made another service the
// leading one: what is left over is paired by what else an alert is of.
func pairs(now, before []Alert) map[int]int {
	pair, taken := map[int]int{}, map[int]bool{}
	for _, same := range []func(a, b Alert) bool{sameID, sameCause} {
		for i, a := range now {
			for j, b := range before {
				if _, paired := pair[i]; !paired && !taken[j] && same(a, b) {
					pair[i], taken[j] = j, true
				}
			}
		}
	}
	return pair
}

func sameID(a, b Alert) bool { return a.ID == b.ID }

func sameCause(a, b Alert) bool {
	return a.Account == b.Account && a.Currency == b.Currency && a.Kind == b.Kind && a.From == b.From
}

// state returns the state of an alert that no restatement changed; none when it was over before.
func state(a Alert, from, to providers.Day) State {
	switch ended := a.Ended != 0; {
	case a.From > to || ended && a.Ended < from:
		return ""
	case ended && a.Ended <= to:
		return Resolved
	case a.From >= from:
		return Fresh
	default:
		return Ongoing
	}
}

// revised tells whether the impact of the days that both tell of differs by more than one in a hundred and more than one
// unit of the currency.
func revised(now, before Alert) bool {
	until := min(now.To, before.To)
	was := impactUntil(before, until)
	change := impactUntil(now, until).Sub(was).Abs()
	return change.GreaterThan(decimal.Max(was.Abs().Div(decimal.NewFromInt(100)), decimal.NewFromInt(1)))
}

func impactUntil(a Alert, day providers.Day) providers.Money {
	sum := decimal.Zero
	for _, u := range a.Days {
		if u.Day <= day {
			sum = sum.Add(u.Actual.Sub(u.Expected))
		}
	}
	return sum
}
