package forecast_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store/report/forecast"
	"goscan/store/report/series"
)

// daily is a series whose days are all known.
func daily(from providers.Day, days int, cost func(providers.Day) float64) series.Series {
	s := series.Series{From: from}
	for d := from; d < from+providers.Day(days); d++ {
		s.Values = append(s.Values, series.Value{Cost: decimal.NewFromFloat(cost(d)).Round(2), Known: true})
	}
	return s
}

func always(cost float64) func(providers.Day) float64 {
	return func(providers.Day) float64 { return cost }
}

func day(t *testing.T, text string) providers.Day {
	t.Helper()
	d, err := providers.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func forget(s series.Series, days ...providers.Day) series.Series {
	s.Values = slices.Clone(s.Values)
	for _, d := range days {
		s.Values[d-s.From] = series.Value{}
	}
	return s
}

var start = providers.NewDay(2026, time.June, 1) // a Monday

func rest(t *testing.T, s series.Series, to providers.Day, c series.Calendar) forecast.Estimate {
	t.Helper()
	e, ok := forecast.Rest(s, to, c)
	if !ok {
		t.Fatal("no estimate")
	}
	return e
}

// near fails when an amount is farther from what is wanted than a share of it.
func near(t *testing.T, what string, got providers.Money, want, share float64) {
	t.Helper()
	if off := math.Abs(got.InexactFloat64() - want); off > share*math.Abs(want) {
		t.Errorf("%s: %s, want about %.2f", what, got, want)
	}
}

func TestHowMuchMustBeKnown(t *testing.T) {
	flat := daily(start, 60, always(100))
	unknown := func(s series.Series, keep int) series.Series {
		var days []providers.Day
		for d := s.From; d < s.To()-providers.Day(keep)+1; d++ {
			days = append(days, d)
		}
		return forget(s, days...)
	}
	tests := map[string]struct {
		s    series.Series
		to   providers.Day
		days int
		ok   bool
	}{
		"nothing at all":                        {series.Series{From: start}, start + 5, 0, false},
		"no day is known":                       {unknown(flat, 0), flat.To() + 5, 0, false},
		"one known day":                         {flat.Through(start), start + 5, 0, false},
		"13 known days":                         {flat.Through(start + 12), start + 20, 0, false},
		"14 known days":                         {flat.Through(start + 13), start + 20, 7, true},
		"14 known days after many that are not": {unknown(flat, 14), flat.To() + 3, 3, true},
		"the last known day is the last":        {flat, flat.To(), 0, true},
		"the same of one known day":             {flat.Through(start), start, 0, true},
		"to is before the last known day":       {flat, flat.To() - 3, 0, true},
		"to is before the series":               {flat, start - 10, 0, true},
		"the newest days are not known":         {forget(flat, flat.To()-1, flat.To()), flat.To() + 3, 5, true},
	}
	for name, test := range tests {
		e, ok := forecast.Rest(test.s, test.to, weekends{})
		if ok != test.ok || e.Days != test.days {
			t.Errorf("%s: %d days, %t", name, e.Days, ok)
		}
		if want := decimal.NewFromInt(int64(100 * test.days)); !e.Expected.Equal(want) {
			t.Errorf("%s: %s, want %s", name, e.Expected, want)
		}
		if days := forecast.Days(test.s, test.to, weekends{}); len(days) != test.days {
			t.Errorf("%s: %d days are told", name, len(days))
		}
	}
}

func TestACostThatIsAlwaysTheSame(t *testing.T) {
	for _, cost := range []float64{0, 100, -100, 0.01} {
		s := daily(start, 60, always(cost))
		e := rest(t, s, s.To()+10, weekends{})
		want := decimal.NewFromFloat(10 * cost)
		if !e.Expected.Equal(want) || !e.Low.Equal(want) || !e.High.Equal(want) || e.Errors == 0 {
			t.Errorf("%v a day: %+v", cost, e)
		}
	}
}

func TestDaysAreNoZerosWhenTheyAreNotKnown(t *testing.T) {
	s := daily(start, 60, always(100))
	for d := s.From; d < s.To(); d += 3 {
		s = forget(s, d)
	}
	e := rest(t, s, s.To()+10, weekends{})
	if want := decimal.NewFromInt(1000); !e.Expected.Equal(want) || !e.Low.Equal(want) || !e.High.Equal(want) {
		t.Errorf("%+v", e)
	}
}

func TestTheDaysAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	s := daily(start, 75, func(providers.Day) float64 { return 50 * r.Float64() })
	for i := range s.Values { // a third of a cent a day: rounded by itself each day is nothing
		s.Values[i].Cost = s.Values[i].Cost.Div(decimal.NewFromInt(7500)).Round(6)
	}
	e := rest(t, s, s.To()+20, weekends{})
	days := forecast.Days(s, s.To()+20, weekends{})
	var sum providers.Money
	for _, cost := range days {
		sum = sum.Add(cost)
		if !cost.Equal(cost.Round(2)) {
			t.Errorf("%s is no cents", cost)
		}
	}
	if len(days) != 20 || !sum.Equal(e.Expected) || e.Expected.IsZero() {
		t.Errorf("%d days of %s, estimate %s", len(days), sum, e.Expected)
	}
}

