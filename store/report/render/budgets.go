package render

import (
	"fmt"
	"strings"

	"goscan/providers"
	"goscan/store/report"
)

// budgets tells how budgets stand, all at the same day.
func (v view) budgets(all []report.Budget) block {
	if len(all) == 0 {
		return block{}
	}
	w := v.p.plans
	name := column{title: w.name, flexible: true}
	spent := column{title: w.spent, right: true}
	amount := column{title: w.amount, right: true}
	gauges := column{drop: dropShare, graphic: true}
	used := column{title: w.used, right: true}
	expected := column{title: w.forecast, right: true, drop: dropBar}
	standing := column{title: w.standing}
	b := block{title: v.budgetHeading(all[0])}
	for _, x := range all {
		words, paint := v.p.standing(x, v.seen())
		name.add(v.p.name(x.Name), bare)
		spent.add(atLeast(v.p, x), bare)
		amount.add(money(&x.Amount, x.Currency), bare)
		gauges.add(gauge(x.Used, x.Elapsed), paint)
		used.add(share(&x.Used), paint)
		expected.add(expectedOf(x), bare)
		standing.add(words, paint)
		if len(x.Partial) > 0 {
			b.after = append(b.after, fmt.Sprintf(w.partial, v.p.name(x.Name), v.p.list(x.Partial)))
		}
	}
	b.columns = []column{name, spent, amount, gauges, used, expected, standing}
	return b
}

// budgetHeading says what the budgets of a report have in common: the month, and how much of it has passed.
func (v view) budgetHeading(b report.Budget) string {
	return fmt.Sprintf(v.p.plans.heading, v.p.plans.title, b.Month, share(&b.Elapsed), b.DaysLeft)
}

// atLeast words what is spent of a budget: days that are missing may add to it.
func atLeast(p *phrases, b report.Budget) string {
	if len(b.Partial) > 0 {
		return fmt.Sprintf(p.plans.atLeast, money(&b.Spent, b.Currency))
	}
	return money(&b.Spent, b.Currency)
}

func expectedOf(b report.Budget) string {
	if b.Forecast == nil {
		return nothing
	}
	return money(&b.Forecast.Expected, b.Currency)
}

// standing words how a budget stands, in a table; it is bare when all is well.
func (p *phrases) standing(b report.Budget, seen providers.Day) (string, paint) {
	switch {
	case b.Spent.GreaterThan(b.Amount):
		return p.plans.exceeded, red
	case b.Over && b.RunsOut != nil:
		return fmt.Sprintf(p.plans.outOn, short(*b.RunsOut, seen)), red
	case b.Over:
		return p.plans.expected, red
	case b.Reached > 0:
		return fmt.Sprintf(p.plans.reached, b.Reached), yellow
	}
	return p.plans.fine, bare
}

// budget words a budget that needs attention.
func (p *phrases) budget(b report.Budget, seen providers.Day) string {
	standing, _ := p.standing(b, seen)
	if b.Over && b.RunsOut != nil && !b.Spent.GreaterThan(b.Amount) {
		standing = fmt.Sprintf(p.plans.runsOut, short(*b.RunsOut, seen))
	}
	return fmt.Sprintf(p.plans.attend, p.name(b.Name), atLeast(p, b), money(&b.Amount, b.Currency),
		share(&b.Used), standing)
}

const (
	gaugeWidth = 10
	hundred    = 100
)

// gauge draws how much of a budget is used, and a mark where a budget that is used evenly would stand.
func gauge(used, elapsed providers.Money) string {
	filled := min(max(steps(used, newInt(hundred), gaugeWidth), 0), gaugeWidth)
	cells := []rune(strings.Repeat("█", filled) + strings.Repeat("░", gaugeWidth-filled))
	mark := min(max(steps(elapsed, newInt(hundred), gaugeWidth), 1), gaugeWidth) - 1
	cells[mark] = '│'
	return string(cells)
}
