package store

import (
	"context"
	"slices"
	"time"
)

// AsOf returns a Reader that answers as the store would have answered at the instant t.
func AsOf(s interface {
	Reader
	History
}, t time.Time) Reader {
	return past{s, s, t}
}

type past struct {
	Reader
	history History
	at      time.Time
}

// Days returns the newest commit of every day that had one.
func (p past) Days(ctx context.Context, account string) ([]Mark, error) {
	commits, err := p.history.Commits(ctx, account, firstDay, lastDay)
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

// Costs returns the sums of the loads that were current.
func (p past) Costs(ctx context.Context, q Query) ([]Cost, error) {
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
	return p.Reader.Costs(ctx, q)
}
