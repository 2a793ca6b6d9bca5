package render

import (
	"encoding/json"
	"io"

	"goscan/providers"
	"goscan/store/report"
)

// Schema names the JSON document's schema. Within a schema keys are added, never removed and never changed in meaning.
const Schema = "goscan.report/1"

// JSON writes a report as one indented JSON document:
//
//	schema      "goscan.report/1"
//	kind        "daily" or "monthly"
//	period      {from, to}, days YYYY-MM-DD in UTC+8, both inclusive; null when nothing was ever stored
//	cost        the cost column that all amounts are of: "cost_before_voucher"
//	store       what the numbers were read from
//	stored      {from, to}: the oldest and the newest stored day; null when there is none
//	state       "missing", "provisional", "complete" or "final": that of the least final account
//	currencies  one object for each currency, see below; amounts of two currencies are never added
//	accounts    [{name, provider, retired, state, days, stored}]: days of the period, and how many of them are stored
//	notes       [{kind, account, with, days: [{from, to}]}]; kind: "missing", "provisional", "not_compared" or "newer"
//
// and for each currency:
//
//	currency     ISO 4217
//	total        null when no account is stored
//	lines        how many bill lines the total sums
//	comparisons  [{with, period, compared, left_out, amount, base, change, percent}]; with: "day_before",
//	             "same_weekday" or "month_before"; amount and base sum the accounts in compared
//	trend        [{from, to, amount, partial}]; amount is null when nothing is stored, partial when an account lacks a day
//	breakdowns   [{by, rows: [{key, name, provider, amount, share, base, change, percent}], other}]; rows and other add
//	             up to the total; other is null or {count, amount, share, base, change, percent}
//	accounts     [{name, provider, state, lines, amount, share, base, change, percent}]
//
// Amounts are strings with all their digits. Shares and percentages are strings with one digit after the point. Base,
// change and percent belong to the first comparison and are null where there is none.
func JSON(w io.Writer, r *report.Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(documentOf(r))
}

type document struct {
	Schema     string     `json:"schema"`
	Kind       string     `json:"kind"`
	Period     *days      `json:"period"`
	Cost       string     `json:"cost"`
	Store      string     `json:"store"`
	Stored     *days      `json:"stored"`
	State      string     `json:"state"`
	Currencies []currency `json:"currencies"`
	Accounts   []account  `json:"accounts"`
	Notes      []note     `json:"notes"`
}

type days struct {
	From providers.Day `json:"from"`
	To   providers.Day `json:"to"`
}

type currency struct {
	Currency    string       `json:"currency"`
	Total       *string      `json:"total"`
	Lines       int64        `json:"lines"`
	Comparisons []comparison `json:"comparisons"`
	Trend       []point      `json:"trend"`
	Breakdowns  []breakdown  `json:"breakdowns"`
	Accounts    []accountRow `json:"accounts"`
}

type comparison struct {
	With     string   `json:"with"`
	Period   days     `json:"period"`
	Compared []string `json:"compared"`
	LeftOut  []string `json:"left_out"`
	Amount   *string  `json:"amount"`
	delta
}

type delta struct {
	Base    *string `json:"base"`
	Change  *string `json:"change"`
	Percent *string `json:"percent"`
}

type point struct {
	days
	Amount  *string `json:"amount"`
	Partial bool    `json:"partial"`
}

type breakdown struct {
	By    string `json:"by"`
	Rows  []row  `json:"rows"`
	Other *other `json:"other"`
}

type row struct {
	Key      string `json:"key"`
	Name     string `json:"name"`
	Provider string `json:"provider,omitempty"`
	part
}

type part struct {
	Amount *string `json:"amount"`
	Share  *string `json:"share"`
	delta
}

type other struct {
	Count int `json:"count"`
	part
}

type accountRow struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
	State    string `json:"state"`
	Lines    int64  `json:"lines"`
	part
}

type account struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
	Retired  bool   `json:"retired"`
	State    string `json:"state"`
	Days     int    `json:"days"`
	Stored   int    `json:"stored"`
}

type note struct {
	Kind    string `json:"kind"`
	Account string `json:"account,omitempty"`
	With    string `json:"with,omitempty"`
	Days    []days `json:"days"`
}

func documentOf(r *report.Report) document {
	d := document{
		Schema: Schema, Kind: string(r.Kind), Cost: r.Amount.String(), Store: r.Store, State: string(r.State),
		Currencies: each(r.Sections, currencyOf),
		Accounts: each(r.Accounts, func(a report.Account) account {
			return account{a.Name, a.Provider, a.Retired, string(a.State), a.Days, a.Stored}
		}),
		Notes: each(r.Notes, func(n report.Note) note {
			return note{string(n.Kind), n.Account, string(n.With), each(n.Days, daysOf)}
		}),
	}
	if r.Stored != nil {
		d.Period, d.Stored = new(daysOf(r.Period)), new(daysOf(*r.Stored))
	}
	return d
}

func currencyOf(s report.Section) currency {
	return currency{
		Currency: s.Currency, Total: exact(s.Total), Lines: s.Lines,
		Comparisons: each(s.Comparisons, func(c report.Comparison) comparison {
			return comparison{string(c.With), daysOf(c.Period), list(c.Compared), list(c.LeftOut), exact(c.Amount), deltaOf(c.Delta)}
		}),
		Trend: each(s.Trend, func(p report.Point) point {
			return point{daysOf(p.Period), exact(p.Amount), p.Partial}
		}),
		Breakdowns: each(s.Breakdowns, breakdownOf),
		Accounts: each(s.Accounts, func(a report.AccountRow) accountRow {
			return accountRow{a.Name, a.Provider, string(a.State), a.Lines, part{exact(a.Amount), rounded(a.Share), deltaOf(a.Delta)}}
		}),
	}
}

func breakdownOf(b report.Breakdown) breakdown {
	d := breakdown{By: string(b.By), Rows: each(b.Rows, func(r report.Row) row {
		return row{r.Key, r.Name, r.Provider, part{exact(&r.Amount), rounded(r.Share), deltaOf(r.Delta)}}
	})}
	if o := b.Other; o != nil {
		d.Other = &other{o.Count, part{exact(&o.Amount), rounded(o.Share), deltaOf(o.Delta)}}
	}
	return d
}

func deltaOf(d *report.Delta) delta {
	if d == nil {
		return delta{}
	}
	return delta{exact(&d.Base), exact(&d.Change), rounded(d.Percent)}
}

func daysOf(r report.Range) days { return days{r.From, r.To} }

// exact returns an amount with all its digits.
func exact(m *providers.Money) *string {
	if m == nil {
		return nil
	}
	return new(m.String())
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
