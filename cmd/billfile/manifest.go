package billfile

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"goscan/providers"
	"goscan/store"
)

// Schema names what a manifest has, and which columns a file has.
const Schema = "goscan.export/1"

// Suffix is what the name of a manifest has more than that of its file.
const Suffix = ".manifest.json"

// A Manifest tells what a file has. It depends on nothing else, so that the manifest of the same days is the same.
type Manifest struct {
	Schema string `json:"schema"`
	Format Format `json:"format"`
	Focus  bool   `json:"focus"` // the columns are those of FOCUS: nothing reads the file back
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Lines  int    `json:"lines"`
	Sums   []Sum  `json:"sums"`
	Days   []Day  `json:"days"` // by account, day and dataset, as their lines are
	// Reconciled are the rows of bill_months of the months that the file has days of.
	Reconciled []Comparison `json:"reconciled"`
}

// A Sum is what the lines of a month add up to.
type Sum struct {
	Account  string                     `json:"account"`
	Month    providers.Month            `json:"month"`
	Currency string                     `json:"currency"`
	Lines    int                        `json:"lines"`
	Amounts  map[string]providers.Money `json:"amounts"` // by column
}

// A Day is a stored day, as of its newest commit.
type Day struct {
	Account     string          `json:"account"`
	Provider    string          `json:"provider"`
	Dataset     string          `json:"dataset"`
	Day         providers.Day   `json:"day"`
	LoadID      store.LoadID    `json:"load_id,string"`
	Version     time.Time       `json:"version"`
	CommittedAt time.Time       `json:"committed_at"`
	State       providers.State `json:"state"`
	Lines       int             `json:"lines"`
	BilledCost  store.Amounts   `json:"billed_cost"`
	Checksum    string          `json:"checksum"`
	RunID       string          `json:"run_id"`
}

func newDay(m store.Mark) Day {
	if m.BilledCost == nil {
		m.BilledCost = store.Amounts{}
	}
	return Day{
		m.Account, m.Provider, m.Dataset, m.Day, m.LoadID, m.Version.UTC(), m.CommittedAt.UTC(), m.State, m.Lines, m.BilledCost,
		fmt.Sprintf("%016x", m.Checksum), m.RunID,
	}
}

func (d Day) mark() (store.Mark, error) {
	checksum, err := strconv.ParseUint(d.Checksum, 16, 64)
	if err == nil && d.LoadID == 0 {
		err = errors.New("no load_id")
	}
	return store.Mark{
		Account: d.Account, Provider: d.Provider, Dataset: d.Dataset, Month: d.Day.Month(), Day: d.Day, LoadID: d.LoadID, Version: d.Version,
		CommittedAt: d.CommittedAt, State: d.State, Lines: d.Lines, BilledCost: d.BilledCost, Checksum: checksum, RunID: d.RunID,
	}, err
}

// A Comparison is a row of bill_months: a store.MonthRow.
type Comparison struct {
	Account     string          `json:"account"`
	Provider    string          `json:"provider"`
	Dataset     string          `json:"dataset"`
	Month       providers.Month `json:"month"`
	ServiceCode string          `json:"service_code"`
	ServiceName string          `json:"service_name"`
	Currency    string          `json:"currency"`
	Amount      string          `json:"amount"`
	Closed      bool            `json:"closed"`
	Lines       int64           `json:"lines"`
	Rows        int             `json:"rows"`
	Stored      providers.Money `json:"stored_total"`
	Announced   providers.Money `json:"provider_total"`
	Rounding    providers.Money `json:"rounding"`
	Tolerance   providers.Money `json:"tolerance"`
	Overview    string          `json:"overview"`
	Accepted    string          `json:"accepted_reason"`
	RecordedAt  time.Time       `json:"recorded_at"`
	RunID       string          `json:"run_id"`
}

func newComparison(r store.MonthRow) Comparison {
	return Comparison{
		r.Account, r.Provider, r.Dataset, r.Month, r.ServiceCode, r.ServiceName, r.Currency, r.Amount.String(), r.Closed, r.Lines, r.Rows,
		r.Stored, r.Announced, r.Rounding, r.Tolerance, r.Overview, r.Accepted, r.RecordedAt.UTC(), r.RunID,
	}
}

func (c Comparison) row() (store.MonthRow, error) {
	amount, err := store.ParseAmount(c.Amount)
	return store.MonthRow{
		Account: c.Account, Provider: c.Provider, Dataset: c.Dataset, Month: c.Month, ServiceCode: c.ServiceCode, ServiceName: c.ServiceName,
		Currency: c.Currency, Amount: amount, Closed: c.Closed, Lines: c.Lines, Rows: c.Rows, Stored: c.Stored, Announced: c.Announced,
		Rounding: c.Rounding, Tolerance: c.Tolerance, Overview: c.Overview, Accepted: c.Accepted, RecordedAt: c.RecordedAt, RunID: c.RunID,
	}, err
}

// Loads tells whether the file has exactly the lines of these days.
func (m *Manifest) Loads(days []store.Mark) bool {
	return slices.EqualFunc(m.Days, days, func(d Day, s store.Mark) bool {
		return d.Account == s.Account && d.Dataset == s.Dataset && d.Day == s.Day && d.LoadID == s.LoadID
	})
}

// setDays makes the manifest tell of the commits of days.
func (m *Manifest) setDays(days []store.Mark) {
	m.Days = make([]Day, len(days))
	for i, d := range days {
		m.Days[i] = newDay(d)
	}
}

// marks returns the days as commits, after a look at whether the manifest agrees with itself.
func (m *Manifest) marks() ([]store.Mark, error) {
	marks := make([]store.Mark, len(m.Days))
	lines, billed := 0, map[sumKey]providers.Money{}
	for i, d := range m.Days {
		var err error
		if marks[i], err = d.mark(); err != nil {
			return nil, fmt.Errorf("%s %s: %w", d.Account, d.Day, err)
		}
		if i > 0 && byDay(marks[i-1], marks[i]) >= 0 {
			return nil, fmt.Errorf("%s %s is twice in it, or out of order", d.Account, d.Day)
		}
		lines += d.Lines
		for currency, cost := range d.BilledCost {
			key := sumKey{d.Account, d.Day.Month(), currency}
			billed[key] = billed[key].Add(cost)
		}
	}
	if lines != m.Lines {
		return nil, fmt.Errorf("its days have %d lines and not %d", lines, m.Lines)
	}
	column := store.BilledCost.String()
	for _, s := range m.Sums {
		key := sumKey{s.Account, s.Month, s.Currency}
		if !s.Amounts[column].Equal(billed[key]) {
			return nil, fmt.Errorf("the days of %s %s add up to %s %s and not %s", s.Account, s.Month, billed[key], s.Currency, s.Amounts[column])
		}
	}
	return marks, nil
}

// byDay is the order of store.LineReader.
func byDay(a, b store.Mark) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Dataset, b.Dataset))
}

// readManifest reads the manifest of a file.
func readManifest(file string) (m Manifest, err error) {
	text, err := os.ReadFile(file + Suffix)
	if errors.Is(err, os.ErrNotExist) {
		return m, fmt.Errorf("%s has no %s beside it: only whole files that goscan export -o wrote can be read", file, filepath.Base(file)+Suffix)
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("%s: %w", file+Suffix, err)
	}
	if m.Schema != Schema {
		return m, fmt.Errorf("%s: it is of the schema %q, this goscan reads %q", file+Suffix, m.Schema, Schema)
	}
	return m, nil
}
