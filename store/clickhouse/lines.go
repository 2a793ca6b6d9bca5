package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
)

// Lines gives the lines of current loads back: see store.LineReader. The commit log is read once, then the lines of the loads
// that it named, superseded or not: Clean leaves those alone for an hour. A day whose lines are gone by then is an error.
func (s *Store) Lines(ctx context.Context, q store.LineQuery, use func(days []store.Mark, read store.ReadLines) error) error {
	where := days(q.From, q.To)
	if q.Account != "" {
		where += " AND account = " + literal(q.Account)
	}
	marks, err := s.marks(ctx, where)
	if err != nil {
		return err
	}
	read := store.Exactly(func(m store.Mark, emit providers.Emit) error { return s.readLoad(ctx, m, emit) })
	return use(slices.DeleteFunc(marks, pruned), func(m store.Mark, emit providers.Emit) error {
		return s.orSuperseded(ctx, m, read(m, emit))
	})
}

// orSuperseded says why a load is not whole, where another has taken its place.
func (s *Store) orSuperseded(ctx context.Context, m store.Mark, err error) error {
	if !errors.Is(err, store.ErrNotWhole) {
		return err
	}
	if now, asked := s.newest(ctx, m.Key()); asked == nil && now.LoadID != m.LoadID {
		return fmt.Errorf("%s %s was replaced while it was waiting to be read, over %s ago: begin again: %w", m.Account, m.Day, s.cfg.Limits.Superseded, err)
	}
	return err
}

// linesAtOnce is how many lines one statement reads into memory: so the time of a statement does not depend on who takes
// the lines, and the server sorts no more than these.
const linesAtOnce = 20_000

// pageLines is how many lines are given at once.
const pageLines = 500

// readLoad reads a load in parts of linesAtOnce offsets, those that have any.
func (s *Store) readLoad(ctx context.Context, m store.Mark, emit providers.Emit) error {
	doing := fmt.Sprintf("reading the lines of %s %s", m.Account, m.Day)
	from := fmt.Sprintf("FROM %s WHERE account = %s AND month = %s AND day = %s AND load_id = %d", qualified(s.cfg.Database, "bill_lines"),
		literal(m.Account), literal(m.Month.First().String()), literal(m.Day.String()), m.LoadID)
	var parts []uint32
	err := s.query(ctx, doing, fmt.Sprintf("SELECT toUInt32(intDiv(line, %d)) AS part %s GROUP BY part ORDER BY part", linesAtOnce, from),
		func(rows driver.Rows) error {
			var part uint32
			err := rows.Scan(&part)
			parts = append(parts, part)
			return err
		})
	if err != nil {
		return err
	}
	for _, part := range parts {
		if err := s.readPart(ctx, doing, fmt.Sprintf("%s AND intDiv(line, %d) = %d ORDER BY line", from, linesAtOnce, part), emit); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) readPart(ctx context.Context, doing, from string, emit providers.Emit) error {
	var lines []providers.Line
	err := s.query(ctx, doing, "SELECT "+lineColumns()+" "+from, func(rows driver.Rows) error {
		l, err := scanLine(rows)
		lines = append(lines, l)
		return err
	})
	if err != nil {
		return err
	}
	for page := range slices.Chunk(lines, pageLines) {
		if err := emit(page); err != nil {
			return err
		}
	}
	return nil
}

// lineColumns are the columns in the order in which scanLine takes them. Instants are read as numbers, like those of marks.
func lineColumns() string {
	return `line, toUnixTimestamp(charge_period_start), toUnixTimestamp(charge_period_end),
	billing_account_id, billing_account_name, sub_account_id, sub_account_name, charge_category, charge_class,
	service_code, service_name, sku_id, sku_meter, resource_id, resource_name, region_id, region_name, availability_zone,
	billing_mode, pricing_unit, currency, cost_unit, invoice_issuer, pricing_quantity, list_unit_price, tags, native, ` +
		strings.Join(store.AmountColumns(), ", ")
}

func scanLine(rows driver.Rows) (l providers.Line, err error) {
	var (
		offset, start, end uint32
		quantity, price    *decimal.Decimal
		native             map[string]string
	)
	into := []any{
		&offset, &start, &end,
		&l.BillingAccountID, &l.BillingAccountName, &l.SubAccountID, &l.SubAccountName, &l.ChargeCategory, &l.ChargeClass,
		&l.ServiceCode, &l.ServiceName, &l.SkuID, &l.SkuMeter, &l.ResourceID, &l.ResourceName, &l.RegionID, &l.RegionName,
		&l.AvailabilityZone, &l.BillingMode, &l.PricingUnit, &l.Currency, &l.CostUnit, &l.InvoiceIssuer,
		&quantity, &price, &l.Tags, &native,
	}
	for _, amount := range store.AmountFields(&l) {
		into = append(into, amount)
	}
	if err := rows.Scan(into...); err != nil {
		return l, err
	}
	l.Offset, l.Native = int(offset), providers.PairsOf(native)
	l.ChargePeriodStart, l.ChargePeriodEnd = time.Unix(int64(start), 0).UTC(), time.Unix(int64(end), 0).UTC()
	l.PricingQuantity, l.ListUnitPrice = nullable(quantity), nullable(price)
	return l, nil
}

func nullable(d *decimal.Decimal) providers.Quantity {
	if d == nil {
		return providers.Quantity{}
	}
	return providers.Quantity{Decimal: *d, Valid: true}
}
