package forecast

import "math"

// A method is one way to find the level.
type method struct {
	name  string
	days  int     // of how many known days
	trend float64 // how much of the slope is left a day later; 0: it has none
}

// methods are those that a forecast is mixed of.
func methods() [methodCount]method {
	return [methodCount]method{
		{name: "7d", days: 7},
		{name: "14d", days: 14},
		{name: "28d", days: 28},
		{name: "56d", days: 56},
		{name: "trend 28d", days: 28, trend: 0.97},
		{name: "trend 56d", days: 56, trend: 0.995},
	}
}

const (
	methodCount = 6
	longest     = 56  // the most days of a method
	leastTrend  = 14  // days that a trend needs
	smallest    = 0.2 // a day whose factor is smaller says nothing about the level
)

// A line is the level at the end of a day and how it goes on.
type line struct{ level, slope, trend, least float64 }

// at returns the level some days later.
func (l line) at(days int) float64 {
	if l.slope == 0 {
		return l.level
	}
	return max(l.level+l.slope*l.trend*(1-math.Pow(l.trend, float64(days)))/(1-l.trend), l.least)
}

// A view is what the days up to one of them tell.
type view struct {
	profile profile
	lines   [methodCount]line // of each method
}

// viewAt returns what is known at the end of a day. No level is older than the last change.
func (p *past) viewAt(day int) view {
	v := view{profile: p.profileAt(day)}
	known := p.knownUntil(day)
	known = known[max(len(known)-longest, 0):]
	z := p.leveled(known, &v.profile)
	start := lastChange(z)
	known, z = known[start:], z[start:]
	for k, m := range methods() {
		first := max(len(known)-m.days, 0)
		days := known[first:]
		switch {
		case m.trend != 0 && len(days) >= leastTrend:
			v.lines[k] = p.fit(day, days, z[first:], m.trend)
		default:
			v.lines[k] = line{level: p.level(days, &v.profile)}
		}
	}
	return v
}

// mean returns the level that explains the sum of the days.
func (p *past) mean(days []int, f *profile) float64 {
	var sum, factors float64
	for _, i := range days {
		sum += p.base(i)
		factors += f[p.kind[i]]
	}
	if factors == 0 {
		return 0
	}
	return sum / factors
}

// level returns the median level of the days, moved by what they differ from it, outliers damped.
func (p *past) level(days []int, f *profile) float64 {
	levels := make([]float64, 0, len(days))
	for _, i := range days {
		if factor := f[p.kind[i]]; factor >= smallest {
			levels = append(levels, p.base(i)/factor)
		}
	}
	if len(levels) == 0 {
		return p.mean(days, f)
	}
	m := median(levels)
	residuals := make([]float64, len(days))
	var factors float64
	for n, i := range days {
		residuals[n] = p.base(i) - m*f[p.kind[i]]
		factors += f[p.kind[i]]
	}
	limit := dampedAt(residuals)
	var sum float64
	for _, r := range residuals {
		sum += min(max(r, -limit), limit)
	}
	return m + sum/factors
}

// fit lays a straight line through the leveled costs of days that end with the given one. How much of its slope is kept
// depends on how far it stands out of the noise.
func (p *past) fit(day int, days []int, z []float64, trend float64) line {
	n := float64(len(z))
	mean := total(z) / n
	var x float64
	for _, i := range days {
		x += float64(i) / n
	}
	var xx, xz float64
	for k, i := range days {
		d := float64(i) - x
		xx += d * d
		xz += d * (z[k] - mean)
	}
	slope := xz / xx
	var rest float64
	for k, i := range days {
		r := z[k] - mean - slope*(float64(i)-x)
		rest += r * r
	}
	// None of a slope is kept up to 1.4 standard errors, half of one of 2.
	slope *= shrink(slope*slope, 2*rest/(n-2)/xx)
	return line{mean + slope*(float64(day)-x), slope, trend, p.least}
}
