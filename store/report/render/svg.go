package render

import (
	"slices"

	"goscan/store/report"
	"goscan/store/report/render/chart"
)

// drawn returns the points of a trend that charts show, from the first stored one on, and their numbers. A point that is
// not stored, or not of every account, is a gap: its height would lie.
func drawn(s *report.Section) ([]report.Point, []chart.Number) {
	first := slices.IndexFunc(s.Trend, isStored)
	if first < 0 {
		return nil, nil
	}
	points := s.Trend[first:]
	known := func(p report.Point) bool { return isStored(p) && !p.Partial }
	if count(points, known) < 2 { // an account that is never stored would hide all others
		known = isStored
	}
	return points, each(points, func(p report.Point) chart.Number {
		if !known(p) {
			return chart.Number{}
		}
		return chart.Number{Value: p.Amount.InexactFloat64(), Known: true}
	})
}

// A pageTrend is a column chart.
type pageTrend struct {
	Title  string
	Words  string // the extremes
	Gaps   string // says what a hatched column means; empty where there is none
	Bars   []pageBar
	Ticks  []pageTick
	Height int
	Zero   pageTick // the axis
	Base   int      // where the labels stand
}

type pageBar struct {
	chart.Bar
	Class, Title string
	Label        string // empty where there is no room
}

type pageTick struct {
	chart.Tick
	Text string
}

const (
	trendHeight = 168 // pixels
	labelHeight = 20
	mostLabels  = 6 // as many as a phone has room for
)

// trend draws the trend of a section; nothing when there are not two points.
func (v pageView) trend(s *report.Section) *pageTrend {
	points, numbers := drawn(s)
	if count(points, isStored) < 2 {
		return nil
	}
	columns := chart.NewColumns(numbers, trendHeight)
	t := &pageTrend{
		Title: v.p.trend[v.r.Kind], Words: v.p.extremesOf(points, v.r, s.Currency),
		Height: trendHeight, Base: trendHeight + labelHeight,
	}
	every := (len(points) + mostLabels - 1) / mostLabels
	for i, b := range columns.Bars {
		name := pointName(points[i], v.r)
		bar := pageBar{Bar: b, Title: name + "  " + money(points[i].Amount, s.Currency)}
		switch {
		case !b.Known:
			bar.Class, t.Gaps = "gap", v.words.gaps
			bar.Title += "  " + v.words.gaps
		case i == len(points)-1:
			bar.Class = "now"
		}
		if (len(points)-1-i)%every == 0 {
			bar.Label = name
		}
		t.Bars = append(t.Bars, bar)
	}
	for _, tick := range columns.Ticks {
		t.Ticks = append(t.Ticks, pageTick{tick, v.scale.Short(tick.Value, "")})
	}
	t.Zero.Y = columns.Zero
	return t
}
