package render

import (
	"goscan/providers"
	"goscan/store/report"
)

type movers struct {
	Rows  []mover      `json:"rows"`
	Other *moversOther `json:"other"`
	Total effects      `json:"total"`
}

type mover struct {
	Account  string          `json:"account"`
	Provider string          `json:"provider"`
	Service  string          `json:"service"`
	Name     string          `json:"name"`
	Amount   string          `json:"amount"`
	Base     string          `json:"base"`
	Change   string          `json:"change"`
	Effects  effects         `json:"effects"`
	Leading  []moverResource `json:"leading"`
}

type moverResource struct {
	Resource string `json:"resource"`
	Name     string `json:"name"`
	Change   string `json:"change"`
	New      bool   `json:"new"`
	Vanished bool   `json:"vanished"`
}

type moversOther struct {
	Count   int     `json:"count"`
	Change  string  `json:"change"`
	Effects effects `json:"effects"`
}

type effects struct {
	New       string `json:"new"`
	Vanished  string `json:"vanished"`
	Quantity  string `json:"quantity"`
	Price     string `json:"price"`
	Purchases string `json:"purchases"`
	Rest      string `json:"rest"`
}

type forecast struct {
	Month    providers.Month `json:"month"`
	SoFar    string          `json:"so_far"`
	Through  providers.Day   `json:"through"`
	Days     int             `json:"days"`
	Renewals string          `json:"renewals"`
	estimate
	Before  *string  `json:"before"`
	Method  string   `json:"method"`
	LeftOut []string `json:"left_out"`
}

type estimate struct {
	Expected string `json:"expected"`
	Low      string `json:"low"`
	High     string `json:"high"`
}

type budget struct {
	Name       string          `json:"name"`
	Match      []filter        `json:"match"`
	Currency   string          `json:"currency"`
	Amount     string          `json:"amount"`
	Thresholds []int           `json:"thresholds"`
	Month      providers.Month `json:"month"`
	Spent      string          `json:"spent"`
	Used       *string         `json:"used"`
	Elapsed    *string         `json:"elapsed"`
	Reached    int             `json:"reached"`
	Forecast   *estimate       `json:"forecast"`
	Over       bool            `json:"over"`
	DaysLeft   int             `json:"days_left"`
	RunsOut    *providers.Day  `json:"runs_out"`
	Partial    []string        `json:"partial"`
}

func moversOf(m *report.Movers) *movers {
	if m == nil {
		return nil
	}
	all := &movers{Rows: each(m.Rows, moverOf), Total: effectsOf(m.Total)}
	if o := m.Other; o != nil {
		all.Other = &moversOther{o.Count, o.Change.String(), effectsOf(o.Effects)}
	}
	return all
}

func moverOf(m report.Mover) mover {
	return mover{
		m.Account, m.Provider, m.Service, m.Name, m.Amount.String(), m.Base.String(), m.Change.String(), effectsOf(m.Effects),
		each(m.Leading, func(r report.MoverResource) moverResource {
			return moverResource{r.Resource, r.Name, r.Change.String(), r.New, r.Vanished}
		}),
	}
}

func effectsOf(e report.Effects) effects {
	return effects{
		e.New.String(), e.Vanished.String(), e.Quantity.String(), e.Price.String(), e.Purchases.String(), e.Rest.String(),
	}
}

func forecastOf(f *report.Forecast) *forecast {
	if f == nil {
		return nil
	}
	return &forecast{
		f.Month, f.SoFar.String(), f.Through, f.Days, f.Renewals.String(), estimateOf(f.Range80), exact(f.Before), f.Method,
		list(f.LeftOut),
	}
}

func estimateOf(r report.Range80) estimate {
	return estimate{r.Expected.String(), r.Low.String(), r.High.String()}
}

func budgetOf(b report.Budget) budget {
	d := budget{
		Name: b.Name, Match: each(b.Match, filterOf), Currency: b.Currency, Amount: b.Amount.String(),
		Thresholds: append([]int{}, b.Thresholds...), Month: b.Month, Spent: b.Spent.String(), Used: rounded(&b.Used), Elapsed: rounded(&b.Elapsed),
		Reached: b.Reached, Over: b.Over, DaysLeft: b.DaysLeft, RunsOut: b.RunsOut, Partial: list(b.Partial),
	}
	if b.Forecast != nil {
		d.Forecast = new(estimateOf(*b.Forecast))
	}
	return d
}
