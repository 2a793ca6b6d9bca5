package cmd

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
	"goscan/store/report/render"
	"goscan/store/sqlite"
	"goscan/sync"
)

// The names of the stores on the command line.
const (
	inLedger     = "ledger"
	inClickHouse = "clickhouse"
)

// storeOf returns the name of the store that the configuration means.
func storeOf(cfg *config.Config) string {
	if cfg.ClickHouse != nil {
		return inClickHouse
	}
	return inLedger
}

func checkStore(flag, name string) error {
	if name != inLedger && name != inClickHouse {
		return fmt.Errorf("--%s %s: must be ledger or clickhouse", flag, name)
	}
	return nil
}

// openNamed opens the ledger, which is in the folder of the state, or the ClickHouse of the configuration.
func openNamed(ctx context.Context, cfg *config.Config, name string, run store.Run) (opened, error) {
	switch {
	case name == inLedger:
		return openLedger(ctx, cfg, run)
	case cfg.ClickHouse == nil:
		return opened{}, withHint{
			usageError{errors.New("the configuration has no section clickhouse: nothing says where it is")},
			"add clickhouse: with hosts, and run: goscan schema migrate",
		}
	}
	return openClickHouse(ctx, cfg.ClickHouse, run)
}

// A move takes days over into a store, under the lock of the state.
type move struct {
	*session
	to    opened // the session's store too where it is the one that the configuration means
	force bool
	moved []*movedMonth
}

// A movedMonth is what became of a month.
type movedMonth struct {
	Account string          `json:"account"`
	Month   providers.Month `json:"month"`
	Days    int             `json:"days"`
	Stored  int             `json:"stored"`    // of them: new or changed
	Same    int             `json:"unchanged"` // of them: were there
	Newer   int             `json:"newer"`     // of them: the store has a later fetch, which stays
	Lines   int             `json:"lines"`
	Billed  store.Amounts   `json:"billed"`
	// Agrees tells whether both stores' sums are the same to the last digit; nil where they were not compared.
	Agrees *bool `json:"agrees,omitempty"`
}

// openMove locks the state and opens the store that days go to.
func (a *app) openMove(ctx context.Context, cfg *config.Config, command, into string, wait time.Duration) (_ *move, err error) {
	m := &move{session: &session{
		app: a, options: sessionOptions{command: command, lockWait: wait}, id: runID(a.now()), began: a.now(), calls: newCalls(),
	}}
	defer func() {
		if err != nil {
			err = errors.Join(err, m.end(ctx, err))
		}
	}()
	defer providers.Recover(&err)
	if err := m.openState(ctx, cfg, nil); err != nil {
		return nil, err
	}
	if m.to, err = openNamed(ctx, cfg, into, store.Run{ID: m.id, Now: a.now, State: stateOf(cfg)}); err != nil {
		return nil, err
	}
	if into == storeOf(cfg) {
		m.store, m.marks = m.to, m.state.Marks(m.to.id)
	}
	return m, nil
}

// end ends the session and closes the store.
func (m *move) end(ctx context.Context, err error) error {
	ended := m.session.end(ctx, nil, err)
	if m.to.bills == nil || m.store.bills != nil {
		return ended
	}
	return errors.Join(ended, m.to.Close())
}

// days takes over all days that from has, one after the other. Those that are here stay.
func (m *move) days(ctx context.Context, from store.LineReader) error {
	return from.Lines(ctx, store.LineQuery{To: lastStorable}, func(days []store.Mark, read store.ReadLines) error {
		here := map[store.Key]store.Mark{}
		if m.force {
			stored, err := m.to.Days(ctx, "")
			if err != nil {
				return err
			}
			for _, d := range stored {
				here[d.Key()] = d
			}
		}
		progress := m.app.newProgress(len(days))
		defer progress.close()
		for _, d := range days {
			adopted := d
			if there, ok := here[d.Key()]; ok && !there.HasLinesOf(d) && !d.Version.After(there.Version) {
				adopted.Version = there.Version.Add(time.Microsecond)
			}
			bill := providers.Bill{Account: d.Account, Provider: d.Provider, Dataset: d.Dataset, Month: d.Month}
			task := sync.Task{Bill: bill, Day: d.Day}
			change, err := m.to.Adopt(ctx, adopted, func(put providers.Emit) error {
				return read(d, func(page []providers.Line) error {
					progress.observe(sync.Event{Task: task, Lines: len(page)})
					return put(page)
				})
			})
			if err != nil {
				return err
			}
			m.count(d, change)
			progress.observe(sync.Event{Task: task, Outcome: &sync.Outcome{Task: task, Change: change}})
		}
		return nil
	})
}

