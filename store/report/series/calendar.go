package series

import "goscan/providers"

// A DayType says how a day is worked.
type DayType uint8

// The types of days. A workday may be a Saturday or Sunday (调休), a Rest day any day of the week; Holiday is a statutory
// holiday (法定节假日) with the rest days that are moved to it.
const (
	Workday DayType = iota
	Rest
	Holiday
)

// A Calendar tells the type of a day.
type Calendar interface {
	// Type returns the type of a day, and whether the year of the day is known. Of a year that is not known Saturdays and
	// Sundays are Rest and all other days Workdays.
	Type(d providers.Day) (t DayType, known bool)
}
