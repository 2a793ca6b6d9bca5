package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"goscan/providers"
)

// A Reader answers the questions of reports. Both stores are Readers.
type Reader interface {
	// Costs returns the sums of a query, one row for each combination of its dimensions and currency that has lines, in
	// no particular order. All rows are of one instant.
	Costs(ctx context.Context, q Query) ([]Cost, error)
	// Days returns the newest commit of every stored day of an account, or of all accounts when account is empty,
	// ordered by account and day.
	Days(ctx context.Context, account string) ([]Mark, error)
}

// A Query asks for the sums of one amount over a range of days.
type Query struct {
	From, To providers.Day // both inclusive
	Amount   Amount
	By       []Dimension // none: one row per currency
	Where    []Filter    // all must hold
	Quantity bool        // asks for Cost.Quantity too, which needs lines
	// Loads, when not nil, asks for the sums of these loads, current or not, instead of those of the current ones. Lines of
	// superseded loads are not kept, so nothing that is asked for may then need lines.
	Loads []LoadID
}

// A Filter keeps the lines whose dimension has one of the values.
type Filter struct {
	Dimension Dimension
	Values    []string
}

// A Cost is one row of a query's answer.
type Cost struct {
	Keys     []string // one for each dimension, in the query's order: "2026-10-31" for a day, "2026-10" for a month, else an id or code
	Names    []string // the same for people; equal to the key where there is no name
	Currency string
	Amount   providers.Money
	Lines    int64
	// Quantity is the sum of the lines' pricing quantities, where the query asks for it: not valid when that of any line is
	// unknown. It means something only among lines of one meter and unit.
	Quantity providers.Quantity
}

// A Dimension is what sums are grouped or filtered by: one of the constants, or Tag(key).
type Dimension string

// The dimensions of every line. ByService is the cloud's own code: two clouds may use the same, so group by ByProvider
// too where that matters.
const (
	ByDay         Dimension = "day"
	ByMonth       Dimension = "month"
	ByProvider    Dimension = "provider"
	ByAccount     Dimension = "account"
	BySubAccount  Dimension = "subaccount"
	ByService     Dimension = "service"
	ByRegion      Dimension = "region"
	ByProject     Dimension = "project" // the column cost_unit
	ByCategory    Dimension = "category"
	ByBillingMode Dimension = "mode"
	ByResource    Dimension = "resource"
	ByMeter       Dimension = "meter" // the column sku_meter: what of a resource is charged for
	ByUnit        Dimension = "unit"  // the column pricing_unit: empty where a line has no quantity
	ByLoad        Dimension = "load"  // the load's id in decimal digits
)

const (
	tagPrefix    = "tag:"
	nativePrefix = "native:"
)

// Tag returns the dimension of a tag's values.
func Tag(key string) Dimension { return Dimension(tagPrefix + key) }

// Tag returns the key of a tag dimension.
func (d Dimension) Tag() (key string, ok bool) { return strings.CutPrefix(string(d), tagPrefix) }

// Native returns the dimension of a native field's values; a line without the field has the empty text.
func Native(key string) Dimension { return Dimension(nativePrefix + key) }

// Native returns the key of a native dimension.
func (d Dimension) Native() (key string, ok bool) { return strings.CutPrefix(string(d), nativePrefix) }

// NeedsLines tells whether a dimension is kept only with the lines, not with the daily sums.
func (d Dimension) NeedsLines() bool {
	_, tag := d.Tag()
	_, native := d.Native()
	return tag || native || d == ByResource || d == ByMeter || d == ByUnit
}

// NeedsLines tells whether the query asks for something that is kept only with the lines.
func (q Query) NeedsLines() bool {
	if q.Quantity {
		return true
	}
	for _, d := range q.By {
		if d.NeedsLines() {
			return true
		}
	}
	for _, f := range q.Where {
		if f.Dimension.NeedsLines() {
			return true
		}
	}
	return false
}

// ErrPast says that a question about given loads needs lines, which superseded loads no longer have.
var ErrPast = errors.New("of what was known before only the daily sums are kept: no resource, meter, quantity, tag or native field")

// Check returns ErrPast for a query that no store can answer.
func (q Query) Check() error {
	if q.Loads != nil && q.NeedsLines() {
		return ErrPast
	}
	return nil
}

// Columns returns the columns of a dimension in both stores, that of its key and that of its name; they are the same
// where there is no name. Where a line's key is empty, its name is the key too: Alibaba Cloud gives regions no id. A tag
// has no column: its key is the value in the map tags, or empty.
func (d Dimension) Columns() (key, name string) {
	switch d {
	case BySubAccount:
		return "sub_account_id", "sub_account_name"
	case ByService:
		return "service_code", "service_name"
	case ByRegion:
		return "region_id", "region_name"
	case ByProject:
		return "cost_unit", "cost_unit"
	case ByCategory:
		return "charge_category", "charge_category"
	case ByBillingMode:
		return "billing_mode", "billing_mode"
	case ByResource:
		return "resource_id", "resource_name"
	case ByMeter:
		return "sku_meter", "sku_meter"
	case ByUnit:
		return "pricing_unit", "pricing_unit"
	case ByDay, ByMonth, ByProvider, ByAccount:
		return string(d), string(d)
	case ByLoad:
		return "load_id", "load_id"
	}
	return "", ""
}

// ParseDimension returns the dimension that a user named: "tag:KEY", "native:FIELD" or one of the constants but ByLoad and
// ByUnit, which divide nothing that anybody pays for.
func ParseDimension(s string) (Dimension, error) {
	d := Dimension(s)
	if key, ok := d.Tag(); ok && key != "" {
		return d, nil
	}
	if key, ok := d.Native(); ok && key != "" {
		return d, nil
	}
	if key, _ := d.Columns(); key != "" && d != ByLoad && d != ByUnit {
		return d, nil
	}
	return "", fmt.Errorf("%q is not a dimension (account, service, region, project, resource, meter, tag:KEY, "+
		"native:FIELD, provider, subaccount, category, mode, day, month)", s)
}
