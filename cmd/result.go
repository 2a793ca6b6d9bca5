package cmd

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/sqlite"
	"goscan/sync"
)

// A result is what became of a run, bill by bill.
type result struct {
	Schema string       `json:"schema"`
	RunID  string       `json:"run_id"`
	Store  string       `json:"store"`
	Bills  []billResult `json:"bills"`
	// Verified are the months that were compared with the clouds' overviews.
	Verified []monthResult `json:"verified,omitempty"`

	idle     []string            // accounts that were up to date
	restated []store.Restatement // by this run, of days that were complete before
}

const resultSchema = "goscan.sync/1"

// A billResult is what a run did to one bill. Lines and Total are of the whole month as it is stored now.
type billResult struct {
	Account   string          `json:"account"`
	Provider  string          `json:"provider"`
	Dataset   string          `json:"dataset"`
	Month     providers.Month `json:"month"`
	Days      int             `json:"days"`             // that the run planned
	Stored    int             `json:"stored"`           // of them: new or changed
	Confirmed int             `json:"confirmed"`        // of them: unchanged
	Undone    int             `json:"undone,omitempty"` // of them: interrupted, or not begun when the run was
	NotIssued []providers.Day `json:"not_issued,omitempty"`
	Failed    []dayFailure    `json:"failed,omitempty"`

	Lines   int           `json:"lines"`
	Total   store.Amounts `json:"total"` // billed cost by currency
	Fetched int           `json:"fetched_lines"`
	Pages   int           `json:"pages"`
	Seconds float64       `json:"seconds"` // from the first day's beginning to the last day's end

	began, ended time.Time
	failure      *failure
}

type dayFailure struct {
	Day     providers.Day `json:"day"`
	Kind    string        `json:"kind"`
	Error   string        `json:"error"`
	Skipped bool          `json:"skipped,omitempty"` // not tried, the account was given up
}

// newResult sums up the outcomes of a session's tasks.
func newResult(s *session, outcomes []sync.Outcome) *result {
	r := &result{Schema: resultSchema, RunID: s.id, Store: s.store.is, Bills: []billResult{}}
	stored := map[store.Key]store.Mark{}
	for _, m := range s.stored {
		stored[m.Key()] = m
	}
	bills := map[providers.Bill]*billResult{}
	for _, o := range outcomes {
		b := bills[o.Task.Bill]
		if b == nil {
			t := o.Task.Bill
			b = &billResult{Account: t.Account, Provider: t.Provider, Dataset: t.Dataset, Month: t.Month, Total: store.Amounts{}}
			bills[t] = b
		}
		b.add(o, s.app.mask)
		if m := o.Change.After; m.LoadID != 0 {
			stored[m.Key()] = m
		}
	}
	for _, m := range stored {
		if b := bills[providers.Bill{Account: m.Account, Provider: m.Provider, Dataset: m.Dataset, Month: m.Month}]; b != nil {
			b.Lines += m.Lines
			for currency, amount := range m.BilledCost {
				b.Total.Add(currency, amount)
			}
		}
	}
	for _, b := range bills {
		r.Bills = append(r.Bills, *b)
	}
	slices.SortFunc(r.Bills, func(x, y billResult) int {
		return cmp.Or(cmp.Compare(x.Account, y.Account), cmp.Compare(x.Month, y.Month))
	})
	for _, src := range s.sources {
		if !slices.ContainsFunc(r.Bills, func(b billResult) bool { return b.Account == src.Account }) {
			r.idle = append(r.idle, src.Account)
		}
	}
	return r
}

// add counts one day's outcome. Outcomes come newest day first.
func (b *billResult) add(o sync.Outcome, m *mask) {
	b.Days++
	b.Pages += o.Pages
	b.Fetched += o.Lines
	b.spend(o)
	switch {
	case errors.Is(o.Err, context.Canceled):
		b.Undone++
	case o.Err != nil:
		b.fail(o, m)
	case o.NotReady:
		b.NotIssued = append(b.NotIssued, o.Task.Day)
	case o.Change.Confirmed:
		b.Confirmed++
	default:
		b.Stored++
	}
}

