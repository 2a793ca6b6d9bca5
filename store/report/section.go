package report

import (
	"cmp"
	"slices"

	"goscan/providers"
	"goscan/store"
)

// newSection returns the section of a currency of a report whose period and accounts are set.
func newSection(currency string, o Options, h *history, c *costs, r *Report) Section {
	members := h.members(currency, c)
	period, days := inCurrency(c.period, currency), inCurrency(c.days, currency)
	s := Section{Currency: currency, Trend: h.trend(o.Kind, r.Period, members, days)}
	if slices.ContainsFunc(members, func(a *accountDays) bool { return a.storedIn(r.Period) > 0 }) {
		s.Total = new(sum(period))
		s.Usage = new(sum(withKey(inCurrency(c.category, currency), providers.ChargeUsage)))
	}
	for _, e := range period {
		s.Lines += e.lines
	}
	for _, b := range c.bases {
		s.Comparisons = append(s.Comparisons, compare(b, members, days))
	}
	compared := s.Comparisons[0].Compared
	for _, d := range c.by {
		rows := h.rows(d.by, compared, inCurrency(d.period, currency), inCurrency(d.before, currency))
		s.Breakdowns = append(s.Breakdowns, cut(d.by, rows, o.Top, sum(period)))
	}
	rows := h.rows(store.ByAccount, compared, period, inCurrency(c.before, currency))
	for _, a := range r.Accounts {
		unknown := currency == c.currencies()[0] && !h.inAnySection(a.Name, c)
		if unknown || slices.ContainsFunc(members, func(m *accountDays) bool { return m.name == a.Name }) {
			s.Accounts = append(s.Accounts, accountRow(a, period, rows, sum(period)))
		}
	}
	slices.SortStableFunc(s.Accounts, largestFirst)
	return s
}

// members returns the accounts that bill in a currency, as far as is known.
func (h *history) members(currency string, c *costs) []*accountDays {
	seen := map[string]bool{}
	for _, e := range inCurrency(c.days, currency) {
		seen[e.account] = true
	}
	var members []*accountDays
	for _, a := range h.all {
		if a.currencies[currency] || seen[a.name] {
			members = append(members, a)
		}
	}
	return members
}

// inAnySection tells whether an account is a member of one of the sections; one that is not was never stored, or only
// with days without lines or in currencies of which nothing is left.
func (h *history) inAnySection(account string, c *costs) bool {
	for _, currency := range c.currencies() {
		if slices.ContainsFunc(h.members(currency, c), func(m *accountDays) bool { return m.name == account }) {
			return true
		}
	}
	return false
}

// compare sets the accounts that are stored whole in both periods against each other. Days are the costs by day.
func compare(b base, members []*accountDays, days []entry) Comparison {
	c := Comparison{With: b.with, Of: b.of, Period: b.period}
	for _, a := range members {
		switch {
		case a.whole(b.of) && a.whole(b.period):
			c.Compared = append(c.Compared, a.name)
		case a.storedIn(b.of) > 0 || a.storedIn(b.period) > 0:
			c.LeftOut = append(c.LeftOut, a.name)
		}
	}
	if len(c.Compared) > 0 {
		compared := ofAccounts(days, c.Compared)
		c.Amount = new(sum(inPeriod(compared, b.of)))
		c.Delta = newDelta(*c.Amount, sum(inPeriod(compared, b.period)))
	}
	return c
}

func newDelta(amount, base providers.Money) *Delta {
	change := amount.Sub(base)
	return &Delta{Base: base, Change: change, Percent: percent(change, base.Abs())}
}

// percent returns part/whole in percent with one digit, nil unless the whole is positive.
func percent(part, whole providers.Money) *providers.Money {
	if !whole.IsPositive() {
		return nil
	}
	return new(part.Shift(2).DivRound(whole, 1))
}

// trend returns a point for each period of the trend.
func (h *history) trend(k Kind, p Range, members []*accountDays, entries []entry) []Point {
	var points []Point
	for _, period := range trendOf(k, p) {
		point := Point{Period: period}
		for _, a := range members {
			if a.storedIn(period) > 0 && point.Amount == nil {
				point.Amount = new(sum(inPeriod(entries, period)))
			}
			point.Partial = point.Partial || a.lacks(period)
		}
		points = append(points, point)
	}
	return points
}

func accountRow(a Account, period []entry, rows []Row, total providers.Money) AccountRow {
	row := AccountRow{Account: a}
	own := where(period, func(e entry) bool { return e.account == a.Name })
	for _, e := range own {
		row.Lines += e.lines
	}
	if a.Stored > 0 {
		amount := sum(own)
		row.Amount, row.Share = &amount, percent(amount, total)
	}
	if i := slices.IndexFunc(rows, func(r Row) bool { return r.Key == a.Name }); i >= 0 {
		row.Delta = rows[i].Delta
	}
	return row
}

// largestFirst orders accounts by amount; those without one are last.
func largestFirst(a, b AccountRow) int {
	switch {
	case a.Amount != nil && b.Amount != nil:
		return b.Amount.Cmp(*a.Amount)
	case a.Amount != nil:
		return -1
	case b.Amount != nil:
		return 1
	}
	return cmp.Compare(a.Name, b.Name)
}
