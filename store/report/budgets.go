package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
)

// A Plan is a budget as the configuration has it: what may be spent in a month.
type Plan struct {
	Name       string
	Match      []store.Filter // all must hold; none: everything
	Amount     providers.Money
	Currency   string
	Thresholds []int // percent of the amount, ascending: 80, 100
}

// A Budget is how a plan stands at the end of a report's period. It counts cost_before_voucher, whatever the report shows.
type Budget struct {
	Plan
	Month    providers.Month
	Spent    providers.Money // of the month up to the period's end
	Used     providers.Money // Spent in percent of the amount, one digit
	Elapsed  providers.Money // days of the month that have passed, in percent, one digit: a budget used evenly stands there
	Reached  int             // the highest threshold that Spent has reached; zero: none
	Forecast *Range80        // of the month's end; nil when too little is known
	Over     bool            // Spent is above the amount, or the forecast's expected value is
	DaysLeft int             // of the month, after the period
	RunsOut  *providers.Day  // the day that spent the last of it, or on which the forecast does; nil: not in this month, or not known
	Partial  []string        // accounts of which days of the month are missing: Spent is at least this
}

// budgetCost is what budgets count, whatever column a report shows: the one that means the same on all clouds.
const budgetCost = store.CostBeforeVoucher

// A Range80 is an estimate with the interval that holds the truth in 80 of 100 cases.
type Range80 struct{ Expected, Low, High providers.Money }

// budgets tells how the plans stand: in the section of their currency, and in the report's Idle where there is none. Of a
// plan everything counts that it matches, whatever the report is limited to; one of which no line can be in the report is
// left out.
func (r reading) budgets(ctx context.Context) error {
	for _, plan := range r.options.Plans {
		if disjoint(plan.Match, r.options.Where) {
			continue
		}
		b, err := r.budget(ctx, plan)
		if err != nil {
			return fmt.Errorf("budget %s: %w", plan.Name, err)
		}
		i := slices.IndexFunc(r.report.Sections, func(s Section) bool { return s.Currency == plan.Currency })
		if i < 0 {
			r.report.Idle = append(r.report.Idle, *b)
			continue
		}
		r.report.Sections[i].Budgets = append(r.report.Sections[i].Budgets, *b)
	}
	return nil
}

// budget tells how a plan stands at the end of the period.
func (r reading) budget(ctx context.Context, plan Plan) (*Budget, error) {
	month := monthToDate(r.report.Period.To)
	b := &Budget{Plan: plan, Month: month.To.Month(), DaysLeft: int(month.To.Month().Last() - month.To)}
	spent, err := r.spent(ctx, plan, month)
	if err != nil {
		return nil, err
	}
	if b.RunsOut, err = ranOut(spent, plan.Amount); err != nil {
		return nil, err
	}
	for _, c := range spent {
		b.Spent = b.Spent.Add(c.Amount)
	}
	if used := percent(b.Spent, plan.Amount); used != nil {
		b.Used = *used
	}
	b.Elapsed = decimal.NewFromInt(100*int64(month.Days())).DivRound(decimal.NewFromInt(int64(b.Month.Days())), 1)
	b.Reached = plan.reached(b.Spent)
	b.Over = b.Spent.GreaterThan(plan.Amount)
	b.Partial = r.whole.partialOf(plan, month)
	return b, r.foresee(ctx, b)
}

// foresee adds what the budget will be at the month's end, as far as enough is known of what it matches.
func (r reading) foresee(ctx context.Context, b *Budget) error {
	r.history = r.whole
	r.report = &Report{Amount: budgetCost, Period: r.report.Period}
	u, err := r.readUsage(ctx, b.Match)
	if err != nil {
		return err
	}
	f, days, err := r.estimateMonth(ctx, u, b.Match, b.Currency)
	if err != nil || f == nil {
		return err
	}
	b.Forecast = &f.Range80
	b.Over = b.Over || f.Expected.GreaterThan(b.Amount)
	total := f.SoFar
	for i, cost := range days {
		if total = total.Add(cost); b.RunsOut == nil && total.GreaterThanOrEqual(b.Amount) {
			b.RunsOut = new(f.Through + 1 + providers.Day(i))
		}
	}
	return nil
}

// spent returns what was spent of a plan, day by day.
func (r reading) spent(ctx context.Context, plan Plan, month Range) ([]store.Cost, error) {
	q := store.Query{From: month.From, To: month.To, Amount: budgetCost, By: []store.Dimension{store.ByDay}, Where: plan.Match}
	days, err := r.Costs(ctx, q)
	if err != nil {
		return nil, err
	}
	days = slices.DeleteFunc(days, func(c store.Cost) bool { return c.Currency != plan.Currency })
	slices.SortFunc(days, func(a, b store.Cost) int { return cmp.Compare(a.Keys[0], b.Keys[0]) })
	return days, nil
}

// ranOut returns the day that spent the last of an amount, nil when something is left or came back by a refund.
func ranOut(days []store.Cost, amount providers.Money) (*providers.Day, error) {
	var spent providers.Money
	var out *providers.Day
	for _, c := range days {
		spent = spent.Add(c.Amount)
		switch {
		case spent.LessThan(amount):
			out = nil
		case out == nil:
			day, err := providers.ParseDay(c.Keys[0])
			if err != nil {
				return nil, err
			}
			out = &day
		}
	}
	return out, nil
}

// reached returns the highest threshold that is reached; zero when none is.
func (p Plan) reached(spent providers.Money) int {
	highest := 0
	for _, percent := range p.Thresholds {
		// spent / amount >= percent / 100, without a division
		if spent.Shift(2).GreaterThanOrEqual(p.Amount.Mul(decimal.NewFromInt(int64(percent)))) {
			highest = max(highest, percent)
		}
	}
	return highest
}

// partialOf names the accounts that a plan may be charged by and of which days of the month so far are not stored. An
// account that is known to bill only in other currencies is none of them.
func (h *history) partialOf(plan Plan, month Range) []string {
	var partial []string
	for _, a := range h.all {
		bills := !a.everStored() || len(a.currencies) == 0 || a.currencies[plan.Currency]
		lacks := a.lacks(month) || !a.retired && !a.whole(month)
		if bills && lacks && a.matches(plan.Match) {
			partial = append(partial, a.name)
		}
	}
	return partial
}
