package report

import "slices"

// notes lists what a reader must know to read the numbers right, account by account.
func notes(o Options, h *history, r *Report) []Note {
	var all []Note
	for _, account := range r.Accounts {
		a := h.account(account.Name)
		if !a.retired && account.Stored < account.Days {
			all = append(all, Note{Kind: NoteMissing, Account: a.name, Days: a.missing(r.Period)})
		}
		if days := a.provisional(r.Period); len(days) > 0 {
			all = append(all, Note{Kind: NoteProvisional, Account: a.name, Days: days})
		}
		all = append(all, notCompared(a, r)...)
	}
	if days := newer(o, r); days != nil {
		all = append(all, Note{Kind: NoteNewer, Days: days})
	}
	return all
}

// newer returns the days after a period that was chosen, not asked for. Of a week that has not ended there is nothing to
// tell: the report is of the newest whole one.
func newer(o Options, r *Report) []Range {
	newest := r.Stored.To
	switch {
	case o.Kind == Monthly && o.Month != 0, o.Kind != Monthly && o.Day != 0, newest <= r.Period.To:
		return nil
	case o.Kind == Weekly && r.Period == weekOf(r.Period.To) && newest < r.Period.shift(daysOfWeek).To:
		return nil
	}
	return []Range{{r.Period.To + 1, newest}}
}

// notCompared names the days for whose lack an account is left out of a comparison that others are part of. It is
// silent where the period itself lacks days: NoteMissing tells that.
func notCompared(a *accountDays, r *Report) []Note {
	if !a.whole(r.Period) {
		return nil
	}
	told := map[Against]bool{}
	var all []Note
	for _, s := range r.Sections {
		for _, c := range s.Comparisons {
			if c.Delta == nil || told[c.With] || !slices.Contains(c.LeftOut, a.name) {
				continue
			}
			told[c.With] = true
			days := a.missing(c.Period)
			if c.Of != r.Period {
				days = append(days, a.missing(c.Of)...)
			}
			all = append(all, Note{Kind: NoteNotCompared, Account: a.name, With: c.With, Days: days})
		}
	}
	return all
}
