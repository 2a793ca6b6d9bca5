package anomaly

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store/report/series"
)

// costs makes a series that begins on firstDay: of each index what cost returns, not known where it is negative.
func costs(days int, cost func(i int) float64) series.Series {
	s := series.Series{From: firstDay}
	for i := range days {
		if c := cost(i); c >= 0 {
			s.Values = append(s.Values, value(c))
		} else {
			s.Values = append(s.Values, series.Value{})
		}
	}
	return s
}

// wobble is a small noise that is the same in every run.
func wobble(i int) float64 { return float64(i*37%11-5) / 5 * 0.02 }

func steady(level float64) func(i int) float64 {
	return func(i int) float64 { return level * (1 + wobble(i)) }
}

// but replaces the costs of days.
func but(cost func(i int) float64, from, to int, by float64) func(i int) float64 {
	return func(i int) float64 {
		if i >= from && i <= to {
			return by
		}
		return cost(i)
	}
}

func of(service string, s series.Series) Scoped {
	return Scoped{Scope{"prod", "alicloud", service, strings.ToUpper(service), "CNY"}, s}
}

// detect returns the alerts of all days, and checks what holds of every alert.
func detect(t *testing.T, all ...Scoped) []Alert {
	t.Helper()
	last := firstDay
	for _, s := range all {
		last = max(last, s.Series.To())
	}
	alerts := Detect(all, firstDay, last, Parameters{}, nil, weekends)
	for _, a := range alerts {
		checkSums(t, a)
	}
	return alerts
}

func checkSums(t *testing.T, a Alert) {
	t.Helper()
	sum, impact := decimal.Zero, decimal.Zero
	for _, c := range a.Contributors {
		sum = sum.Add(c.Delta)
		if !c.Delta.Equal(c.Actual.Sub(c.Expected)) {
			t.Errorf("%s: the delta of %q is %s", a.ID, c.Service, c.Delta)
		}
	}
	for _, u := range a.Days {
		impact = impact.Add(u.Actual.Sub(u.Expected))
	}
	if !sum.Equal(a.Actual.Sub(a.Expected)) || !impact.Equal(a.Impact) {
		t.Errorf("%s: contributors add up to %s of %s, days to %s of %s", a.ID, sum, a.Actual.Sub(a.Expected), impact, a.Impact)
	}
	named := map[string]bool{}
	for _, c := range a.Contributors {
		if named[c.Service] {
			t.Errorf("%s: %q contributes twice", a.ID, c.Service)
		}
		named[c.Service] = true
	}
	last := a.Days[len(a.Days)-1]
	if a.Days[0].Day != a.From || last.Day != a.To || !last.Actual.Equal(a.Actual) || !last.Expected.Equal(a.Expected) {
		t.Errorf("%s: the last of its days %v is not what it tells of %s", a.ID, a.Days, a.To)
	}
	if a.Actual.GreaterThanOrEqual(a.Low) && a.Actual.LessThanOrEqual(a.High) {
		t.Errorf("%s: %s is within %s to %s", a.ID, a.Actual, a.Low, a.High)
	}
	if a.Rule == "" || a.ID == "" || !a.Expected.Equal(a.Expected.Round(2)) {
		t.Errorf("%s: rule %q, expected %s", a.ID, a.Rule, a.Expected)
	}
}

// brief writes alerts as "rise 60..62".
func brief(alerts []Alert) string {
	var out []string
	for _, a := range alerts {
		out = append(out, fmt.Sprintf("%s %d..%d", a.Kind, a.From-firstDay, a.To-firstDay))
	}
	return strings.Join(out, ", ")
}

