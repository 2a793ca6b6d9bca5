package render

import (
	"fmt"
	"strings"

	"goscan/store/report"
	"goscan/store/report/anomaly"
	"goscan/store/report/render/chart"
)

// A pageSection is what a page shows of one currency.
type pageSection struct {
	Name     string // the currency, where there are several
	TotalIs  string
	Total    string
	Division []string
	Changes  []pageChange
	Trend    *pageTrend
	Outlook  *pageOutlook
	Budgets  *pageBudgets
	Alerts   *pageAlerts
	Tables   []pageTable
}

// A pageChange is a comparison.
type pageChange struct {
	Relative, Change, Class string
	With                    string
}

// A pageOutlook is a forecast.
type pageOutlook struct {
	Title, Expected, Interval string
	Change                    *pageChange // against the whole month before
	Mark                      mark
	Legend                    []tone
	Facts                     []string
}

type pageBudgets struct {
	Title  string
	Rows   []pageBudget
	Legend []tone
	Facts  []string
}

type pageBudget struct {
	Name                string
	Standing            tone
	Spent, Amount, Used string
	Forecast            string
	Mark                mark
}

type pageAlerts struct {
	Title string
	Rows  []pageAlert
}

type pageAlert struct {
	Kind   tone
	Scope  string
	State  string
	Facts  []pageFact
	Mark   mark
	Reason string
}

// A pageFact is a figure with its title.
type pageFact struct{ Title, Figure, Class string }

func (v pageView) section(s *report.Section) pageSection {
	p := pageSection{
		TotalIs: v.p.total, Total: money(s.Total, s.Currency), Division: v.p.division(s),
		Trend: v.trend(s), Outlook: v.pageOutlook(s), Budgets: v.pageBudgets(s), Alerts: v.pageAlerts(s),
	}
	if len(v.r.Sections) > 1 {
		p.Name = plain(s.Currency)
	}
	for i, c := range s.Comparisons {
		with := v.comparison(c, s.Currency)
		switch {
		case c.Delta != nil:
			p.Changes = append(p.Changes, v.pageChange(c.Delta, s.Currency, with+v.p.excluded(c)))
		case i == 0:
			p.Changes = append(p.Changes, pageChange{Class: classOf(dim), With: fmt.Sprintf(v.p.notCompared, with)})
		}
	}
	p.Tables = append(v.explanation(s), tablesOf(v.events(s))...)
	for _, b := range s.Breakdowns {
		if shown(b) {
			p.Tables = append(p.Tables, tablesOf(v.breakdown(s, b))...)
		}
	}
	accounts := v.accounts(s)
	accounts.columns[len(accounts.columns)-1].drop = dropShare // a phone has no room for the lines
	p.Tables = append(p.Tables, tablesOf(accounts)...)
	return p
}

func (v pageView) pageChange(d *report.Delta, currency, with string) pageChange {
	return pageChange{v.p.relative(d), change(d, currency), classOf(direction(d)), with}
}

func (v pageView) pageOutlook(s *report.Section) *pageOutlook {
	o := v.outlook(s)
	if o == nil {
		return nil
	}
	f := s.Forecast
	p := &pageOutlook{Title: o.title, Expected: o.expected, Interval: o.interval}
	soFar, expected, before := f.SoFar.InexactFloat64(), f.Expected.InexactFloat64(), 0.0
	low, high := f.Low.InexactFloat64(), f.High.InexactFloat64()
	p.Legend = []tone{{v.words.soFar, "used"}, {v.words.expected, "more"}, {v.words.interval, "band"}}
	if f.Before != nil {
		p.Change = new(v.pageChange(o.delta, s.Currency, o.against))
		p.Legend = append(p.Legend, tone{v.words.before, "line"})
		before = f.Before.InexactFloat64()
	}
	a := chart.NewAxis(soFar, expected, high, before)
	p.Mark = mark{Label: o.expected + joint + o.interval, Spans: []markSpan{
		{a.Span(low, high), "band"}, {a.Span(soFar, expected), "more"}, {a.Span(0, soFar), "used"},
	}}
	if f.Before != nil {
		p.Mark.Lines = []markSpan{{a.Span(before, before), "line"}}
	}
	for _, words := range []string{o.basis, o.method} {
		if words != "" {
			p.Facts = append(p.Facts, words)
		}
	}
	return p
}

