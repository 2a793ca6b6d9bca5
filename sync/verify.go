package sync

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"goscan/providers"
	"goscan/store"
)

// A Verifier proves months against the clouds' own overviews and keeps what it found in the books. Months of different
// accounts may be verified at once.
type Verifier struct {
	Books     Books
	Providers map[string]providers.Provider // by account
	Proofs    map[string]providers.Proof    // by account
	RunID     string
	Began     time.Time // of the run: a month whose days were all fetched since is not fetched again
	Now       func() time.Time
	// Explain asks for the month-level answer of every month that does not reconcile, not only of those that were not known
	// to: it takes a call for each page of the month.
	Explain bool
}

// A Verdict is what became of verifying a month.
type Verdict struct {
	Bill       providers.Bill
	Comparison *Comparison // nil when Missing is not empty or Err is not nil
	Moved      bool        // the overview differs from the one that was recorded: the cloud restated the month
	Missing    []providers.Day
	Unseen     []Unseen // when the month does not reconcile: the resources of which the month-level answer says something else
	Refetched  bool     // the month was fetched whole once more because of what was found
	Err        error

	days []store.Mark // that are stored of the month
}

// Unreconciled tells whether a closed month differs from the overview beyond the tolerance and nobody accepted it.
func (v Verdict) Unreconciled() bool {
	return v.Comparison != nil && v.Comparison.Closed && !v.Comparison.Agrees()
}

// Watched returns the ended months that every run verifies: the last n of them that the source keeps or of which days are
// stored, oldest first.
func (s Source) Watched(now time.Time, n int, stored []store.Mark) []providers.Month {
	current := providers.MonthOf(now)
	var months []providers.Month
	for m := max(current-providers.Month(n), s.oldest(stored).Month(), s.Calendar.Oldest(now)); m < current; m++ {
		months = append(months, m)
	}
	return months
}

// Bill returns a month's bill of the source.
func (s Source) Bill(m providers.Month) providers.Bill {
	return providers.Bill{Account: s.Account, Provider: s.Provider, Dataset: s.Dataset, Month: m}
}

// Verify asks the cloud for its overview of a month and compares it with what is stored, once more after the month was
// fetched whole again by refetch where that may help: when the overview is not the one that was recorded, and when a closed
// month differs in a way that was not recorded yet. Then it records the result, if it is another one than was recorded
// last. A month of which days are not stored is not compared. refetch may be nil.
func (v *Verifier) Verify(ctx context.Context, s Source, m providers.Month, refetch func(context.Context, []Task) error) Verdict {
	began := v.Now()
	verdict, recorded := v.look(ctx, s, m)
	known := verdict.Comparison != nil && slices.EqualFunc(verdict.Comparison.Rows, recorded, sameResult)
	fresh := len(verdict.days) > 0 && !slices.ContainsFunc(verdict.days, func(d store.Mark) bool { return d.Version.Before(v.Began) })
	if refetch != nil && verdict.Err == nil && !fresh && (verdict.Moved || verdict.Unreconciled() && !known) {
		moved := verdict.Moved
		err := refetch(ctx, s.Whole(began, m, verdict.days))
		verdict, recorded = v.look(ctx, s, m)
		verdict.Moved, verdict.Refetched = moved, true
		verdict.Err = cmp.Or(err, verdict.Err)
	}
	if verdict.Err == nil && verdict.Unreconciled() && (v.Explain || !known) {
		verdict.Unseen, verdict.Err = v.unseen(ctx, verdict.Bill)
	}
	if c := verdict.Comparison; verdict.Err == nil && c != nil && !slices.EqualFunc(c.Rows, recorded, sameResult) {
		verdict.Err = v.record(ctx, c, v.Now())
	}
	return verdict
}

// look compares a month with the cloud's overview. It writes nothing.
func (v *Verifier) look(ctx context.Context, s Source, m providers.Month) (verdict Verdict, recorded []store.MonthRow) {
	verdict.Bill = s.Bill(m)
	totals, err := v.overview(ctx, verdict.Bill)
	if err == nil {
		recorded, err = v.recorded(ctx, verdict.Bill)
	}
	if err == nil {
		verdict.Moved = len(recorded) > 0 && recorded[0].Overview != fingerprint(totals)
		verdict.days, err = v.days(ctx, s, m)
	}
	if err == nil {
		verdict.Missing = missing(s, m, verdict.days, v.Now())
	}
	if err != nil || len(verdict.Missing) > 0 {
		verdict.Err = err
		return verdict, recorded
	}
	verdict.Comparison, verdict.Err = v.compare(ctx, s, m, totals, recorded)
	return verdict, recorded
}

