package render

import (
	"fmt"
	"strconv"

	"goscan/providers"
	"goscan/store/report"
)

// restated tells what changed of days that an earlier report showed.
func (v view) restated() block {
	r := v.r.Restated
	if r == nil || r.Count == 0 {
		return block{}
	}
	w := v.p.restated
	b := block{title: w.title, lines: []string{v.restatedWords()}}
	if len(r.Days) == 0 {
		return b
	}
	day := column{title: v.p.frame.day}
	account := column{title: v.p.account, flexible: true}
	before := column{title: w.before, right: true}
	after := column{title: w.after, right: true}
	changes := column{title: v.p.change, right: true}
	closed := column{title: v.p.state, drop: dropShare}
	for _, d := range r.Days {
		change := d.After.Sub(d.Before)
		day.add(short(d.Day, v.seen()), bare)
		account.add(v.p.name(d.Account), bare)
		before.add(money(&d.Before, d.Currency), dim)
		after.add(money(&d.After, d.Currency), bare)
		changes.add(signed(change, d.Currency), directionOf(change))
		closed.add(v.closedWord(d), dim)
	}
	if rest := r.Count - len(r.Days); rest > 0 {
		b.after = append(b.after, fmt.Sprintf(w.other, strconv.Itoa(rest)))
	}
	b.columns = []column{day, account, before, after, changes, closed}
	return b
}

func (v view) closedWord(d report.RestatedDay) string {
	if d.Closed {
		return v.p.restated.closed
	}
	return ""
}

// restatedWords says how much was restated in one sentence.
func (v view) restatedWords() string {
	r := v.r.Restated
	return fmt.Sprintf(v.p.restated.since, number(int64(r.Count)), providers.Clock(r.Since), v.p.differences(r.Changes))
}
