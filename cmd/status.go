package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
	"goscan/store/sqlite"
)

// statusOptions are the flags of status.
type statusOptions struct {
	maxAge string
	runs   bool
	limit  int
	json   bool

	metricsFile string
}

func newStatus(a *app) *cobra.Command {
	var o statusOptions
	c := &cobra.Command{
		Use:   "status",
		Short: "Show how fresh each account is, and the last runs",
		Long: `Show, for each account, the newest stored day and its age, the state of its open months, the last run and the
last failure, as the local state remembers them. It needs no network and works while a sync runs.

The age of a day is counted from its end (UTC+8). A day is issued some hours after its end, so with one sync a day
ages of up to two days are normal.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStale, exitStore),
		Example: `  goscan status
  goscan status --max-age 3d   exit 5 when an account is older than that
  goscan status --runs         the history of runs
  goscan status --metrics-file goscan.prom`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.runStatus(c.Context(), o) },
	}
	f := c.Flags()
	f.StringVar(&o.maxAge, "max-age", "", "exit 5 when the newest stored day of an account ended longer ago than this (36h, 3d)")
	f.BoolVar(&o.runs, "runs", false, "show the history of runs instead")
	f.IntVar(&o.limit, "limit", 20, "runs of the history")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	f.StringVar(&o.metricsFile, "metrics-file", "", "also write what the state remembers for Prometheus to this file")
	return c
}

// An accountStatus is what the state remembers of an account.
type accountStatus struct {
	Account     string         `json:"account"`
	Newest      *providers.Day `json:"newest_day"` // null: nothing is stored
	AgeHours    *int64         `json:"age_hours"`
	Stale       bool           `json:"stale"`
	Days        int            `json:"days"`
	Open        []monthStatus  `json:"open_months"`
	LastRun     *runStatus     `json:"last_run"`
	LastFailure *runStatus     `json:"last_failure"`
}

// A monthStatus counts the stored days of a month that is not final as a whole.
type monthStatus struct {
	Month       providers.Month `json:"month"`
	Provisional int             `json:"provisional"`
	Complete    int             `json:"complete"`
	Final       int             `json:"final"`
	Missing     int             `json:"missing"` // of its days, from the first stored one to yesterday
}

type runStatus struct {
	ID       string           `json:"id"`
	Command  string           `json:"command"`
	Host     string           `json:"host"`
	PID      int              `json:"pid"`
	Started  time.Time        `json:"started"`
	Ended    *time.Time       `json:"ended"` // null: it runs, or was killed
	ExitCode *int             `json:"exit_code"`
	Outcome  string           `json:"outcome"`
	Error    string           `json:"error,omitempty"`
	Bills    []sqlite.RunBill `json:"bills"`
}

func newRunStatus(r sqlite.Run) *runStatus {
	s := &runStatus{
		ID: r.ID, Command: r.Command, Host: r.Host, PID: r.PID, Started: r.Started, Outcome: r.Outcome, Error: r.Error, Bills: r.Bills,
	}
	if !r.Ended.IsZero() {
		s.Ended, s.ExitCode = &r.Ended, &r.ExitCode
	}
	return s
}

func (a *app) runStatus(ctx context.Context, o statusOptions) error {
	maxAge, err := parseAge(cmp.Or(o.maxAge, "0s"))
	switch {
	case err != nil:
		return usageError{fmt.Errorf("--max-age %w", err)}
	case o.limit < 1:
		return usageError{fmt.Errorf("--limit %d: must be 1 or more", o.limit)}
	}
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	state, err := sqlite.OpenStateReader(ctx, cfg.State)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if state != nil {
		defer state.Close()
	}
	if o.metricsFile != "" {
		if err := writeStatusMetrics(ctx, o.metricsFile, cfg, state, a.now()); err != nil {
			return fmt.Errorf("--metrics-file %s: %w", o.metricsFile, err)
		}
	}
	if o.runs {
		return a.printRuns(ctx, state, o)
	}
	accounts, err := statusOf(ctx, state, cfg, a.now(), maxAge)
	if err != nil {
		return err
	}
	if err := a.printStatus(accounts, o.json); err != nil {
		return err
	}
	return stale(accounts)
}

// stale returns an errStale that names the accounts that are, nil when none is.
func stale(accounts []accountStatus) error {
	for _, s := range accounts {
		if !s.Stale {
			continue
		}
		if s.Newest == nil {
			return fmt.Errorf("%s: %w: nothing is stored", s.Account, errStale)
		}
		return fmt.Errorf("%s: %w: the newest stored day is %s", s.Account, errStale, s.Newest)
	}
	return nil
}

// statusOf returns the status of the configured accounts. Without a state nothing is known of any.
func statusOf(ctx context.Context, state *sqlite.State, cfg *config.Config, now time.Time, maxAge time.Duration) ([]accountStatus, error) {
	marks, err := marksOfLastStore(ctx, state)
	if err != nil {
		return nil, err
	}
	var all []accountStatus
	for _, acc := range cfg.Accounts {
		s := accountStatus{Account: acc.Name, Open: []monthStatus{}}
		s.count(marks[acc.Name], now)
		s.Stale = maxAge > 0 && (s.Newest == nil || now.Sub((*s.Newest+1).Start()) > maxAge)
		if state != nil {
			if s.LastRun, err = found(state.LastRun(ctx, acc.Name)); err != nil {
				return nil, err
			}
			if s.LastFailure, err = found(state.LastFailure(ctx, acc.Name)); err != nil {
				return nil, err
			}
		}
		all = append(all, s)
	}
	return all, nil
}

func found(r sqlite.Run, ok bool, err error) (*runStatus, error) {
	if err != nil || !ok {
		return nil, err
	}
	return newRunStatus(r), nil
}

// marksOfLastStore returns the marks, by account, of the store that the last run wrote to.
func marksOfLastStore(ctx context.Context, state *sqlite.State) (map[string][]store.Mark, error) {
	if state == nil {
		return nil, nil
	}
	runs, err := state.Runs(ctx, historyOfStores)
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		if r.StoreID == "" {
			continue
		}
		marks, err := state.Marks(r.StoreID).All(ctx)
		byAccount := map[string][]store.Mark{}
		for _, m := range marks {
			byAccount[m.Account] = append(byAccount[m.Account], m)
		}
		return byAccount, err
	}
	return nil, nil
}

// historyOfStores is how many runs are looked at for one that reached its store.
const historyOfStores = 1000

// count fills in what the marks of the account say.
func (s *accountStatus) count(marks []store.Mark, now time.Time) {
	if s.Days = len(marks); s.Days == 0 {
		return
	}
	newest, oldest := marks[0].Day, marks[0].Day
	for _, m := range marks {
		oldest = min(oldest, m.Day)
	}
	months := map[providers.Month]*monthStatus{}
	for _, m := range marks {
		newest = max(newest, m.Day)
		month := months[m.Month]
		if month == nil {
			month = &monthStatus{Month: m.Month, Missing: int(min(m.Month.Last(), providers.DayOf(now)-1)-max(m.Month.First(), oldest)) + 1}
			months[m.Month] = month
		}
		month.Missing--
		switch m.State {
		case providers.Provisional:
			month.Provisional++
		case providers.Complete:
			month.Complete++
		case providers.Final:
			month.Final++
		}
	}
	age := int64(now.Sub((newest + 1).Start()) / time.Hour)
	s.Newest, s.AgeHours = &newest, &age
	for _, m := range slices.Sorted(maps.Keys(months)) {
		if months[m].Provisional+months[m].Complete > 0 {
			s.Open = append(s.Open, *months[m])
		}
	}
}

func (a *app) printStatus(accounts []accountStatus, asJSON bool) error {
	if asJSON {
		return printJSON(a.out, map[string]any{"schema": "goscan.status/1", "accounts": accounts})
	}
	rows := [][]string{{"account", "newest day", "age", "open months", "last run", "last failure"}}
	for _, s := range accounts {
		newest, age := "none", ""
		if s.Newest != nil {
			newest, age = s.Newest.String(), ageText(*s.AgeHours)
		}
		if s.Stale {
			age += " STALE"
		}
		rows = append(rows, []string{s.Account, newest, age, s.openText(), s.LastRun.text(), s.LastFailure.text()})
	}
	if err := printTable(a.out, rows, "llrlll"); err != nil {
		return err
	}
	for _, s := range accounts {
		if f := s.LastFailure; f != nil && s.LastRun != nil && f.ID == s.LastRun.ID {
			if _, err := fmt.Fprintf(a.out, "\n%s: %s\n", s.Account, f.firstError(s.Account)); err != nil {
				return err
			}
		}
	}
	return nil
}

func ageText(hours int64) string {
	if hours < 2*hoursPerDay {
		return strconv.FormatInt(hours, 10) + "h"
	}
	return strconv.FormatInt(hours/hoursPerDay, 10) + "d"
}

func (s accountStatus) openText() string {
	text := ""
	for _, m := range s.Open {
		if text != "" {
			text += "; "
		}
		text += m.Month.String() + ":"
		for _, n := range []struct {
			days int
			what string
		}{{m.Final, "final"}, {m.Complete, "complete"}, {m.Provisional, "provisional"}, {m.Missing, "MISSING"}} {
			if n.days > 0 {
				text += fmt.Sprintf(" %d %s", n.days, n.what)
			}
		}
	}
	return text
}

func (r *runStatus) text() string {
	if r == nil {
		return "none"
	}
	return fmt.Sprintf("%s %s (%s)", providers.Clock(r.Started), r.Command, r.Outcome)
}

// firstError returns what failed first of an account in the run.
func (r *runStatus) firstError(account string) string {
	for _, b := range r.Bills {
		if b.Account == account && b.Error != "" {
			return b.Error
		}
	}
	return r.Error
}

func (a *app) printRuns(ctx context.Context, state *sqlite.State, o statusOptions) error {
	history := []*runStatus{}
	if state != nil {
		runs, err := state.Runs(ctx, o.limit)
		if err != nil {
			return err
		}
		for _, r := range runs {
			history = append(history, newRunStatus(r))
		}
	}
	if o.json {
		return printJSON(a.out, map[string]any{"schema": "goscan.runs/1", "runs": history})
	}
	rows := [][]string{{"run", "started (UTC+8)", "seconds", "command", "exit", "days", "lines", "pages", "retries", "throttled", "outcome"}}
	for _, r := range history {
		rows = append(rows, r.row())
	}
	return printTable(a.out, rows, "llrlrrrrrrl")
}

func (r *runStatus) row() []string {
	seconds, code := "", ""
	if r.Ended != nil {
		seconds, code = strconv.FormatFloat(r.Ended.Sub(r.Started).Seconds(), 'f', 1, 64), strconv.Itoa(*r.ExitCode)
	}
	var days, lines, pages, retries, throttles int
	for _, b := range r.Bills {
		days, lines, pages, retries, throttles = days+b.Days, lines+b.Lines, pages+b.Pages, retries+b.Retries, throttles+b.Throttles
	}
	return []string{
		r.ID, providers.Clock(r.Started), seconds, r.Command, code, strconv.Itoa(days), strconv.Itoa(lines), strconv.Itoa(pages),
		strconv.Itoa(retries), strconv.Itoa(throttles), r.Outcome,
	}
}
