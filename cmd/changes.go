package cmd

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
	"goscan/store/report/render"
)

// changesOptions are the flags of changes.
type changesOptions struct {
	accounts []string
	since    string
	month    string
	service  string // --by service
	cost     string
	json     bool
}

func newChanges(a *app) *cobra.Command {
	var o changesOptions
	c := &cobra.Command{
		Use:   "changes",
		Short: "List what the clouds restated",
		Long: `List the days whose lines were replaced by others, the largest change of cost first: lines and cost before
and after, when, and in which run. A first storing is no change, and a day that came back the same leaves only its
confirmation. A change that was stored after the month's close is marked.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore),
		Example: `  goscan changes                    of the last 24 hours
  goscan changes --since 7d --by service
  goscan changes --month 2026-10    of that month, whenever they were stored`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.runChanges(c.Context(), o) },
	}
	f := c.Flags()
	f.StringSliceVarP(&o.accounts, "account", "a", nil, "only this account (may be repeated)")
	f.StringVar(&o.since, "since", "", "only what was stored since then: 24h, 7d (default 24h, or all with --month)")
	f.StringVarP(&o.month, "month", "m", "", "only days of this month (YYYY-MM)")
	f.StringVar(&o.service, "by", "", "service: split each change by service")
	f.StringVar(&o.cost, "cost", store.CostBeforeVoucher.String(), "the cost column")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	return c
}

// A change is a restated day, or a service of one, in one currency.
type change struct {
	Account     string          `json:"account"`
	Day         providers.Day   `json:"day"`
	Service     string          `json:"service,omitempty"`
	Currency    string          `json:"currency"`
	LinesBefore int64           `json:"lines_before"`
	LinesAfter  int64           `json:"lines_after"`
	Before      providers.Money `json:"before"`
	After       providers.Money `json:"after"`
	Change      providers.Money `json:"change"`
	StoredAt    time.Time       `json:"stored_at"`
	RunID       string          `json:"run_id"`
	Closed      bool            `json:"closed_month"`
}

// changesQuery is what the flags of changes mean.
type changesQuery struct {
	from, to providers.Day
	since    time.Time
	amount   store.Amount
	by       []store.Dimension
}

func (o changesOptions) parse(now time.Time) (changesQuery, error) {
	q := changesQuery{to: providers.DayOf(now), by: []store.Dimension{store.ByLoad}}
	since := o.since
	if o.month != "" {
		m, err := providers.ParseMonth(o.month)
		if err != nil {
			return q, fmt.Errorf("--month %w", err)
		}
		q.from, q.to = m.First(), m.Last()
	} else {
		since = cmp.Or(since, "24h")
	}
	if since != "" {
		age, err := parseAge(since)
		if err != nil {
			return q, fmt.Errorf("--since %w", err)
		}
		q.since = now.Add(-age)
	}
	switch o.service {
	case "":
	case "service":
		q.by = append(q.by, store.ByService)
	default:
		return q, meant(fmt.Errorf("--by %s: only service", o.service), o.service, []string{"service"})
	}
	var err error
	if q.amount, err = parseAmount(o.cost); err != nil {
		return q, fmt.Errorf("--cost %w", err)
	}
	return q, nil
}

const hoursPerDay = 24

// parseAge parses a duration: Go's, or a number of days like 7d.
func parseAge(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 {
			return time.Duration(n) * hoursPerDay * time.Hour, nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return d, nil
	}
	return 0, fmt.Errorf("%q is no duration such as 24h or 7d", s)
}

func (a *app) runChanges(ctx context.Context, o changesOptions) error {
	q, err := o.parse(a.now())
	if err != nil {
		return usageError{err}
	}
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	accounts, err := cfg.Select(o.accounts...)
	if err != nil {
		return err
	}
	s, err := a.readBills(ctx, cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	all := []change{}
	for _, acc := range accounts {
		some, err := changesOf(ctx, s, acc, q)
		if err != nil {
			return err
		}
		all = append(all, some...)
	}
	slices.SortStableFunc(all, func(x, y change) int {
		return cmp.Or(y.Change.Abs().Cmp(x.Change.Abs()), cmp.Compare(x.Account, y.Account), cmp.Compare(y.Day, x.Day))
	})
	if o.json {
		return printJSON(a.out, map[string]any{"schema": "goscan.changes/1", "cost": q.amount.String(), "changes": all})
	}
	return a.printChanges(all, q)
}

// changesOf returns the changes of an account.
func changesOf(ctx context.Context, s opened, acc config.Account, q changesQuery) ([]change, error) {
	commits, err := s.Commits(ctx, acc.Name, q.from, q.to)
	if err != nil {
		return nil, err
	}
	restated := slices.DeleteFunc(store.Restatements(commits), func(r store.Restatement) bool {
		return r.After.CommittedAt.Before(q.since)
	})
	if len(restated) == 0 {
		return nil, nil
	}
	loads := make([]store.LoadID, 0, 2*len(restated))
	for _, r := range restated {
		loads = append(loads, r.Before.LoadID, r.After.LoadID)
	}
	slices.Sort(loads)
	sums, err := s.Costs(ctx, store.Query{From: q.from, To: q.to, Amount: q.amount, By: q.by, Loads: slices.Compact(loads)})
	if err != nil {
		return nil, err
	}
	byLoad := map[string][]store.Cost{}
	for _, c := range sums {
		byLoad[c.Keys[0]] = append(byLoad[c.Keys[0]], c)
	}
	var all []change
	for _, r := range restated {
		all = append(all, changesOfDay(r, byLoad, acc.Cloud.Calendar, len(q.by) > 1)...)
	}
	return all, nil
}

// changesOfDay returns a restatement's changes, one for each service and currency; with byService, only of services that
// changed.
func changesOfDay(r store.Restatement, byLoad map[string][]store.Cost, calendar providers.Calendar, byService bool) []change {
	parts := map[[2]string]*change{}
	part := func(c store.Cost) *change {
		key := [2]string{c.Currency}
		if byService {
			key[1] = c.Keys[1]
		}
		if parts[key] == nil {
			parts[key] = &change{
				Account: r.After.Account, Day: r.After.Day, Currency: key[0], Service: key[1], StoredAt: r.After.CommittedAt,
				RunID: r.After.RunID, Closed: !r.After.CommittedAt.Before(calendar.Closes(r.After.Month)),
			}
		}
		return parts[key]
	}
	for _, c := range byLoad[strconv.FormatUint(uint64(r.Before.LoadID), 10)] {
		p := part(c)
		p.Before, p.LinesBefore = p.Before.Add(c.Amount), p.LinesBefore+c.Lines
	}
	for _, c := range byLoad[strconv.FormatUint(uint64(r.After.LoadID), 10)] {
		p := part(c)
		p.After, p.LinesAfter = p.After.Add(c.Amount), p.LinesAfter+c.Lines
	}
	var all []change
	for _, key := range slices.SortedFunc(maps.Keys(parts), func(x, y [2]string) int { return slices.Compare(x[:], y[:]) }) {
		p := parts[key]
		p.Change = p.After.Sub(p.Before)
		if byService && p.Change.IsZero() && p.LinesBefore == p.LinesAfter {
			continue
		}
		all = append(all, *p)
	}
	return all
}

func (a *app) printChanges(all []change, q changesQuery) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(a.out, "nothing was restated")
		return err
	}
	rows := [][]string{{"account", "day", "service", "lines", "before", "after", "change", "", "stored (UTC+8)", "run", ""}}
	for _, c := range all {
		mark, sign := "", ""
		if c.Closed {
			mark = "CLOSED MONTH"
		}
		if c.Change.IsPositive() {
			sign = "+"
		}
		rows = append(rows, []string{
			c.Account, c.Day.String(), c.Service, fmt.Sprintf("%d > %d", c.LinesBefore, c.LinesAfter),
			render.Amount(c.Before), render.Amount(c.After), sign + c.Change.String(), c.Currency,
			providers.Clock(c.StoredAt), c.RunID, mark,
		})
	}
	if len(q.by) == 1 {
		for i := range rows {
			rows[i] = slices.Delete(rows[i], 2, 3)
		}
		return printTable(a.out, rows, "llrrrrllll")
	}
	return printTable(a.out, rows, "lllrrrrllll")
}
