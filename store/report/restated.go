package report

import (
	"context"
	"time"

	"goscan/providers"
	"goscan/store"
)

// Restated is what changed of days that were stored already, between an earlier report and this one.
type Restated struct {
	Since   time.Time
	Days    []RestatedDay // of days of the months that the report shows, by the absolute change, largest first; at most Options.Top
	Count   int           // of all restated days
	Changes store.Amounts // of all of them, by currency, in the report's cost column
}

// A RestatedDay is a day of an account whose lines were replaced.
type RestatedDay struct {
	Account  string
	Day      providers.Day
	Currency string
	Before   providers.Money
	After    providers.Money
	Closed   bool // the day's month had closed before
}

// restated tells what changed since Options.Since.
func (r reading) restated(ctx context.Context) (*Restated, error) { return nil, nil }
