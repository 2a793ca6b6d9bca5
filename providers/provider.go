// Package providers is the contract between Goscan and the clouds it reads bills from: what a provider does (Provider),
// what it hands over (Line, Total), the billing calendar (Day, Month, Calendar), exact amounts (Money) and the kinds of
// errors that a caller may act on (Kind).
//
// A cloud is a folder beside this file and one line in package providers/all. To add one, copy the folder of the
// nearest cloud, keep its file names and their order (settings, client, fetch, convert, overview), record scrubbed
// pages into testdata/<name>/, and run the conformance suite of package providertest.
//
// The package imports nothing of Goscan.
package providers

import (
	"context"
	"log/slog"
	"time"
)

// A Provider reads the bills of one account of one cloud. Its methods may be called from several goroutines at once;
// all of them share the account's request rate.
type Provider interface {
	// Fetch calls emit with successive pages of the lines of one day of a bill. Several calls may run at once, and one
	// call may emit from several goroutines. It stops at the first error, its own or emit's, and returns it. It never
	// returns nil after fewer or more lines than the cloud announced. An error of kind NotReady says that the answer
	// is empty and that the day ended less than the issue lag ago; Changed, that the answer moved while it was read.
	// A page is valid only during the call of emit.
	Fetch(ctx context.Context, b Bill, d Day, emit Emit) error

	// Overview returns the provider's own totals of a month, per service and currency: what the month's lines must
	// add up to. The order is the cloud's.
	Overview(ctx context.Context, m Month) ([]Total, error)
}

// A MonthFetcher is a Provider that can give a month's lines summed over the month, also those that no day's answer
// shows: lines without a date or with another month's.
type MonthFetcher interface {
	// FetchMonth calls emit with the lines of a whole month, each the sum over its days. Like Fetch it never returns nil
	// after fewer or more lines than the cloud announced. ChargePeriod is the month.
	FetchMonth(ctx context.Context, b Bill, emit Emit) error
}

// A Paced provider knows how many days have to be fetched at once to keep its request rate busy. More only take memory.
type Paced interface {
	// DaysAtOnce tells how many of the days that are left, those under way included. It changes as the cloud's answers
	// become known.
	DaysAtOnce(left int) int
}

// A Checker is a Provider that can prove its credentials with one cheap call. The error, of kind Denied, names the
// permission that is missing.
type Checker interface {
	Check(ctx context.Context) error
}

// Emit receives a page of lines. It may be called from several goroutines.
type Emit func(page []Line) error

// A Bill is what a cloud issues and closes: one dataset of one account in one month.
type Bill struct {
	Account  string // the name under providers: in the configuration
	Provider string // the kind of cloud, a key of the registry: "volcengine", "alicloud"
	Dataset  string // DatasetBill
	Month    Month
}

// DatasetBill is the dataset of daily billing items, as they are invoiced.
const DatasetBill = "bill"

// String returns the account and the month, as error lines and logs name a bill.
func (b Bill) String() string { return b.Account + " " + b.Month.String() }

// A Total is the sum of the rows of a provider's own overview that share a service and a currency.
type Total struct {
	ServiceCode string
	ServiceName string
	Currency    string // ISO 4217; empty where the overview does not say
	Rows        int    // rows of the overview in this sum: each is rounded on its own

	ListCost          Money
	BilledCost        Money // over all rows
	SettledCost       Money // BilledCost over the rows that are settled (Volcengine: SettlementType 结算); elsewhere BilledCost
	CostBeforeVoucher Money
	RoundingAmount    Money // what was rounded away (抹零): positive when the bill got smaller
	TaxAmount         Money
}

// Options is what an account's provider gets from the program that opens it.
type Options struct {
	Account   string                   // the account's name, for errors and logs
	UserAgent string                   // sent with every request
	Getenv    func(name string) string // the environment; os.Getenv in the program
	Now       func() time.Time         // the clock; time.Now in the program
	Log       *slog.Logger
	Observe   func(Call) // called once for every HTTP attempt, from the goroutine that made it; may be nil
	Patience  Patience   // zero values mean the defaults
}

// Patience is how long a provider bears with a cloud that throttles, fails or hangs.
type Patience struct {
	Attempt time.Duration // one HTTP attempt, from dialing to the last byte; default 60 s
	First   time.Duration // the pause before the first retry; default 500 ms, growing with jitter
	Longest time.Duration // the longest pause between two attempts; default 20 s
	Total   time.Duration // all attempts of one request together; default 5 min
}

// A Call is one attempt of one API request.
type Call struct {
	Op        string // the API's action: "ListBillDetail"
	Bill      Bill   // that the request was made for, as ForDay told; else zero
	Day       Day
	Attempt   int    // from 1
	Kind      Kind   // of the failure; meaningless when Err is nil
	RequestID string // the cloud's, when it gave one
	Seconds   float64
	Err       error // nil when the attempt succeeded
}

type dayOf struct{}

type billDay struct {
	bill Bill
	day  Day
}

// ForDay returns a context whose requests are observed as made for a day of a bill, or with day 0 for the bill as a whole.
func ForDay(ctx context.Context, b Bill, d Day) context.Context {
	return context.WithValue(ctx, dayOf{}, billDay{b, d})
}

// DayOfContext returns what ForDay told, or zero values.
func DayOfContext(ctx context.Context) (Bill, Day) {
	of, _ := ctx.Value(dayOf{}).(billDay)
	return of.bill, of.day
}
