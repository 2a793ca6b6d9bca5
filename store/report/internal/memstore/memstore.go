// Package memstore is a store in memory, for the tests of reports: small and exact.
package memstore

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"goscan/providers"
	"goscan/store"
)

// A Store holds the days that Put gave it, and every load that was current before. Before, when set, runs at the start
// of every query: a test may change the store or fail there.
type Store struct {
	Before func(s *Store, q store.Query) error
	// Now, when set, is when what is Put is fetched and committed. Else that is at noon after the day.
	Now time.Time

	asking  sync.Mutex   // queries are answered one after the other
	commits []store.Mark // in the order of Put
	loads   map[store.LoadID]load
	current map[store.Key]store.Mark
	months  []store.MonthRow
	err     error
}

type load struct {
	mark  store.Mark
	lines []providers.Line
}

// Put makes the lines the only lines of a day of an account. Lines that the day has already are confirmed. A date that
// is none fails the next query.
func (s *Store) Put(account, provider, date string, state providers.State, lines ...providers.Line) {
	d, err := providers.ParseDay(date)
	s.err = errors.Join(s.err, err)
	if s.loads == nil {
		s.loads, s.current = map[store.LoadID]load{}, map[store.Key]store.Mark{}
	}
	var tally store.Tally
	for i := range lines {
		tally.Add(&lines[i])
	}
	at := s.Now
	if at.IsZero() {
		at = (d + 1).Start().Add(12*time.Hour + time.Duration(len(s.commits))*time.Microsecond)
	}
	mark := store.Mark{
		Account: account, Provider: provider, Dataset: providers.DatasetBill, Month: d.Month(), Day: d,
		LoadID: store.LoadID(len(s.commits) + 1), Version: at, CommittedAt: at,
		State: state, Lines: tally.Lines, BilledCost: tally.BilledCost(), Checksum: tally.Checksum,
	}
	if before := s.current[mark.Key()]; tally.SameAs(before) {
		mark.LoadID = before.LoadID
	}
	s.loads[mark.LoadID] = load{mark, lines}
	s.commits = append(s.commits, mark)
	s.current[mark.Key()] = mark
}

// Days implements store.Reader.
func (s *Store) Days(ctx context.Context, account string) ([]store.Mark, error) {
	marks := slices.Collect(maps.Values(s.current))
	return sortedMarks(marks, account), errors.Join(s.err, ctx.Err())
}

// Commits implements store.History.
func (s *Store) Commits(ctx context.Context, account string, from, to providers.Day) ([]store.Mark, error) {
	marks := slices.DeleteFunc(slices.Clone(s.commits), func(m store.Mark) bool { return m.Day < from || m.Day > to })
	return sortedMarks(marks, account), errors.Join(s.err, ctx.Err())
}

// sortedMarks keeps the marks of an account, or of all when account is empty; those of one day keep their order.
func sortedMarks(marks []store.Mark, account string) []store.Mark {
	marks = slices.DeleteFunc(marks, func(m store.Mark) bool { return account != "" && account != m.Account })
	slices.SortStableFunc(marks, func(a, b store.Mark) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Day, b.Day))
	})
	return marks
}

// RecordMonth implements store.History.
func (s *Store) RecordMonth(ctx context.Context, rows []store.MonthRow) error {
	s.months = append(s.months, rows...)
	return ctx.Err()
}

// Months implements store.History.
func (s *Store) Months(ctx context.Context, account string) ([]store.MonthRow, error) {
	newest := map[providers.Month]time.Time{}
	var rows []store.MonthRow
	for _, r := range s.months {
		if r.Account != account {
			continue
		}
		rows = append(rows, r)
		if r.RecordedAt.After(newest[r.Month]) {
			newest[r.Month] = r.RecordedAt
		}
	}
	rows = slices.DeleteFunc(rows, func(r store.MonthRow) bool { return !r.RecordedAt.Equal(newest[r.Month]) })
	slices.SortStableFunc(rows, func(a, b store.MonthRow) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.ServiceCode, b.ServiceCode),
			cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Amount, b.Amount))
	})
	return rows, errors.Join(s.err, ctx.Err())
}