func (v pageView) pageBudgets(s *report.Section) *pageBudgets {
	b := v.budgets(s.Budgets)
	if b.empty() {
		return nil
	}
	p := &pageBudgets{Title: b.title, Facts: b.after}
	p.Legend = []tone{{v.p.plans.spent, "used"}, {v.words.interval, "band"}, {v.p.plans.elapsed, "line"}}
	for _, x := range s.Budgets {
		words, paint := v.p.standing(x, v.seen())
		row := pageBudget{
			Name: v.p.name(x.Name), Standing: tone{words, classOf(paint)}, Spent: atLeast(v.p, x),
			Amount: money(&x.Amount, s.Currency), Used: share(&x.Used), Mark: gaugeMark(x, classOf(paint)),
		}
		if f := x.Forecast; f != nil {
			row.Forecast = v.p.plans.forecast + " " + money(&f.Expected, s.Currency) + joint +
				fmt.Sprintf(v.p.outlook.interval, money(&f.Low, s.Currency), money(&f.High, s.Currency))
		}
		row.Mark.Label = row.Used
		p.Rows = append(p.Rows, row)
	}
	return p
}

// gaugeMark draws a budget: what is spent, what will be, the whole amount, and where a budget used evenly would stand.
func gaugeMark(b report.Budget, class string) mark {
	amount, spent := b.Amount.InexactFloat64(), b.Spent.InexactFloat64()
	low, high := 0.0, 0.0
	if b.Forecast != nil {
		low, high = b.Forecast.Low.InexactFloat64(), b.Forecast.High.InexactFloat64()
	}
	a := chart.NewAxis(amount, spent, high)
	m := mark{Spans: []markSpan{{a.Span(0, amount), "track"}}}
	if b.Forecast != nil {
		m.Spans = append(m.Spans, markSpan{a.Span(low, high), "band"})
	}
	m.Spans = append(m.Spans, markSpan{a.Span(0, spent), classes("used", class)})
	even := b.Amount.Mul(b.Elapsed).Shift(-2).InexactFloat64()
	m.Lines = []markSpan{{a.Span(amount, amount), "limit"}, {a.Span(even, even), "line"}}
	return m
}

func (v pageView) pageAlerts(s *report.Section) *pageAlerts {
	if len(s.Anomalies) == 0 {
		return nil
	}
	p := &pageAlerts{Title: v.p.alerts.title}
	for _, a := range s.Anomalies {
		p.Rows = append(p.Rows, v.pageAlert(a))
	}
	return p
}

func (v pageView) pageAlert(a anomaly.Alert) pageAlert {
	w := v.p.alerts
	class := classOf(alertPaint(a))
	actual, expected := a.Actual.InexactFloat64(), a.Expected.InexactFloat64()
	low, high := a.Low.InexactFloat64(), a.High.InexactFloat64()
	axis := chart.NewAxis(actual, expected, low, high)
	return pageAlert{
		Kind: tone{w.kinds[a.Kind], class}, Scope: v.p.scope(a), State: v.p.alertState(a),
		Reason: strings.Join(v.p.explained(a, v.seen()), joint),
		Facts: []pageFact{
			{w.actual, money(&a.Actual, a.Currency), ""}, {w.expected, money(&a.Expected, a.Currency), ""},
			{w.impact, signed(a.Impact, a.Currency), class},
		},
		Mark: mark{
			Label: w.band + " " + v.p.band(a),
			Spans: []markSpan{{axis.Span(low, high), "band"}, {axis.Span(0, actual), classes("thin", class)}},
			Lines: []markSpan{{axis.Span(expected, expected), "line"}},
		},
	}
}
