package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
)

// Lines gives the lines of current loads back: see store.LineReader. All is read in one transaction, so what is committed
// meanwhile changes nothing. While it lasts the write-ahead log of the file can only grow.
func (l *Ledger) Lines(ctx context.Context, q store.LineQuery, use func(days []store.Mark, read store.ReadLines) error) (err error) {
	tx, days, err := l.snapshot(ctx, q)
	if err != nil {
		return l.db.explain(ctx, err)
	}
	defer func() { err = errors.Join(err, l.db.explain(ctx, ignoreDone(tx.Rollback()))) }()
	return use(days, store.Exactly(func(m store.Mark, emit providers.Emit) error { return l.readLoad(ctx, tx, m.LoadID, emit) }))
}

// snapshot begins a transaction that reads, and reads the newest commits of the query's days in it.
func (l *Ledger) snapshot(ctx context.Context, q store.LineQuery) (tx *sql.Tx, marks []store.Mark, err error) {
	tx, err = patiently(ctx, func() (*sql.Tx, error) {
		tx, err := l.db.read.BeginTx(ctx, nil)
		if err != nil {
			return nil, err
		}
		marks, err = queryMarks(ctx, tx, "SELECT "+markColumns+` FROM current_loads
			WHERE (account = ?1 OR ?1 = '') AND day BETWEEN ?2 AND ?3 ORDER BY account, day, dataset`,
			q.Account, q.From.String(), q.To.String())
		if err != nil {
			return nil, errors.Join(err, ignoreDone(tx.Rollback()))
		}
		return tx, nil
	})
	return tx, marks, err
}

// pageLines is how many lines are given at once.
const pageLines = 500

// The numbers of a load's rows are sorted before the rows are read: SQLite would sort whole rows, in a file of its own. Without
// the LIMIT it would drop the order of the inner SELECT.
var readLines = func() string {
	columns := lineTexts + ", pricing_quantity, list_unit_price, tags, shape, native"
	for _, a := range store.AmountColumns() {
		columns += ", " + a + "_whole, " + a + "_pico"
	}
	return "SELECT " + columns + ` FROM (SELECT rowid AS number FROM bill_lines WHERE load_id = ? ORDER BY line, rowid LIMIT -1) AS n
		CROSS JOIN bill_lines AS b ON b.rowid = n.number CROSS JOIN bill_kinds AS k ON k.id = b.kind`
}()

// lineTexts are the columns that lineRow.targets scans first.
const lineTexts = `line, charge_period_start, charge_period_end,
	billing_account_id, billing_account_name, sub_account_id, sub_account_name, charge_category, charge_class,
	service_code, service_name, sku_id, sku_meter, resource_id, resource_name, region_id, region_name, availability_zone,
	billing_mode, pricing_unit, currency, cost_unit, invoice_issuer`

func (l *Ledger) readLoad(ctx context.Context, tx *sql.Tx, id store.LoadID, emit providers.Emit) error {
	shapes, err := readShapes(ctx, tx)
	if err != nil {
		return l.db.explain(ctx, err)
	}
	rows, err := tx.QueryContext(ctx, readLines, int64(id))
	if err != nil {
		return l.db.explain(ctx, err)
	}
	defer rows.Close()
	page := make([]providers.Line, 0, pageLines)
	row := lineRow{shapes: shapes}
	into := row.targets()
	for rows.Next() {
		line, err := row.scan(rows, into)
		if err != nil {
			return l.db.explain(ctx, err)
		}
		if page = append(page, line); len(page) < pageLines {
			continue
		}
		if err := emit(page); err != nil {
			return err
		}
		page = page[:0]
	}
	if err := rows.Err(); err != nil {
		return l.db.explain(ctx, err)
	}
	if len(page) == 0 {
		return nil
	}
	return emit(page)
}

