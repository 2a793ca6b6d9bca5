package providers

import (
	"fmt"
	"time"
)

// A State tells how final a stored day is.
type State uint8

// The states of a stored day, in the order in which it passes through them.
const (
	Provisional State = iota // its fetch began before the day's end plus the issue lag
	Complete                 // its fetch began after that
	Final                    // its fetch began after the month's close time
)

var stateNames = [...]string{"provisional", "complete", "final"}

// String returns "provisional", "complete" or "final".
func (s State) String() string { return stateNames[s] }

// ParseState is the inverse of State.String.
func ParseState(name string) (State, error) {
	for s, n := range stateNames {
		if n == name {
			return State(s), nil
		}
	}
	return 0, fmt.Errorf("%q is not a state of a day", name)
}

// MarshalText returns the state's name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText parses a state's name.
func (s *State) UnmarshalText(text []byte) (err error) {
	*s, err = ParseState(string(text))
	return err
}

// A Calendar says when the bills of a cloud are issued, close, and leave its history. All instants are of UTC+8.
type Calendar struct {
	IssueLag  time.Duration // after a day's end, until its lines are all there
	CloseDay  int           // the day of the next month on which a month closes
	CloseHour int           // the hour of that day
	History   int           // how many months before the current one can be asked for
	Earliest  Month         // no month before it can be asked for; 0 where the cloud names none
}

// Closes returns the instant at which a month closes.
func (c Calendar) Closes(m Month) time.Time {
	return ((m + 1).First() + Day(c.CloseDay-1)).Start().Add(time.Duration(c.CloseHour) * time.Hour)
}

// Issued returns the instant from which a day's bill is complete.
func (c Calendar) Issued(d Day) time.Time { return (d + 1).Start().Add(c.IssueLag) }

// State returns what a day is whose fetch began at the instant began.
func (c Calendar) State(d Day, began time.Time) State {
	switch {
	case !began.Before(c.Closes(d.Month())):
		return Final
	case !began.Before(c.Issued(d)):
		return Complete
	default:
		return Provisional
	}
}

// Oldest returns the first month that can be asked for at the instant now.
func (c Calendar) Oldest(now time.Time) Month {
	return max(MonthOf(now)-Month(c.History), c.Earliest)
}
