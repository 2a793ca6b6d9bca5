package report

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"goscan/providers"
	"goscan/store"
)

// A history is what is stored of every account, and which accounts are configured.
type history struct {
	all   []*accountDays // by name
	loads []store.LoadID // of all stored days: whatever is stored changes them
}

type accountDays struct {
	name, provider string
	retired        bool
	states         map[providers.Day]providers.State
	currencies     map[string]bool
	first, last    providers.Day // stored; zero when no day is
}

func readHistory(ctx context.Context, r store.Reader, configured map[string]string) (*history, error) {
	marks, err := r.Days(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("stored days: %w", err)
	}
	byName := map[string]*accountDays{}
	account := func(name, provider string) *accountDays {
		if byName[name] == nil {
			byName[name] = &accountDays{
				name: name, provider: provider,
				states: map[providers.Day]providers.State{}, currencies: map[string]bool{},
			}
		}
		return byName[name]
	}
	for name, provider := range configured {
		account(name, provider)
	}
	for _, m := range marks {
		if m.Dataset == providers.DatasetBill {
			account(m.Account, m.Provider).add(m)
		}
	}
	h := &history{loads: loadsOf(marks)}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		a := byName[name]
		if configured != nil {
			_, ok := configured[name]
			a.retired = !ok
		}
		h.all = append(h.all, a)
	}
	return h, nil
}

func loadsOf(marks []store.Mark) []store.LoadID {
	all := make([]store.LoadID, len(marks))
	for i, m := range marks {
		all[i] = m.LoadID
	}
	return all
}

// still returns errMoved if another load of a day was stored since the history was read: then not everything that was read
// in between is of one instant.
func (h *history) still(ctx context.Context, r store.Reader) error {
	marks, err := r.Days(ctx, "")
	if err != nil {
		return fmt.Errorf("stored days: %w", err)
	}
	if !slices.Equal(h.loads, loadsOf(marks)) {
		return errMoved
	}
	return nil
}

func (a *accountDays) add(m store.Mark) {
	if !a.everStored() || m.Day < a.first {
		a.first = m.Day
	}
	a.last = max(a.last, m.Day)
	a.states[m.Day] = m.State
	for currency := range m.BilledCost {
		a.currencies[currency] = true
	}
}

func (a *accountDays) everStored() bool { return len(a.states) > 0 }

// missing returns the days of a period that are not stored.
func (a *accountDays) missing(p Range) []Range {
	return daysWhere(p, func(d providers.Day) bool { _, ok := a.states[d]; return !ok })
}

func (a *accountDays) provisional(p Range) []Range {
	return daysWhere(p, func(d providers.Day) bool {
		state, ok := a.states[d]
		return ok && state == providers.Provisional
	})
}

// anyFinal tells whether a day of a period was read after its month had closed.
func (a *accountDays) anyFinal(p Range) bool {
	return len(daysWhere(p, func(d providers.Day) bool { return a.states[d] == providers.Final })) > 0
}

// whole tells whether every day of a period is stored.
func (a *accountDays) whole(p Range) bool { return a.storedIn(p) == p.Days() }

func (a *accountDays) storedIn(p Range) int {
	n := p.Days()
	for _, r := range a.missing(p) {
		n -= r.Days()
	}
	return n
}

// lacks tells whether a day of a period is missing. An account lacks nothing of a period that ended before its first
// stored day, or, if it is retired, of the days after its last; a month in which it began is not whole.
func (a *accountDays) lacks(p Range) bool {
	if !a.everStored() || p.To < a.first {
		return false
	}
	if a.retired {
		p.To = min(p.To, a.last)
	}
	return p.From <= p.To && !a.whole(p)
}

func (a *accountDays) state(p Range) State {
	least := providers.Final
	for d := p.From; d <= p.To; d++ {
		state, ok := a.states[d]
		if !ok {
			return Missing
		}
		least = min(least, state)
	}
	return State(least.String())
}

func daysWhere(p Range, is func(providers.Day) bool) []Range {
	var found []Range
	for d := p.From; d <= p.To; d++ {
		switch n := len(found); {
		case !is(d):
		case n > 0 && found[n-1].To == d-1:
			found[n-1].To = d
		default:
			found = append(found, Range{d, d})
		}
	}
	return found
}

// stored returns the oldest and the newest stored day of all accounts, nil when there is none.
func (h *history) stored() *Range {
	var all *Range
	for _, a := range h.all {
		switch {
		case !a.everStored():
		case all == nil:
			all = &Range{a.first, a.last}
		default:
			all.From, all.To = min(all.From, a.first), max(all.To, a.last)
		}
	}
	return all
}

// account returns what is stored of an account; nil when nothing is known of it.
func (h *history) account(name string) *accountDays {
	i, ok := slices.BinarySearchFunc(h.all, name, func(a *accountDays, name string) int { return cmp.Compare(a.name, name) })
	if !ok {
		return nil
	}
	return h.all[i]
}

// knows tells whether every sum, by day, is of a day that is stored as far as the history knows: a day may be stored for
// the first time after the history was read.
func (h *history) knows(byDay []entry) bool {
	return !slices.ContainsFunc(byDay, func(e entry) bool {
		a := h.account(e.account)
		day, err := providers.ParseDay(e.key)
		if a == nil || err != nil {
			return true
		}
		_, ok := a.states[day]
		return !ok
	})
}

// provider returns the kind of cloud of an account.
func (h *history) provider(account string) string {
	if a := h.account(account); a != nil {
		return a.provider
	}
	return ""
}

// clouds returns of how many clouds something is stored.
func (h *history) clouds() int {
	seen := map[string]bool{}
	for _, a := range h.all {
		if a.everStored() {
			seen[a.provider] = true
		}
	}
	return len(seen)
}

// accounts tells what is stored of the accounts that the report is about: all but those that are retired and have
// nothing in the period or in one that it is compared with.
func (h *history) accounts(p Range, bases []base) []Account {
	var all []Account
	for _, a := range h.all {
		if a.retired && !a.inAny(p, bases) {
			continue
		}
		account := Account{Name: a.name, Provider: a.provider, Retired: a.retired, State: Missing}
		if p != (Range{}) {
			account.State, account.Days, account.Stored = a.state(p), p.Days(), a.storedIn(p)
		}
		all = append(all, account)
	}
	return all
}

// inAny tells whether a day is stored of a period or of one that it is compared with; the month to date is another one.
func (a *accountDays) inAny(p Range, bases []base) bool {
	return a.storedIn(p) > 0 || slices.ContainsFunc(bases, func(b base) bool { return b.of == p && a.storedIn(b.period) > 0 })
}

// leastFinal returns the least final state of the accounts that are not retired, or of all when every one is.
func leastFinal(accounts []Account) State {
	order := []State{Missing, Provisional, Complete, Final}
	least, ofRetired := len(order), len(order)
	for _, a := range accounts {
		rank := slices.Index(order, a.State)
		if a.Retired {
			ofRetired = min(ofRetired, rank)
		} else {
			least = min(least, rank)
		}
	}
	switch {
	case least < len(order):
		return order[least]
	case ofRetired < len(order):
		return order[ofRetired]
	}
	return Missing
}
