package sync

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"goscan/providers"
	"goscan/store"
)

// A Source is one dataset of one account: what a plan is made for.
type Source struct {
	Account  string
	Provider string
	Dataset  string
	Calendar providers.Calendar
	Since    providers.Day // the first day to keep
	Lookback int           // how many of the last days are fetched again until they are final
}

// A Reason says why a day is fetched.
type Reason uint8

// The reasons, the first that holds wins.
const (
	Missing   Reason = iota // never stored
	Recent                  // within the lookback and not final
	Unsettled               // stored before its bill was complete or, in an ended month, before the month closed
	Forced                  // asked for again though it is final
)

var reasonNames = [...]string{"missing", "recent", "unsettled", "forced"}

// String returns the reason's name.
func (r Reason) String() string { return reasonNames[r] }

// MarshalText returns the reason's name.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// A Task is to fetch one day of a bill and have it stored.
type Task struct {
	Bill   providers.Bill
	Day    providers.Day
	Reason Reason
	Known  int // lines that are stored of the day: what the task's cost is estimated from; 0 when it is missing
}

// Plan returns what to fetch so that the stores hold every source from its Since to yesterday (UTC+8): missing days,
// days within the lookback that are not final, days that were stored before they were complete, and, once a day, the days
// of ended months that are not final; also those before Since that a backfill stored. Days before the cloud's history are left out. Tasks are ordered by account, newest day first.
func Plan(now time.Time, sources []Source, marks []store.Mark) []Task {
	stored := index(marks)
	var tasks []Task
	for _, s := range sources {
		yesterday := providers.DayOf(now) - 1
		oldest := max(s.oldest(marks), s.Calendar.Oldest(now).First())
		for d := yesterday; d >= oldest; d-- {
			mark, ok := stored[s.key(d)]
			if !ok && d < s.Since {
				continue // backfill's
			}
			if reason, due := s.due(now, d, mark, ok); due {
				tasks = append(tasks, s.task(d, reason, mark))
			}
		}
	}
	return sorted(tasks)
}

// oldest returns the first day that the source keeps or that is stored of it.
func (s Source) oldest(marks []store.Mark) providers.Day {
	oldest := s.Since
	for _, m := range marks {
		if m.Account == s.Account && m.Dataset == s.Dataset {
			oldest = min(oldest, m.Day)
		}
	}
	return oldest
}

// A Range is what backfill fetches.
type Range struct {
	From, To providers.Day // both inclusive; To is cut at yesterday
	Force    bool          // final days too
}

// A HistoryError says that days were asked for that the cloud no longer has.
type HistoryError struct {
	Account string
	Asked   providers.Month
	Oldest  providers.Month
	Months  int
}

func (e *HistoryError) Error() string {
	return fmt.Sprintf("%s: %s is outside the cloud's history of %d months: the oldest month is %s", e.Account, e.Asked, e.Months, e.Oldest)
}

// PlanRange returns what to fetch so that the stores hold a range of days of every source: all of its days that are not
// final, or all of them with Force. Days that an interrupted earlier run stored are not fetched again on the same day, unless Plan would. A range that
// begins before a cloud's history is a HistoryError.
func PlanRange(now time.Time, sources []Source, marks []store.Mark, r Range) ([]Task, error) {
	stored := index(marks)
	var tasks []Task
	for _, s := range sources {
		if oldest := s.Calendar.Oldest(now); r.From.Month() < oldest {
			return nil, &HistoryError{Account: s.Account, Asked: r.From.Month(), Oldest: oldest, Months: s.Calendar.History}
		}
		for d := min(r.To, providers.DayOf(now)-1); d >= r.From; d-- {
			mark, ok := stored[s.key(d)]
			reason, due := s.due(now, d, mark, ok)
			if r.Force && !due {
				reason, due = Forced, true
			}
			if due {
				tasks = append(tasks, s.task(d, reason, mark))
			}
		}
	}
	return sorted(tasks), nil
}

// due tells whether a day has to be fetched at the instant now.
func (s Source) due(now time.Time, d providers.Day, mark store.Mark, ok bool) (Reason, bool) {
	today := providers.DayOf(now)
	switch {
	case !ok:
		return Missing, true
	case mark.State == providers.Final:
		return 0, false
	case d >= today-providers.Day(s.Lookback):
		return Recent, true
	case mark.State == providers.Provisional:
		return Unsettled, true
	case d.Month() == today.Month():
		return 0, false
	}
	// The month has ended without being final: once a day, and once more when it has closed meanwhile.
	closes := s.Calendar.Closes(d.Month())
	fetchedToday := providers.DayOf(mark.Version) == today
	closedSince := mark.Version.Before(closes) && !now.Before(closes)
	return Unsettled, !fetchedToday || closedSince
}

func (s Source) task(d providers.Day, reason Reason, mark store.Mark) Task {
	return Task{
		Bill:   providers.Bill{Account: s.Account, Provider: s.Provider, Dataset: s.Dataset, Month: d.Month()},
		Day:    d,
		Reason: reason,
		Known:  mark.Lines,
	}
}

func (s Source) key(d providers.Day) store.Key {
	return store.Key{Account: s.Account, Dataset: s.Dataset, Day: d}
}

func index(marks []store.Mark) map[store.Key]store.Mark {
	m := make(map[store.Key]store.Mark, len(marks))
	for _, mark := range marks {
		m[mark.Key()] = mark
	}
	return m
}

func sorted(tasks []Task) []Task {
	slices.SortStableFunc(tasks, func(a, b Task) int {
		return cmp.Or(
			cmp.Compare(a.Bill.Account, b.Bill.Account),
			cmp.Compare(a.Bill.Dataset, b.Bill.Dataset),
			cmp.Compare(b.Day, a.Day),
		)
	})
	return tasks
}

// DefaultSince returns the first day that is kept of an account whose configuration names none and whose state remembers
// none: the first stored day's month, or, before the first sync, the month before the current one.
func DefaultSince(now time.Time, stored []store.Mark) providers.Day {
	since := (providers.MonthOf(now) - 1).First()
	for _, m := range stored {
		since = min(since, m.Month.First())
	}
	return since
}
