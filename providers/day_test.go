package providers_test

import (
	"testing"
	"time"

	"goscan/providers"
)

func TestDaysAreOfUTC8(t *testing.T) {
	tests := map[string]struct {
		instant string
		want    string
	}{
		"one second before midnight there":      {"2026-10-31T15:59:59Z", "2026-10-31"},
		"midnight there is 16:00 UTC":           {"2026-10-31T16:00:00Z", "2026-11-01"},
		"an evening in New York":                {"2026-12-31T11:00:00-05:00", "2027-01-01"},
		"the same day, written in its own zone": {"2026-11-01T23:59:59+08:00", "2026-11-01"},
		"February 29":                           {"2028-02-28T16:00:00Z", "2028-02-29"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			instant, err := time.Parse(time.RFC3339, tt.instant)
			if err != nil {
				t.Fatal(err)
			}
			d := providers.DayOf(instant)
			if d.String() != tt.want {
				t.Errorf("day %s, want %s", d, tt.want)
			}
			if instant.Before(d.Start()) || !instant.Before((d + 1).Start()) {
				t.Errorf("%s is not in %s..%s", instant, d.Start(), (d + 1).Start())
			}
		})
	}
}

func TestTheMachinesZoneDoesNotMatter(t *testing.T) {
	was := time.Local
	defer func() { time.Local = was }()
	instant := time.Date(2026, 10, 31, 16, 30, 0, 0, time.UTC)
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("EST", -5*3600), time.FixedZone("CST", 8*3600)} {
		time.Local = zone
		if d := providers.DayOf(instant.Local()); d.String() != "2026-11-01" {
			t.Errorf("in %s: %s", zone, d)
		}
		if d, err := providers.ParseDay("2026-11-01"); err != nil || d.Start().Unix() != time.Date(2026, 10, 31, 16, 0, 0, 0, time.UTC).Unix() {
			t.Errorf("in %s: %s starts at %s, %v", zone, d, d.Start().UTC(), err)
		}
	}
}

func TestDaysAndMonthsCount(t *testing.T) {
	for m := providers.NewMonth(1969, time.November); m < providers.NewMonth(2101, time.January); m++ {
		if m.First().Month() != m || m.Last().Month() != m || m.Last()+1 != (m+1).First() {
			t.Fatalf("%s: %s..%s", m, m.First(), m.Last())
		}
		if again, err := providers.ParseMonth(m.String()); err != nil || again != m {
			t.Fatalf("%s reads back as %s, %v", m, again, err)
		}
		if again, err := providers.ParseDay(m.Last().String()); err != nil || again != m.Last() {
			t.Fatalf("%s reads back as %s, %v", m.Last(), again, err)
		}
	}
	if n := providers.NewMonth(2028, time.February).Days(); n != 29 {
		t.Errorf("2028-02 has %d days", n)
	}
	if d := providers.NewDay(2026, time.March, 31); (d.Month() - 1).Last().String() != "2026-02-28" {
		t.Errorf("the month before %s ends on %s", d, (d.Month() - 1).Last())
	}
}

func TestWhatIsNoDay(t *testing.T) {
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "2026-1-1", "20260101", "2026-11-31", "-"} {
		if d, err := providers.ParseDay(s); err == nil {
			t.Errorf("%q was taken for %s", s, d)
		}
	}
	for _, s := range []string{"", "2026-13", "2026", "2026-1", "2026-01-01"} {
		if m, err := providers.ParseMonth(s); err == nil {
			t.Errorf("%q was taken for %s", s, m)
		}
	}
}

func TestCalendar(t *testing.T) {
	c := providers.Calendar{IssueLag: 6 * time.Hour, CloseDay: 2, CloseHour: 12, History: 24, Earliest: providers.NewMonth(2022, time.January)}
	tests := map[string]struct {
		day, began string
		want       providers.State
	}{
		"before the day has ended":       {"2026-10-30", "2026-10-30T20:00:00+08:00", providers.Provisional},
		"one second before it is issued": {"2026-10-30", "2026-10-31T05:59:59+08:00", providers.Provisional},
		"when it is issued":              {"2026-10-30", "2026-10-31T06:00:00+08:00", providers.Complete},
		"one second before the close":    {"2026-10-30", "2026-11-02T11:59:59+08:00", providers.Complete},
		"at the close":                   {"2026-10-30", "2026-11-02T04:00:00Z", providers.Final},
		"the last day of the year":       {"2026-12-31", "2027-01-02T12:00:00+08:00", providers.Final},
		"the first day of a month":       {"2026-11-01", "2026-11-02T12:00:00+08:00", providers.Complete},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d, err := providers.ParseDay(tt.day)
			if err != nil {
				t.Fatal(err)
			}
			began, err := time.Parse(time.RFC3339, tt.began)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.State(d, began); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	if got := c.Oldest(now).String(); got != "2024-11" {
		t.Errorf("oldest month %s, want 2024-11", got)
	}
	if got := c.Oldest(now.AddDate(-3, 0, 0)).String(); got != "2022-01" {
		t.Errorf("oldest month %s, want the cloud's first, 2022-01", got)
	}
}
