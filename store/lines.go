package store

import (
	"context"
	"errors"
	"fmt"

	"goscan/providers"
)

// A LineReader gives lines back as they were put. Both stores are LineReaders.
type LineReader interface {
	// Lines calls use once, with the newest commit of every stored day of the query, by account, day and dataset, and with
	// what reads the lines of one of them. Commits and lines are of one instant, that of the call. It returns use's error.
	Lines(ctx context.Context, q LineQuery, use func(days []Mark, read ReadLines) error) error
}

// ReadLines calls emit with successive pages of the lines of a day, in the order of their offsets, and stops at its first
// error. A page is valid only during the call. It returns nil only when these were exactly the lines of the commit.
type ReadLines func(m Mark, emit providers.Emit) error

// A LineQuery names days.
type LineQuery struct {
	Account  string        // empty: all
	From, To providers.Day // both inclusive
}

// An Adopter takes days over from another store. Both stores are Adopters.
type Adopter interface {
	// Adopt makes the lines that fill puts the only lines of a day, as Replace does, but as of the fetch that m tells of: with
	// its version and its state. So whatever this store fetched later stays. Where the newest commit is of m's fetch or of a later
	// one, fill is not called and nothing is written: see Already.
	Adopt(ctx context.Context, m Mark, fill func(put providers.Emit) error) (Change, error)
}

// Already tells whether a day need not be adopted because its newest commit, before, is of m's fetch or of a later one, and
// what Adopt then returns: Confirmed where that has the same lines, else Superseded.
func Already(before, m Mark) (Change, bool) {
	if before.LoadID == 0 || m.Version.After(before.Version) {
		return Change{}, false
	}
	same := before.HasLinesOf(m)
	return Change{Before: before, After: before, Confirmed: same, Superseded: !same}, true
}

// HasLinesOf tells whether two commits, perhaps of two stores, are of the same lines.
func (m Mark) HasLinesOf(other Mark) bool {
	return m.Lines == other.Lines && m.Checksum == other.Checksum && m.BilledCost.Equal(other.BilledCost)
}

// ErrNotWhole says that the lines that were read of a day are not those that were committed.
var ErrNotWhole = errors.New("these are not the lines that were committed")

// Exactly returns what reads as read does, and fails with ErrNotWhole unless that gave exactly the lines of the commit.
func Exactly(read ReadLines) ReadLines {
	return func(m Mark, emit providers.Emit) error {
		var tally Tally
		err := read(m, func(page []providers.Line) error {
			for i := range page {
				tally.Add(&page[i])
			}
			return emit(page)
		})
		if err != nil || tally.SameAs(m) {
			return err
		}
		return fmt.Errorf("%s %s: %w: %d lines (%s), checksum %016x, instead of %d (%s), %016x",
			m.Account, m.Day, ErrNotWhole, tally.Lines, tally.BilledCost(), tally.Checksum, m.Lines, m.BilledCost, m.Checksum)
	}
}
