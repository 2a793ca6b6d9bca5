package schedule

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"
)

// A Clock is a minute of the day of UTC+8.
type Clock int

const (
	hour   = 60
	aDay   = 24 * hour
	margin = 30            // minutes after the last cloud has issued
	dawn   = Clock(6 * 60) // before it nobody reads a message
	pause  = 90            // minutes from the sync to the report
)

// Early is the time that the clouds and the chat servers get from everybody: what is chosen keeps away from the full and the
// half hour, also after a scheduler's own delay of up to 10 minutes.
const (
	firstMinute = 3
	minutes     = 15
)

// Choose returns when to sync every day: after the bill of a day is issued by every cloud, in the morning, and at a minute
// that the seed picks, the same for the same seed. lags are how long after a day's end the clouds issue its bill.
func Choose(lags []time.Duration, seed string) Clock {
	earliest := dawn
	for _, lag := range lags {
		earliest = max(earliest, Clock((lag%(24*time.Hour)+time.Minute-1)/time.Minute))
	}
	h := fnv.New32a()
	h.Write([]byte(seed)) // a hash never fails
	pick := Clock(h.Sum32() % (2 * minutes))
	start := (earliest + margin + 29) / 30 * 30 // a half hour
	return (start + pick/minutes*30 + firstMinute + pick%minutes).normal()
}

// Later returns when to report: when the sync is done.
func (c Clock) Later() Clock { return (c + pause).normal() }

func (c Clock) normal() Clock { return (c%aDay + aDay) % aDay }

// ParseClock parses HH:MM.
func ParseClock(text string) (Clock, error) {
	h, m, found := strings.Cut(text, ":")
	hours, err1 := strconv.ParseUint(h, 10, 8)
	mins, err2 := strconv.ParseUint(m, 10, 8)
	if !found || err1 != nil || err2 != nil || len(h) != 2 || len(m) != 2 || hours > 23 || mins > 59 {
		return 0, fmt.Errorf("%q is no time of the day (HH:MM, UTC+8)", text)
	}
	return Clock(hours*hour + mins), nil
}

// String returns HH:MM.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c.Hour(), c.Minute()) }

// Hour returns the hour, from 0.
func (c Clock) Hour() int { return int(c) / hour }

// Minute returns the minute of the hour.
func (c Clock) Minute() int { return int(c) % hour }

// Crowded tells whether everybody else starts at that minute, too.
func (c Clock) Crowded() bool { return c.Minute()%30 == 0 }

// shifted returns the clock of a zone that is east of UTC by so many minutes.
func (c Clock) shifted(east int) Clock { return (c - 8*hour + Clock(east)).normal() }

// UTC returns the clock of UTC.
func (c Clock) UTC() Clock { return c.shifted(0) }

// In returns the clock of a zone. In a zone with daylight saving time it is that of the summer, so that in winter a run is an
// hour later and never earlier; varies tells so.
func (c Clock) In(zone *time.Location, year int) (local Clock, varies bool) {
	_, january := time.Date(year, time.January, 1, 12, 0, 0, 0, zone).Zone()
	_, july := time.Date(year, time.July, 1, 12, 0, 0, 0, zone).Zone()
	return c.shifted(max(january, july) / 60), january != july
}
