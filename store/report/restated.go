package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"goscan/providers"
	"goscan/store"
)

// Restated is what changed of days that were stored already, between an earlier report and this one. A day that was
// provisional then is none of them: it was said to be going to change.
type Restated struct {
	Since   time.Time
	Days    []RestatedDay // by the absolute change, largest first; at most Options.Top
	Count   int           // of all of them
	Changes store.Amounts // of all of them, by currency, in the report's cost column
}

// A RestatedDay is a day of an account that has another cost than it had, in one currency.
type RestatedDay struct {
	Account  string
	Day      providers.Day
	Currency string
	Before   providers.Money // at the instant Since
	After    providers.Money // now
	Closed   bool            // the day's month had closed before
}

// restatedMonths is how many months before the period's are watched for restatements.
const restatedMonths = 3

// restated tells what changed since Options.Since of the period's month and the months before it. It tells nothing when
// the report is limited by what only lines have: those of superseded loads are not kept.
func (r reading) restated(ctx context.Context) (*Restated, error) {
	if r.options.Since.IsZero() {
		return nil, nil
	}
	days := Range{(r.report.Period.To.Month() - restatedMonths).First(), r.report.Stored.To}
	commits, err := r.Commits(ctx, "", days.From, days.To)
	if err != nil {
		return nil, fmt.Errorf("commits from %s to %s: %w", days.From, days.To, err)
	}
	restated := restatedSince(commits, r.options.Since)
	costs, err := r.costsOfLoads(ctx, days, restated)
	switch {
	case errors.Is(err, store.ErrPast):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("costs of restated days: %w", err)
	}
	all := &Restated{Since: r.options.Since, Changes: store.Amounts{}}
	for _, day := range restated {
		all.Days = append(all.Days, r.changesOf(day, costs)...)
	}
	for _, d := range all.Days {
		all.Changes.Add(d.Currency, d.change())
	}
	all.Count = len(all.Days)
	slices.SortFunc(all.Days, func(a, b RestatedDay) int {
		return cmp.Or(b.change().Abs().Cmp(a.change().Abs()), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Day, b.Day),
			cmp.Compare(a.Currency, b.Currency))
	})
	if top := r.options.Top; top >= 0 {
		all.Days = all.Days[:min(top, len(all.Days))]
	}
	return all, nil
}

func (d RestatedDay) change() providers.Money { return d.After.Sub(d.Before) }

// restatedSince returns which days have other lines than at an instant: what they were then and what they are now. A day
// that was not stored then, or was provisional, is none of them. CommittedAt of what they are now is when these lines were
// stored, not when they were confirmed.
func restatedSince(commits []store.Mark, at time.Time) []store.Restatement {
	var all []store.Restatement
	for len(commits) > 0 {
		key := commits[0].Key()
		n := slices.IndexFunc(commits, func(c store.Mark) bool { return c.Key() != key })
		if n < 0 {
			n = len(commits)
		}
		one := thenAndNow(commits[:n], at)
		commits = commits[n:]
		known := one.Before.LoadID != 0 && one.Before.State != providers.Provisional
		if known && one.After.LoadID != one.Before.LoadID && key.Dataset == providers.DatasetBill {
			all = append(all, one)
		}
	}
	return all
}

// thenAndNow returns what a day was at an instant and what it is now. Its commits are in the order in which they were made.
func thenAndNow(commits []store.Mark, at time.Time) store.Restatement {
	var one store.Restatement
	for _, c := range commits {
		if !c.CommittedAt.After(at) && (one.Before.LoadID == 0 || one.Before.Before(c)) {
			one.Before = c
		}
		switch now := one.After; {
		case now.LoadID != 0 && !now.Before(c): // overtaken by a fetch that began later: it never was current
		case now.LoadID == c.LoadID: // a confirmation
			one.After = c
			one.After.CommittedAt = now.CommittedAt
		default:
			one.After = c
		}
	}
	return one
}

// costsOfLoads returns the sums, by load, of what the restatements replaced and what they replaced it with.
func (r reading) costsOfLoads(ctx context.Context, days Range, restated []store.Restatement) (map[string][]store.Cost, error) {
	q := store.Query{
		From: days.From, To: days.To, Amount: *r.options.Amount, By: []store.Dimension{store.ByLoad}, Where: r.options.Where,
		Loads: []store.LoadID{},
	}
	for _, one := range restated {
		q.Loads = append(q.Loads, one.Before.LoadID, one.After.LoadID)
	}
	if err := q.Check(); err != nil || len(restated) == 0 {
		return nil, err
	}
	slices.Sort(q.Loads)
	rows, err := r.Costs(ctx, q)
	if err != nil {
		return nil, err
	}
	byLoad := map[string][]store.Cost{}
	for _, row := range rows {
		byLoad[row.Keys[0]] = append(byLoad[row.Keys[0]], row)
	}
	return byLoad, nil
}

// changesOf returns by how much the cost of a day changed, in each currency in which it did.
func (r reading) changesOf(one store.Restatement, costs map[string][]store.Cost) []RestatedDay {
	before, after := amountsOf(costs, one.Before.LoadID), amountsOf(costs, one.After.LoadID)
	both := store.Amounts{}
	for currency := range before {
		both.Add(currency, before[currency])
	}
	for currency := range after {
		both.Add(currency, after[currency])
	}
	var changes []RestatedDay
	for _, currency := range both.Currencies() {
		d := RestatedDay{
			Account: one.After.Account, Day: one.After.Day, Currency: currency,
			Before: before[currency], After: after[currency], Closed: r.afterClose(one),
		}
		if !d.change().IsZero() {
			changes = append(changes, d)
		}
	}
	return changes
}

func amountsOf(costs map[string][]store.Cost, load store.LoadID) store.Amounts {
	sums := store.Amounts{}
	for _, c := range costs[strconv.FormatUint(uint64(load), 10)] {
		sums.Add(c.Currency, c.Amount)
	}
	return sums
}

// afterClose tells whether a day changed after its month had closed.
func (r reading) afterClose(one store.Restatement) bool {
	if one.Before.State == providers.Final {
		return true
	}
	if r.options.Closes == nil {
		return false
	}
	closes, ok := r.options.Closes(one.After.Account, one.After.Month)
	return ok && !one.After.CommittedAt.Before(closes)
}