// spend stretches the time that was spent on a bill to that of one of its days.
func (b *billResult) spend(o sync.Outcome) {
	if o.Began.IsZero() {
		return // not begun
	}
	if b.began.IsZero() || o.Began.Before(b.began) {
		b.began = o.Began
	}
	if ended := o.Began.Add(time.Duration(o.Seconds * float64(time.Second))); ended.After(b.ended) {
		b.ended = ended
	}
	b.Seconds = b.ended.Sub(b.began).Seconds()
}

// fail counts a day that failed. The error line names the first day that was tried.
func (b *billResult) fail(o sync.Outcome, m *mask) {
	b.Failed = append(b.Failed, dayFailure{
		Day: o.Task.Day, Kind: providers.KindOf(o.Err).String(), Error: oneLine(m.text(o.Err.Error())), Skipped: o.Skipped,
	})
	if b.failure == nil {
		b.failure = &failure{bill: o.Task.Bill, day: o.Task.Day, err: o.Err}
		return
	}
	b.failure.more++
	if !o.Skipped {
		b.failure.day, b.failure.err = o.Task.Day, o.Err
	}
}

// failed tells whether a day of an account failed.
func (r *result) failed(account string) bool {
	return slices.ContainsFunc(r.Bills, func(b billResult) bool { return b.Account == account && b.failure != nil })
}

// err returns nil when every day was stored, confirmed or is not issued yet, and every closed month reconciles; else an
// unfinished, or an unreconciled.
func (r *result) err() error {
	u := &unfinished{stored: len(r.idle) > 0}
	for _, b := range r.Bills {
		if b.Stored+b.Confirmed+len(b.NotIssued) > 0 {
			u.stored = true
		}
		if b.failure != nil {
			u.failures = append(u.failures, *b.failure)
		}
	}
	for _, m := range r.Verified {
		if m.Status == monthFailed {
			u.failures = append(u.failures, failure{bill: providers.Bill{Account: m.Account, Month: m.Month}, err: m.err})
		}
	}
	if len(u.failures) == 0 {
		return unreconciledOf(r.Verified)
	}
	return u
}

// runBills returns what the state remembers of the run's bills: those of the result and, of an account that has none there,
// its current one.
func (s *session) runBills(r *result) []sqlite.RunBill {
	var bills []sqlite.RunBill
	seen := map[string]bool{}
	if r != nil {
		for _, b := range r.Bills {
			seen[b.Account] = true
			bills = append(bills, b.record(s.calls))
		}
	}
	for _, b := range s.accounts {
		if !seen[b.Account] {
			bills = append(bills, sqlite.RunBill{Account: b.Account, Provider: b.Provider, Dataset: b.Dataset, Month: b.Month})
		}
	}
	return bills
}

func (b billResult) record(c *calls) sqlite.RunBill {
	n := c.of(providers.Bill{Account: b.Account, Provider: b.Provider, Dataset: b.Dataset, Month: b.Month})
	bill := sqlite.RunBill{
		Account: b.Account, Provider: b.Provider, Dataset: b.Dataset, Month: b.Month,
		Days: b.Days, Stored: b.Stored, Confirmed: b.Confirmed, NotIssued: len(b.NotIssued), Failed: len(b.Failed), Undone: b.Undone,
		Lines: b.Lines, Total: b.Total, Pages: b.Pages, Retries: n.retries, Throttles: n.throttles, Seconds: b.Seconds,
		Outcome: b.outcome(),
	}
	if len(b.Failed) > 0 {
		bill.Error = b.Failed[0].Error
	}
	return bill
}

// outcome says in a word what became of a bill.
func (b billResult) outcome() string {
	switch {
	case len(b.Failed) > 0:
		return "failed"
	case b.Undone > 0:
		return "interrupted"
	case b.Stored > 0:
		return "stored"
	}
	return "unchanged"
}
