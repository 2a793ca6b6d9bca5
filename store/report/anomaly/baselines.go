package anomaly

// A baseline is a rule that other tools use, by its usual constants. It is what ours is measured by and nothing else.
type baseline struct {
	name string
	days int // how many known days before a day it needs
	// judge returns the sign of what is unusual: 1, 0 or -1. The costs are those before the day, newest first.
	judge func(cost float64, before []float64) int
}

func baselines() []baseline {
	return []baseline{
		{"day-over-day 20%", 1, func(cost float64, before []float64) int {
			return outside(cost, before[0]*0.8, before[0]*1.2)
		}},
		{"mean of 7 days +30%", 7, func(cost float64, before []float64) int {
			return max(outside(cost, 0, mean(before)*1.3), 0)
		}},
		{"3 sigma of 28 days", 28, func(cost float64, before []float64) int {
			m, s := mean(before), deviation(before)
			return outside(cost, m-3*s, m+3*s)
		}},
	}
}

func outside(cost, low, high float64) int {
	switch {
	case cost > high:
		return 1
	case cost < low:
		return -1
	}
	return 0
}

// signs judges every day of a series: changes below the floor are none, like in ours. ok tells which days were judged.
func (b baseline) signs(cost []float64, known []bool, floor float64) (signs []int, ok []bool) {
	signs, ok = make([]int, len(cost)), make([]bool, len(cost))
	for t := range cost {
		if !known[t] {
			continue
		}
		var before []float64
		for s := t - 1; s >= 0 && len(before) < b.days; s-- {
			if known[s] {
				before = append(before, cost[s])
			}
		}
		if len(before) < b.days {
			continue
		}
		ok[t] = true
		if change := cost[t] - mean(before); change > floor || -change > floor {
			signs[t] = b.judge(cost[t], before)
		}
	}
	return signs, ok
}
