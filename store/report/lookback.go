package report

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report/anomaly"
	"goscan/store/report/forecast"
	"goscan/store/report/series"
)

// ErrNothing says that nothing is stored that could be looked back at.
var ErrNothing = errors.New("nothing is stored of these days")

// lookbackDays is how many days are looked back at by default.
const lookbackDays = 30

// Anomalies returns what was unusual in a range of days: each day judged by the days before it, as far as is known now.
// A zero to is the newest stored day, a zero from 29 days before to. The newest alerts come first.
func Anomalies(ctx context.Context, source Source, o Options, from, to providers.Day) (Range, []anomaly.Alert, error) {
	l, err := lookBack(ctx, source, o, from, to, lookbackDays)
	if err != nil {
		return Range{}, nil, err
	}
	alerts := anomaly.LifeWithin(l.detect(l.usage, l.span.From, l.span.To), nil, l.span.From, l.span.To)
	slices.SortStableFunc(alerts, func(a, b anomaly.Alert) int { return int(b.From - a.From) })
	return l.span, alerts, nil
}

// A Backtest is how the rules of anomalies and the forecast would have done on the days that are stored.
type Backtest struct {
	Range
	Anomalies anomaly.Replay
	Forecasts []ForecastScores // by currency
}

// ForecastScores tell how month-end forecasts of the usage of all accounts would have done, in one currency.
type ForecastScores struct {
	Currency string
	Scores   []forecast.Score
}

// NewBacktest replays a range of stored days. A zero to is the newest stored day, a zero from the oldest on which there is
// enough to learn from.
func NewBacktest(ctx context.Context, source Source, o Options, from, to providers.Day) (*Backtest, error) {
	l, err := lookBack(ctx, source, o, from, to, 0)
	if err != nil {
		return nil, err
	}
	b := &Backtest{Range: l.span}
	b.Anomalies = anomaly.Backtest(l.scopes(l.usage), l.span.From, l.span.To, o.Rules, o.Planned, series.China())
	for _, currency := range l.usage.currencies() {
		b.Forecasts = append(b.Forecasts, ForecastScores{currency, forecast.Backtest(l.accounts(currency), series.China())})
	}
	return b, nil
}

// A lookback is what the days of a range are judged by.
type lookback struct {
	reading
	usage *usage
	span  Range
}

func lookBack(ctx context.Context, source Source, o Options, from, to providers.Day, days int) (*lookback, error) {
	o = withDefaults(o)
	whole, err := readHistory(ctx, source, o.Accounts)
	if err != nil {
		return nil, err
	}
	h, err := whole.limitedTo(o.Where)
	if err != nil {
		return nil, err
	}
	stored := h.stored()
	if stored == nil || to != 0 && to < stored.From || from > stored.To {
		return nil, ErrNothing
	}
	span := Range{from, min(to, stored.To)}
	if to == 0 {
		span.To = h.newest()
	}
	switch {
	case from == 0 && days > 0:
		span.From = span.To - providers.Day(days) + 1
	case from == 0:
		span.From = stored.From + leastDays
	}
	if span.From = max(span.From, stored.From); span.From > span.To {
		return nil, fmt.Errorf("%w: %s to %s is too short", ErrNothing, stored.From, stored.To)
	}
	l := &lookback{span: span, reading: reading{source, o, h, whole, &Report{Amount: *o.Amount, Period: span}}}
	l.usage, err = l.readCharges(ctx, o.Where, span.From-usageDays, span.To)
	return l, err
}

// leastDays is how much history a rule needs before it says anything.
const leastDays = 14

// accounts returns the daily usage of each account in a currency.
func (l *lookback) accounts(currency string) []series.Series {
	var all []series.Series
	for _, a := range l.history.all {
		if charges := isUsage(l.usage.of(currency, []string{a.name})); len(charges) > 0 {
			all = append(all, seriesOf(charges, l.usage.from, l.usage.to, a.knows))
		}
	}
	return all
}

// currencies returns the currencies that were charged, in alphabetical order.
func (u *usage) currencies() []string {
	sums := store.Amounts{}
	for _, c := range u.charges {
		sums.Add(c.currency, c.amount)
	}
	return sums.Currencies()
}
