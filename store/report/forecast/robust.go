package forecast

import (
	"math"
	"slices"
)

const (
	perMAD = 1.4826 // standard deviations of a normal distribution in a median absolute deviation
	damped = 2.5    // residuals count up to this many standard deviations
)

// median sorts its values. Of no values it is 0.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	switch {
	case n == 0:
		return 0
	case n%2 == 1:
		return values[n/2]
	}
	return (values[n/2-1] + values[n/2]) / 2
}

// dampedAt returns the size up to which residuals count. What one day in ten exceeds is no outlier: a cost of few days is
// not damped away where most days cost nothing.
func dampedAt(residuals []float64) float64 {
	size := make([]float64, len(residuals))
	for i, r := range residuals {
		size[i] = math.Abs(r)
	}
	m := median(size) // sorts
	return max(damped*perMAD*m, size[(len(size)-1)*9/10])
}

// A middle is the level of some values and their variance around it, both with outliers damped.
type middle struct{ level, variance float64 }

// center sorts its values. Where most of them are 0 the others are what there is, no outliers.
func center(values []float64) middle {
	m := median(values)
	residuals := make([]float64, len(values))
	for i, v := range values {
		residuals[i] = v - m
	}
	limit := math.Inf(1)
	if m != 0 {
		limit = dampedAt(residuals)
	}
	var sum, squares float64
	for _, r := range residuals {
		r = min(max(r, -limit), limit)
		sum += r
		squares += r * r
	}
	n := float64(len(values))
	return middle{m + sum/n, squares / max(n-1, 1)}
}
