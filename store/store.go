// Package store holds what the stores of bills share: the mark of a stored day, the change that a replacement made, the
// questions that reports ask and the checksum that tells whether a day changed. The stores are store/clickhouse and, for
// use without a server, store/sqlite. Both keep bills as loads under a commit log, in objects of the same names:
//
//   - bill_lines: every line of every load.
//   - bill_days: the commit log, append only. The newest version of a day names its current load; one row is one commit.
//     A day that Prune dropped has none, or in ClickHouse one that names load 0.
//   - bill_daily: sums per load, day and the dimensions of a report.
//   - bill_months: what was reconciled, append only.
//   - bills, bills_daily: views, the lines and the sums of current loads.
//   - focus: a view, bills under the column names of FOCUS 1.2.
package store

import (
	"errors"
	"time"

	"goscan/providers"
)

// ErrUnreachable says that a store does not answer. No day can be stored until it does.
var ErrUnreachable = errors.New("store unreachable")

// ErrSchema says that a store's schema is missing, or older or newer than this binary. The error that wraps it names
// the command to run.
var ErrSchema = errors.New("schema does not fit")

// A Run is what a store needs to know of the run that writes to it.
type Run struct {
	ID  string
	Now func() time.Time
	// State returns what a day of a bill is whose fetch began at the given instant.
	State func(b providers.Bill, d providers.Day, began time.Time) providers.State
}

// A Mark describes the current load of a day: a row of bill_days, and what the local state remembers of it.
type Mark struct {
	Account  string
	Provider string
	Dataset  string
	Month    providers.Month
	Day      providers.Day

	LoadID      LoadID
	Version     time.Time // when the fetch began: of two commits of a day the later version is current; microseconds
	CommittedAt time.Time // microseconds
	State       providers.State
	Lines       int
	BilledCost  Amounts
	Checksum    uint64 // order-free, over all lines: see Tally
	RunID       string
}

// Key identifies the day that the mark is of.
func (m Mark) Key() Key { return Key{m.Account, m.Dataset, m.Day} }

// Before tells whether other is the newer commit of two of the same day, whenever each was committed.
func (m Mark) Before(other Mark) bool {
	if !m.Version.Equal(other.Version) {
		return m.Version.Before(other.Version)
	}
	return m.LoadID < other.LoadID
}

// A Key identifies a stored day.
type Key struct {
	Account string
	Dataset string
	Day     providers.Day
}

// A Change is what Replace did to a day.
type Change struct {
	Before     Mark // the day's newest commit before; the zero Mark when the day was never stored
	After      Mark // the day's newest commit after
	Confirmed  bool // the lines were those that were stored already: nothing but the confirmation was written
	Superseded bool // another writer, whose fetch began later, holds the day: After is its commit
}

// First tells whether the day was never stored before.
func (c Change) First() bool { return c.Before.LoadID == 0 }
