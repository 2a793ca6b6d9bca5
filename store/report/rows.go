package report

import (
	"cmp"
	"slices"

	"goscan/providers"
	"goscan/store"
)

// A rowKey identifies a row.
type rowKey struct{ provider, key string }

// A pile is a row while its entries are added up.
type pile struct {
	name         string
	amount       providers.Money
	compared     providers.Money // the part of amount of the accounts that are compared
	base         providers.Money
	isComparable bool
}

// rows returns all rows of a dimension, in order. Entries of both periods are of one currency.
func (h *history) rows(by store.Dimension, compared []string, period, before []entry) []Row {
	piles := map[rowKey]*pile{}
	pileOf := func(e entry) *pile {
		k := rowKey{key: e.key}
		if ownedByCloud(by) {
			k.provider = h.provider(e.account)
		}
		p := piles[k]
		if p == nil {
			p = &pile{}
			piles[k] = p
		}
		p.callIt(e.name)
		return p
	}
	for _, e := range period {
		p := pileOf(e)
		p.amount = p.amount.Add(e.amount)
		if slices.Contains(compared, e.account) {
			p.compared, p.isComparable = p.compared.Add(e.amount), true
		}
	}
	for _, e := range ofAccounts(before, compared) {
		p := pileOf(e)
		p.base, p.isComparable = p.base.Add(e.amount), true
	}
	rows := make([]Row, 0, len(piles))
	for k, p := range piles {
		row := Row{Key: k.key, Name: cmp.Or(p.name, k.key), Provider: k.provider, Amount: p.amount}
		if p.isComparable {
			row.Delta = newDelta(p.compared, p.base)
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(b.Amount.Cmp(a.Amount), cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Key, b.Key))
	})
	return rows
}

// callIt names the pile. Of several names of one key it keeps the first in the alphabet, so that a report does not
// depend on the order of the store's answer.
func (p *pile) callIt(name string) {
	if name != "" && (p.name == "" || name < p.name) {
		p.name = name
	}
}

// ownedByCloud tells whether a key of the dimension means something only within a cloud. Projects, tags and the like
// are the user's own words and are the same thing in every cloud.
func ownedByCloud(by store.Dimension) bool {
	switch by {
	case store.ByService, store.ByRegion, store.ByResource, store.BySubAccount, store.ByAccount:
		return true
	}
	return false
}

// cut keeps the first rows and sums the others.
func cut(by store.Dimension, rows []Row, top int, total providers.Money) Breakdown {
	for i := range rows {
		rows[i].Share = percent(rows[i].Amount, total)
	}
	// One row would take as much room as the line that sums it.
	if top < 0 || len(rows) <= top+1 {
		return Breakdown{By: by, Rows: rows}
	}
	other := Other{Count: len(rows) - top}
	var change, base providers.Money
	comparable := false
	for _, row := range rows[top:] {
		other.Amount = other.Amount.Add(row.Amount)
		if row.Delta != nil {
			change, base, comparable = change.Add(row.Delta.Change), base.Add(row.Delta.Base), true
		}
	}
	other.Share = percent(other.Amount, total)
	if comparable {
		other.Delta = newDelta(base.Add(change), base)
	}
	return Breakdown{By: by, Rows: rows[:top], Other: &other}
}
