package report

import (
	"context"
	"errors"
	"slices"
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report/anomaly"
)

// Options say what to report. The zero Options are the daily report of the newest day that is complete.
type Options struct {
	Kind   Kind              // empty: Daily
	Day    providers.Day     // daily; zero: the newest day that is complete for every account stored lately, else the newest stored
	Month  providers.Month   // monthly; zero: the newest month with a stored day
	By     []store.Dimension // none: by service
	Top    int               // rows of a breakdown; zero: 10; negative: all
	Amount *store.Amount     // nil: cost_before_voucher, which is comparable across clouds
	Store  string            // what the numbers were read from, as people call it
	Where  []store.Filter    // limits the whole report; none: everything
	AsOf   time.Time         // for the report's words: the reader answers as of this instant; zero: now
	Since  time.Time         // an earlier report's instant: what was restated since is told; zero: nothing is
	// Closes returns when a month of an account closes; nil: nobody knows, and no month counts as closed.
	Closes  func(account string, m providers.Month) (time.Time, bool)
	Plans   []Plan            // budgets
	Planned []anomaly.Planned // unusual costs that are expected
	Rules   anomaly.Parameters
	// Accounts are the configured accounts and their kinds of cloud. A configured account that was never stored is
	// missing, a stored one that is not configured is retired. Nil when the configuration is not known.
	Accounts map[string]string
}

const (
	defaultTop = 10
	attempts   = 3
)

// errMoved says that a day was replaced between two queries of one report.
var errMoved = errors.New("the store changed while the report was read, three times in a row; run it again")

// A Source is what a report is read from. Both stores are Sources, and so is what store.AsOf returns.
type Source interface {
	store.Reader
	store.History
}

// Build reads a report from a store. A day that is replaced meanwhile makes it read everything again, so the report is
// of one instant. An empty store gives a report without sections.
func Build(ctx context.Context, r Source, o Options) (*Report, error) {
	o = withDefaults(o)
	for range attempts {
		report, err := build(ctx, r, o)
		if !errors.Is(err, errMoved) {
			return report, err
		}
	}
	return nil, errMoved
}

func withDefaults(o Options) Options {
	if o.Kind == "" {
		o.Kind = Daily
	}
	if o.Amount == nil {
		o.Amount = new(store.CostBeforeVoucher)
	}
	if o.Top == 0 {
		o.Top = defaultTop
	}
	var by []store.Dimension
	for _, d := range o.By {
		if !slices.Contains(by, d) {
			by = append(by, d)
		}
	}
	if o.By = by; by == nil {
		o.By = []store.Dimension{store.ByService}
	}
	return o
}

func build(ctx context.Context, r Source, o Options) (*Report, error) {
	h, err := readHistory(ctx, r, o.Accounts)
	if err != nil {
		return nil, err
	}
	report := &Report{
		Kind: o.Kind, Amount: *o.Amount, Where: o.Where, Store: o.Store, AsOf: o.AsOf, Stored: h.stored(), State: Missing,
	}
	if report.Stored == nil {
		report.Accounts = h.accounts(Range{}, nil)
		return report, nil
	}
	report.Period = h.period(o)
	bases := basesOf(o.Kind, report.Period)
	report.Accounts = h.accounts(report.Period, bases)
	report.State = leastFinal(report.Accounts)

	c, err := readCosts(ctx, r, o, report.Period, bases)
	if err != nil {
		return nil, err
	}
	if !h.knows(c.trend) {
		return nil, errMoved
	}
	for _, currency := range c.currencies() {
		report.Sections = append(report.Sections, newSection(currency, o, h, c, report))
	}
	report.Notes = notes(o, h, report)
	return report, reading{r, o, h, report}.explain(ctx)
}

// A reading is a report while what explains its sums is read.
type reading struct {
	Source
	options Options
	history *history
	report  *Report
}

// explain adds to a report whose sums are known what they are made of and what follows from them.
func (r reading) explain(ctx context.Context) error {
	daily, err := r.readUsage(ctx)
	if err != nil {
		return err
	}
	for i := range r.report.Sections {
		s := &r.report.Sections[i]
		for _, fill := range []func(context.Context, *Section) error{r.movers, r.events, r.budgets} {
			if err := fill(ctx, s); err != nil {
				return err
			}
		}
		if err := r.forecast(ctx, s, daily); err != nil {
			return err
		}
	}
	if err := r.anomalies(ctx, daily); err != nil {
		return err
	}
	if r.report.Months, err = r.months(ctx); err != nil {
		return err
	}
	r.report.Restated, err = r.restated(ctx)
	return err
}
