package forecast

import (
	"math"
	"time"
)

const (
	profileWeeks  = 10 // how many days of each weekday the profile is made of, at most
	weekdayLeast  = 3  // with fewer the weekdays share one factor, and so do Saturday and Sunday
	holidayWeight = 3  // how many holidays must be known to count as much as the weekends do
)

// A profile holds a factor for each kind of day. The factors of a week have the mean 1.
type profile [kinds]float64

// profileAt returns the profile as it is known at the end of a day. How much of a difference is kept depends on how far
// it stands out of its noise: a flat series has a flat profile.
func (p *past) profileAt(day int) profile {
	var byWeekday [7][]float64
	var groups [2][]float64 // workdays, weekends
	for i := day - 3; i >= 0 && i > day-3-7*profileWeeks; i-- {
		if r := p.ratio[i]; !math.IsNaN(r) {
			k := p.kind[i]
			byWeekday[k] = append(byWeekday[k], r)
			if k.rest() {
				groups[1] = append(groups[1], r)
			} else {
				groups[0] = append(groups[0], r)
			}
		}
	}
	work, rest := groupFactors(groups)
	var f profile
	for k := range byWeekday {
		f[k] = work
		if kind(k).rest() {
			f[k] = rest
		}
	}
	f.keepWeekdays(byWeekday)
	f.normalize()
	f[moved] = (f[time.Monday] + f[time.Tuesday] + f[time.Wednesday] + f[time.Thursday] + f[time.Friday]) / 5
	f[bridge] = (f[time.Saturday] + f[time.Sunday]) / 2
	f[holiday] = p.holidayFactor(day, f[bridge])
	return f
}

// groupFactors returns the factors of workdays and of weekends.
func groupFactors(groups [2][]float64) (work, rest float64) {
	if len(groups[0]) < weekdayLeast || len(groups[1]) < 2 {
		return 1, 1
	}
	w, r := center(groups[0]), center(groups[1])
	noise := w.variance/float64(len(groups[0])) + r.variance/float64(len(groups[1]))
	keep := shrink((w.level-r.level)*(w.level-r.level), noise)
	return 1 + keep*(w.level-1), 1 + keep*(r.level-1)
}

// keepWeekdays moves each weekday from its group's factor towards its own.
func (f *profile) keepWeekdays(byWeekday [7][]float64) {
	var own [7]float64
	var spread, noise [7]float64
	for k, ratios := range byWeekday {
		if len(ratios) < weekdayLeast {
			return
		}
		c := center(ratios)
		own[k] = c.level
		spread[k] = (c.level - f[k]) * (c.level - f[k])
		noise[k] = c.variance / float64(len(ratios))
	}
	keep := shrink(total(spread[:]), total(noise[:]))
	for k := range own {
		f[k] += keep * (own[k] - f[k])
	}
}

// normalize makes the mean of a week 1 and no factor negative.
func (f *profile) normalize() {
	var sum float64
	for k := range 7 {
		f[k] = max(f[k], 0)
		sum += f[k]
	}
	for k := range 7 {
		if sum > 0 {
			f[k] *= 7 / sum
		} else {
			f[k] = 1
		}
	}
}

// holidayFactor is that of the holidays known, drawn to that of weekends while they are few.
func (p *past) holidayFactor(day int, rest float64) float64 {
	var ratios []float64
	for _, r := range p.holiday[:day+1] {
		if !math.IsNaN(r) {
			ratios = append(ratios, r)
		}
	}
	if len(ratios) == 0 {
		return rest
	}
	n := float64(len(ratios))
	return max((n*center(ratios).level+holidayWeight*rest)/(n+holidayWeight), 0)
}

// shrink returns how much of an effect to keep, 0 to 1: the part of its square that noise does not explain.
func shrink(square, noise float64) float64 {
	if square <= noise {
		return 0
	}
	return 1 - noise/square
}
