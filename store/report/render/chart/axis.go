// Package chart draws: it says where the marks of a chart in a web page go, and paints the picture that a chat shows. It
// knows numbers and labels, nothing of reports. Its numbers are lengths on paper, so they are floats: an amount that a
// reader reads comes here as a text.
package chart

import "math"

const whole = 100 // an axis across the page is a hundred percent long, so that a chart stretches with its page

// An Axis places values across a page, in percents of its width. Zero is always on it.
type Axis struct{ low, high float64 }

// NewAxis returns the axis that just holds all the values.
func NewAxis(values ...float64) Axis {
	var a Axis
	for _, v := range values {
		a.low, a.high = min(a.low, v), max(a.high, v)
	}
	return a
}

// At returns where a value is.
func (a Axis) At(v float64) float64 {
	if a.high <= a.low {
		return 0
	}
	return hundredths(whole * (min(max(v, a.low), a.high) - a.low) / (a.high - a.low))
}

// A Span is a mark across the page.
type Span struct{ X, Width float64 }

// End is where the span ends.
func (s Span) End() float64 { return hundredths(s.X + s.Width) }

// Span returns the mark from one value to another, whichever is greater.
func (a Axis) Span(from, to float64) Span {
	x := a.At(min(from, to))
	return Span{x, hundredths(a.At(max(from, to)) - x)}
}

// Steps returns the marks of changes that follow each other, each from where the one before ended, on the axis that holds
// them all; the last mark is the sum of them, from zero.
func Steps(changes []float64) (spans []Span, a Axis) {
	levels := []float64{0}
	for _, c := range changes {
		levels = append(levels, levels[len(levels)-1]+c)
	}
	a = NewAxis(levels...)
	for i := range changes {
		spans = append(spans, a.Span(levels[i], levels[i+1]))
	}
	return append(spans, a.Span(0, levels[len(levels)-1])), a
}

// hundredths keeps the digits that can be seen, so that a page is short and the same on every machine.
func hundredths(v float64) float64 { return math.Round(v*whole) / whole }
