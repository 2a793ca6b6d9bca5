package cmd

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"goscan/cmd/billfile"
	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
	"goscan/store/report/render"
)

// An exportedMonth is a month of an account in a file.
type exportedMonth struct {
	File    string          `json:"file"`
	Account string          `json:"account"`
	Month   providers.Month `json:"month"`
	Days    int             `json:"days"`
	Missing int             `json:"days_not_stored"` // of the days that were asked for and are over
	Lines   int             `json:"lines"`
	Billed  store.Amounts   `json:"billed"`
	Written bool            `json:"written"` // else it was up to date
}

// An export is one under way.
type export struct {
	app   *app
	store opened
	selection
	read store.ReadLines
	done []exportedMonth
}

func (a *app) runExport(ctx context.Context, o exportOptions, s selection) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	bills, err := a.readBills(ctx, cfg)
	if err != nil {
		return err
	}
	defer bills.Close()
	e := &export{app: a, store: bills, selection: s}
	q := store.LineQuery{From: s.from, To: s.to}
	if len(o.accounts) == 1 {
		q.Account = o.accounts[0]
	}
	err = bills.Lines(ctx, q, func(days []store.Mark, read store.ReadLines) error {
		if days, err = s.only(cfg, days, o.accounts); err != nil {
			return err
		}
		e.read = read
		return e.write(ctx, o.file, days)
	})
	if err != nil || o.file == "-" {
		return err
	}
	return e.print(o.json)
}

// only returns the days that were asked for.
func (s selection) only(cfg *config.Config, days []store.Mark, accounts []string) ([]store.Mark, error) {
	for _, name := range accounts {
		if !slices.ContainsFunc(days, func(m store.Mark) bool { return m.Account == name }) {
			if _, err := cfg.Select(name); err != nil {
				return nil, err
			}
		}
	}
	days = slices.DeleteFunc(days, func(m store.Mark) bool {
		return len(accounts) > 0 && !slices.Contains(accounts, m.Account) || len(s.months) > 0 && !slices.Contains(s.months, m.Month)
	})
	if len(days) > 0 {
		return days, nil
	}
	until := ""
	if s.to < lastStorable {
		until = " to " + s.to.String()
	}
	return nil, withHint{fmt.Errorf("nothing is stored of %s%s", s.from, until), "goscan status tells what is stored"}
}

func (e *export) write(ctx context.Context, file string, days []store.Mark) error {
	switch {
	case file == "-":
		w, err := billfile.NewWriter(e.app.out, e.options)
		if err != nil {
			return err
		}
		for _, m := range days {
			if err := w.Day(m, e.read); err != nil {
				return err
			}
		}
		return w.Close()
	case !e.folder:
		return e.writeFile(ctx, file, days, false)
	}
	if err := os.MkdirAll(file, private); err != nil {
		return usageError{fmt.Errorf("--output: %w", err)}
	}
	for _, month := range byMonth(days) {
		name := month[0].Account + "-" + month[0].Month.String() + "." + string(e.options.Format)
		if strings.ContainsAny(name, `/\:`) {
			return fmt.Errorf("%q is no name for a file: export the account %q with -o FILE", name, month[0].Account)
		}
		if err := e.writeFile(ctx, filepath.Join(file, name), month, true); err != nil {
			return err
		}
	}
	return nil
}

// private are the permissions of a folder of bills.
const private = 0o700

// byMonth cuts days, ordered by account and day, into the months of the accounts.
func byMonth(days []store.Mark) (months [][]store.Mark) {
	for i, m := range days {
		if i == 0 || m.Account != days[i-1].Account || m.Month != days[i-1].Month {
			months = append(months, nil)
		}
		last := len(months) - 1
		months[last] = append(months[last], m)
	}
	return months
}

// writeFile writes a file of days, unless it may be left and is up to date.
func (e *export) writeFile(ctx context.Context, file string, days []store.Mark, leave bool) error {
	rows, err := e.reconciled(ctx, days)
	if err != nil {
		return err
	}
	whole := false
	if leave {
		if _, whole, err = billfile.Refresh(file, e.options, days, rows); err != nil {
			return err
		}
	}
	if !whole {
		_, err = billfile.Write(file, e.options, func(w *billfile.Writer) error {
			for _, m := range days {
				if err := w.Day(m, e.read); err != nil {
					return err
				}
			}
			w.Reconciled(rows)
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, month := range byMonth(days) {
		e.done = append(e.done, e.exported(file, month, !whole))
	}
	return nil
}

// reconciled returns what was reconciled of the months of days.
func (e *export) reconciled(ctx context.Context, days []store.Mark) (rows []store.MonthRow, err error) {
	kept := map[providers.Bill]bool{}
	var accounts []string
	for _, m := range days {
		kept[providers.Bill{Account: m.Account, Dataset: m.Dataset, Month: m.Month}] = true
		if len(accounts) == 0 || accounts[len(accounts)-1] != m.Account {
			accounts = append(accounts, m.Account)
		}
	}
	for _, account := range accounts {
		all, err := e.store.Months(ctx, account)
		if err != nil {
			return nil, err
		}
		for _, r := range all {
			if kept[providers.Bill{Account: r.Account, Dataset: r.Dataset, Month: r.Month}] {
				rows = append(rows, r)
			}
		}
	}
	return rows, nil
}

func (e *export) exported(file string, days []store.Mark, written bool) exportedMonth {
	m := exportedMonth{File: file, Account: days[0].Account, Month: days[0].Month, Days: len(days), Billed: store.Amounts{}, Written: written}
	for _, d := range days {
		m.Lines += d.Lines
		for currency, cost := range d.BilledCost {
			m.Billed.Add(currency, cost)
		}
	}
	yesterday := providers.DayOf(e.app.now()) - 1
	asked := min(m.Month.Last(), e.to, yesterday) - max(m.Month.First(), e.from) + 1
	m.Missing = max(0, int(asked)-len(days))
	return m
}

func (e *export) print(asJSON bool) error {
	if asJSON {
		return printJSON(e.app.out, map[string]any{"schema": "goscan.exported/1", "store": e.store.is, "months": e.done})
	}
	rows := [][]string{{"account", "month", "days", "lines", "billed", "file", ""}}
	for _, m := range e.done {
		var remarks []string
		if !m.Written {
			remarks = append(remarks, "unchanged")
		}
		if m.Missing > 0 {
			remarks = append(remarks, fmt.Sprintf("%d %s not stored", m.Missing, plural(m.Missing, "day", "days")))
		}
		rows = append(rows, []string{
			m.Account, m.Month.String(), strconv.Itoa(m.Days), render.Count(int64(m.Lines)), cmp.Or(totals(m.Billed), "0"), m.File, strings.Join(remarks, ", "),
		})
	}
	return printTable(e.app.out, rows, "llrrrll")
}
