package cmd

import (
	"fmt"
	"strings"

	"goscan/providers"
	"goscan/store"
	"goscan/sync"
)

// A monthResult is what verifying a month found, as documents have it.
type monthResult struct {
	Account   string          `json:"account"`
	Provider  string          `json:"provider"`
	Month     providers.Month `json:"month"`
	Closed    bool            `json:"closed"`
	Status    string          `json:"status"` // one of the constants below
	Restated  bool            `json:"restated,omitempty"`
	Refetched bool            `json:"refetched,omitempty"`
	Missing   int             `json:"missing_days,omitempty"`
	Services  []serviceResult `json:"services,omitempty"`
	Apart     []string        `json:"not_comparable,omitempty"`
	Rounding  store.Amounts   `json:"rounding,omitempty"`
	Unsettled store.Amounts   `json:"unsettled,omitempty"`
	Tax       store.Amounts   `json:"tax,omitempty"`
	Unseen    []unseenResult  `json:"unseen,omitempty"` // what only the month-level answer shows
	Error     string          `json:"error,omitempty"`

	err error
}

// The states of a month that was verified.
const (
	monthAgrees   = "agrees"
	monthDiffers  = "differs"    // closed, beyond the tolerance, and nobody accepted it
	monthAccepted = "accepted"   // closed, beyond the tolerance, and accepted
	monthOpen     = "open"       // differs, but may still change
	monthPartial  = "incomplete" // days are not stored: not compared
	monthFailed   = "failed"
)

// A serviceResult is how one amount of one service compares.
type serviceResult struct {
	Service    string          `json:"service"`
	Name       string          `json:"name,omitempty"`
	Currency   string          `json:"currency"`
	Cost       string          `json:"cost"` // the column that was compared
	Stored     providers.Money `json:"stored"`
	Overview   providers.Money `json:"overview"`
	Rounding   providers.Money `json:"rounding"`
	Difference providers.Money `json:"difference"`
	Tolerance  providers.Money `json:"tolerance"`
	FocusBound providers.Money `json:"focus_bound"` // what FOCUS 1.4 (Invoice Detail) would still accept
	Agrees     bool            `json:"agrees"`
	Accepted   string          `json:"accepted,omitempty"`
}

// An unseenResult is a resource of which the cloud's month-level answer says something else than the stored days.
type unseenResult struct {
	Service    string          `json:"service"`
	Resource   string          `json:"resource"`
	Name       string          `json:"name,omitempty"`
	Currency   string          `json:"currency"`
	Stored     providers.Money `json:"stored"`
	Announced  providers.Money `json:"announced"`
	Difference providers.Money `json:"difference"`
}

func newMonthResult(v sync.Verdict, m *mask) monthResult {
	r := monthResult{Account: v.Bill.Account, Provider: v.Bill.Provider, Month: v.Bill.Month, Restated: v.Moved, Refetched: v.Refetched, Missing: len(v.Missing)}
	c := v.Comparison
	switch {
	case v.Err != nil:
		r.Status, r.Error, r.err = monthFailed, oneLine(m.text(v.Err.Error())), v.Err
	case c == nil:
		r.Status = monthPartial
	case v.Unreconciled():
		r.Status = monthDiffers
	case !differs(c):
		r.Status = monthAgrees
	case c.Closed:
		r.Status = monthAccepted
	default:
		r.Status = monthOpen
	}
	if c == nil {
		return r
	}
	r.Closed, r.Apart, r.Rounding, r.Unsettled, r.Tax = c.Closed, c.Apart, nonZero(c.Rounding), nonZero(c.Unsettled), nonZero(c.Tax)
	for _, row := range c.Rows {
		r.Services = append(r.Services, serviceResult{
			Service: row.ServiceCode, Name: row.ServiceName, Currency: row.Currency, Cost: row.Amount.String(),
			Stored: row.Stored, Overview: row.Announced, Rounding: row.Rounding, Difference: row.Difference(),
			Tolerance: row.Tolerance, FocusBound: sync.FocusBound(row.Lines), Agrees: row.Agrees(), Accepted: row.Accepted,
		})
	}
	for _, u := range v.Unseen {
		r.Unseen = append(r.Unseen, unseenResult{u.ServiceCode, u.Resource, u.Name, u.Currency, u.Stored, u.Announced, u.Difference()})
	}
	return r
}

func differs(c *sync.Comparison) bool {
	for _, row := range c.Rows {
		if !row.Agrees() {
			return true
		}
	}
	return false
}

func nonZero(a store.Amounts) store.Amounts {
	out := store.Amounts{}
	for c, m := range a {
		if !m.IsZero() {
			out[c] = m
		}
	}
	return out
}

