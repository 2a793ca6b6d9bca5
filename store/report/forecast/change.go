package forecast

const (
	changeT    = 5.0  // the t-value from which on a change of the level is one
	changeSide = 4    // days on its shorter side
	overTrend  = 1.1  // how much more than a straight line it must explain
	rounding   = 1e-9 // a smaller part of the sum of squares is no change
)

// leveled returns the costs of the days without the profile, each damped towards the days next to it.
func (p *past) leveled(days []int, f *profile) []float64 {
	z := make([]float64, len(days))
	before := 0.0
	for n, i := range days {
		if factor := f[p.kind[i]]; factor >= smallest {
			before = p.base(i) / factor
		}
		z[n] = before // a day that says nothing about the level is like the one before
	}
	smooth, residuals := make([]float64, len(z)), make([]float64, len(z))
	var window [5]float64
	for n := range z {
		near := z[max(n-2, 0):min(n+3, len(z))]
		smooth[n] = median(window[:copy(window[:], near)])
		residuals[n] = z[n] - smooth[n]
	}
	limit := dampedAt(residuals)
	for n := range z {
		z[n] = smooth[n] + min(max(residuals[n], -limit), limit)
	}
	return z
}

// lastChange returns where in the values the present level began, 0 when it did not change.
func lastChange(z []float64) int {
	start := 0
	for {
		k := changeIn(z[start:])
		if k == 0 {
			return start
		}
		start += k
	}
}

// changeIn returns where two levels explain the values best: 0 when they do not stand out of the noise, or explain
// little more than a trend does.
func changeIn(z []float64) int {
	if len(z) < 2*changeSide {
		return 0
	}
	n := float64(len(z))
	sum := total(z)
	var squares, left, best float64
	for _, v := range z {
		squares += v * v
	}
	at := 0
	for k := 1; k <= len(z)-changeSide; k++ {
		left += z[k-1]
		if k < changeSide {
			continue
		}
		a, b := float64(k), n-float64(k)
		d := left/a - (sum-left)/b
		if explained := d * d * a * b / n; explained > best {
			best, at = explained, k
		}
	}
	noise := max(squares-sum*sum/n-best, 0) / (n - 2)
	if best <= changeT*changeT*noise || best <= rounding*squares || best < overTrend*explainedByLine(z) {
		return 0
	}
	return at
}

// explainedByLine returns the part of the sum of squares around the mean that a straight line explains.
func explainedByLine(z []float64) float64 {
	n := float64(len(z))
	middle := (n - 1) / 2
	var sum float64
	for i, v := range z {
		sum += (float64(i) - middle) * v
	}
	return sum * sum / (n * (n*n - 1) / 12)
}
