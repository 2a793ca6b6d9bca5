package report

import (
	"goscan/providers"
)

const (
	trendDays   = 30
	trendMonths = 13
	// lately is how many days an account may lag behind the newest stored day and still be waited for.
	lately = 7
)

// A base is an earlier period that the report's period is compared with.
type base struct {
	with   Against
	period Range
}

// period returns the period of the report that o asks for. At least one day is stored.
func (h *history) period(o Options) Range {
	settled, ok := h.settled()
	if o.Kind == Daily {
		switch {
		case o.Day != 0:
			return Range{o.Day, o.Day}
		case ok:
			return Range{settled, settled}
		default:
			return Range{h.newest(), h.newest()}
		}
	}
	month := o.Month
	if month == 0 {
		month = h.newest().Month()
	}
	end := settled
	if !ok || end < month.First() {
		end = max(min(h.newest(), month.Last()), month.First())
	}
	return Range{month.First(), min(end, month.Last())}
}

// settled returns the newest day that is complete for every account that was stored lately.
func (h *history) settled() (day providers.Day, ok bool) {
	newest, oldest := h.newest(), h.stored().From
	for day = newest; day >= oldest; day-- {
		if h.complete(day, newest-lately) {
			return day, true
		}
	}
	return 0, false
}

// complete tells whether the day is complete for every account with a day stored since the given one.
func (h *history) complete(day, since providers.Day) bool {
	for _, a := range h.all {
		if a.retired || !a.everStored() || a.last < since {
			continue
		}
		if state, ok := a.states[day]; !ok || state == providers.Provisional {
			return false
		}
	}
	return true
}

// newest returns the newest stored day, of accounts that are not retired if there are any.
func (h *history) newest() providers.Day {
	var newest, ofRetired providers.Day
	for _, a := range h.all {
		if a.retired {
			ofRetired = max(ofRetired, a.last)
		} else {
			newest = max(newest, a.last)
		}
	}
	if newest == 0 {
		return ofRetired
	}
	return newest
}

// basesOf returns what a period is compared with.
func basesOf(k Kind, p Range) []base {
	if k == Daily {
		return []base{
			{DayBefore, Range{p.From - 1, p.To - 1}},
			{SameWeekday, Range{p.From - 7, p.To - 7}},
		}
	}
	month := p.From.Month()
	before := Range{(month - 1).First(), (month - 1).Last()}
	if p.To < month.Last() {
		before.To = min(before.From+(p.To-p.From), before.To)
	}
	return []base{{MonthBefore, before}}
}

// trendOf returns the periods of a trend, the report's period last.
func trendOf(k Kind, p Range) []Range {
	var trend []Range
	if k == Daily {
		for day := p.From - trendDays + 1; day <= p.From; day++ {
			trend = append(trend, Range{day, day})
		}
		return trend
	}
	month := p.From.Month()
	for m := month - trendMonths + 1; m < month; m++ {
		trend = append(trend, Range{m.First(), m.Last()})
	}
	return append(trend, p)
}
