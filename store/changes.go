package store

import (
	"context"

	"goscan/providers"
)

// A Differ tells what changed from one day to the next without listing what did not: most of what clouds charge for is
// charged again the day after. A store may be one.
type Differ interface {
	// Changed returns the costs of the day before and of the day, with quantities, one row for each combination of
	// ChangeDimensions and currency that has lines, but without the resources of a service that cost the same on both days: each
	// of their rows has the same amount on both and, where it is known of all lines, the same quantity. What these cost is in
	// rows of their own, of each service one for each of its names, whose texts from the charge category on are empty, whose
	// quantity is not known, and which have the same amounts on both days.
	Changed(ctx context.Context, q ChangeQuery) (before, after []Cost, err error)
}

// A ChangeQuery asks for what changed from the day before to a day.
type ChangeQuery struct {
	Day    providers.Day
	Amount Amount
	Where  []Filter // all must hold
}

// ChangeDimensions returns what the rows of a change are divided by.
func ChangeDimensions() []Dimension {
	return []Dimension{ByAccount, ByService, ByCategory, ByResource, ByMeter, ByUnit}
}
