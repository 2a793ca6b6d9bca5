package providers

import (
	"fmt"
	"time"
)

// zone is the zone of the billing calendar of both clouds: UTC+8, without daylight saving. It has no name in the
// machine's zone database, so the program behaves the same on a machine that has none.
var zone = time.FixedZone("UTC+8", 8*60*60)

// A Day is a day of the billing calendar (UTC+8), as the number of days since 1970-01-01. Days compare and subtract as
// numbers: d+1 is the next day.
type Day int32

// NewDay returns the day of a date. Like time.Date it accepts values outside their ranges.
func NewDay(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

const secondsPerDay = 24 * 60 * 60

// DayOf returns the day of the billing calendar that holds the instant t, whatever t's own zone is.
func DayOf(t time.Time) Day {
	y, m, d := t.In(zone).Date()
	return NewDay(y, m, d)
}

// ParseDay parses YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a day (YYYY-MM-DD)", s)
	}
	return NewDay(t.Date()), nil
}

// Date returns the calendar date.
func (d Day) Date() (year int, month time.Month, day int) { return d.midnightUTC().Date() }

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return d.midnightUTC().Weekday() }

// Month returns the month that the day is in.
func (d Day) Month() Month {
	y, m, _ := d.Date()
	return NewMonth(y, m)
}

// Start returns the instant at which the day begins; the day ends at (d + 1).Start().
func (d Day) Start() time.Time {
	y, m, day := d.Date()
	return time.Date(y, m, day, 0, 0, 0, 0, zone)
}

// String returns YYYY-MM-DD.
func (d Day) String() string { return d.midnightUTC().Format(time.DateOnly) }

// MarshalText returns YYYY-MM-DD.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText parses YYYY-MM-DD.
func (d *Day) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDay(string(text))
	return err
}

func (d Day) midnightUTC() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// A Month is a month of the billing calendar (UTC+8), as the number of months since 1970-01. Months compare and subtract
// as numbers: m+1 is the next month.
type Month int32

// NewMonth returns a month of a year. Like time.Date it accepts months outside 1 to 12.
func NewMonth(year int, month time.Month) Month {
	return Month((year-1970)*monthsPerYear + int(month) - 1)
}

const monthsPerYear = 12

// MonthOf returns the month of the billing calendar that holds the instant t.
func MonthOf(t time.Time) Month { return DayOf(t).Month() }

// ParseMonth parses YYYY-MM.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a month (YYYY-MM)", s)
	}
	return NewMonth(t.Year(), t.Month()), nil
}

// First returns the month's first day.
func (m Month) First() Day { return NewDay(1970, time.January+time.Month(m), 1) }

// Last returns the month's last day.
func (m Month) Last() Day { return (m + 1).First() - 1 }

// Days returns how many days the month has.
func (m Month) Days() int { return int((m + 1).First() - m.First()) }

// String returns YYYY-MM.
func (m Month) String() string { return m.First().midnightUTC().Format("2006-01") }

// MarshalText returns YYYY-MM.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText parses YYYY-MM.
func (m *Month) UnmarshalText(text []byte) (err error) {
	*m, err = ParseMonth(string(text))
	return err
}

// Clock returns an instant as a clock of the billing calendar shows it: "2006-01-02 15:04".
func Clock(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04") }
