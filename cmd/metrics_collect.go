package cmd

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"goscan/cmd/config"
	"goscan/cmd/metrics"
	"goscan/providers"
	"goscan/store"
	"goscan/store/sqlite"
)

func newSnapshot(now time.Time) metrics.Snapshot {
	return metrics.Snapshot{Version: version(), GoVersion: runtime.Version(), Now: now}
}

// remembered is what the state knows: the marks of the store that was written last, by account, and the runs that write bills,
// newest first.
type remembered struct {
	marks map[string][]store.Mark
	runs  []sqlite.Run
}

func remember(ctx context.Context, state *sqlite.State) (k remembered, err error) {
	if k.marks, err = marksOfLastStore(ctx, state); err != nil {
		return k, err
	}
	runs, err := state.Runs(ctx, historyOfStores)
	k.runs = slices.DeleteFunc(runs, func(r sqlite.Run) bool {
		return r.Outcome == sqlite.OutcomeRunning || r.Command != "goscan sync" && r.Command != "goscan backfill"
	})
	return k, err
}

// lastRun returns the newest run that came to an end, nil where there is none.
func (k remembered) lastRun() *metrics.Run {
	for _, r := range k.runs {
		if !r.Ended.IsZero() {
			return &metrics.Run{Command: strings.TrimPrefix(r.Command, "goscan "), Began: r.Started, Ended: r.Ended, ExitCode: r.ExitCode}
		}
	}
	return nil
}

// accounts returns what is known of the configured accounts.
func (k remembered) accounts(cfg *config.Config, now time.Time) []metrics.Account {
	var all []metrics.Account
	for _, acc := range cfg.Accounts {
		a := metrics.Account{Name: acc.Name, Provider: acc.Kind}
		k.addRuns(&a)
		addMarks(&a, k.marks[acc.Name], now)
		all = append(all, a)
	}
	return all
}

// addRuns adds the last run of an account and its last success.
func (k remembered) addRuns(a *metrics.Account) {
	for _, r := range k.runs {
		bills := slices.DeleteFunc(slices.Clone(r.Bills), func(b sqlite.RunBill) bool { return b.Account != a.Name })
		if len(bills) == 0 {
			continue
		}
		well := succeeded(r, bills)
		if a.LastRun == nil {
			a.LastRun = &metrics.LastRun{Began: r.Started, Ended: r.Ended, ExitCode: r.ExitCode, Succeeded: well}
			for _, b := range bills {
				a.LastRun.FailedDays += b.Failed
				a.LastRun.Retries += b.Retries
				a.LastRun.Throttles += b.Throttles
			}
		}
		if well {
			a.LastSuccess = r.Ended
			return
		}
	}
}

// succeeded tells whether a run did all that it was to do for an account, whatever became of others and whether or not months
// reconcile. bills are those of the account.
func succeeded(r sqlite.Run, bills []sqlite.RunBill) bool {
	switch exitCode(r.ExitCode) {
	case exitDone, exitPartly, exitUnreconciled:
	default:
		return false
	}
	return !r.Ended.IsZero() && !slices.ContainsFunc(bills, func(b sqlite.RunBill) bool { return b.Failed+b.Undone > 0 || b.Error != "" })
}

// addMarks adds what is stored of an account: the newest day, and the current month with the watched ones before it.
func addMarks(a *metrics.Account, marks []store.Mark, now time.Time) {
	a.Days = len(marks)
	if len(marks) == 0 {
		return
	}
	newest, first := marks[0], marks[0].Day
	months := map[providers.Month]*metrics.Month{}
	for _, m := range marks {
		if m.Day > newest.Day {
			newest = m
		}
		first = min(first, m.Day)
	}
	for _, m := range marks {
		if m.Month < providers.MonthOf(now)-watched {
			continue
		}
		month := months[m.Month]
		if month == nil {
			days := int(min(m.Month.Last(), providers.DayOf(now)-1)-max(m.Month.First(), first)) + 1
			month = &metrics.Month{Month: m.Month, Missing: days, BilledCost: store.Amounts{}}
			months[m.Month] = month
		}
		month.Missing--
		month.Lines += m.Lines
		for currency, amount := range m.BilledCost {
			month.BilledCost.Add(currency, amount)
		}
	}
	a.Newest = &metrics.Newest{Day: newest.Day, Lines: newest.Lines, BilledCost: newest.BilledCost}
	for _, m := range slices.Sorted(maps.Keys(months)) {
		a.Months = append(a.Months, *months[m])
	}
}

