package report

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"goscan/providers"
	"goscan/store"
)

// A MonthState tells whether an account's month is closed, stored whole, and reconciled with the cloud's own overview.
type MonthState struct {
	Account    string
	Provider   string
	Month      providers.Month
	State      State // of its least final day
	Closed     bool  // the cloud had closed it when it was last read: some day is final, or it was compared as closed
	Reconciled Reconciled
	Compared   time.Time     // when the comparison first had this result; zero: never compared as a closed month
	Difference store.Amounts // of the services that do not agree: what is stored less what the cloud announced
	Accepted   string        // why somebody accepted the difference
}

// Reconciled says how a month compares with the cloud's own overview.
type Reconciled string

// The results of a reconciliation. A month that was compared before it closed is not compared yet.
const (
	Agrees      Reconciled = "agrees"
	Differs     Reconciled = "differs"
	Accepted    Reconciled = "accepted"
	NotCompared Reconciled = "not_compared"
)

// months tells how the months stand that have ended: the one before the period's, and the period's own. Of an account
// that is retired, or begins later, nothing is told.
func (r reading) months(ctx context.Context) ([]MonthState, error) {
	own := r.report.Period.To.Month()
	ended := []providers.Month{own - 1}
	if r.report.Stored.To >= own.Last() {
		ended = append(ended, own)
	}
	var all []MonthState
	for _, a := range r.history.all {
		if a.retired || !a.everStored() {
			continue
		}
		rows, err := r.Months(ctx, a.name)
		if err != nil {
			return nil, fmt.Errorf("%s: comparisons with the cloud's overview: %w", a.name, err)
		}
		for _, month := range ended {
			if a.first <= month.Last() {
				all = append(all, newMonthState(a, month, rows))
			}
		}
	}
	return all, nil
}

// newMonthState returns how a month of an account stands. Rows are what was found of any of its months.
func newMonthState(a *accountDays, m providers.Month, rows []store.MonthRow) MonthState {
	s := MonthState{
		Account: a.name, Provider: a.provider, Month: m,
		State: a.state(wholeMonth(m)), Closed: a.anyFinal(wholeMonth(m)), Reconciled: NotCompared,
	}
	var differ []store.MonthRow
	for _, row := range rows {
		if row.Month != m || row.Dataset != providers.DatasetBill || !row.Closed {
			continue
		}
		s.Closed, s.Compared = true, row.RecordedAt
		if !row.Agrees() {
			differ = append(differ, row)
		}
	}
	switch {
	case s.Compared.IsZero():
	case len(differ) == 0:
		s.Reconciled = Agrees
	case slices.ContainsFunc(differ, func(row store.MonthRow) bool { return row.Accepted == "" }):
		s.Reconciled = Differs
	default:
		s.Reconciled, s.Accepted = Accepted, reasons(differ)
	}
	s.Difference = difference(differ)
	return s
}

// difference adds up by how much rows differ. What is payable is another amount of the same lines: it counts only where
// nothing else differs.
func difference(rows []store.MonthRow) store.Amounts {
	sums, payable := store.Amounts{}, store.Amounts{}
	for _, row := range rows {
		if row.Amount == store.CostBeforeVoucher {
			sums.Add(row.Currency, row.Difference())
		} else {
			payable.Add(row.Currency, row.Difference())
		}
	}
	if len(sums) == 0 {
		sums = payable
	}
	if len(sums) == 0 {
		return nil
	}
	return sums
}

// reasons returns why differences were accepted, each reason once.
func reasons(rows []store.MonthRow) string {
	var all []string
	for _, row := range rows {
		if !slices.Contains(all, row.Accepted) {
			all = append(all, row.Accepted)
		}
	}
	return strings.Join(all, "; ")
}

// monthNotes names the months whose numbers may still change, and those that differ from what the cloud says.
func monthNotes(months []MonthState) []Note {
	var all []Note
	for _, m := range months {
		switch {
		case m.Reconciled == Differs:
			all = append(all, Note{Kind: NoteUnreconciled, Account: m.Account, Month: m.Month})
		case !m.Closed:
			all = append(all, Note{Kind: NoteUnclosed, Account: m.Account, Month: m.Month})
		}
	}
	return all
}
