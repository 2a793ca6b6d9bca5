// Package anomaly finds unusual costs in daily series.
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
	State    State // set by Compare
	Account  string
	Provider string
	Currency string

	From providers.Day // the first unusual day
	To   providers.Day // the last unusual day so far

	// Of the last unusual day: Actual is outside of Low to High around Expected.
	Actual, Expected, Low, High providers.Money
	// Impact is the sum over the unusual days of what was actual less what was expected.
	Impact providers.Money

	Rule         string           // the name of the rule and its parameters, enough to compute the alert again: "weekday-mad k=4 level=14d min=15% floor=100 CNY"
	Planned      string           // why the configuration expects it; empty: it does not
	Before       *providers.Money // Revised: the impact that an earlier report told
	Contributors []Contributor    // largest first; their deltas add up to Actual - Expected, exactly
}

// A Contributor is a service's part in an alert on its last unusual day.
type Contributor struct {
	Service, ServiceName    string
	Actual, Expected, Delta providers.Money
}

// A Planned says that unusual cost is expected: somebody announced it.
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

// Detect returns the alerts of which a day is within from to to, as they were known on the last of these days: each day
// is judged by the days before it alone. Planned alerts are returned too and say why they are planned.
func Detect(all []Scoped, from, to providers.Day, p Parameters, planned []Planned, calendar series.Calendar) []Alert {
	return nil
}

// Life sets the states of the alerts that a report of a day shows: now are those found in what is known today, before
// those found in what was known when the last report was made.
func Life(now, before []Alert, day providers.Day) []Alert { return now }
