// Package metrics writes what became of runs as Prometheus metrics: into a text file for node_exporter's textfile collector, and
// to a Pushgateway. It is given facts and measures nothing itself. It also holds the alert rules and the Grafana dashboard that
// go with its metrics.
//
// All metrics are gauges: a file that a run leaves behind says how things are, and no process lives that could count on.
package metrics

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"goscan/providers"
	"goscan/store"
)

// A Snapshot is what is known when a run has ended.
type Snapshot struct {
	Version   string // of goscan
	GoVersion string
	Now       time.Time
	Run       *Run // nil: none is remembered
	Accounts  []Account
}

// A Run is one of sync or backfill.
type Run struct {
	Command  string // "sync"
	Began    time.Time
	Ended    time.Time
	ExitCode int
}

// An Account is what is stored of an account and what its runs did.
type Account struct {
	Name        string
	Provider    string
	Days        int // stored
	Newest      *Newest
	LastRun     *LastRun
	LastSuccess time.Time // the end of the last run in which nothing of the account failed; zero: none is remembered
	Months      []Month
}

// Newest is the newest stored day of an account.
type Newest struct {
	Day        providers.Day
	Lines      int
	BilledCost store.Amounts
}

// A LastRun is the last run that touched an account, and what it did to it.
type LastRun struct {
	Began      time.Time
	Ended      time.Time // zero: it was killed
	ExitCode   int       // means nothing without an end
	Succeeded  bool      // every day of the account was stored, unchanged, or is not issued yet
	FailedDays int
	Retries    int
	Throttles  int
	Calls      *int // requests to the cloud; nil: not known
}

// A Month is one month of an account.
type Month struct {
	Month      providers.Month
	Lines      int
	Missing    int // days, from the first stored one to yesterday
	BilledCost store.Amounts
	Restated   *Restated // nil: not known
	Compared   *Compared // nil: not known, or not compared yet
}

// Restated is what the cloud changed of days of a month that were complete before.
type Restated struct {
	Days   int // counted each time that they were replaced
	Change store.Amounts
}

// Compared is how a month compares with the cloud's own overview.
type Compared struct {
	Residual store.Amounts // cost before vouchers that is stored less that of the overview
	Closed   bool
	Agrees   bool // within the tolerance, or accepted
}

// Registry returns the metrics of a snapshot, each with these labels besides its own.
func (s Snapshot) Registry(labels map[string]string) (*prometheus.Registry, error) {
	r := prometheus.NewPedanticRegistry()
	if err := prometheus.WrapRegistererWith(labels, r).Register(collector{s.samples()}); err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	return r, nil
}

// collector hands samples to a registry.
type collector struct{ samples []sample }

// Describe implements prometheus.Collector.
func (c collector) Describe(out chan<- *prometheus.Desc) {
	for _, f := range families {
		out <- f.desc()
	}
}

// Collect implements prometheus.Collector.
func (c collector) Collect(out chan<- prometheus.Metric) {
	for _, s := range c.samples {
		desc := families[s.of].desc()
		m, err := prometheus.NewConstMetric(desc, prometheus.GaugeValue, s.value, s.labels...)
		if err != nil {
			m = prometheus.NewInvalidMetric(desc, err)
		}
		out <- m
	}
}

// A sample is one value of one family.
type sample struct {
	of     familyID
	value  float64
	labels []string
}

type samples []sample

func (all *samples) add(of familyID, value float64, labels ...string) {
	*all = append(*all, sample{of, value, labels})
}

func (all *samples) count(of familyID, n int, labels ...string) { all.add(of, float64(n), labels...) }

func (all *samples) truth(of familyID, is bool, labels ...string) {
	if is {
		all.add(of, 1, labels...)
		return
	}
	all.add(of, 0, labels...)
}

// instant adds a time, none for zero.
func (all *samples) instant(of familyID, t time.Time, labels ...string) {
	if !t.IsZero() {
		all.add(of, float64(t.UnixMilli())/1e3, labels...)
	}
}

// amounts adds a sum for each currency. Prometheus knows floats only: these are for charts and alerts, the store has the digits.
func (all *samples) amounts(of familyID, sums store.Amounts, labels ...string) {
	for _, currency := range sums.Currencies() {
		all.add(of, sums[currency].InexactFloat64(), append(labels[:len(labels):len(labels)], currency)...)
	}
}

func (s Snapshot) samples() []sample {
	var all samples
	all.add(buildInfo, 1, s.Version, s.GoVersion)
	if r := s.Run; r != nil {
		all.add(runInfo, 1, r.Command)
		all.count(runExitCode, r.ExitCode)
		all.instant(runEnd, r.Ended)
		all.add(runDuration, r.Ended.Sub(r.Began).Seconds())
	}
	for _, a := range s.Accounts {
		a.sample(&all, s.Now)
	}
	return all
}

func (a Account) sample(all *samples, now time.Time) {
	labels := []string{a.Name, a.Provider}
	all.count(storedDates, a.Days, labels...)
	if n := a.Newest; n != nil {
		end := (n.Day + 1).Start()
		all.instant(newestEnd, end, labels...)
		all.add(newestAge, now.Sub(end).Seconds(), labels...)
		all.count(newestLines, n.Lines, labels...)
		all.amounts(newestCost, n.BilledCost, labels...)
	}
	all.instant(lastSuccess, a.LastSuccess, labels...)
	if r := a.LastRun; r != nil {
		all.instant(lastRun, r.Began, labels...)
		all.truth(lastRunSuccess, r.Succeeded, labels...)
		all.count(lastRunFailures, r.FailedDays, labels...)
		all.count(lastRunRetries, r.Retries, labels...)
		all.count(lastRunThrottles, r.Throttles, labels...)
		if r.Calls != nil {
			all.count(lastRunCalls, *r.Calls, labels...)
		}
		if !r.Ended.IsZero() {
			all.count(lastRunExitCode, r.ExitCode, labels...)
			all.add(lastRunDuration, r.Ended.Sub(r.Began).Seconds(), labels...)
		}
	}
	for _, m := range a.Months {
		m.sample(all, labels)
	}
}

func (m Month) sample(all *samples, account []string) {
	labels := append(account[:len(account):len(account)], m.Month.String())
	all.count(monthLines, m.Lines, labels...)
	all.count(monthGaps, m.Missing, labels...)
	all.amounts(monthCost, m.BilledCost, labels...)
	if r := m.Restated; r != nil {
		all.count(monthRestatements, r.Days, labels...)
		all.amounts(monthRestated, r.Change, labels...)
	}
	if c := m.Compared; c != nil {
		all.amounts(monthResidual, c.Residual, labels...)
		if c.Closed {
			all.truth(monthReconciled, c.Agrees, labels...)
		}
	}
}