func expect(t *testing.T, what string, alerts []Alert, want string) {
	t.Helper()
	if got := brief(alerts); got != want {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestWhatIsAndIsNoAlert(t *testing.T) {
	normal := steady(1000)
	weekly := func(i int) float64 {
		if i%7 >= 5 {
			return normal(i) / 2
		}
		return normal(i)
	}
	for _, c := range []struct {
		what string
		cost func(i int) float64
		want string
	}{
		{"nothing", normal, ""},
		{"weekends", weekly, ""},
		{"a rise of three days, and no echo", but(normal, 60, 62, 1600), "rise 60..62"},
		{"a drop, and no echo", but(normal, 60, 64, 400), "drop 60..64"},
		{"a weekday's cost on a Sunday", but(weekly, 62, 62, 1000), "rise 62..62"},
		{"a change below 15 %", but(normal, 60, 62, 1120), ""},
		{"a change below the floor", but(steady(100), 60, 62, 190), ""},
		{"a change above the floor", but(steady(100), 60, 62, 210), "rise 60..62"},
		{"no history", but(normal, 10, 12, 5000), ""},
		{"days that are not known", but(normal, 60, 66, -1), ""},
		{"a rise around a day that is not known", but(but(normal, 60, 64, 1600), 62, 62, -1), "rise 60..64"},
		{"a normal day within a rise", but(but(normal, 60, 64, 1600), 62, 62, 1000), "rise 60..64"},
		{"five normal days between", but(but(normal, 60, 60, 1600), 66, 66, 1700), "rise 60..60, rise 66..66"},
		{"a new level is adopted after a week", but(normal, 60, 200, 1600), "rise 60..66"},
		{"and left as a drop", but(normal, 60, 79, 1600), "rise 60..66, drop 80..86"},
		{"up, then down at once", but(but(normal, 60, 61, 1600), 62, 63, 300), "rise 60..61, drop 62..63"},
		{"a service that is gone", but(normal, 60, 200, 0), "vanished 60..66"},
		{"gone for a day", but(normal, 60, 60, 0), "vanished 60..60"},
		{"a service that is new", but(normal, 0, 59, 0), "new 60..66"},
		{"new and small", but(steady(90), 0, 59, 0), ""},
		{"new for one day, small before", but(but(but(normal, 0, 59, 0), 60, 60, 3), 62, 200, 0), "new 61..61"},
		{"new with the account", func(i int) float64 { return but(normal, 0, 9, 0)(i) }, ""},
		{"new, then higher", but(but(normal, 0, 59, 0), 85, 86, 1800), "new 60..66, rise 85..86"},
		{"on now and then", func(i int) float64 {
			if i%5 == 0 {
				return normal(i)
			}
			return 0
		}, ""},
		{"now and then, and once much more", func(i int) float64 {
			if i == 60 {
				return 3000
			}
			if i%5 == 0 {
				return normal(i)
			}
			return 0
		}, "rise 60..60"},
		{"a new habit of weekends tells twice", func(i int) float64 {
			if i >= 60 && i%7 >= 5 {
				return 300
			}
			return normal(i)
		}, "drop 61..62, drop 68..69"},
		{"a slow rise", func(i int) float64 {
			if i < 60 {
				return normal(i)
			}
			return normal(i) * min(1+0.018*float64(i-59), 1.5)
		}, "creep 72..78"},
	} {
		expect(t, c.what, detect(t, of("ecs", costs(100, c.cost))), c.want)
	}
}

// The fee is paid on the 1st: of the months after the first it is expected, and so is a month's only cost of a service.
func TestAMonthlyFeeIsToldOnce(t *testing.T) {
	fees := func(level, fee float64) func(i int) float64 {
		return func(i int) float64 {
			if _, _, dom := (firstDay + providers.Day(i)).Date(); dom == 1 && i > 50 {
				return level*(1+wobble(i)) + fee
			}
			return level * (1 + wobble(i))
		}
	}
	for _, level := range []float64{1000, 0} {
		alerts := detect(t, of("ecs", costs(200, fees(level, 2000))))
		if len(alerts) != 1 || alerts[0].From != alerts[0].To {
			t.Errorf("a fee on top of %g: %s", level, brief(alerts))
		}
	}
}

func TestANoisyServiceThatIsGoneIsBelowItsBand(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	noisy := func(int) float64 { return 1000 * math.Exp(0.8*random.NormFloat64()) }
	alerts := detect(t, of("ecs", costs(70, but(noisy, 65, 69, 0))))
	if n := len(alerts); n == 0 || alerts[n-1].Kind != Vanished || alerts[n-1].From != firstDay+65 {
		t.Error(brief(alerts))
	}
}

func TestWithoutAFloorEveryChangeCounts(t *testing.T) {
	p := Parameters{MinAmount: map[string]providers.Money{"CNY": decimal.Zero}}
	all := []Scoped{
		of("ecs", costs(90, but(steady(1), 60, 60, 1.6))), of("oss", costs(90, but(steady(0), 70, 70, 0.02))), of("cdn", costs(90, steady(0))),
	}
	expect(t, "alerts", Detect(all, firstDay, firstDay+89, p, nil, weekends), "rise 60..60, new 70..70")
}

func TestOneCauseIsOneAlert(t *testing.T) {
	alerts := detect(t,
		of("ecs", costs(90, but(steady(1000), 60, 62, 1500))),
		of("oss", costs(90, but(steady(1000), 60, 60, 3000))),
		of("slb", costs(90, but(steady(1000), 60, 61, 500))),
		of("cdn", costs(90, but(steady(2000), 0, 59, 0))),
		of("dns", costs(90, but(steady(1000), 61, 61, 1600))),
	)
	expect(t, "alerts", alerts, "new 60..66, drop 60..61, rise 61..61")
	if len(alerts) != 3 {
		return
	}
	first := alerts[0] // cdn leads: it is the most unusual on the first day
	if len(first.Contributors) != 1 || first.Contributors[0].Service != "cdn" || first.Contributors[0].ServiceName != "CDN" {
		t.Errorf("on the last day only cdn is unusual: %v", first.Contributors)
	}
	early := Detect([]Scoped{
		of("ecs", costs(61, but(steady(1000), 60, 62, 1500))),
		of("oss", costs(61, but(steady(1000), 60, 60, 3000))),
		of("cdn", costs(61, but(steady(2000), 0, 59, 0))),
	}, firstDay+60, firstDay+60, Parameters{}, nil, weekends)
	var services []string
	for _, c := range early[0].Contributors {
		services = append(services, c.Service)
	}
	if !slices.Equal(services, []string{"oss", "cdn", "ecs"}) && !slices.Equal(services, []string{"cdn", "oss", "ecs"}) {
		t.Errorf("on the first day contribute %v", services)
	}
	checkSums(t, early[0])
}

func TestABroadRiseIsOneAlertOfTheAccount(t *testing.T) {
	var all []Scoped
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 30 {
		// Each service is so noisy that a rise of a quarter is within its band.
		all = append(all, of(fmt.Sprintf("s%02d", i), costs(90, func(d int) float64 {
			cost := 1000 * math.Exp(0.18*random.NormFloat64())
			if d >= 70 && d <= 72 {
				return cost * 1.25
			}
			return cost
		})))
	}
	all = append(all, of("up", costs(90, but(steady(5000), 69, 75, 40000)))) // alerts by itself all the while
	alerts := detect(t, all...)
	var broad []Alert
	for _, a := range alerts {
		if a.Contributors[len(a.Contributors)-1].Service == "" {
			broad = append(broad, a)
		}
	}
	if len(broad) != 1 || broad[0].From != firstDay+70 || broad[0].Kind != Rise {
		t.Fatalf("%s: %d of the account", brief(alerts), len(broad))
	}
	if e := broad[0].Expected.IntPart(); e < 25000 || e > 34000 {
		t.Errorf("30 services of 1000 were expected to cost %d: the one that alerts itself is none of them", e)
	}
	if n := len(broad[0].Contributors); n < topContributors+1 {
		t.Errorf("%d contributors, want the largest %d and the others", n, topContributors)
	}
}

// A slow rise is told of in levels, a sudden one in costs: they are two alerts, and the account's own is neither.
func TestASlowRiseIsOneAlertOfItsService(t *testing.T) {
	slow := func(i int) float64 { return steady(1000)(i) * min(1+0.018*float64(max(i-59, 0)), 1.5) }
	alerts := detect(t,
		of("ecs", costs(100, slow)), of("oss", costs(100, but(steady(20), 72, 72, 800))), of("slb", costs(100, steady(20))),
	)
	expect(t, "alerts", alerts, "creep 72..78, rise 72..72")
	for _, a := range alerts {
		if len(a.Contributors) != 1 {
			t.Errorf("%s: %v", a.Kind, a.Contributors)
		}
	}
}

// When the new level of a service is adopted its account has a new level too: that is no alert.
func TestAnAdoptedServiceIsNoRiseOfItsAccount(t *testing.T) {
	for _, was := range []float64{1000, 0} {
		alerts := detect(t,
			of("ecs", costs(140, but(steady(was), 60, 139, 6000))),
			of("oss", costs(140, steady(1000))), of("slb", costs(140, steady(500))),
		)
		if len(alerts) != 1 || alerts[0].To != firstDay+66 {
			t.Errorf("from %g: %s", was, brief(alerts))
		}
	}
}

func TestAServiceThatIsNotToldOfWasNotUsed(t *testing.T) {
	late := costs(30, steady(1000))
	late.From = firstDay + 60
	expect(t, "a series that begins late", detect(t, of("ecs", costs(90, steady(1000))), of("oss", late)), "new 60..66")
	expect(t, "one that ends early", detect(t, of("ecs", costs(90, steady(1000))), of("oss", costs(60, steady(1000)))), "vanished 60..66")
	expect(t, "the first of an account", detect(t, of("oss", late)), "")
}

func TestParametersAreUsedAndTold(t *testing.T) {
	s := of("ecs", costs(90, but(steady(1000), 60, 60, 1300)))
	with := func(p Parameters) []Alert {
		return Detect([]Scoped{s}, firstDay, firstDay+89, p, nil, weekends)
	}
	a := with(Parameters{Rule: "weekday-mad"})
	if len(a) != 1 || a[0].Rule != "weekday-mad k=4 level=14d min=15% floor=100 CNY" {
		t.Fatalf("%v", a)
	}
	for what, p := range map[string]Parameters{
		"percent": {MinPercent: 35}, "amount": {MinAmount: map[string]providers.Money{"CNY": decimal.NewFromInt(400)}}, "k": {K: 40},
	} {
		if got := with(p); len(got) != 0 {
			t.Errorf("%s: %s", what, brief(got))
		}
	}
	usd := s
	usd.Scope.Currency = "USD"
	a = Detect([]Scoped{usd}, firstDay, firstDay+89, Parameters{K: 3.5, Rule: "sigma-28"}, nil, weekends)
	if len(a) != 1 || a[0].Rule != "sigma-28 k=3.5 mean=28d min=15% floor=15 USD" {
		t.Errorf("%v", a)
	}
}

func TestPlannedCosts(t *testing.T) {
	all := []Scoped{
		of("ecs", costs(90, but(steady(1000), 60, 62, 1600))), of("oss", costs(90, but(steady(1000), 60, 61, 1600))),
	}
	plan := func(p ...Planned) string {
		var out []string
		for _, a := range Detect(all, firstDay, firstDay+89, Parameters{}, p, weekends) {
			out = append(out, fmt.Sprintf("%s %d:%s", a.Contributors[0].Service, a.To-firstDay, a.Planned))
		}
		return strings.Join(out, ", ")
	}
	from, to := firstDay+55, firstDay+62
	for _, c := range []struct{ what, got, want string }{
		{"none", plan(), "ecs 62:"},
		{"the account", plan(Planned{"prod", "", from, to, "sale"}), "ecs 62:sale"},
		{"every account", plan(Planned{"", "", from, to, "sale"}), "ecs 62:sale"},
		{"another account", plan(Planned{"test", "", from, to, "sale"}), "ecs 62:"},
		{"one service does not hide the other", plan(Planned{"prod", "oss", from, to, "move"}), "ecs 62:, oss 61:move"},
		{"expired", plan(Planned{"prod", "", from, to - 1, "sale"}), "ecs 62:"},
		{"two reasons", plan(Planned{"", "ecs", from, to, "sale"}, Planned{"", "oss", from, to, "move"}), "ecs 62:sale; move"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
}

// year makes a series of a year and more with what each type of day costs.
func year(t *testing.T, from, to string, of map[series.DayType]float64) series.Series {
	t.Helper()
	s, china := series.Series{From: day(t, from)}, series.China()
	for d := s.From; d <= day(t, to); d++ {
		kind, _ := china.Type(d)
		s.Values = append(s.Values, value(of[kind]*(1+wobble(int(d-s.From)))))
	}
	return s
}

func day(t *testing.T, text string) providers.Day {
	t.Helper()
	d, err := providers.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A service that rests on weekends and holidays: its festival is no drop and the Sunday worked before no rise.
func TestHolidaysAndWorkedWeekends(t *testing.T) {
	s := year(t, "2025-11-01", "2026-11-15", map[series.DayType]float64{series.Workday: 1000, series.Rest: 450, series.Holiday: 450})
	all, china := []Scoped{of("ecs", s)}, series.China()
	if a := Detect(all, s.From, s.To(), Parameters{}, nil, china); len(a) != 0 {
		t.Errorf("%d alerts, the first %s of %s", len(a), a[0].Kind, a[0].From)
	}
	if a := Detect(all, s.From, s.To(), Parameters{}, nil, weekends); len(a) < 8 {
		t.Errorf("without the calendar there are %d alerts: the test shows nothing", len(a))
	}
	costly := day(t, "2026-10-03")
	s.Values[costly-s.From] = value(900) // less than a workday
	a := Detect(all, s.From, s.To(), Parameters{}, nil, china)
	if len(a) != 1 || a[0].From != costly || a[0].Expected.GreaterThan(decimal.NewFromInt(500)) {
		t.Errorf("a costly holiday: %v", a)
	}
}

// As long as no holidays are stored a holiday may be like a workday; then it is like the holidays before.
func TestHolidaysAreComparedWithHolidays(t *testing.T) {
	detect := func(holiday float64) string {
		s := year(t, "2025-02-10", "2025-12-31", map[series.DayType]float64{series.Workday: 1000, series.Rest: 450, series.Holiday: holiday})
		var days []string
		for _, a := range Detect([]Scoped{of("ecs", s)}, s.From, s.To(), Parameters{}, nil, series.China()) {
			days = append(days, fmt.Sprintf("%s %s..%s", a.Kind, a.From, a.To))
		}
		return strings.Join(days, ", ")
	}
	for holiday, want := range map[float64]string{450: "", 1000: "", 700: "", 0.001: "drop 2025-04-04..2025-04-06", 2500: "rise 2025-04-04..2025-04-06"} {
		if got := detect(holiday); got != want {
			t.Errorf("holidays of %g: %q, want %q", holiday, got, want)
		}
	}
}

func TestNothingIsFoundInNothing(t *testing.T) {
	empty := series.Series{From: firstDay}
	for _, all := range [][]Scoped{nil, {of("ecs", empty)}, {of("ecs", costs(1, steady(1000)))}, {of("ecs", costs(90, func(int) float64 { return -1 }))}} {
		if a := Detect(all, firstDay, firstDay+90, Parameters{}, nil, weekends); len(a) != 0 {
			t.Errorf("%v", a)
		}
	}
	if a := Detect([]Scoped{of("ecs", costs(90, steady(1000)))}, firstDay-10, firstDay-5, Parameters{}, nil, weekends); len(a) != 0 {
		t.Errorf("before the series: %v", a)
	}
}
