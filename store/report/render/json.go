package render

import (
	"encoding/json"
	"io"
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
)

// Schema names the JSON document's schema. Within a schema keys are added, never removed and never changed in meaning.
const Schema = "goscan.report/1"

// JSON writes a report as one indented JSON document:
//
//	schema      "goscan.report/1"
//	kind        "daily", "weekly" or "monthly"
//	period      {from, to}, days YYYY-MM-DD in UTC+8, both inclusive; null when nothing was ever stored
//	cost        the cost column that all amounts are of: "cost_before_voucher"
//	where       [{by, values}]: what the report is limited to, all must hold; empty: everything
//	store       what the numbers were read from
//	as_of       the instant as of which the store is known; null: when the report was made
//	stored      {from, to}: the oldest and the newest stored day; null when there is none
//	state       "missing", "provisional", "complete" or "final": that of the least final account
//	currencies  one object for each currency, see below; amounts of two currencies are never added
//	accounts    [{name, provider, retired, state, days, stored}]: days of the period, and how many of them are stored
//	idle        budgets in currencies in which nothing was charged lately, see below
//	months      [{account, provider, month, state, closed, reconciled, compared_at, difference, accepted}]: how the months
//	            stand that have ended; closed: the cloud had closed it when it was last read; reconciled: "agrees",
//	            "differs", "accepted" or "not_compared"; compared_at: since when that is so, or null; difference: by
//	            currency, what is stored less what the cloud announced; accepted: why somebody accepted it, or ""
//	restated    null when that was not asked for, or {since, count, changes, days: [{account, day, currency, before,
//	            after, closed}]}: days stored before since whose lines were replaced after it, the largest changes first;
//	            count and changes, by currency, are of all of them; closed: the day's month had closed before
//	notes       [{kind, account, with, month, days: [{from, to}]}]; kind: "missing", "provisional", "not_compared", "newer",
//	            "unclosed" or "unreconciled"; account, with and month (YYYY-MM) only where the kind has one
//
// and for each currency:
//
//	currency      ISO 4217
//	total         null when no account is stored
//	usage         the part of the total that was spent by use; null like the total
//	lines         how many bill lines the total sums
//	comparisons   [{with, of, period, compared, left_out, amount, base, change, percent}]; with: "day_before",
//	              "same_weekday", "week_before", "month_to_date" or "month_before"; amount sums the accounts in compared
//	              over the days of, base over those of period
//	trend         [{from, to, amount, partial}]; amount is null when nothing is stored, partial when an account lacks a day
//	breakdowns    [{by, rows: [{key, name, provider, amount, share, base, change, percent}], other}]; rows and other add
//	              up to the total; other is null or {count, amount, share, base, change, percent}
//	accounts      [{name, provider, state, lines, amount, share, base, change, percent}]
//	movers        null, or {rows: [{account, provider, service, name, amount, base, change, effects, leading: [{resource,
//	              name, change, new, vanished}]}], other, total}; other is null or {count, change, effects}; effects, and
//	              the total of all, are {new, vanished, quantity, price, purchases, rest}, which add up to the change
//	events        [{kind, day, account, provider, service, service_name, resource, name, amount}]; kind: "purchase",
//	              "renewal" or "refund", the amount of which is negative
//	events_other  null, or {count, amount, share, base, change, percent} of the events that are not listed
//	forecast      of the month's end: null, or {month, so_far, through, days, renewals, expected, low, high, before,
//	              method, left_out}; low to high holds the truth in 80 of 100 cases; days: how many are estimated;
//	              before: the whole month before, or null
//	budgets       [{name, match: [{by, values}], currency, amount, thresholds, month, spent, used, elapsed, reached,
//	              forecast, over, days_left, runs_out, partial}]; used, elapsed, thresholds and reached in percent; forecast: null or
//	              {expected, low, high}; runs_out: a day or null; partial: accounts of which days are missing
//	anomalies     as in AnomaliesJSON
//
// Amounts are strings with all their digits. Shares and percentages are strings with one digit after the point. Base,
// change and percent belong to the first comparison and are null where there is none. Instants are RFC 3339 in UTC.
func JSON(w io.Writer, r *report.Report) error { return encode(w, documentOf(r)) }

func encode(w io.Writer, document any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(document)
}

type document struct {
	Schema     string       `json:"schema"`
	Kind       string       `json:"kind"`
	Period     *days        `json:"period"`
	Cost       string       `json:"cost"`
	Where      []filter     `json:"where"`
	Store      string       `json:"store"`
	AsOf       *time.Time   `json:"as_of"`
	Stored     *days        `json:"stored"`
	State      string       `json:"state"`
	Currencies []currency   `json:"currencies"`
	Accounts   []account    `json:"accounts"`
	Idle       []budget     `json:"idle"`
	Months     []monthState `json:"months"`
	Restated   *restated    `json:"restated"`
	Notes      []note       `json:"notes"`
}

