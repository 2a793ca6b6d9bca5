package report

import (
	"goscan/providers"
)

const (
	trendDays   = 30
	trendWeeks  = 13
	trendMonths = 13
	daysOfWeek  = 7
	// lately is how many days an account may lag behind the newest stored day and still be waited for.
	lately = 7
)

// A base is an earlier period, and what of the report is compared with it: the report's period, or the month to date.
type base struct {
	with   Against
	of     Range
	period Range
}

// period returns the period of the report that o asks for. At least one day is stored.
func (h *history) period(o Options) Range {
	switch o.Kind {
	case Weekly:
		return h.week(o.Day)
	case Monthly:
		month := o.Month
		if o.Closed {
			month, _ = h.closed() // build looked before
		}
		if month == 0 {
			month = h.newest().Month()
		}
		return h.toDate(wholeMonth(month))
	}
	day := o.Day
	if day == 0 {
		day = h.newest()
		if settled, ok := h.settled(); ok {
			day = settled
		}
	}
	return Range{day, day}
}

// week returns the week of a day; of no day, the newest week that is complete for every account, else the newest to date.
func (h *history) week(of providers.Day) Range {
	if of != 0 {
		return h.toDate(weekOf(of))
	}
	oldest := h.stored().From
	for week := weekOf(h.newest()); week.To >= oldest; week = week.shift(-daysOfWeek) {
		if h.completeIn(week) {
			return week
		}
	}
	return h.toDate(weekOf(h.newest()))
}

// closed returns the newest month that is final for every account that is still stored lately.
func (h *history) closed() (month providers.Month, ok bool) {
	newest := h.newest()
	oldest := h.stored().From.Month()
	for month = newest.Month(); month >= oldest; month-- {
		if h.finalIn(wholeMonth(month), newest-lately) {
			return month, true
		}
	}
	return 0, false
}

// finalIn tells whether a period is final for every account with a day stored since the given one.
func (h *history) finalIn(p Range, since providers.Day) bool {
	any := false
	for _, a := range h.all {
		if a.retired || !a.everStored() || a.last < since {
			continue
		}
		if any = true; a.state(p) != Final {
			return false
		}
	}
	return any
}

// toDate returns the period up to its newest day that is complete for every account, else up to its newest stored day.
func (h *history) toDate(p Range) Range {
	end, ok := h.settled()
	if !ok || end < p.From {
		end = max(h.newest(), p.From)
	}
	return Range{p.From, min(end, p.To)}
}

// settled returns the newest day that is complete for every account that was stored lately.
func (h *history) settled() (day providers.Day, ok bool) {
	oldest := h.stored().From
	for day = h.newest(); day >= oldest; day-- {
		if h.complete(day) {
			return day, true
		}
	}
	return 0, false
}

// completeIn tells whether every day of a period is complete.
func (h *history) completeIn(p Range) bool {
	for day := p.From; day <= p.To; day++ {
		if !h.complete(day) {
			return false
		}
	}
	return true
}

// complete tells whether the day is complete for every account that was stored lately and had begun by then, and for at
// least one.
func (h *history) complete(day providers.Day) bool {
	since, any := h.newest()-lately, false
	for _, a := range h.all {
		if a.retired || !a.everStored() || a.last < since || day < a.first {
			continue
		}
		if state, ok := a.states[day]; !ok || state == providers.Provisional {
			return false
		}
		any = true
	}
	return any
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

// basesOf returns what a report compares, the comparison that its rows are of first.
func basesOf(k Kind, p Range) []base {
	toDate := monthToDate(p.To)
	switch k {
	case Weekly:
		return []base{
			{WeekBefore, p, p.shift(-daysOfWeek)},
			{MonthToDate, toDate, sameDaysOfMonthBefore(toDate)},
		}
	case Monthly:
		return []base{{MonthBefore, p, sameDaysOfMonthBefore(p)}}
	}
	return []base{
		{DayBefore, p, p.shift(-1)},
		{SameWeekday, p, p.shift(-daysOfWeek)},
		{MonthToDate, toDate, sameDaysOfMonthBefore(toDate)},
	}
}

// sameDaysOfMonthBefore returns, of the first days of a month, the same days of the month before: of a whole month the
// whole month before, and never more days than that one has.
func sameDaysOfMonthBefore(p Range) Range {
	month := p.From.Month()
	before := wholeMonth(month - 1)
	if p.To < month.Last() {
		before.To = min(before.From+(p.To-p.From), before.To)
	}
	return before
}

// trendOf returns the periods of a trend, the report's period last.
func trendOf(k Kind, p Range) []Range {
	var trend []Range
	switch k {
	case Weekly:
		for n := trendWeeks - 1; n > 0; n-- {
			trend = append(trend, weekOf(p.From).shift(-n*daysOfWeek))
		}
	case Monthly:
		month := p.From.Month()
		for m := month - trendMonths + 1; m < month; m++ {
			trend = append(trend, wholeMonth(m))
		}
	default:
		for n := trendDays - 1; n > 0; n-- {
			trend = append(trend, p.shift(-n))
		}
	}
	return append(trend, p)
}

// weekOf returns the week of a day, Monday to Sunday.
func weekOf(d providers.Day) Range {
	monday := d - (providers.Day(d.Weekday())+daysOfWeek-1)%daysOfWeek
	return Range{monday, monday + daysOfWeek - 1}
}

func wholeMonth(m providers.Month) Range { return Range{m.First(), m.Last()} }

// monthToDate returns the days of a day's month up to it.
func monthToDate(d providers.Day) Range { return Range{d.Month().First(), d} }

// shift returns the range that many days later.
func (r Range) shift(days int) Range {
	return Range{r.From + providers.Day(days), r.To + providers.Day(days)}
}
