package render

import (
	"goscan/providers"
	"goscan/store/report"
)

type currency struct {
	Currency    string       `json:"currency"`
	Total       *string      `json:"total"`
	Usage       *string      `json:"usage"`
	Lines       int64        `json:"lines"`
	Comparisons []comparison `json:"comparisons"`
	Trend       []point      `json:"trend"`
	Breakdowns  []breakdown  `json:"breakdowns"`
	Accounts    []accountRow `json:"accounts"`
	Movers      *movers      `json:"movers"`
	Events      []event      `json:"events"`
	EventsOther *other       `json:"events_other"`
	Forecast    *forecast    `json:"forecast"`
	Budgets     []budget     `json:"budgets"`
	Anomalies   []alert      `json:"anomalies"`
}

type comparison struct {
	With     string   `json:"with"`
	Of       days     `json:"of"`
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

type event struct {
	Kind        string        `json:"kind"`
	Day         providers.Day `json:"day"`
	Account     string        `json:"account"`
	Provider    string        `json:"provider"`
	Service     string        `json:"service"`
	ServiceName string        `json:"service_name"`
	Resource    string        `json:"resource"`
	Name        string        `json:"name"`
	Amount      string        `json:"amount"`
}

func currencyOf(s report.Section) currency {
	return currency{
		Currency: s.Currency, Total: exact(s.Total), Usage: exact(s.Usage), Lines: s.Lines,
		Comparisons: each(s.Comparisons, comparisonOf),
		Trend: each(s.Trend, func(p report.Point) point {
			return point{daysOf(p.Period), exact(p.Amount), p.Partial}
		}),
		Breakdowns: each(s.Breakdowns, breakdownOf),
		Accounts: each(s.Accounts, func(a report.AccountRow) accountRow {
			return accountRow{a.Name, a.Provider, string(a.State), a.Lines, part{exact(a.Amount), rounded(a.Share), deltaOf(a.Delta)}}
		}),
		Movers: moversOf(s.Movers), Events: each(s.Events, eventOf), EventsOther: otherOf(s.EventsOther),
		Forecast: forecastOf(s.Forecast), Budgets: each(s.Budgets, budgetOf), Anomalies: each(s.Anomalies, alertOf),
	}
}

func comparisonOf(c report.Comparison) comparison {
	return comparison{
		string(c.With), daysOf(c.Of), daysOf(c.Period), list(c.Compared), list(c.LeftOut), exact(c.Amount), deltaOf(c.Delta),
	}
}

func breakdownOf(b report.Breakdown) breakdown {
	return breakdown{string(b.By), each(b.Rows, func(r report.Row) row {
		return row{r.Key, r.Name, r.Provider, part{exact(&r.Amount), rounded(r.Share), deltaOf(r.Delta)}}
	}), otherOf(b.Other)}
}

func otherOf(o *report.Other) *other {
	if o == nil {
		return nil
	}
	return &other{o.Count, part{exact(&o.Amount), rounded(o.Share), deltaOf(o.Delta)}}
}

func deltaOf(d *report.Delta) delta {
	if d == nil {
		return delta{}
	}
	return delta{exact(&d.Base), exact(&d.Change), rounded(d.Percent)}
}

func eventOf(e report.Event) event {
	return event{
		string(e.Kind), e.Day, e.Account, e.Provider, e.Service, e.ServiceName, e.Resource, e.Name, e.Amount.String(),
	}
}