type days struct {
	From providers.Day `json:"from"`
	To   providers.Day `json:"to"`
}

type filter struct {
	By     string   `json:"by"`
	Values []string `json:"values"`
}

type account struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
	Retired  bool   `json:"retired"`
	State    string `json:"state"`
	Days     int    `json:"days"`
	Stored   int    `json:"stored"`
}

type monthState struct {
	Account    string            `json:"account"`
	Provider   string            `json:"provider"`
	Month      providers.Month   `json:"month"`
	State      string            `json:"state"`
	Closed     bool              `json:"closed"`
	Reconciled string            `json:"reconciled"`
	ComparedAt *time.Time        `json:"compared_at"`
	Difference map[string]string `json:"difference"`
	Accepted   string            `json:"accepted"`
}

type restated struct {
	Since   time.Time         `json:"since"`
	Count   int               `json:"count"`
	Changes map[string]string `json:"changes"`
	Days    []restatedDay     `json:"days"`
}

type restatedDay struct {
	Account  string        `json:"account"`
	Day      providers.Day `json:"day"`
	Currency string        `json:"currency"`
	Before   string        `json:"before"`
	After    string        `json:"after"`
	Closed   bool          `json:"closed"`
}

type note struct {
	Kind    string           `json:"kind"`
	Account string           `json:"account,omitempty"`
	With    string           `json:"with,omitempty"`
	Month   *providers.Month `json:"month,omitempty"`
	Days    []days           `json:"days"`
}

func documentOf(r *report.Report) document {
	d := document{
		Schema: Schema, Kind: string(r.Kind), Cost: r.Amount.String(), Where: each(r.Where, filterOf), Store: r.Store,
		AsOf: instant(r.AsOf), State: string(r.State),
		Currencies: each(r.Sections, currencyOf),
		Accounts: each(r.Accounts, func(a report.Account) account {
			return account{a.Name, a.Provider, a.Retired, string(a.State), a.Days, a.Stored}
		}),
		Idle:     each(r.Idle, budgetOf),
		Months:   each(r.Months, monthStateOf),
		Restated: restatedOf(r.Restated),
		Notes:    each(r.Notes, noteOf),
	}
	if r.Stored != nil {
		d.Period, d.Stored = new(daysOf(r.Period)), new(daysOf(*r.Stored))
	}
	return d
}

func monthStateOf(m report.MonthState) monthState {
	return monthState{
		m.Account, m.Provider, m.Month, string(m.State), m.Closed, string(m.Reconciled), instant(m.Compared),
		byCurrency(m.Difference), m.Accepted,
	}
}

func restatedOf(r *report.Restated) *restated {
	if r == nil {
		return nil
	}
	return &restated{r.Since.UTC(), r.Count, byCurrency(r.Changes), each(r.Days, func(d report.RestatedDay) restatedDay {
		return restatedDay{d.Account, d.Day, d.Currency, d.Before.String(), d.After.String(), d.Closed}
	})}
}

func noteOf(n report.Note) note {
	d := note{Kind: string(n.Kind), Account: n.Account, With: string(n.With), Days: each(n.Days, daysOf)}
	if n.Month != 0 {
		d.Month = &n.Month
	}
	return d
}

func filterOf(f store.Filter) filter { return filter{string(f.Dimension), list(f.Values)} }

func daysOf(r report.Range) days { return days{r.From, r.To} }

// instant returns an instant that is known, else null.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC())
}

// exact returns an amount with all its digits.
func exact(m *providers.Money) *string {
	if m == nil {
		return nil
	}
	return new(m.String())
}

// byCurrency returns amounts with all their digits.
func byCurrency(amounts map[string]providers.Money) map[string]string {
	all := make(map[string]string, len(amounts))
	for currency, amount := range amounts {
		all[currency] = amount.String()
	}
	return all
}

// rounded returns a percentage with one digit.
func rounded(m *providers.Money) *string {
	if m == nil {
		return nil
	}
	return new(m.StringFixed(1))
}

// each converts the elements of a list; an empty one becomes [] in JSON, not null.
func each[From, To any](from []From, convert func(From) To) []To {
	to := make([]To, len(from))
	for i, f := range from {
		to[i] = convert(f)
	}
	return to
}

func list(s []string) []string { return append([]string{}, s...) }
