package report

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
	chosen := o.Kind == Daily && o.Day == 0 || o.Kind == Monthly && o.Month == 0
	if chosen && r.Stored.To > r.Period.To {
		all = append(all, Note{Kind: NoteNewer, Days: []Range{{r.Period.To + 1, r.Stored.To}}})
	}
	return all
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
			if c.Delta == nil || told[c.With] || a.whole(c.Period) {
				continue
			}
			for _, name := range c.LeftOut {
				if name == a.name {
					told[c.With] = true
					all = append(all, Note{Kind: NoteNotCompared, Account: name, With: c.With, Days: a.missing(c.Period)})
				}
			}
		}
	}
	return all
}
