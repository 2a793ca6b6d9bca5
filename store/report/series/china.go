package series

import (
	_ "embed" // the announced days
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"goscan/providers"
)

//go:embed china.txt
var announced string

// A ChinaCalendar is the calendar of public holidays of mainland China with the weekends that are worked instead (调休).
type ChinaCalendar struct {
	years map[int]bool
	days  map[providers.Day]DayType
}

// China returns the calendar as it was announced when this version was built.
func China() ChinaCalendar {
	c, err := parseCalendar(announced)
	if err != nil {
		return ChinaCalendar{} // the text is a part of the program: a test reads it, and without it no year is known
	}
	return c
}

// Type returns the type of a day, and whether the holidays of its year are known.
func (c ChinaCalendar) Type(d providers.Day) (t DayType, known bool) {
	year, _, _ := d.Date()
	if t, ok := c.days[d]; ok {
		return t, c.years[year]
	}
	if weekend(d) {
		return Rest, c.years[year]
	}
	return Workday, c.years[year]
}

// Years returns the years of which the holidays are known, oldest first. The days of a year are announced in the
// autumn before it.
func (c ChinaCalendar) Years() []int { return slices.Sorted(maps.Keys(c.years)) }

// Knows tells whether the holidays of a day's year are known.
func (c ChinaCalendar) Knows(d providers.Day) bool {
	year, _, _ := d.Date()
	return c.years[year]
}

func weekend(d providers.Day) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}

// parseCalendar reads the format that the head of china.txt tells of.
func parseCalendar(text string) (ChinaCalendar, error) {
	c := ChinaCalendar{map[int]bool{}, map[providers.Day]DayType{}}
	for number, line := range strings.Split(text, "\n") {
		if err := c.read(strings.Fields(line)); err != nil {
			return ChinaCalendar{}, fmt.Errorf("line %d: %w", number+1, err)
		}
	}
	return c, nil
}

func (c ChinaCalendar) read(words []string) error {
	switch {
	case len(words) == 0 || strings.HasPrefix(words[0], "#"):
		return nil
	case words[0] == "year" && len(words) == 3:
		year, err := strconv.Atoi(words[1])
		c.years[year] = true
		return err
	case words[0] == "work":
		for _, word := range words[1:] {
			if err := c.set(word, word, Workday); err != nil {
				return err
			}
		}
		return nil
	default:
		from, to, ok := strings.Cut(words[0], "..")
		if !ok {
			return fmt.Errorf("%q is no range of days", words[0])
		}
		return c.set(from, to, Holiday)
	}
}

func (c ChinaCalendar) set(first, last string, t DayType) error {
	from, err := providers.ParseDay(first)
	if err != nil {
		return err
	}
	to, err := providers.ParseDay(last)
	if err != nil {
		return err
	}
	for d := from; d <= to; d++ {
		if _, twice := c.days[d]; twice || !c.Knows(d) {
			return fmt.Errorf("%s is told twice or under another year", d)
		}
		c.days[d] = t
	}
	return nil
}
