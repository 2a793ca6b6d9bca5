// Package anomaly finds unusual costs in daily series of usage.
//
// A day is judged by the days before it alone, and only when it is complete: a day that is not known is neither unusual
// nor a part of any base. What a day is expected to cost comes from one of Rules, chosen per series and day by its own
// past errors; how far it may be off from how far the same rule was off before. All rules divide by a level, the median of
// the last 14 days (sigma-28: the mean of 28), so the scores have no currency.
//
// Public holidays are no part of a level and are compared with holidays, or, when too few are stored, with both rest days
// and workdays; a Saturday that is worked (调休) is compared with workdays. What was seen on the same day a month before,
// for that day alone, may be a monthly fee and is not unusual.
//
// Unusual days are no part of a base, so an event has no echo. An event whose costs stay is adopted: after seven unusual
// days they are the new level. Up to three normal days do not end an event for the next unusual one, which belongs to it.
// A service is new when it had no usage in the 35 days before (a month and some, so that no monthly fee is new every
// month) and its cost is above the floor; the alert goes on until the cost is adopted or gone.
//
// Services that leave their bands on the same day in the same direction are one alert of their account. An account is
// judged as a whole too, with the expected in place of the actual cost of the services that are unusual: what is left is
// a broad change that no service tells of alone.
package anomaly

import (
	"goscan/providers"
	"goscan/store/report/series"
)

// A Scope is what a series is of: the usage of one service of one account in one currency.
type Scope struct {
	Account, Provider    string
	Service, ServiceName string
	Currency             string
}

// A Scoped is a series with its scope.
type Scoped struct {
	Scope  Scope
	Series series.Series
}

// A Kind says what is unusual.
type Kind string

// The kinds of alerts. Creep is a slow rise: the level of 7 days against that of 28.
const (
	Rise     Kind = "rise"
	Drop     Kind = "drop"
	New      Kind = "new"
	Vanished Kind = "vanished"
	Creep    Kind = "creep"
)

// A State says where an alert is in its life, seen from the day of a report.
type State string

// The states. An alert that began before the report's day is Ongoing while it lasts and Resolved on the first normal day
// after it. Revised and Retracted tell that a restatement changed an alert that an earlier report told of: its amounts,
// or that it is none any more.
const (
	Fresh     State = "new"
	Ongoing   State = "ongoing"
	Resolved  State = "resolved"
	Revised   State = "revised"
	Retracted State = "retracted"
)

// An Alert is one cause of unusual cost: the scopes of one account that left their bands in the same direction on the
// same day are one alert.
type Alert struct {
	ID       string // stable: of the account, the currency, the kind, the leading service and the first day
	Kind     Kind
	State    State // set by Life
	Account  string
	Provider string
	Currency string

	From providers.Day // the first unusual day
	To   providers.Day // the last unusual day so far
	// Ended is the first day known after To: a normal one, or one of a level that was adopted. Zero while no such day is known.
	Ended providers.Day

	// Of the last unusual day: Actual is outside of Low to High around Expected. Of a Creep they are levels, not the cost of
	// the day: Actual is the median of the last 7 days, Expected that of 28.
	Actual, Expected, Low, High providers.Money
	// Impact is the sum over the unusual days of what was actual less what was expected.
	Impact providers.Money

	Days         []Unusual        // the unusual days, oldest first
	Rule         string           // of the leading service: the name of the rule and its parameters, enough to compute the alert again: "weekday-mad k=4 level=14d min=15% floor=100 CNY"
	Planned      string           // why the configuration expects it; empty: it does not
	Before       *providers.Money // Revised: the impact that an earlier report told
	Contributors []Contributor    // largest first; their deltas add up to Actual - Expected, exactly
}

// An Unusual is one day of an alert.
type Unusual struct {
	Day              providers.Day
	Actual, Expected providers.Money
}

// A Contributor is a service's part in an alert on its last unusual day. One without a service is the rest of an account
// that is unusual as a whole: the services that are not named.
type Contributor struct {
	Service, ServiceName    string
	Actual, Expected, Delta providers.Money
}

// A Planned says that unusual cost is expected: somebody announced it. It is about an alert whose unusual days are all
// within it: one that outlasts it is unexpected again.
type Planned struct {
	Account string // empty: every account
	Service string // its code; empty: every service
	From    providers.Day
	To      providers.Day // inclusive
	Reason  string
}

// Parameters are what users may turn. A zero field means its default.
type Parameters struct {
	K          float64                    // how many robust deviations from the expected a cost may be
	MinPercent float64                    // smaller changes, in percent of the expected, are none
	MinAmount  map[string]providers.Money // by currency; smaller changes are none
	Rule       string                     // the name of one of Rules; empty: chosen per series by its own backtest
}