func TestWeekendsCostWhatTheyDid(t *testing.T) {
	m := &member{Rand: rand.New(rand.NewPCG(3, 3)), level: 100}
	s := daily(start, 56, m.weekly)
	for i, cost := range forecast.Days(s, s.To()+7, weekends{}) {
		want := 100.0
		if i >= 5 {
			want = 55
		}
		near(t, (s.To() + 1 + providers.Day(i)).Weekday().String(), cost, want, 0.04)
	}
}

func TestAJobOfOneWeekday(t *testing.T) {
	s := daily(start, 70, func(d providers.Day) float64 {
		if d.Weekday() == time.Monday {
			return 700
		}
		return 0
	})
	days := forecast.Days(s, s.To()+7, weekends{})
	near(t, "Monday", days[0], 700, 0.01)
	for _, cost := range days[1:] {
		near(t, "another day", cost, 0, 0)
	}
}

func TestCostOnFewDaysIsNotForgotten(t *testing.T) {
	const drawn = 10
	var sum providers.Money
	for seed := range uint64(drawn) {
		r := rand.New(rand.NewPCG(seed, 5))
		s := daily(start, 120, func(providers.Day) float64 {
			if r.Float64() < 0.2 {
				return 1000
			}
			return 0
		})
		e := rest(t, s, s.To()+20, weekends{})
		if sum = sum.Add(e.Expected); e.Expected.IsZero() || e.Low.IsNegative() || !e.High.GreaterThan(e.Expected) {
			t.Errorf("%s, from %s to %s", e.Expected, e.Low, e.High)
		}
	}
	near(t, "20 days of a fifth of 1000", sum, drawn*4000, 0.25)
}

func TestOneExpensiveDayIsDamped(t *testing.T) {
	m := &member{Rand: rand.New(rand.NewPCG(3, 3)), level: 100}
	s := daily(start, 80, m.weekly)
	quiet := rest(t, s, s.To()+20, weekends{})
	s.Values[77].Cost = decimal.NewFromInt(2000)
	loud := rest(t, s, s.To()+20, weekends{})
	near(t, "after a day of 20 times the cost", loud.Expected, quiet.Expected.InexactFloat64(), 0.04)
}

func TestANewLevelIsAdopted(t *testing.T) {
	m := &member{Rand: rand.New(rand.NewPCG(3, 3)), level: 100}
	s := daily(start, 80, func(d providers.Day) float64 {
		if d >= start+72 {
			return 2 * m.weekly(d)
		}
		return m.weekly(d)
	})
	// 8 days after the step, 14 days of 5 at 200 and 2 at 110 a week.
	near(t, "two weeks", rest(t, s, s.To()+14, weekends{}).Expected, 2*(5*200+2*110), 0.04)
}

func TestATrendGoesOn(t *testing.T) {
	s := daily(start, 100, func(d providers.Day) float64 { return 100 + float64(d-start) })
	want := 0.0
	for d := 100; d < 120; d++ {
		want += 100 + float64(d)
	}
	near(t, "rising", rest(t, s, s.To()+20, weekends{}).Expected, want, 0.02)

	s = daily(start, 100, func(d providers.Day) float64 { return max(100-float64(d-start), 0.5) })
	e := rest(t, s, s.To()+20, weekends{})
	if e.Expected.IsNegative() || e.Low.IsNegative() {
		t.Errorf("usage that falls to nothing is expected to cost %s, %s at least", e.Expected, e.Low)
	}
}

func TestAMonthlyFee(t *testing.T) {
	from, last := day(t, "2026-01-05"), day(t, "2026-04-20")
	fees := func(days ...string) series.Series {
		s := daily(from, int(last-from)+1, always(100))
		for _, text := range days {
			s.Values[day(t, text)-from].Cost = decimal.NewFromInt(1100)
		}
		return s
	}
	tests := map[string]struct {
		s    series.Series
		on   string
		cost float64
	}{
		"every month":                      {fees("2026-01-25", "2026-02-25", "2026-03-25"), "2026-04-25", 1100},
		"two months":                       {fees("2026-02-25", "2026-03-25"), "2026-04-25", 1100},
		"one month":                        {fees("2026-03-25"), "2026-04-25", 100},
		"not last month":                   {fees("2026-01-25", "2026-02-25"), "2026-04-25", 100},
		"not this day":                     {fees("2026-01-25", "2026-02-25", "2026-03-25"), "2026-04-26", 100},
		"the last day of the month":        {fees("2026-01-31", "2026-02-28", "2026-03-31"), "2026-04-30", 1100},
		"the 30th, or the last":            {fees("2026-01-30", "2026-02-28", "2026-03-30"), "2026-04-30", 1100},
		"last month is not known that day": {forget(fees("2026-01-25", "2026-02-25"), day(t, "2026-03-25")), "2026-04-25", 1100},
	}
	for name, test := range tests {
		on := day(t, test.on)
		days := forecast.Days(test.s, on, weekends{})
		near(t, name, days[on-last-1], test.cost, 0.001)
		near(t, name+", the day after the last", days[0], 100, 0.001)
	}
}

