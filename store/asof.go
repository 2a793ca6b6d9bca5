package store

import (
	"context"
	"slices"
	"time"

	"goscan/providers"
)

// A Past answers as a store would have answered at an instant.
type Past interface {
	Reader
	History
}

// AsOf returns what answers as the store would have answered at the instant t. Of months that were compared again since,
// it knows nothing.
func AsOf(s Past, t time.Time) Past { return past{s, t} }

type past struct {
	Past
	at time.Time
}

// Commits returns the commits until then.
func (p past) Commits(ctx context.Context, account string, from, to providers.Day) ([]Mark, error) {
	commits, err := p.Past.Commits(ctx, account, from, to)
	return slices.DeleteFunc(commits, func(m Mark) bool { return m.CommittedAt.After(p.at) }), err
}

// Months returns the rows of the months whose last comparison was before then.
func (p past) Months(ctx context.Context, account string) ([]MonthRow, error) {
	rows, err := p.Past.Months(ctx, account)
	return slices.DeleteFunc(rows, func(r MonthRow) bool { return r.RecordedAt.After(p.at) }), err
}

// Days returns the newest commit of every day that had one.
func (p past) Days(ctx context.Context, account string) ([]Mark, error) {
	commits, err := p.Past.Commits(ctx, account, firstDay, lastDay)
	if err != nil {
		return nil, err
	}
	var days []Mark
	for _, c := range commits {
		if c.CommittedAt.After(p.at) {
			continue
		}
		switch n := len(days); {
		case n == 0 || days[n-1].Key() != c.Key():
			days = append(days, c)
		case days[n-1].Before(c):
			days[n-1] = c
		}
	}
	return days, nil
}

// The range of days that the stores can hold.
const (
	firstDay = 0
	lastDay  = 1<<16 - 1
)

// Costs returns the sums of the loads that were current, or of those that the query names.
func (p past) Costs(ctx context.Context, q Query) ([]Cost, error) {
	if q.Loads != nil {
		return p.Past.Costs(ctx, q)
	}
	q.Loads = []LoadID{}
	if err := q.Check(); err != nil {
		return nil, err
	}
	days, err := p.Days(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, d := range days {
		if d.Day >= q.From && d.Day <= q.To {
			q.Loads = append(q.Loads, d.LoadID)
		}
	}
	slices.Sort(q.Loads)
	return p.Past.Costs(ctx, q)
}
