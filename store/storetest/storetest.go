// Package storetest is the conformance suite that both stores pass: what a Sink, a Reader and a History promise, proved against
// whatever database the store's own tests create.
//
// A store's tests call Run, and their TestMain calls Child first: some tests start the test binary again to have
// writers in processes of their own, two at once or one that is killed.
package storetest

import (
	"context"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
)

// A Store is an open store under test. It takes every instant from run.Now, the age of a load included.
type Store interface {
	store.Reader
	store.History
	store.Pruner
	store.LineReader
	store.Adopter
	Replace(ctx context.Context, b providers.Bill, d providers.Day, fill func(put providers.Emit) error) (store.Change, error)
	Close() error
}

// A Database is one place where bills are kept, empty when the suite gets it. Several Stores may be open on it.
type Database interface {
	// Open opens another Store on the database. The suite closes it. Loads of a few thousand lines should be inserted
	// in several blocks: where the store's usual blocks are larger, open it with smaller ones.
	Open(ctx context.Context, run store.Run) (Store, error)
	// Address is what Child's open function needs to open the database in another process.
	Address() string
	// Clean removes what is superseded or was never committed, whatever its age.
	Clean(ctx context.Context, s Store) error
	// Lines returns the lines of a day that the view bills shows, in any order.
	Lines(ctx context.Context, account string, d providers.Day) ([]providers.Line, error)
	// StoredLines counts the rows of bill_lines of a day, of all loads.
	StoredLines(ctx context.Context, account string, d providers.Day) (int, error)
	// Focus returns the rows of the view focus whose x_Account is the account, ordered by ResourceId: the text of each
	// column that is not null, decimals in plain digits, instants as 2006-01-02T15:04:05Z, days as 2006-01-02.
	Focus(ctx context.Context, account string) (columns []string, rows []map[string]string, err error)
}

// Run runs the suite. create returns a new, empty, migrated database that lives as long as its test.
func Run(t *testing.T, create func(t testing.TB) Database) {
	tests := []struct {
		name string
		test func(t *testing.T, f *fixture)
	}{
		{"a replacement makes its lines the only ones of the day", testReplace},
		{"a change says what was before and what is after", testChange},
		{"another day, account or month is never touched", testNeighbours},
		{"a failing fill keeps the old lines", testFailingFill},
		{"an amount that does not fit is refused and keeps the old lines", testPrecision},
		{"a cancelled replacement keeps the old lines", testCancelled},
		{"an empty day is remembered as empty", testEmptyDay},
		{"identical lines are kept", testIdenticalLines},
		{"an identical day is confirmed", testConfirmed},
		{"an almost identical day is not confirmed", testNotConfirmed},
		{"the later fetch wins when it commits last", testLaterLast},
		{"the later fetch wins when it commits first", testLaterFirst},
		{"the later fetch wins when it only confirmed", testLaterConfirmed},
		{"an earlier fetch cannot confirm lines that were replaced", testEarlierConfirms},
		{"pages may be put from several goroutines", testConcurrentPuts},
		{"several days may be replaced at once", testConcurrentDays},
		{"days at the calendar's edges", testCalendar},
		{"every field survives the round trip", testRoundTrip},
		{"tags and native fields survive byte for byte", testTexts},
		{"sums are exact to the last digit", testExact},
		{"two currencies are never added", testCurrencies},
		{"every dimension and filter answers as the lines do", testCosts},
		{"an empty key falls back to the name", testFallback},
		{"quantities are summed exactly, and unknown when that of any line is", testQuantities},
		{"a tag and a native field are found whatever their key", testTagKeys},
		{"the sums of given loads are answered, current or not", testLoads},
		{"the sums of given loads know no lines", testLoadsWithoutLines},
		{"every commit is listed, confirmations too", testCommits},
		{"an overtaken fetch never becomes the newest commit", testOvertakenCommits},
		{"the last comparison of a month is what is known of it", testMonths},
		{"a comparison is recorded whole or not at all", testMonthsWhole},
		{"days are listed by account and day", testDays},
		{"two processes never mix or lose a day, and a reader never sees a wrong sum", testProcesses},
		{"a killed load is invisible and is cleaned", testKilled},
		{"lines are read back as they were put", testReadBack},
		{"texts are read back byte for byte", testReadBackTexts},
		{"reading back ends with the first error", testReadBackStops},
		{"what is read back is of one instant", testReadBackInstant},
		{"an adopted day is as of its fetch", testAdopt},
		{"a day that is here already is not adopted", testAdoptAgain},
		{"a day that cannot be adopted keeps its lines", testAdoptFails},
		{"a pruned day may be adopted again", testAdoptPruned},
		{"pruning drops an account's old months and nothing else", testPrune},
		{"pruning what is not there changes nothing", testPruneNothing},
		{"a pruned day may be stored again", testPrunedIsStoredAgain},
		{"a fetch under way while its day is pruned is whole or nothing", testPrunedMeanwhile},
		{"a reader sees a month that is pruned whole or not at all", testPrunedAtOnce},
		{"a killed pruning leaves whole months and is finished by the next", testPruneKilled},
		{"the focus view has the columns and values of FOCUS 1.2", testFocus},
		{"the focus view never leaves empty what FOCUS wants filled", testFocusFallbacks},
		{"the focus view knows the category of a service by cloud and code", testFocusCategories},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.test(t, &fixture{T: t, Database: create(t), clock: newClock(time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC))})
		})
	}
}
