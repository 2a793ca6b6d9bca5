package forecast_test

import (
	"math"
	"testing"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store/report/forecast"
	"goscan/store/report/series"
)

func scoresOf(all []series.Series, method string) map[int]forecast.Score {
	byDay := map[int]forecast.Score{}
	for _, s := range forecast.Backtest(all, weekends{}) {
		if s.Method == method {
			byDay[s.Day] = s
		}
	}
	return byDay
}

func TestBacktestCountsWhatItCouldForecast(t *testing.T) {
	// From the 5th of June on 14 days are known by the 18th: June has two forecasts, July five, August none.
	s := daily(day(t, "2026-06-05"), 57+10, always(100))
	counts := func(s series.Series) (n [6]int) {
		scores := scoresOf([]series.Series{s}, forecast.SeasonalNaive)
		for i, d := range []int{5, 10, 15, 20, 25, 0} {
			n[i] = scores[d].Forecasts
		}
		return n
	}
	if got, want := counts(s), [6]int{1, 1, 1, 2, 2, 7}; got != want {
		t.Errorf("%v forecasts, want %v", got, want)
	}
	if got, want := counts(forget(s, day(t, "2026-07-18"))), [6]int{0, 0, 0, 2, 2, 4}; got != want {
		t.Errorf("a day is not known: %v forecasts, want %v", got, want)
	}
	if got, want := counts(forget(s, day(t, "2026-07-20"))), [6]int{0, 0, 0, 1, 2, 3}; got != want {
		t.Errorf("the last known day is not: %v forecasts, want %v", got, want)
	}
	if got := counts(series.Series{From: start}); got != [6]int{} {
		t.Errorf("no days: %v forecasts", got)
	}
}

func TestBacktestScoresTheSimpleMethods(t *testing.T) {
	july := day(t, "2026-07-01") // a Wednesday
	dear := daily(start, 61, func(d providers.Day) float64 {
		if d >= july && d < july+5 {
			return 200
		}
		return 100
	})
	line := daily(start, 61, func(d providers.Day) float64 { return float64(d - start) })
	tests := []struct {
		s      series.Series
		method string
		wape   float64 // of July from the 5th on, which costs 2600
	}{
		{dear, forecast.SeasonalNaive, 18 * 100 / 2600.0}, // 8 Mondays and Tuesdays at 100, 18 other days at 200
		{dear, forecast.RunRate, 1},                       // 26 days at 200
		{line, forecast.StraightLine, 0},
	}
	for _, test := range tests {
		got := scoresOf([]series.Series{test.s}, test.method)[5]
		if got.Forecasts != 1 || math.Abs(got.WAPE-test.wape) > 1e-9 {
			t.Errorf("%+v, want a WAPE of %.4f", got, test.wape)
		}
	}
}

func TestBacktestOfNothingSpent(t *testing.T) {
	for _, s := range forecast.Backtest([]series.Series{daily(start, 90, always(0))}, weekends{}) {
		if s.WAPE != 0 || (s.Method == forecast.Ours) != (s.Coverage() == 1) {
			t.Errorf("%+v", s)
		}
	}
	stopped := daily(start, 61, always(100)) // June and July
	for d := day(t, "2026-07-20"); d <= stopped.To(); d++ {
		stopped.Values[d-start].Cost = decimal.Zero
	}
	if got := scoresOf([]series.Series{stopped}, forecast.RunRate)[20]; got.Forecasts != 2 || got.WAPE <= 0 {
		t.Errorf("%+v", got)
	}
	for _, s := range forecast.Backtest(nil, weekends{}) {
		if s.Forecasts != 0 || s.WAPE != 0 || s.Coverage() != 0 {
			t.Errorf("of no series: %+v", s)
		}
	}
}
