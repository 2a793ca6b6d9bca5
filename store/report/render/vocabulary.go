package render

import (
	"fmt"

	"goscan/store/report"
	"goscan/store/report/anomaly"
)

// frameWords are the words around the sums: what a report is limited to, what asks for attention, and how a total divides.
type frameWords struct {
	asOf      string // "as known on %s": an instant
	limited   string // "only %s": filters
	oneOf     string // "%s %s": a dimension, its values
	week      string // "%s, week %d": a year and week as ISO 8601 counts them, days
	attention string // the heading of what needs attention
	unstored  string // "%[1]d accounts lack data: %[2]s": a count, accounts
	usage     string // the usage of a total
	purchases string // the rest of a total: purchases, renewals, refunds and taxes
	toDate    string // "month to date %s, %s": an amount, what it is compared with
	before    string // "vs the whole month before"
	moreBelow string // "and %d more, see below": things that need attention
	item      string // the title of a column of names
	day, kind string // titles of columns
	resource  string
	semicolon string // between the parts of a line
	brackets  string // " (%s)": an aside
}

func (w frameWords) bracket(aside string) string { return fmt.Sprintf(w.brackets, aside) }

// moverWords are the words of what a change is made of.
type moverWords struct {
	title    string
	heading  string // "%s (%s)": the title, what the change is against
	parts    string // the title of the column of effects
	sum      string // "the change is made of %s": effects
	effects  map[effect]string
	leading  string // "mostly %s": resources
	fresh    string // "%s (new)": a resource
	gone     string // "%s (gone)": a resource
	others   string // "%s other services": a count
	base     string // the title of the column of earlier amounts
	resource string // "%s %s": a resource, its change
}

// eventWords are the words of purchases.
type eventWords struct {
	title string
	kinds map[report.EventKind]string
	other string // "%s others": a count
}

// outlookWords are the words of a forecast.
type outlookWords struct {
	title    string
	month    string // "forecast of %s": a month
	expected string
	interval string // "80 % interval %s to %s": amounts
	against  string // "vs %s in the whole month before": an amount
	soFar    string // "%s stored through %s": an amount, a day
	days     string // "%d days estimated": a count
	renewals string // "renewals due %s": an amount
	leftOut  string // "without %s": accounts
	method   string // "method: %s"
}

// budgetWords are the words of budgets.
type budgetWords struct {
	title    string
	name     string
	heading  string // "%s (%s, %s of the days have passed, %d left)": the title, a month, a percentage, days
	spent    string
	amount   string
	used     string // the title of the column of used percentages
	elapsed  string
	forecast string
	standing string // the title of the column of how a budget stands
	fine     string
	reached  string // "%d%% reached": a threshold
	exceeded string // more is spent than the budget
	expected string // the forecast is above the budget, on no day in particular
	outOn    string // "out on %s": the day on which a budget is used up, in a table
	runsOut  string // the same in a sentence
	partial  string // "%s: at least, days of %s are missing": a budget, accounts
	atLeast  string // "≥ %s": an amount
	attend   string // "budget %s: %s of %s used (%s), %s": name, spent, amount, percent, standing
	atRisk   string // "%d budgets over or at risk": a count
}

// alertWords are the words of unusual costs.
type alertWords struct {
	title    string
	kinds    map[anomaly.Kind]string
	states   map[anomaly.State]string
	planned  string // in place of a state
	reason   string // "planned: %s": why
	service  string
	actual   string // titles of columns
	band     string
	expected string
	impact   string
	id       string
	days     string
	whole    string // the services of an account that are not named
	several  string // "%[1]s and %[2]d more": a service, the others, all
	scope    string // "%s (%s)": services, an account
	attend   string // "%s %s: %s, expected %s, impact %s": kind, scope, actual, expected, impact
	leading  string // "mostly %s": contributors
	part     string // "%s %s": a contributor, its delta
	since    string // "since %s": a day
	before   string // "told as %s before": an impact
	between  string // "%s to %s": the bounds of a band
	list     string // the title of a list of alerts
	none     string // "no unusual cost %s": days
	count    string // "%d alerts": a count
	rule     string // "rule: %s"
	rest     string // "%d more": a count, and the command that lists them
	settled  string // "%d alerts, all over or planned": a count
	colon    string // between what is explained and its explanation
}

// monthWords are the words of months that have ended.
type monthWords struct {
	title    string
	line     string                       // "%s %s: %s": a month, accounts, how it stands
	open     string                       // "not closed, %s": a state
	closed   string                       // "closed, %s": a state
	final    string                       // closed, and fetched since
	both     string                       // "%s, %s": how a month stands, how it compares
	results  map[report.Reconciled]string // of Differs: differences; of Accepted: differences, a reason
	compared string                       // "%s (compared %s)": a result, a day
	attend   string                       // "%s of %s differs from the cloud's own overview by %s": a month, an account, differences
}

// restatedWords are the words of what was restated.
type restatedWords struct {
	title  string
	since  string // "%s days restated since %s, in all %s": a count, an instant, differences
	before string
	after  string
	closed string // "closed": a day's month had closed
	other  string // "%d other days": a count
}