// festive is a calendar with a holiday of a week in February and one in April, and a workday on a Sunday.
type festive struct{}

func (festive) Type(d providers.Day) (series.DayType, bool) {
	switch _, month, n := d.Date(); {
	case month == time.February && n >= 16 && n <= 22, month == time.April && n >= 4 && n <= 10:
		return series.Holiday, true
	case month == time.April && n == 12:
		return series.Workday, true
	}
	return weekends{}.Type(d)
}

func TestHolidaysAndMovedWorkdays(t *testing.T) {
	from := day(t, "2026-01-05")
	r := rand.New(rand.NewPCG(9, 9))
	costs := func(holiday float64) func(providers.Day) float64 {
		return func(d providers.Day) float64 {
			noise := 1 + 0.02*r.NormFloat64()
			switch kind, _ := (festive{}).Type(d); kind {
			case series.Holiday:
				return holiday * noise
			case series.Rest:
				return 60 * noise
			}
			return 100 * noise
		}
	}
	check := func(name string, s series.Series, holiday, share float64) {
		days := forecast.Days(s, day(t, "2026-04-12"), festive{})
		first := s.To() + 1
		near(t, name+": a holiday in the week", days[day(t, "2026-04-08")-first], holiday, share)
		near(t, name+": a Saturday", days[day(t, "2026-04-11")-first], 60, 0.04)
		near(t, name+": a Sunday that is worked", days[day(t, "2026-04-12")-first], 100, 0.04)
	}
	until := int(day(t, "2026-04-03")-from) + 1
	check("a holiday was seen", daily(from, until, costs(20)), 20, 0.7) // drawn to the weekends' 60
	later := day(t, "2026-02-23")
	check("none was seen", daily(later, int(day(t, "2026-04-03")-later)+1, costs(20)), 60, 0.04)
}

func TestTheIntervalIsOfItsOwnErrors(t *testing.T) {
	noisy := func(share float64, days int) forecast.Estimate {
		m := &member{Rand: rand.New(rand.NewPCG(3, 3))}
		s := daily(start, days, func(providers.Day) float64 { return 100 * m.noise(share) })
		return rest(t, s, s.To()+20, weekends{})
	}
	width := func(e forecast.Estimate) float64 { return e.High.Sub(e.Low).InexactFloat64() }
	quiet, loud, young := noisy(0.02, 120), noisy(0.2, 120), noisy(0.02, 16)
	if width(loud) < 5*width(quiet) || width(quiet) == 0 {
		t.Errorf("2 %% noise: %.0f wide, 20 %%: %.0f", width(quiet), width(loud))
	}
	if quiet.Errors < 20 || young.Errors != 0 || width(young) < 1.5*width(quiet) {
		t.Errorf("120 days: %d errors, %.0f wide; 16 days: %d errors, %.0f wide", quiet.Errors, width(quiet), young.Errors, width(young))
	}
}

// Whatever a series holds, what is told of it is in order, and the same each time; days that are not known at its end
// change nothing.
func TestHostileSeries(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 11))
	for n := range 400 {
		s := series.Series{From: start}
		size := math.Pow(10, float64(r.IntN(30)-4))
		for range r.IntN(160) {
			v := series.Value{Known: r.Float64() < 0.8}
			if kind := r.IntN(5); v.Known && kind > n%5 {
				v.Cost = decimal.NewFromFloat(size * (r.Float64() - 0.2*float64(kind)))
			}
			s.Values = append(s.Values, v)
		}
		to := s.To() + providers.Day(r.IntN(60))
		e, ok := forecast.Rest(s, to, festive{})
		again, _ := forecast.Rest(s, to, festive{})
		if diff := cmp.Diff(e, again); diff != "" {
			t.Fatalf("%d: two answers: %s", n, diff)
		}
		padded := series.Series{From: s.From, Values: append(slices.Clone(s.Values), make([]series.Value, 3)...)}
		if same, _ := forecast.Rest(padded, to, festive{}); cmp.Diff(e, same) != "" {
			t.Fatalf("%d: unknown days at the end change the estimate", n)
		}
		if !ok {
			continue
		}
		if e.Low.GreaterThan(e.Expected) || e.Expected.GreaterThan(e.High) {
			t.Fatalf("%d: %s is not within %s to %s", n, e.Expected, e.Low, e.High)
		}
		var sum providers.Money
		for _, cost := range forecast.Days(s, to, festive{}) {
			sum = sum.Add(cost)
		}
		if !sum.Equal(e.Expected) {
			t.Fatalf("%d: the days add up to %s, not %s", n, sum, e.Expected)
		}
	}
}

func TestTheMethodIsTold(t *testing.T) {
	s := daily(start, 90, func(d providers.Day) float64 { return 100 + float64(d-start) })
	e := rest(t, s, s.To()+20, weekends{})
	if want := "weekday profile x damped level of 90 days: trend 28d 2%, trend 56d 98%"; e.Method != want {
		t.Errorf("%q, want %q", e.Method, want)
	}
}