func (m *move) count(d store.Mark, c store.Change) {
	i := slices.IndexFunc(m.moved, func(x *movedMonth) bool { return x.Account == d.Account && x.Month == d.Month })
	if i < 0 {
		i = len(m.moved)
		m.moved = append(m.moved, &movedMonth{Account: d.Account, Month: d.Month, Billed: store.Amounts{}})
	}
	x := m.moved[i]
	x.Days++
	x.Lines += d.Lines
	for currency, cost := range d.BilledCost {
		x.Billed.Add(currency, cost)
	}
	switch {
	case c.Superseded:
		x.Newer++
	case c.Confirmed:
		x.Same++
	default:
		x.Stored++
	}
}

// comparisons takes over what was reconciled of the months of accounts, unless the store has a later comparison.
func (m *move) comparisons(ctx context.Context, months func(ctx context.Context, account string) ([]store.MonthRow, error)) error {
	type key struct {
		dataset string
		month   providers.Month
	}
	for _, account := range m.accountsMoved() {
		there, err := m.to.Months(ctx, account)
		if err != nil {
			return err
		}
		newest := map[key]time.Time{}
		for _, r := range there {
			newest[key{r.Dataset, r.Month}] = r.RecordedAt
		}
		rows, err := months(ctx, account)
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(r store.MonthRow) bool { return !r.RecordedAt.After(newest[key{r.Dataset, r.Month}]) })
		for start := 0; start < len(rows); {
			end := start + 1
			for end < len(rows) && rows[end].Month == rows[start].Month && rows[end].Dataset == rows[start].Dataset {
				end++
			}
			if err := m.to.RecordMonth(ctx, rows[start:end]); err != nil {
				return err
			}
			start = end
		}
	}
	return nil
}

// accountsMoved returns the accounts of the days that were taken over, in order.
func (m *move) accountsMoved() []string {
	var accounts []string
	for _, x := range m.moved {
		accounts = append(accounts, x.Account)
	}
	slices.Sort(accounts)
	return slices.Compact(accounts)
}

// confirm lets the state know what the configured store has now.
func (m *move) confirm(ctx context.Context) error {
	if m.store.bills == nil {
		return nil
	}
	_, err := sync.Confirm(ctx, m.store, m.marks, m.accountsMoved())
	return err
}

func (m *move) print(schema string, asJSON bool) error {
	slices.SortStableFunc(m.moved, func(x, y *movedMonth) int {
		if c := strings.Compare(x.Account, y.Account); c != 0 {
			return c
		}
		return int(x.Month - y.Month)
	})
	if asJSON {
		return printJSON(m.app.out, map[string]any{"schema": schema, "run_id": m.id, "store": m.to.is, "months": slices.Concat([]*movedMonth{}, m.moved)})
	}
	rows := [][]string{{"account", "month", "days", "lines", "billed", ""}}
	for _, x := range m.moved {
		rows = append(rows, []string{x.Account, x.Month.String(), strconv.Itoa(x.Days), render.Count(int64(x.Lines)), totals(x.Billed), x.remark()})
	}
	return printTable(m.app.out, rows, "llrrrl")
}

func (x *movedMonth) remark() string {
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{{x.Stored, "stored"}, {x.Same, "unchanged"}, {x.Newer, "left: what is stored was fetched later"}} {
		if part.n > 0 {
			parts = append(parts, strconv.Itoa(part.n)+" "+part.what)
		}
	}
	if x.Agrees != nil {
		agreement := "both agree"
		if !*x.Agrees {
			agreement = "THEY DIFFER"
		}
		parts = append(parts, agreement)
	}
	return strings.Join(parts, ", ")
}

// ledgerFile returns the ledger of a configuration's state.
func ledgerFile(cfg *config.Config) string { return filepath.Join(cfg.State, sqlite.LedgerFile) }
