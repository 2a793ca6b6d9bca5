package series

import (
	"slices"
	"testing"
	"time"

	"goscan/providers"
)

func day(t *testing.T, text string) providers.Day {
	t.Helper()
	d, err := providers.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Each notice is checked against the law: the weekdays that it frees, less the weekends that it takes, are the
// statutory holidays, 11 days until 2024 and 13 since.
func TestEveryYearFreesItsStatutoryHolidays(t *testing.T) {
	want := map[int]struct{ holidays, worked, statutory int }{
		2024: {28, 8, 11},
		2025: {28, 5, 13},
		2026: {33, 6, 13},
	}
	china := China()
	if got := china.Years(); !slices.Equal(got, []int{2024, 2025, 2026}) {
		t.Fatalf("the calendar knows %v; add the new year's numbers here", got)
	}
	for year, w := range want {
		var holidays, worked, freed int
		for d := providers.NewDay(year, time.January, 1); d < providers.NewDay(year+1, time.January, 1); d++ {
			switch kind, known := china.Type(d); {
			case !known:
				t.Fatalf("%s is not known", d)
			case kind == Holiday && weekend(d):
				holidays++
			case kind == Holiday:
				holidays, freed = holidays+1, freed+1
			case kind == Workday && weekend(d):
				worked++
			}
		}
		if holidays != w.holidays || worked != w.worked || freed-worked != w.statutory {
			t.Errorf("%d: %d holidays, %d weekends worked, %d statutory; want %v", year, holidays, worked, freed-worked, w)
		}
	}
}

func TestOnlyWeekendsAreWorkedInstead(t *testing.T) {
	for d, kind := range China().days {
		if kind == Workday && !weekend(d) {
			t.Errorf("%s is a %s and told to be worked", d, d.Weekday())
		}
	}
}

// A free day that touches a holiday and is not a part of it would be a mistyped end of a range; only a weekend may, and
// only where the holiday itself is a single Monday or Friday.
func TestAHolidayIsWhole(t *testing.T) {
	china := China()
	for d, kind := range china.days {
		if kind != Holiday {
			continue
		}
		before, _ := china.Type(d - 1)
		after, _ := china.Type(d + 1)
		lone := before != Holiday && after != Holiday
		if !lone && (before == Rest || after == Rest) {
			t.Errorf("%s is a holiday beside a weekend that is none", d)
		}
	}
}

func TestTypesOfDays(t *testing.T) {
	for text, want := range map[string]DayType{
		"2025-01-27": Workday, // the last day before the festival
		"2025-01-28": Holiday, // its eve, a holiday since 2025
		"2025-02-04": Holiday,
		"2025-02-05": Workday,
		"2025-02-08": Workday, // a Saturday, worked
		"2025-02-09": Rest,
		"2024-02-09": Workday, // the eve was none in 2024
		"2026-10-07": Holiday,
		"2026-10-10": Workday,
		"2026-11-21": Rest,
		"2026-11-23": Workday,
	} {
		if got, known := China().Type(day(t, text)); got != want || !known {
			t.Errorf("%s is %v, %v; want %v", text, got, known, want)
		}
	}
}

func TestAYearThatIsNotKnownHasWeekendsOnly(t *testing.T) {
	for text, want := range map[string]DayType{"2010-10-01": Workday, "2010-10-02": Rest, "2010-10-03": Rest} {
		got, known := China().Type(day(t, text))
		if got != want || known || China().Knows(day(t, text)) {
			t.Errorf("%s is %v, %v; want %v and not known", text, got, known, want)
		}
	}
}

func TestAMistypedCalendarIsRefused(t *testing.T) {
	for _, text := range []string{
		"year x 1号", "year 2025", "2025-01-01 元旦", "2025-01-01..2025-01-01 元旦",
		"year 2025 1号\n2025-01-41..2025-02-01 春节", "year 2025 1号\n2025-01-31..2025-02-41 春节",
		"year 2025 1号\nwork 2025-02-08 2025-02-08", "year 2025 1号\nwork 2026-02-08",
	} {
		if _, err := parseCalendar(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

func TestASeriesEndsAndIsCut(t *testing.T) {
	s := Series{10, []Value{{Known: true}, {}, {Known: true}}}
	if s.To() != 12 || !s.At(12).Known || s.At(13).Known || s.At(9).Known || s.At(11).Known {
		t.Errorf("%v ends on %d", s, s.To())
	}
	if cut := s.Through(11); cut.To() != 11 || cut.At(12).Known {
		t.Errorf("cut to 11, it ends on %d", cut.To())
	}
	if cut := s.Through(5); len(cut.Values) != 0 || cut.To() != 9 {
		t.Errorf("cut before its beginning, %v is left", cut)
	}
}
