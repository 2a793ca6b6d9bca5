package store

import (
	"context"
	"time"

	"goscan/providers"
)

// A History knows what was stored before. Both stores are Histories.
type History interface {
	// Commits returns every commit of the days of a range, of an account or of all accounts when account is empty,
	// ordered by account, dataset, day and the time of the commit. A confirmation has the load id of the commit that it
	// confirms. Of two commits of a day the one with the later version is current, whenever it was committed.
	Commits(ctx context.Context, account string, from, to providers.Day) ([]Mark, error)
	// RecordMonth keeps the result of comparing a month with the cloud's overview, in one step.
	RecordMonth(ctx context.Context, rows []MonthRow) error
	// Months returns, of every month of an account that was compared, the rows that were recorded last, ordered by month,
	// service, currency and amount.
	Months(ctx context.Context, account string) ([]MonthRow, error)
}

// A MonthRow says how one amount of one service of a month compares with the cloud's own overview: a row of bill_months.
// All rows of one comparison share RecordedAt.
type MonthRow struct {
	Account     string
	Provider    string
	Dataset     string
	Month       providers.Month
	ServiceCode string
	ServiceName string
	Currency    string
	Amount      Amount // what was compared: CostBeforeVoucher over all lines, or BilledCost over the settled ones

	Closed    bool            // the month had closed when it was compared
	Lines     int64           // stored
	Rows      int             // of the overview: each may be off by a cent's rounding
	Stored    providers.Money // sum of the stored lines
	Announced providers.Money // the overview's sum, its rounding added back
	Rounding  providers.Money // that was added back
	Tolerance providers.Money // a difference up to this is none
	Overview  string          // fingerprint of the whole overview: it changes when any digit of it does
	Accepted  string          // why somebody accepted the difference; empty: nobody did

	RecordedAt time.Time // microseconds
	RunID      string
}

// Difference returns what is stored less what the cloud announced.
func (r MonthRow) Difference() providers.Money { return r.Stored.Sub(r.Announced) }

// Agrees tells whether the difference is within the tolerance.
func (r MonthRow) Agrees() bool { return !r.Difference().Abs().GreaterThan(r.Tolerance) }

// A Restatement is a day whose lines were replaced by others. A first storing is none, nor is a confirmation.
type Restatement struct{ Before, After Mark }

// Restatements returns what commits, in the order of History.Commits, replaced: of the commits of a day those that were
// current when they were committed.
func Restatements(commits []Mark) []Restatement {
	var all []Restatement
	var current Mark
	for _, c := range commits {
		switch {
		case current.LoadID == 0 || current.Key() != c.Key():
			current = c
			continue
		case c.Before(current): // overtaken by a fetch that began later: it never was the day's current commit
			continue
		case c.LoadID != current.LoadID:
			all = append(all, Restatement{current, c})
		}
		current = c
	}
	return all
}
