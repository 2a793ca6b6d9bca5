// Package memstore is a store.Reader in memory, for the tests of reports: small and exact.
package memstore

import (
	"context"
	"errors"
	"slices"
	"strings"

	"goscan/providers"
	"goscan/store"
)

// A Store holds the days that Add gave it. Before, when set, runs at the start of every query: a test may change the
// store or fail there.
type Store struct {
	Before func(s *Store, q store.Query) error
	days   map[store.Key]day
	err    error
}

type day struct {
	mark  store.Mark
	lines []providers.Line
}

// Put makes the lines the only lines of a day of an account. A date that is none fails the next query.
func (s *Store) Put(account, provider, date string, state providers.State, lines ...providers.Line) {
	d, err := providers.ParseDay(date)
	s.err = errors.Join(s.err, err)
	var tally store.Tally
	for i := range lines {
		tally.Add(&lines[i])
	}
	mark := store.Mark{
		Account: account, Provider: provider, Dataset: providers.DatasetBill, Month: d.Month(), Day: d,
		State: state, Lines: tally.Lines, BilledCost: tally.BilledCost(), Checksum: tally.Checksum,
	}
	if s.days == nil {
		s.days = map[store.Key]day{}
	}
	s.days[mark.Key()] = day{mark, lines}
}

// Days implements store.Reader.
func (s *Store) Days(ctx context.Context, account string) ([]store.Mark, error) {
	var marks []store.Mark
	for k, d := range s.days {
		if account == "" || account == k.Account {
			marks = append(marks, d.mark)
		}
	}
	slices.SortFunc(marks, func(a, b store.Mark) int {
		if c := strings.Compare(a.Account, b.Account); c != 0 {
			return c
		}
		return int(a.Day - b.Day)
	})
	return marks, errors.Join(s.err, ctx.Err())
}

// Costs implements store.Reader. It knows the dimensions account, day, service, region, project, resource and tags, and
// no filters.
func (s *Store) Costs(ctx context.Context, q store.Query) ([]store.Cost, error) {
	if s.Before != nil {
		if err := s.Before(s, q); err != nil {
			return nil, err
		}
	}
	sums := map[string]*store.Cost{}
	for _, d := range s.days {
		if d.mark.Day < q.From || d.mark.Day > q.To {
			continue
		}
		for i := range d.lines {
			keys, names, err := split(d.mark, &d.lines[i], q.By)
			if err != nil {
				return nil, err
			}
			id := strings.Join(append(keys, d.lines[i].Currency), "\x00")
			if sums[id] == nil {
				sums[id] = &store.Cost{Keys: keys, Names: names, Currency: d.lines[i].Currency}
			}
			sums[id].Amount = sums[id].Amount.Add(store.LineAmounts(&d.lines[i])[q.Amount])
			sums[id].Lines++
		}
	}
	var costs []store.Cost
	for _, c := range sums {
		costs = append(costs, *c)
	}
	return costs, ctx.Err()
}

func split(m store.Mark, l *providers.Line, by []store.Dimension) (keys, names []string, err error) {
	for _, dimension := range by {
		var key, name string
		tag, isTag := dimension.Tag()
		switch {
		case isTag:
			key = l.Tags[tag]
		case dimension == store.ByAccount:
			key = m.Account
		case dimension == store.ByDay:
			key = m.Day.String()
		case dimension == store.ByService:
			key, name = l.ServiceCode, l.ServiceName
		case dimension == store.ByRegion:
			key, name = l.RegionID, l.RegionName
		case dimension == store.ByProject:
			key = l.CostUnit
		case dimension == store.ByResource:
			key, name = l.ResourceID, l.ResourceName
		default:
			return nil, nil, errors.New("memstore does not know the dimension " + string(dimension))
		}
		if name == "" {
			name = key
		}
		keys, names = append(keys, key), append(names, name)
	}
	return keys, names, nil
}

// Commits implements store.History.
func (s *Store) Commits(ctx context.Context, account string, from, to providers.Day) ([]store.Mark, error) {
	marks, err := s.Days(ctx, account)
	return slices.DeleteFunc(marks, func(m store.Mark) bool { return m.Day < from || m.Day > to }), err
}

// RecordMonth implements store.History.
func (s *Store) RecordMonth(context.Context, []store.MonthRow) error { return nil }

// Months implements store.History.
func (s *Store) Months(context.Context, string) ([]store.MonthRow, error) { return nil, nil }
