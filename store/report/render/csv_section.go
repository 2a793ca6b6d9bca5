package render

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"goscan/providers"
	"goscan/store/report"
)

// section writes what is known of one currency.
func (c *listing) section(s *report.Section) {
	c.add(record{section: "total", period: &c.r.Period, currency: s.Currency, name: c.p.total, amount: s.Total, lines: &s.Lines})
	if s.Usage != nil {
		c.add(record{section: "usage", period: &c.r.Period, currency: s.Currency, name: c.p.frame.usage, amount: s.Usage})
	}
	for _, d := range s.Comparisons {
		c.add(record{
			section: "comparison", period: &d.Of, base: &d.Period, currency: s.Currency, key: string(d.With),
			name: c.p.against[d.With], amount: d.Amount,
		}.with(d.Delta))
	}
	for _, p := range s.Trend {
		c.add(record{section: "trend", period: &p.Period, currency: s.Currency, amount: p.Amount, state: wholeness(p)})
	}
	for _, b := range s.Breakdowns {
		c.breakdown(s, b)
	}
	c.accounts(s)
	c.movers(s)
	c.events(s)
	c.forecast(s)
	c.budgets(s.Budgets)
	c.anomalies(s)
}

// basePeriod returns what the rows of a section are compared with.
func basePeriod(s *report.Section) *report.Range {
	if len(s.Comparisons) == 0 {
		return nil
	}
	return &s.Comparisons[0].Period
}

// wholeness tells how far a point of a trend may be compared with others.
func wholeness(p report.Point) string {
	switch {
	case p.Amount == nil:
		return string(report.Missing)
	case p.Partial:
		return "partial"
	}
	return ""
}

func (c *listing) breakdown(s *report.Section, b report.Breakdown) {
	base := basePeriod(s)
	for _, row := range b.Rows {
		c.add(record{
			section: "breakdown", period: &c.r.Period, base: base, currency: s.Currency, dimension: string(b.By), key: row.Key,
			name: c.p.value(b.By, row.Key, row.Name), provider: row.Provider, amount: &row.Amount, share: row.Share,
		}.with(row.Delta))
	}
	if o := b.Other; o != nil {
		c.add(record{
			section: "breakdown_other", period: &c.r.Period, base: base, currency: s.Currency, dimension: string(b.By),
			name: fmt.Sprintf(c.p.other, number(int64(o.Count))), amount: &o.Amount, share: o.Share,
		}.with(o.Delta))
	}
}

func (c *listing) accounts(s *report.Section) {
	base := basePeriod(s)
	for _, a := range s.Accounts {
		row := record{
			section: "account", period: &c.r.Period, base: base, currency: s.Currency, key: a.Name, name: a.Name,
			provider: a.Provider, account: a.Name, amount: a.Amount, share: a.Share, state: string(a.State),
			detail: c.p.stateOf(a.Account),
		}
		if a.Stored > 0 {
			row.lines = &a.Lines
		}
		c.add(row.with(a.Delta))
	}
}

func (c *listing) movers(s *report.Section) {
	if s.Movers == nil {
		return
	}
	base := basePeriod(s)
	for _, m := range s.Movers.Rows {
		row := record{
			section: "mover", period: &c.r.Period, base: base, currency: s.Currency, key: m.Service, name: c.p.name(m.Name),
			provider: m.Provider, account: m.Account, amount: &m.Amount, before: &m.Base, change: &m.Change,
		}
		c.add(row)
		c.effects(row, m.Effects)
	}
	if o := s.Movers.Other; o != nil {
		row := record{
			section: "mover_other", period: &c.r.Period, base: base, currency: s.Currency,
			name: fmt.Sprintf(c.p.moves.others, number(int64(o.Count))), change: &o.Change,
		}
		c.add(row)
		c.effects(row, o.Effects)
	}
}

// effects writes what a mover's change is made of: these rows add up to it.
func (c *listing) effects(mover record, e report.Effects) {
	for _, part := range effectParts(e) {
		if !part.amount.IsZero() {
			row := mover
			row.section, row.dimension, row.detail = "mover_effect", string(part.effect), c.p.moves.effects[part.effect]
			row.amount, row.before, row.change = nil, nil, &part.amount
			c.add(row)
		}
	}
}

func (c *listing) events(s *report.Section) {
	for _, e := range s.Events {
		c.add(record{
			section: "event", period: &report.Range{From: e.Day, To: e.Day}, currency: s.Currency, dimension: string(e.Kind),
			key: e.Service, name: c.p.name(cmp.Or(e.ServiceName, e.Service)), provider: e.Provider, account: e.Account,
			resource: both(e.Resource, e.Name), amount: &e.Amount, detail: c.p.spent.kinds[e.Kind],
		})
	}
	if o := s.EventsOther; o != nil {
		c.add(record{
			section: "event_other", period: &c.r.Period, currency: s.Currency,
			name: fmt.Sprintf(c.p.spent.other, number(int64(o.Count))), amount: &o.Amount, share: o.Share,
		})
	}
}

// both returns an id and the name that people gave it.
func both(id, name string) string {
	switch {
	case name == "" || name == id:
		return id
	case id == "":
		return name
	}
	return id + " " + name
}

func (c *listing) forecast(s *report.Section) {
	if f := s.Forecast; f != nil {
		c.add(record{
			section: "forecast", period: &report.Range{From: f.Month.First(), To: f.Month.Last()}, currency: s.Currency,
			key: f.Month.String(), name: c.p.outlook.title, amount: &f.SoFar, before: f.Before,
			expected: &f.Expected, low: &f.Low, high: &f.High, detail: f.Method,
		})
	}
}

func (c *listing) budgets(all []report.Budget) {
	for _, b := range all {
		row := record{
			section: "budget", period: &report.Range{From: b.Month.First(), To: b.Month.Last()}, currency: b.Currency,
			key: b.Name, name: b.Name, amount: &b.Spent, share: &b.Used, before: &b.Amount,
		}
		if b.Over {
			row.state = "over"
		}
		if f := b.Forecast; f != nil {
			row.expected, row.low, row.high = &f.Expected, &f.Low, &f.High
		}
		c.add(row)
	}
}

func (c *listing) anomalies(s *report.Section) {
	for _, a := range s.Anomalies {
		detail := a.Rule
		if a.Planned != "" {
			detail = fmt.Sprintf(c.p.alerts.reason, a.Planned) + c.p.frame.semicolon + detail
		}
		row := record{
			section: "anomaly", period: &report.Range{From: a.From, To: a.To}, currency: a.Currency, dimension: string(a.Kind),
			key: a.ID, name: c.p.alerts.kinds[a.Kind], provider: a.Provider, account: a.Account, state: string(a.State),
			amount: &a.Actual, expected: &a.Expected, low: &a.Low, high: &a.High, impact: &a.Impact, detail: detail,
		}
		c.add(row)
		for _, part := range a.Contributors {
			c.add(record{
				section: "anomaly_contributor", period: row.period, currency: a.Currency, dimension: string(a.Kind), key: part.Service,
				name: c.p.contributor(part), provider: a.Provider, account: a.Account, state: string(a.State),
				amount: &part.Actual, expected: &part.Expected, change: &part.Delta, detail: a.ID,
			})
		}
	}
}

// sorted returns the currencies of amounts in order.
func sorted(amounts map[string]providers.Money) []string { return slices.Sorted(maps.Keys(amounts)) }
