package chart_test

import (
	"slices"
	"testing"

	"goscan/store/report/render/chart"
)

func TestAxisHoldsZeroAndEveryValue(t *testing.T) {
	for _, test := range []struct {
		values   []float64
		from, to float64
		want     chart.Span
	}{
		{[]float64{50, 200}, 0, 50, chart.Span{X: 0, Width: 25}},
		{[]float64{50, 200}, 200, 50, chart.Span{X: 25, Width: 75}},
		{[]float64{-100, 300}, 0, -100, chart.Span{X: 0, Width: 25}},
		{[]float64{-100, -300}, -100, -300, chart.Span{X: 0, Width: 66.67}},
		{[]float64{10}, 0, 1e9, chart.Span{X: 0, Width: 100}}, // what is off the axis is cut
		{nil, 0, 5, chart.Span{}},
		{[]float64{0, 0}, 0, 0, chart.Span{}},
	} {
		if got := chart.NewAxis(test.values...).Span(test.from, test.to); got != test.want {
			t.Errorf("on the axis of %v, %v to %v is at %v, want %v", test.values, test.from, test.to, got, test.want)
		}
	}
}

func TestStepsEndAtTheSum(t *testing.T) {
	spans, axis := chart.Steps([]float64{30, -50, 70})
	want := []chart.Span{axis.Span(0, 30), axis.Span(30, -20), axis.Span(-20, 50), axis.Span(0, 50)}
	if !slices.Equal(spans, want) {
		t.Errorf("steps are at %v, want %v", spans, want)
	}
	if zero := axis.At(0); zero != 28.57 {
		t.Errorf("zero is at %v, want at 20/70", zero)
	}
}

func known(values ...float64) []chart.Number {
	var all []chart.Number
	for _, v := range values {
		all = append(all, chart.Number{Value: v, Known: true})
	}
	return all
}

func TestColumnsStandOnZero(t *testing.T) {
	c := chart.NewColumns(append(known(0, 40, 80), chart.Number{}), 100)
	if c.Zero != 100 || len(c.Bars) != 4 {
		t.Fatalf("zero is at %v of 100, with %d bars", c.Zero, len(c.Bars))
	}
	for i, want := range []struct{ y, height float64 }{{100, 0}, {50, 50}, {0, 100}, {0, 100}} {
		if b := c.Bars[i]; b.Y != want.y || b.Height != want.height || b.Known != (i < 3) {
			t.Errorf("bar %d is %+v, want %+v", i, b, want)
		}
	}
	var values []float64
	for _, tick := range c.Ticks {
		values = append(values, tick.Value)
	}
	if want := []float64{0, 20, 40, 60, 80}; !slices.Equal(values, want) {
		t.Errorf("ticks are %v, want %v", values, want)
	}
}

func TestColumnsOfRefundsHangBelowZero(t *testing.T) {
	c := chart.NewColumns(known(-50, 50), 100)
	if c.Zero != 50 || c.Bars[0].Y != 50 || c.Bars[0].Height != 50 || c.Bars[1].Y != 0 {
		t.Errorf("zero %v, bars %+v", c.Zero, c.Bars)
	}
}

func TestFewColumnsStandAtTheRight(t *testing.T) {
	few, many := chart.NewColumns(known(1, 2), 100), chart.NewColumns(known(make([]float64, 30)...), 100)
	for name, c := range map[string]chart.Columns{"few": few, "many": many} {
		last := c.Bars[len(c.Bars)-1]
		if last.End() < 97 || last.End() > 100 || last.Width > 6 {
			t.Errorf("of %s columns the last is %+v", name, last)
		}
	}
	if first := many.Bars[0]; first.X > 1 {
		t.Errorf("of many columns the first is %+v", first)
	}
}

func TestSmallColumnsAreSeenAndNothingIsNoColumn(t *testing.T) {
	c := chart.NewColumns(known(1e9, 0.01, 0), 100)
	if c.Bars[1].Height != 1 || c.Bars[2].Height != 0 {
		t.Errorf("a cent is %v high, nothing %v", c.Bars[1].Height, c.Bars[2].Height)
	}
	for _, numbers := range [][]chart.Number{nil, known(0), {{}}} {
		if c := chart.NewColumns(numbers, 100); len(c.Ticks) == 0 || len(c.Bars) != len(numbers) {
			t.Errorf("of %v: %+v", numbers, c)
		}
	}
}

func TestShortNumbers(t *testing.T) {
	for _, test := range []struct {
		value            float64
		english, chinese string
	}{
		{0, "0", "0"}, {2.5, "2.5", "2.5"}, {999, "999", "999"}, {1000, "1k", "1000"}, {12500, "12.5k", "1.25万"},
		{-2e6, "-2M", "-200万"}, {3e8, "300M", "3亿"}, {2.5e9, "2.5B", "25亿"}, {0.0005, "0.0005", "0.0005"},
	} {
		if got := chart.Thousands().Short(test.value, ""); got != test.english {
			t.Errorf("%v is %q in English, want %q", test.value, got, test.english)
		}
		if got := chart.TenThousands().Short(test.value, ""); got != test.chinese {
			t.Errorf("%v is %q in Chinese, want %q", test.value, got, test.chinese)
		}
	}
	if got := chart.Thousands().Short(-1500, "¥"); got != "-¥1.5k" {
		t.Errorf("with its currency -1500 is %q", got)
	}
}