// overview asks the cloud. A panic of the provider is an error of that month.
func (v *Verifier) overview(ctx context.Context, b providers.Bill) (_ []providers.Total, err error) {
	defer providers.Recover(&err)
	return v.Providers[b.Account].Overview(providers.ForDay(ctx, b, 0), b.Month)
}

func (v *Verifier) compare(ctx context.Context, s Source, m providers.Month, totals []providers.Total, recorded []store.MonthRow) (*Comparison, error) {
	proof := v.Proofs[s.Account]
	stored, err := readSums(ctx, v.Books, s.Bill(m), proof)
	if err != nil {
		return nil, err
	}
	c := compare(s.Bill(m), proof, !v.Now().Before(s.Calendar.Closes(m)), stored, totals)
	c.keepAccepted(recorded)
	return c, nil
}

// record keeps a comparison.
func (v *Verifier) record(ctx context.Context, c *Comparison, now time.Time) error {
	for i := range c.Rows {
		c.Rows[i].RecordedAt, c.Rows[i].RunID = now.Truncate(time.Microsecond), v.RunID
	}
	return v.Books.RecordMonth(ctx, c.Rows)
}

// keepAccepted carries over what somebody accepted, as long as the difference is the one that was accepted.
func (c *Comparison) keepAccepted(recorded []store.MonthRow) {
	for i, row := range c.Rows {
		for _, old := range recorded {
			if sameSubject(row, old) && row.Difference().Equal(old.Difference()) {
				c.Rows[i].Accepted = old.Accepted
			}
		}
	}
}

func sameSubject(a, b store.MonthRow) bool {
	return a.ServiceCode == b.ServiceCode && a.Currency == b.Currency && a.Amount == b.Amount
}

// sameResult tells whether a comparison found again what was recorded.
func sameResult(a, b store.MonthRow) bool {
	return sameSubject(a, b) && a.Closed == b.Closed && a.Lines == b.Lines && a.Rows == b.Rows && a.Overview == b.Overview &&
		a.Accepted == b.Accepted && a.Stored.Equal(b.Stored) && a.Announced.Equal(b.Announced) && a.Rounding.Equal(b.Rounding)
}

// recorded returns what was recorded last of a bill, in the order of compare.
func (v *Verifier) recorded(ctx context.Context, b providers.Bill) ([]store.MonthRow, error) {
	rows, err := v.Books.Months(ctx, b.Account)
	return slices.DeleteFunc(rows, func(r store.MonthRow) bool { return r.Month != b.Month || r.Dataset != b.Dataset }), err
}

// days returns the stored days of a month.
func (v *Verifier) days(ctx context.Context, s Source, m providers.Month) ([]store.Mark, error) {
	days, err := v.Books.Days(ctx, s.Account)
	return slices.DeleteFunc(days, func(d store.Mark) bool { return d.Month != m || d.Dataset != s.Dataset }), err
}

// missing returns the days of a month, up to yesterday, that are not among the stored ones.
func missing(s Source, m providers.Month, stored []store.Mark, now time.Time) []providers.Day {
	known := index(stored)
	var days []providers.Day
	for d := m.First(); d <= min(m.Last(), providers.DayOf(now)-1); d++ {
		if _, ok := known[s.key(d)]; !ok {
			days = append(days, d)
		}
	}
	return days
}

// Accept records why the differences of a month are accepted. It is an error when the month was never compared or nothing
// differs.
func (v *Verifier) Accept(ctx context.Context, b providers.Bill, reason string) (accepted []store.MonthRow, err error) {
	rows, err := v.recorded(ctx, b)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s was never compared with the cloud's overview", b)
	}
	for i := range rows {
		if !rows[i].Agrees() {
			rows[i].Accepted = reason
			accepted = append(accepted, rows[i])
		}
	}
	if len(accepted) == 0 {
		return nil, fmt.Errorf("%s agrees with the cloud's overview: there is nothing to accept", b)
	}
	return accepted, v.record(ctx, &Comparison{Rows: rows}, v.Now())
}

// Whole returns the tasks that fetch a month again, final days too.
func (s Source) Whole(now time.Time, m providers.Month, stored []store.Mark) []Task {
	marks := index(stored)
	var tasks []Task
	for d := min(m.Last(), providers.DayOf(now)-1); d >= m.First(); d-- {
		tasks = append(tasks, s.task(d, Forced, marks[s.key(d)]))
	}
	return tasks
}