// text says in one line what was found.
func (r monthResult) text() string {
	head := fmt.Sprintf("%s %s ", r.Account, r.Month)
	if r.Restated {
		head += "was restated by the cloud and "
	}
	switch r.Status {
	case monthFailed:
		return head + "could not be verified: " + r.Error
	case monthPartial:
		return head + fmt.Sprintf("is not compared with the cloud's overview: %d of its days %s not stored", r.Missing, plural(r.Missing, "is", "are"))
	case monthAgrees:
		return head + fmt.Sprintf("agrees with the cloud's overview (%d %s%s)%s", r.services(), plural(r.services(), "service", "services"), r.residual(), r.notComparable())
	case monthAccepted:
		return head + "differs from the cloud's overview by " + r.difference() + ", which was accepted" + r.notComparable()
	case monthOpen:
		return head + "is not closed: it differs from the cloud's overview by " + r.difference() + " so far" + r.notComparable()
	}
	return head + "DIFFERS from the cloud's overview by " + r.difference() + r.notComparable()
}

func (r monthResult) services() int {
	n := map[string]bool{}
	for _, s := range r.Services {
		n[s.Service] = true
	}
	return len(n)
}

// residual names what the lines and the overview do not have in common.
func (r monthResult) residual() string {
	var parts string
	for _, p := range []struct {
		what string
		sums store.Amounts
	}{{"rounding", r.Rounding}, {"unsettled", r.Unsettled}, {"tax", r.Tax}} {
		if len(p.sums) > 0 {
			parts += fmt.Sprintf("; %s %s", p.what, p.sums)
		}
	}
	return parts
}

func (r monthResult) notComparable() string {
	if len(r.Apart) == 0 {
		return ""
	}
	return fmt.Sprintf("; not comparable, because the currencies differ: %s", strings.Join(r.Apart, ", "))
}

// difference returns the sum of the differences beyond the tolerance, by currency.
func (r monthResult) difference() string {
	sums := store.Amounts{}
	for _, s := range r.Services {
		if !s.Agrees && s.Cost == store.CostBeforeVoucher.String() {
			sums.Add(s.Currency, s.Difference)
		}
	}
	if len(sums) == 0 { // only what is payable differs
		for _, s := range r.Services {
			if !s.Agrees {
				sums.Add(s.Currency, s.Difference)
			}
		}
	}
	return sums.String()
}

// rows are the services of a month that differ, as a table has them.
func (r monthResult) rows() [][]string {
	var rows [][]string
	for _, s := range r.Services {
		if s.Agrees {
			continue
		}
		rows = append(rows, []string{
			"  " + s.Service, s.Cost, s.Stored.String(), s.Overview.String(), s.Difference.String() + " " + s.Currency,
			s.Tolerance.String(), s.FocusBound.StringFixed(2), s.Accepted,
		})
	}
	return rows
}

// printMonths prints what verifying months found: a line each, and the services of those that differ.
func (a *app) printMonths(months []monthResult) error {
	for _, r := range months {
		if _, err := fmt.Fprintln(a.out, r.text()); err != nil {
			return err
		}
		rows := r.rows()
		if len(rows) == 0 || r.Status == monthFailed {
			continue
		}
		rows = append([][]string{{"  service", "cost", "stored", "overview", "difference", "tolerance", "FOCUS", ""}}, rows...)
		if err := printTable(a.out, rows, "llrrrrrl"); err != nil {
			return err
		}
		if err := a.printUnseen(r.Unseen); err != nil {
			return err
		}
	}
	return nil
}

const mostUnseen = 10

// printUnseen prints the resources that the stored days and the month-level answer do not agree on.
func (a *app) printUnseen(unseen []unseenResult) error {
	if len(unseen) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(a.out, "  what the cloud's answer for the whole month shows, and no day does:"); err != nil {
		return err
	}
	rows := [][]string{{"  service", "resource", "stored", "announced", "difference"}}
	for i, u := range unseen {
		if i == mostUnseen {
			rows = append(rows, []string{fmt.Sprintf("  and %d more (--json lists them)", len(unseen)-i), "", "", "", ""})
			break
		}
		rows = append(rows, []string{"  " + u.Service, u.Resource, u.Stored.String(), u.Announced.String(), u.Difference.String() + " " + u.Currency})
	}
	return printTable(a.out, rows, "llrrr")
}

// unreconciled says that closed months differ from the clouds' overviews and nobody accepted it.
type unreconciled struct{ months []monthResult }

func (e *unreconciled) Error() string {
	first := e.months[0]
	text := fmt.Sprintf("%s %s does not reconcile: it differs from the cloud's overview by %s", first.Account, first.Month, first.difference())
	if n := len(e.months) - 1; n > 0 {
		text += fmt.Sprintf(" (and %d more %s)", n, plural(n, "month", "months"))
	}
	return text
}

func (e *unreconciled) hint() string {
	first := e.months[0]
	return fmt.Sprintf("goscan verify --account %s --month %s shows it; --accept --reason TEXT accepts it", first.Account, first.Month)
}

// unreconciledOf returns an unreconciled of the months that differ, nil when none does.
func unreconciledOf(months []monthResult) error {
	var bad []monthResult
	for _, m := range months {
		if m.Status == monthDiffers {
			bad = append(bad, m)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return &unreconciled{bad}
}
