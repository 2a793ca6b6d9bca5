package render

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"goscan/providers"
	"goscan/store/report"
)

// CSV writes a report as one table of comma separated values (RFC 4180), in UTF-8 with the mark by which spreadsheets
// know it. The titles of its columns are the same in every language; columns are added at the end, never removed:
//
//	section      what the row is: see below
//	period_from  the first and the last day that the row is about, in UTC+8
//	period_to
//	currency     ISO 4217; rows of two currencies are never to be added
//	dimension    of a breakdown, what it is by; of other sections, the kind of the row
//	key          the code, id or name by which a program knows the row; empty where the row has none
//	name         the same for people, in the language of the report
//	provider     the kind of cloud
//	amount       with all its digits; empty where it is not known
//	share        percent of the total, one digit
//	base         the amount that it is compared with
//	change       amount less base
//	percent      the change in percent of the base, one digit
//	lines        how many bill lines the amount sums
//	account
//	resource     the id and name of a resource, for people
//	state        how final, whole or new the row is
//	base_from    the days of the base
//	base_to
//	expected     an estimate, and the bounds of where it may be
//	low
//	high
//	impact       of an anomaly: what was unusual, over all its days
//	detail       a sentence, a method or a rule, for people
//
// The sections, each with its currency's rows together: report (what the numbers are: kind, cost, where, store, as_of,
// state), total, usage, comparison, trend, breakdown and breakdown_other, account, mover, mover_effect and mover_other,
// event and event_other, forecast, budget, anomaly and anomaly_contributor, month, restated, note. The rows of one
// breakdown, its other row included, add up to the total.
//
// Control characters in texts are made visible. A text that a spreadsheet would take for a formula begins with an
// apostrophe; a number never does.
func CSV(w io.Writer, r *report.Report, lang Lang) error {
	const byteOrderMark = "\ufeff"
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	c := &listing{w: csv.NewWriter(w), r: r, p: phrasesOf(lang)}
	c.w.UseCRLF = true
	if err := c.w.Write(csvTitles()); err != nil {
		return err
	}
	c.about()
	for i := range r.Sections {
		c.section(&r.Sections[i])
	}
	c.budgets(r.Idle)
	c.months()
	c.restated()
	c.notes()
	c.w.Flush()
	return c.w.Error()
}

// A listing is a table of comma separated values while it is written. Its writer keeps the first error.
type listing struct {
	w *csv.Writer
	r *report.Report
	p *phrases
}

// A record is a row of the table. Fields of type string are texts that nobody has made safe yet.
type record struct {
	section, currency, dimension, key, name, provider, account, resource, state, detail string

	period, base                                                        *report.Range
	amount, share, before, change, percent, expected, low, high, impact *providers.Money
	lines                                                               *int64
}

func csvTitles() []string {
	return []string{
		"section", "period_from", "period_to", "currency", "dimension", "key", "name", "provider", "amount", "share", "base",
		"change", "percent", "lines", "account", "resource", "state", "base_from", "base_to", "expected", "low", "high",
		"impact", "detail",
	}
}

func (c *listing) add(d record) {
	from, to := bounds(d.period)
	baseFrom, baseTo := bounds(d.base)
	lines := ""
	if d.lines != nil {
		lines = strconv.FormatInt(*d.lines, 10)
	}
	_ = c.w.Write([]string{ // the writer keeps its error
		d.section, from, to, harmless(d.currency), harmless(d.dimension), harmless(d.key), harmless(d.name),
		harmless(d.provider), digits(d.amount), tenths(d.share), digits(d.before), digits(d.change), tenths(d.percent), lines,
		harmless(d.account), harmless(d.resource), d.state, baseFrom, baseTo, digits(d.expected), digits(d.low),
		digits(d.high), digits(d.impact), harmless(d.detail),
	})
}

// with returns the record with a change.
func (d record) with(change *report.Delta) record {
	if change != nil {
		d.before, d.change, d.percent = &change.Base, &change.Change, change.Percent
	}
	return d
}

// harmless returns a text that no terminal takes for a command and no spreadsheet for a formula. Spreadsheets skip spaces
// before a formula, and those of East Asia read the wide forms of its signs.
func harmless(s string) string {
	s = plain(s)
	if first := strings.TrimLeft(s, " \u3000\u00a0"); first != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(first)[0]) {
		return "'" + s
	}
	return s
}

func bounds(r *report.Range) (from, to string) {
	if r == nil {
		return "", ""
	}
	return r.From.String(), r.To.String()
}

// digits returns all digits of an amount; nothing where it is not known.
func digits(m *providers.Money) string {
	if m == nil {
		return ""
	}
	return m.String()
}

// tenths returns a percentage with one digit.
func tenths(m *providers.Money) string {
	if m == nil {
		return ""
	}
	return m.StringFixed(1)
}

// about tells what the numbers of the report are.
func (c *listing) about() {
	var period *report.Range
	if c.r.Stored != nil {
		period = &c.r.Period
	}
	say := func(dimension, key, name string) {
		if key != "" {
			c.add(record{section: "report", period: period, dimension: dimension, key: key, name: name})
		}
	}
	say("kind", string(c.r.Kind), c.p.kinds[c.r.Kind])
	say("cost", c.r.Amount.String(), c.p.costs[c.r.Amount])
	for _, f := range c.r.Where {
		say("where", string(f.Dimension)+"="+strings.Join(f.Values, ","), c.p.dimension(f.Dimension))
	}
	say("store", c.r.Store, c.r.Store)
	if !c.r.AsOf.IsZero() {
		say("as_of", c.r.AsOf.UTC().Format(time.RFC3339), "")
	}
	state := c.p.summaries[c.r.State]
	if len(c.r.Sections) == 0 {
		state = c.p.silence(c.r)
	}
	say("state", string(c.r.State), state)
}

func (c *listing) months() {
	for _, m := range c.r.Months {
		row := record{
			section: "month", period: &report.Range{From: m.Month.First(), To: m.Month.Last()}, dimension: string(m.Reconciled),
			key: m.Month.String(), name: c.p.monthWords(m, c.r.Period.To), account: m.Account, provider: m.Provider,
			state: string(m.State), detail: m.Accepted,
		}
		if len(m.Difference) == 0 {
			c.add(row)
		}
		for _, currency := range sorted(m.Difference) {
			row.currency, row.change = currency, new(m.Difference[currency])
			c.add(row)
		}
	}
}

func (c *listing) restated() {
	if c.r.Restated == nil {
		return
	}
	for _, d := range c.r.Restated.Days {
		state := ""
		if d.Closed {
			state = "closed"
		}
		c.add(record{
			section: "restated", period: &report.Range{From: d.Day, To: d.Day}, currency: d.Currency, key: d.Day.String(),
			account: d.Account, state: state, amount: &d.After, before: &d.Before, change: new(d.After.Sub(d.Before)),
		})
	}
	for _, currency := range sorted(c.r.Restated.Changes) {
		c.add(record{
			section: "restated_total", currency: currency, change: new(c.r.Restated.Changes[currency]),
			name: view{c.r, c.p}.restatedWords(),
		})
	}
}

func (c *listing) notes() {
	for _, n := range c.r.Notes {
		days := n.Days
		if n.Month != 0 {
			days = []report.Range{{From: n.Month.First(), To: n.Month.Last()}}
		}
		for _, d := range days {
			c.add(record{
				section: "note", period: &d, dimension: string(n.Kind), key: string(n.With), account: n.Account,
				detail: c.p.note(n, c.r.Period.To),
			})
		}
	}
}
