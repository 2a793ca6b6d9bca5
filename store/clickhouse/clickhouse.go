// Package clickhouse stores bills in a ClickHouse server, over the native protocol or HTTP, and answers the questions of
// reports.
//
// A day is stored in three steps. Its lines are inserted under the id of a new load, in blocks; the load's count and
// sums, read back from bill_lines and bill_daily, are compared with what was put; one INSERT of one row into bill_days,
// the commit log, then makes it the day's current load. Every reader goes through the commit log: before that row the
// load does not exist for it, after it the load before does not. No lock is held and no step has to be repeated or
// undone after a kill of either side. If the lines are those that the current load has, only a newer row of the log
// that names the same load is written.
//
// The lines of a superseded load are not deleted with the commit but by Clean, an hour later: a reader that read the
// commit log just before the commit still needs them, and so does a writer that is just confirming that load while
// another supersedes it. Lines of loads that were never committed go after a day. Sums of superseded loads stay in
// bill_daily for good: they are the history of restatements, which Commits names and Costs answers by their loads. Prune
// commits a load of no lines for each day that goes, and leaves the deleting to Clean as well.
//
// Amounts are Decimal(38, 12), written and read without floating point. ClickHouse adds them modulo 2^128 without a
// word, so a day whose sum leaves Decimal(38, 12) is refused, and Costs adds in 256 bits.
package clickhouse

import (
	"context"
	"slices"

	"goscan/store"
)

// A Store is an open store of bills: a store.Reader and a store.History that stores days whole. Its methods may be called
// from several goroutines at once. Errors that doom every other call too wrap store.ErrUnreachable or store.ErrSchema.
type Store struct {
	*server
	run store.Run
}

// Open returns the store that cfg names, for one run. It does no I/O: the first method that is called connects.
func Open(cfg Config, run store.Run) *Store {
	return &Store{server: newServer(cfg), run: run}
}

// Close closes the connections.
func (s *Store) Close() error { return s.close() }

// Days returns the newest commit of every stored day of an account, or of all accounts when account is empty, ordered
// by account and day.
func (s *Store) Days(ctx context.Context, account string) ([]store.Mark, error) {
	where := "1"
	if account != "" {
		where = "account = " + literal(account)
	}
	marks, err := s.marks(ctx, where)
	return slices.DeleteFunc(marks, pruned), err
}
