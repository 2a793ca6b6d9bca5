// Package report turns what a store holds into a Report: plain data that every renderer of store/report/render shows,
// so that a number is the same number in each format.
//
// A report covers a period (a day, a week or a month; the last two may be to date) and has one section per currency:
// currencies are never added together. What is compared is only what is stored in both periods. An account of which a day
// is missing is left out of a comparison and named, so a late sync is never read as a fall in cost; a day that is stored
// without lines is a zero, a day that is not stored is nil.
//
// Sums are exact. The rows of a breakdown and its other row add up to the section's total, to the last digit, and so do
// their changes to the change of the section's first comparison. Shares and percentages are presentation: exact
// quotients, rounded half away from zero to one digit.
package report

import (
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report/anomaly"
)

// A Kind says what period a report covers.
type Kind string

// The kinds of reports.
const (
	Daily   Kind = "daily"
	Weekly  Kind = "weekly" // Monday to Sunday
	Monthly Kind = "monthly"
)

// A Report is what is known of the cost of a period.
type Report struct {
	Kind     Kind
	Period   Range          // the zero Range when nothing was ever stored
	Amount   store.Amount   // the cost column that every amount is of
	Where    []store.Filter // what the report is limited to; none: everything
	Store    string         // Options.Store
	AsOf     time.Time      // the instant as of which the store is known; zero: now
	Stored   *Range         // from the oldest to the newest stored day; nil when nothing was ever stored
	State    State          // the least final state of an account that is not retired
	Sections []Section      // by currency; of those that are charged in the period, in the first one compared with, in the month to date or, if in none of them, lately
	Accounts []Account      // by name
	Months   []MonthState   // of the month before the period's, and of the period's own when it has ended: by account and month
	Idle     []Budget       // budgets in currencies that have no section: nothing was charged in them lately
	Restated *Restated      // what was restated since an earlier report; nil when that was not asked for
	Notes    []Note
}

// A Range is a range of days, both inclusive.
type Range struct{ From, To providers.Day }

// Days returns the number of days in the range.
func (r Range) Days() int { return int(r.To-r.From) + 1 }

// A Section holds the costs in one currency.
type Section struct {
	Currency    string
	Total       *providers.Money // nil when no account of the currency is stored in the period
	Lines       int64
	Usage       *providers.Money // the part of the total whose charge category is Usage; nil like Total
	Comparisons []Comparison     // the first is the one that the rows' changes and the movers are of
	Trend       []Point          // daily: the last 30 days; weekly: the last 13 weeks; monthly: the last 13 months; the last is the period
	Breakdowns  []Breakdown      // in the order of Options.By
	Accounts    []AccountRow     // largest first; also those that are missing or have no lines
	Movers      *Movers          // what the change of the first comparison is made of; nil when there is no change to explain
	Events      []Event          // purchases, renewals and refunds of the period, largest first
	EventsOther *Other           // the events beyond Options.Top, summed; nil when there are none
	Forecast    *Forecast        // of the end of the period's month; nil when the month is whole or too little is known
	Budgets     []Budget         // of this currency, in the order of the configuration
	Anomalies   []anomaly.Alert  // that began, went on, ended, or were revised in the period: unplanned ones first, by impact
}

// Against names the period that a report's period is compared with.
type Against string

// What a period is compared with. MonthBefore is the same days of the month before; a whole month is compared with the
// whole month before, however many days it has.
const (
	DayBefore   Against = "day_before"
	SameWeekday Against = "same_weekday" // seven days earlier
	WeekBefore  Against = "week_before"
	MonthToDate Against = "month_to_date" // daily and weekly: the month to date against the same days of the month before
	MonthBefore Against = "month_before"
)

// A Comparison sets the period, or in MonthToDate the month to the period's end, against an earlier one. Delta is nil
// when no account is stored in both.
type Comparison struct {
	With     Against
	Of       Range            // what is compared: the report's period, or the month to date
	Period   Range            // what it is compared with
	Amount   *providers.Money // the sum in Of of the accounts compared
	Delta    *Delta
	Compared []string // accounts stored whole in both periods
	LeftOut  []string // accounts stored in part of either
}

// A Delta is a change of cost.
type Delta struct {
	Base    providers.Money
	Change  providers.Money
	Percent *providers.Money // of the base's absolute value, one digit; nil when the base is zero
}

// A Point is one element of a trend.
type Point struct {
	Period  Range
	Amount  *providers.Money // nil when no account is stored
	Partial bool             // an account that had begun by its end lacks a day
}

// A Breakdown divides a section's total by one dimension.
type Breakdown struct {
	By    store.Dimension
	Rows  []Row  // by amount, largest first, then by provider and key; refunds are last
	Other *Other // what the rows do not show; nil when they show everything
}

// A Row is one value of a dimension. A row without cost in the period is one that had cost in the compared period.
type Row struct {
	Key      string
	Name     string // for people; equal to the key where there is no name
	Provider string // where equal keys of two clouds are two things: services, regions, resources, sub-accounts
	Amount   providers.Money
	Share    *providers.Money // percent of the total, one digit; nil unless the total is positive
	Delta    *Delta           // over the accounts that the first comparison compares; nil when the row is of none of them
}

// Other sums the rows that were left out of a breakdown.
type Other struct {
	Count  int
	Amount providers.Money
	Share  *providers.Money
	Delta  *Delta
}

// An AccountRow is an account's part in a section.
type AccountRow struct {
	Account
	Amount *providers.Money // nil when no day of the period is stored
	Share  *providers.Money
	Delta  *Delta
	Lines  int64 // in the section's currency
}

// A State tells how final a period of an account is: that of its least final day.
type State string

// The states, in the order in which a day passes through them.
const (
	Missing     State = "missing"
	Provisional State = "provisional"
	Complete    State = "complete"
	Final       State = "final"
)

// An Account tells what is stored of an account in the period.
type Account struct {
	Name     string
	Provider string
	Retired  bool // stored, but no longer configured
	State    State
	Days     int // days of the period
	Stored   int // of these, how many are stored
}

// A NoteKind says what a note is about.
type NoteKind string

// The kinds of notes. Newer days are stored after a period that was chosen, not asked for, because they are not
// complete for every account. Unclosed and Unreconciled are of the months in Report.Months.
const (
	NoteMissing      NoteKind = "missing"
	NoteProvisional  NoteKind = "provisional"
	NoteNotCompared  NoteKind = "not_compared"
	NoteNewer        NoteKind = "newer"
	NoteUnclosed     NoteKind = "unclosed"     // the cloud had not closed the month when it was last read: it may still change
	NoteUnreconciled NoteKind = "unreconciled" // the closed month differs from the cloud's own overview, and nobody accepted it
)

// A Note says what a reader must know to read the numbers right.
type Note struct {
	Kind    NoteKind
	Account string // empty in NoteNewer
	With    Against
	Days    []Range         // the days that are missing, provisional or newer
	Month   providers.Month // in NoteUnclosed and NoteUnreconciled
}
