package anomaly

import (
	"testing"
	"time"

	"goscan/providers"
	"goscan/store/report/series"
)

// TestALoadThatKnowsNoHoliday follows the week and nothing else, through Mid-Autumn and National Day of 2026 and the
// weekends that are worked for them: nothing of it is unusual. Nor is a load that rests on all of them.
func TestALoadThatKnowsNoHoliday(t *testing.T) {
	china := series.China()
	from, to := providers.NewDay(2026, time.August, 1), providers.NewDay(2026, time.October, 31)
	byWeek := func(d providers.Day) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }
	byCalendar := func(d providers.Day) bool {
		kind, known := china.Type(d)
		if !known {
			t.Fatalf("the year of %s is not known", d)
		}
		return kind != series.Workday
	}
	for name, rests := range map[string]func(providers.Day) bool{"follows the week": byWeek, "rests on holidays": byCalendar} {
		s := series.Series{From: from}
		for d := from; d <= to; d++ {
			cost := 1000 * (1 + wobble(int(d-from)))
			if rests(d) {
				cost *= 0.55
			}
			s.Values = append(s.Values, value(cost))
		}
		if alerts := Detect([]Scoped{of("ecs", s)}, from, to, Parameters{}, nil, china); len(alerts) > 0 {
			t.Errorf("a load that %s: %s", name, brief(alerts))
		}
	}
}
