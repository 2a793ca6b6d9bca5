package render

import (
	"fmt"
	"slices"
	"strings"

	"goscan/providers"
	"goscan/store/report"
)

// history draws the trend of a section, from its first stored point on, and says what is drawn. It draws nothing when
// fewer than two points are stored.
func (p *phrases) history(r *report.Report, s *report.Section) (label, line, legend, words string) {
	first := slices.IndexFunc(s.Trend, isStored)
	if count(s.Trend, isStored) < 2 {
		return "", "", "", ""
	}
	points := s.Trend[first:]
	line = sparkline(points)
	legend = fmt.Sprintf(p.to, pointName(points[0], r), pointName(points[len(points)-1], r))
	if strings.ContainsRune(line, missingPoint) {
		legend += p.trendGaps
	}
	return p.trend[r.Kind], line, legend, p.extremesOf(points, r, s.Currency)
}

func isStored(p report.Point) bool { return p.Amount != nil }

// isWhole tells whether a point may be compared with others: it is stored, of every account, and if it is a week or a
// month, not the one to date.
func isWhole(p report.Point, k report.Kind) bool {
	ended := true
	switch k {
	case report.Weekly:
		ended = p.Period.Days() == daysOfWeek
	case report.Monthly:
		ended = p.Period.To == p.Period.To.Month().Last()
	}
	return isStored(p) && !p.Partial && ended
}

const daysOfWeek = 7

// extremesOf words the lowest, the highest and the mean of the whole points, if there are at least two.
func (p *phrases) extremesOf(points []report.Point, r *report.Report, currency string) string {
	whole := slices.DeleteFunc(slices.Clone(points), func(point report.Point) bool { return !isWhole(point, r.Kind) })
	if len(whole) < 2 {
		return ""
	}
	byAmount := func(a, b report.Point) int { return a.Amount.Cmp(*b.Amount) }
	low, high := slices.MinFunc(whole, byAmount), slices.MaxFunc(whole, byAmount)
	var sum providers.Money
	for _, point := range whole {
		sum = sum.Add(*point.Amount)
	}
	mean := sum.DivRound(newInt(int64(len(whole))), cents)
	return fmt.Sprintf(p.extremes, money(low.Amount, currency), pointName(low, r),
		money(high.Amount, currency), pointName(high, r), money(&mean, currency))
}

func pointName(p report.Point, r *report.Report) string {
	if r.Kind == report.Monthly {
		return p.Period.From.Month().String()
	}
	return short(p.Period.From, r.Period.To)
}
