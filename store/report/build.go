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
	Kind Kind // empty: Daily
	// Day is the day of a daily report, or a day of the week of a weekly one. Zero is the newest day, or the newest whole week,
	// that is complete for every account stored lately; when there is none, the newest stored day, or its week to date.
	Day    providers.Day
	Month  providers.Month // monthly; zero: the newest month with a stored day
	Closed bool            // monthly: the newest month that is final for every account, whatever Month says
	// By are the breakdowns. None: by provider if several clouds are stored, by service and, monthly, by project if a line
	// has one.
	By     []store.Dimension
	Top    int            // rows of a breakdown; zero: 10; negative: all
	Amount *store.Amount  // nil: cost_before_voucher, which is comparable across clouds
	Store  string         // what the numbers were read from, as people call it
	Where  []store.Filter // limits the whole report; none: everything
	AsOf   time.Time      // for the report's words: the reader answers as of this instant; zero: now
	Since  time.Time      // an earlier report's instant: what was restated since is told; zero: nothing is
	// Closes returns when a month of an account closes; nil: nobody knows, and only a day that was final was of a closed month.
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

// ErrNoneClosed says that no month is final yet for every account.
var ErrNoneClosed = errors.New("no month is closed and stored whole yet")

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
	o.By = by
	return o
}

func build(ctx context.Context, r Source, o Options) (*Report, error) {
	whole, err := readHistory(ctx, r, o.Accounts)
	if err != nil {
		return nil, err
	}
	h, err := whole.limitedTo(o.Where)
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
	if _, ok := h.closed(); o.Closed && !ok {
		return nil, ErrNoneClosed
	}
	report.Period = h.period(o)
	bases := basesOf(o.Kind, report.Period)
	report.Accounts = h.accounts(report.Period, bases)
	report.State = leastFinal(report.Accounts)

	c, err := readCosts(ctx, r, o, report.Period, bases, h.dimensions(o))
	if err != nil {
		return nil, err
	}
	if !h.knows(c.days) {
		return nil, errMoved
	}
	if len(o.By) == 0 {
		c.by = slices.DeleteFunc(c.by, func(d divided) bool { return d.by == store.ByProject && !d.named() })
	}
	for _, currency := range c.currencies() {
		report.Sections = append(report.Sections, newSection(currency, o, h, c, report))
	}
	if err := (reading{r, o, h, whole, report}).explain(ctx); err != nil {
		return nil, err
	}
	report.Notes = append(notes(o, h, report), monthNotes(report.Months)...)
	return report, whole.still(ctx, r)
}

// A reading is a report while what explains its sums is read.
type reading struct {
	Source
	options Options
	history *history // of the accounts that the report is about
	whole   *history // of all accounts
	report  *Report
}

// explain adds to a report whose sums are known what they are made of and what follows from them.
func (r reading) explain(ctx context.Context) error {
	daily, err := r.readUsage(ctx, r.options.Where)
	if err != nil {
		return err
	}
	for i := range r.report.Sections {
		s := &r.report.Sections[i]
		if err := r.movers(ctx, s); err != nil {
			return err
		}
		if err := r.events(ctx, s, daily); err != nil {
			return err
		}
		if err := r.forecast(ctx, s, daily); err != nil {
			return err
		}
	}
	if err := r.budgets(ctx); err != nil {
		return err
	}
	if r.report.Months, err = r.months(ctx); err != nil {
		return err
	}
	if r.report.Restated, err = r.restated(ctx); err != nil {
		return err
	}
	return r.anomalies(ctx, daily)
}
