package anomaly

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store/report/series"
)

// An account is the services of one account in one currency, and their sum.
type account struct {
	*span
	scopes []Scope   // by service
	leaves []*walker // of the scopes
	whole  *walker
	known  []bool // days of which the account is known
}

// walk judges every day of all series up to a day.
func walk(all []Scoped, to providers.Day, p Parameters, calendar series.Calendar) []*account {
	accounts := open(all, to, p, calendar)
	for _, a := range accounts {
		for t := range a.kinds {
			a.step(t)
		}
	}
	return accounts
}

// open divides the series by account and currency.
func open(all []Scoped, to providers.Day, p Parameters, calendar series.Calendar) []*account {
	if len(all) == 0 {
		return nil
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b Scoped) int { return compareScopes(a.Scope, b.Scope) })
	from := slices.MinFunc(all, func(a, b Scoped) int { return cmp.Compare(a.Series.From, b.Series.From) }).Series.From
	days := newSpan(from, to, calendar)
	var accounts []*account
	for _, group := range byAccount(all) {
		known := knownDays(days, group)
		for _, leaves := range byCurrency(group) {
			accounts = append(accounts, newAccount(days, leaves, known, newLimits(p, leaves[0].Scope.Currency)))
		}
	}
	return accounts
}

func compareScopes(a, b Scope) int {
	return cmp.Or(
		cmp.Compare(a.Account, b.Account), cmp.Compare(a.Currency, b.Currency),
		cmp.Compare(a.Service, b.Service), cmp.Compare(a.Provider, b.Provider),
	)
}

func byAccount(sorted []Scoped) [][]Scoped {
	return runs(sorted, func(a, b Scoped) bool { return a.Scope.Account == b.Scope.Account })
}

func byCurrency(sorted []Scoped) [][]Scoped {
	return runs(sorted, func(a, b Scoped) bool { return a.Scope.Currency == b.Scope.Currency })
}

// runs divides what is sorted into the runs of equals.
func runs(sorted []Scoped, same func(a, b Scoped) bool) [][]Scoped {
	var found [][]Scoped
	for i := 0; i < len(sorted); {
		n := i + 1
		for n < len(sorted) && same(sorted[i], sorted[n]) {
			n++
		}
		found = append(found, sorted[i:n])
		i = n
	}
	return found
}

// knownDays returns the days on which a series of the account is known: a day is complete for all of an account.
func knownDays(days *span, of []Scoped) []bool {
	known := make([]bool, len(days.kinds))
	for i := range known {
		known[i] = slices.ContainsFunc(of, func(s Scoped) bool { return s.Series.At(days.day(i)).Known })
	}
	return known
}

func newAccount(days *span, of []Scoped, known []bool, l limits) *account {
	a := &account{span: days, known: known, whole: newWalker(days, l, true)}
	for _, s := range of {
		w := newWalker(days, l, false)
		for i := range known {
			d := days.day(i)
			v := s.Series.At(d)
			// A service that is not told of on a day of which the account is known was not used.
			outside := d < s.Series.From || d > s.Series.To()
			w.known[i] = v.Known || outside && known[i]
			w.exact[i] = v.Cost
			w.cost[i], _ = v.Cost.Float64()
		}
		a.scopes, a.leaves = append(a.scopes, s.Scope), append(a.leaves, w)
	}
	return a
}

// step judges a day of every service, then of what they leave of the account.
func (a *account) step(t int) {
	adopted := map[int]*event{}
	creeps := false
	for i, w := range a.leaves {
		if e := w.step(t); e != nil {
			adopted[i] = e
		}
		creeps = creeps || w.creepsAt(t)
	}
	if len(a.leaves) < 2 {
		return
	}
	for _, i := range slices.Sorted(maps.Keys(adopted)) {
		a.adopted(a.leaves[i], adopted[i], t)
	}
	told := a.sum(t, adopted)
	a.whole.noCreep = creeps
	if e := a.whole.step(t); e == nil && a.whole.open == nil {
		return
	}
	a.untell(t, told)
}

// sum makes the account's cost of a day: of a service that is unusual what was expected of it, of the others what it
// was. It returns the part of the services that are unusual.
func (a *account) sum(t int, adopted map[int]*event) (told float64) {
	exact, cost, known := decimal.Zero, 0.0, true
	for i, w := range a.leaves {
		known = known && w.known[t]
		w.within[t] = w.cost[t]
		if w.active[t] && adopted[i] == nil {
			w.within[t] = w.open.days[len(w.open.days)-1].expected
		}
		cost += w.within[t]
		if w.active[t] {
			told += w.within[t]
			continue
		}
		exact = exact.Add(w.exact[t])
	}
	a.whole.known[t], a.whole.cost[t], a.whole.exact[t] = known, cost, exact
	return told
}

// adopted makes the level of a service that was adopted a part of the account's past, as if it had always held: or the
// account would rise when the service ends to be unusual.
func (a *account) adopted(w *walker, e *event, t int) {
	was, is := 0.0, 0.0
	for _, u := range e.days {
		was, is = was+u.expected, is+u.actual
	}
	n := float64(len(e.days))
	a.whole.restate(t, func(i int) float64 {
		part := w.cost[i]
		switch {
		case i >= e.from:
		case was/n > w.floor/10:
			part = w.within[i] * is / was
		default:
			part = w.within[i] + is/n
		}
		change := part - w.within[i]
		w.within[i] = part
		return a.whole.cost[i] + change
	})
}

// untell takes the services that alert themselves out of what the account's own alert of the day tells.
func (a *account) untell(t int, told float64) {
	for _, e := range a.whole.events {
		u := &e.days[len(e.days)-1]
		if u.day != t || e.kind == Creep {
			continue
		}
		u.actual, u.expected = u.actual-told, cents(u.expected-told)
		u.low, u.high = cents(u.low-told), cents(u.high-told)
	}
}