// books is what only the store knows of months: what the clouds changed of them, and how they compared with the overviews when
// they were compared last.
type books struct {
	known    bool
	restated map[accountMonth]metrics.Restated
	compared map[accountMonth]metrics.Compared
}

type accountMonth struct {
	account string
	month   providers.Month
}

// bookTime is how long the store may take to tell.
const bookTime = 5 * time.Second

// look reads the store before the session lets go of it.
func (w *watch) look(ctx context.Context, s *session) {
	if !w.measures() || s.store.bills == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bookTime)
	defer cancel()
	b, err := w.read(ctx, s)
	w.app.warnOf("metrics lack restatements and overviews", err)
	if err == nil {
		w.books = b
	}
}

func (w *watch) read(ctx context.Context, s *session) (books, error) {
	b := books{known: true, restated: map[accountMonth]metrics.Restated{}, compared: map[accountMonth]metrics.Compared{}}
	today := providers.DayOf(w.app.now())
	commits, err := s.store.Commits(ctx, "", (today.Month() - watched).First(), today)
	if err != nil {
		return b, err
	}
	for _, r := range store.Restatements(commits) {
		if r.Before.State == providers.Provisional {
			continue
		}
		key := accountMonth{r.After.Account, r.After.Month}
		sum := b.restated[key]
		if sum.Change == nil {
			sum.Change = store.Amounts{}
		}
		sum.Days++
		for _, currency := range currenciesOfMarks(r.Before, r.After) {
			sum.Change.Add(currency, r.After.BilledCost[currency].Sub(r.Before.BilledCost[currency]))
		}
		b.restated[key] = sum
	}
	for _, acc := range w.cfg.Accounts {
		rows, err := s.store.Months(ctx, acc.Name)
		if err != nil {
			return b, err
		}
		for _, row := range rows {
			b.compare(row)
		}
	}
	return b, nil
}

// compare adds one service of a month.
func (b books) compare(row store.MonthRow) {
	key := accountMonth{row.Account, row.Month}
	c, begun := b.compared[key]
	if !begun {
		c = metrics.Compared{Residual: store.Amounts{}, Closed: row.Closed, Agrees: true}
	}
	if row.Amount == store.CostBeforeVoucher {
		c.Residual.Add(row.Currency, row.Difference())
	}
	c.Agrees = c.Agrees && (row.Agrees() || row.Accepted != "")
	b.compared[key] = c
}

// add adds to the months of an account what the store knew of them.
func (b books) add(a *metrics.Account) {
	if !b.known {
		return
	}
	for i := range a.Months {
		m := &a.Months[i]
		restated := b.restated[accountMonth{a.Name, m.Month}]
		change := store.Amounts{}
		for currency := range m.BilledCost { // a series that is there before it moves can be charted
			change[currency] = providers.Money{}
		}
		maps.Copy(change, restated.Change)
		m.Restated = &metrics.Restated{Days: restated.Days, Change: change}
		if c, compared := b.compared[accountMonth{a.Name, m.Month}]; compared {
			m.Compared = &c
		}
	}
}

// writeStatusMetrics writes what the state remembers, for status.
func writeStatusMetrics(ctx context.Context, path string, cfg *config.Config, state *sqlite.State, now time.Time) error {
	snapshot := newSnapshot(now)
	known := remembered{}
	if state != nil {
		var err error
		if known, err = remember(ctx, state); err != nil {
			return err
		}
	}
	snapshot.Run, snapshot.Accounts = known.lastRun(), known.accounts(cfg, now)
	return writeMetrics(path, snapshot, cfg.Metrics.Labels)
}