// A lineRow is a row of bill_lines while it is scanned.
type lineRow struct {
	line            providers.Line
	start, end      string
	quantity, price sql.NullString
	tags, native    string
	shape           int64
	shapes          map[int64][]string // the names of each
	amounts         [store.AmountCount]struct{ whole, pico int64 }
}

func (r *lineRow) targets() []any {
	l := &r.line
	targets := []any{
		&l.Offset, &r.start, &r.end,
		&l.BillingAccountID, &l.BillingAccountName, &l.SubAccountID, &l.SubAccountName, &l.ChargeCategory, &l.ChargeClass,
		&l.ServiceCode, &l.ServiceName, &l.SkuID, &l.SkuMeter, &l.ResourceID, &l.ResourceName, &l.RegionID, &l.RegionName,
		&l.AvailabilityZone, &l.BillingMode, &l.PricingUnit, &l.Currency, &l.CostUnit, &l.InvoiceIssuer,
		&r.quantity, &r.price, &r.tags, &r.shape, &r.native,
	}
	for i := range r.amounts {
		targets = append(targets, &r.amounts[i].whole, &r.amounts[i].pico)
	}
	return targets
}

// scan returns the row that rows is at. into are the row's targets.
func (r *lineRow) scan(rows *sql.Rows, into []any) (providers.Line, error) {
	r.line = providers.Line{}
	if err := rows.Scan(into...); err != nil {
		return r.line, err
	}
	for i, to := range store.AmountFields(&r.line) {
		*to = joinMoney(r.amounts[i].whole, r.amounts[i].pico)
	}
	for _, parse := range []func() error{
		func() (err error) { r.line.ChargePeriodStart, err = time.Parse(second, r.start); return err },
		func() (err error) { r.line.ChargePeriodEnd, err = time.Parse(second, r.end); return err },
		func() (err error) { r.line.PricingQuantity, err = parseQuantity(r.quantity); return err },
		func() (err error) { r.line.ListUnitPrice, err = parseQuantity(r.price); return err },
		func() (err error) { r.line.Tags, err = parseMap(r.tags); return err },
		func() (err error) { r.line.Native, err = r.fields(); return err },
	} {
		if err := parse(); err != nil {
			return r.line, fmt.Errorf("line %d: %w", r.line.Offset, err)
		}
	}
	return r.line, nil
}

func parseQuantity(text sql.NullString) (providers.Quantity, error) {
	if !text.Valid {
		return providers.Quantity{}, nil
	}
	q := providers.ParseQuantity(text.String)
	if !q.Valid {
		return q, fmt.Errorf("%q is no quantity", text.String)
	}
	return q, nil
}

// parseMap is the inverse of pairsText.
func parseMap(text string) (m map[string]string, err error) {
	if text == "{}" {
		return nil, nil
	}
	err = json.NewDecoder(strings.NewReader(text)).Decode(&m)
	return m, err
}

// fields returns the line's native fields.
func (r *lineRow) fields() (providers.Pairs, error) {
	values, err := parseTexts(r.native)
	if err != nil {
		return providers.Pairs{}, err
	}
	names, known := r.shapes[r.shape]
	switch {
	case !known || len(names) != len(values):
		return providers.Pairs{}, fmt.Errorf("its %d native fields are not those of shape %d, which has %d", len(values), r.shape, len(names))
	case len(names) == 0:
		return providers.Pairs{}, nil
	}
	return providers.Pairs{Keys: names, Values: values}, nil
}

// joinMoney is the inverse of splitMoney.
func joinMoney(whole, pico int64) providers.Money {
	const safe = 1_000_000 // so many times 10^12 and more fits an int64
	switch {
	case pico == 0:
		return decimal.New(whole, 0)
	case -safe < whole && whole < safe:
		return decimal.New(whole*picosPerWhole+pico, -providers.MoneyScale)
	}
	return decimal.New(whole, 0).Add(decimal.New(pico, -providers.MoneyScale))
}
