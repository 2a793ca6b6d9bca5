package forecast

import (
	"cmp"
	"math"
	"slices"
)

// covered is the share of cases that an interval holds.
const covered = 0.8

// An observed is the size of an error and how much it counts.
type observed struct{ size, weight float64 }

// spread returns half of the interval's width, as a share of the usual day, and how many past errors of the same horizon
// it is made of. Errors over days that overlap are not independent: together they count as the days they span hold
// horizons. Until that is one, errors over a week fill in, larger as the horizon is longer (as its root).
func spread(trials []trial, last, days int) (share float64, n int) {
	long, weight := observe(trials, whole, last)
	brief, _ := observe(trials, short, last)
	evidence := weight * stride / float64(days)
	fill := max(0, 1-evidence)
	farther := math.Sqrt(float64(days) / float64(min(days, week)))
	return (evidence*quantile(long) + fill*farther*quantile(brief)) / (evidence + fill), len(long)
}

// observe returns the errors that the mix of methods made at one of the horizons, and the sum of their weights.
func observe(trials []trial, horizon, last int) (all []observed, sum float64) {
	for n := range trials {
		t := &trials[n]
		weight := t.ended(t.errors[horizon], last)
		if weight == 0 {
			continue
		}
		var by float64
		for k, w := range t.weights {
			by += w * t.errors[horizon].by[k]
		}
		all = append(all, observed{math.Abs(by), weight})
		sum += weight
	}
	return all, sum
}

// quantile returns the size that the covered share of the errors does not exceed. It sorts them.
func quantile(errors []observed) float64 {
	slices.SortFunc(errors, func(a, b observed) int { return cmp.Compare(a.size, b.size) })
	var sum, below float64
	for _, e := range errors {
		sum += e.weight
	}
	for _, e := range errors {
		if below += e.weight; below >= covered*sum {
			return e.size
		}
	}
	return 0
}
