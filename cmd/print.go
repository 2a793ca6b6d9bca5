package cmd

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rivo/uniseg"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
	"goscan/store/report/render"
	"goscan/sync"
)

// printResult prints one line for each bill that a run worked on, or the same as JSON.
func (a *app) printResult(r *result, asJSON bool) error {
	if asJSON {
		return printJSON(a.out, r)
	}
	for _, account := range r.idle {
		fmt.Fprintf(a.out, "%s is up to date\n", account)
	}
	if len(r.Bills) == 0 {
		return a.printMonths(r.Verified)
	}
	rows := [][]string{{"account", "month", "days", "lines", "billed", "pages", "seconds", ""}}
	for _, b := range r.Bills {
		rows = append(rows, []string{
			b.Account, b.Month.String(), strconv.Itoa(b.Days), render.Count(int64(b.Lines)), totals(b.Total),
			render.Count(int64(b.Pages)), strconv.FormatFloat(b.Seconds, 'f', 1, 64), b.remark(),
		})
	}
	if err := printTable(a.out, rows, "llrrrrrl"); err != nil {
		return err
	}
	return a.printMonths(r.Verified)
}

// remark says what is special about a bill's days.
func (b billResult) remark() string {
	var parts []string
	if n := len(b.Failed); n > 0 {
		parts = append(parts, fmt.Sprintf("%d FAILED", n))
	}
	if b.Undone > 0 {
		parts = append(parts, fmt.Sprintf("%d not done", b.Undone))
	}
	if n := len(b.NotIssued); n > 0 {
		parts = append(parts, fmt.Sprintf("%d not issued yet", n))
	}
	if b.Confirmed > 0 {
		parts = append(parts, fmt.Sprintf("%d unchanged", b.Confirmed))
	}
	return strings.Join(parts, ", ")
}

func totals(a store.Amounts) string {
	var parts []string
	for _, c := range a.Currencies() {
		parts = append(parts, render.Amount(a[c])+" "+c)
	}
	return strings.Join(parts, " + ")
}

// printTable prints rows in columns, each aligned left (l) or right (r). The cells are ASCII.
func printTable(w io.Writer, rows [][]string, align string) error {
	widths := make([]int, len(align))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], uniseg.StringWidth(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-uniseg.StringWidth(cell))
			if align[i] == 'r' {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
			line.WriteString("  ")
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// A plannedBill is what a dry run says of one bill.
type plannedBill struct {
	Account string          `json:"account"`
	Month   providers.Month `json:"month"`
	Days    []plannedDay    `json:"days"`
	Calls   int             `json:"api_calls_at_least"`
}

type plannedDay struct {
	Day    providers.Day `json:"day"`
	Reason sync.Reason   `json:"reason"`
}

// pageSizes returns how many lines a page of each account holds.
func pageSizes(cfg *config.Config) map[string]int {
	sizes := map[string]int{}
	for _, acc := range cfg.Accounts {
		sizes[acc.Name] = acc.Cloud.PageSize
	}
	return sizes
}

// printPlan prints what a dry run would fetch and how many API calls that takes at least: a day that was never stored is
// counted as one page.
func (a *app) printPlan(s *session, pageSize map[string]int, tasks []sync.Task, asJSON bool) error {
	plan := []plannedBill{}
	calls := 0
	for _, t := range tasks {
		if n := len(plan); n == 0 || plan[n-1].Account != t.Bill.Account || plan[n-1].Month != t.Bill.Month {
			plan = append(plan, plannedBill{Account: t.Bill.Account, Month: t.Bill.Month})
		}
		b := &plan[len(plan)-1]
		size := max(pageSize[t.Bill.Account], 1)
		pages := max(1, (t.Known+size-1)/size)
		b.Days = append(b.Days, plannedDay{t.Day, t.Reason})
		b.Calls += pages
		calls += pages
	}
	overviews := 0
	for _, src := range s.sources {
		overviews += len(s.endedMonths(src, tasks))
	}
	calls += overviews
	if asJSON {
		return printJSON(a.out, map[string]any{
			"schema": "goscan.plan/1", "store": s.store.is, "bills": plan, "overview_calls": overviews, "api_calls_at_least": calls,
		})
	}
	if len(plan) == 0 {
		_, err := fmt.Fprintf(a.out, "nothing to fetch: everything is up to date; %d %s to verify ended months\n", overviews, plural(overviews, "call", "calls"))
		return err
	}
	rows := [][]string{{"account", "month", "days", "from", "to", "calls", "because"}}
	for _, b := range plan {
		first, last := b.Days[len(b.Days)-1].Day, b.Days[0].Day
		rows = append(rows, []string{b.Account, b.Month.String(), strconv.Itoa(len(b.Days)), first.String(), last.String(), strconv.Itoa(b.Calls), b.reasons()})
	}
	if err := printTable(a.out, rows, "llrllrl"); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.out, "\n%d %s, at least %d API %s with the %d that verify ended months, into %s. Nothing was fetched or written.\n",
		len(tasks), plural(len(tasks), "day", "days"), calls, plural(calls, "call", "calls"), overviews, s.store.is)
	return err
}

// reasons counts the days of a planned bill by why they are fetched.
func (b plannedBill) reasons() string {
	counts := map[sync.Reason]int{}
	for _, d := range b.Days {
		counts[d.Reason]++
	}
	var parts []string
	for r := sync.Missing; r <= sync.Forced; r++ {
		if counts[r] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[r], r))
		}
	}
	return strings.Join(parts, ", ")
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
