package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"goscan/providers"
	"goscan/store"
)

// lineColumns are the columns of bill_lines in the order of a line's values, before those of its amounts.
const lineColumns = `kind, shape, load_id, line, charge_period_start, charge_period_end, sku_id, sku_meter,
	resource_id, resource_name, availability_zone, pricing_quantity, list_unit_price, tags, native`

// lineWidth is how many values a line has.
const lineWidth = 15 + 2*int(store.AmountCount)

// A block is lines that are inserted together.
type block struct {
	values []any    // lineWidth of each line, as the columns have them; the ids of its kind and shape are set when it is inserted
	kinds  []*kind  // of each line
	shapes []*shape // of each line
}

func (b *block) lines() int { return len(b.kinds) }

// addLine puts a line into the load's block.
func (l *load) addLine(p *providers.Line, tags providers.Pairs) error {
	b := l.block
	b.kinds, b.shapes = append(b.kinds, l.kinds.of(p)), append(b.shapes, l.shapes.of(p.Native.Keys))
	b.values = append(b.values,
		nil, nil, int64(l.id), p.Offset, l.periods.text(p.ChargePeriodStart), l.periods.text(p.ChargePeriodEnd), p.SkuID, p.SkuMeter,
		p.ResourceID, p.ResourceName, p.AvailabilityZone, quantityText(p.PricingQuantity), quantityText(p.ListUnitPrice),
		pairsText(tags), textsText(p.Native.Values),
	)
	for i, m := range store.LineAmounts(p) {
		whole, pico, err := splitMoney(m)
		if err != nil {
			return fmt.Errorf("%s: %w", store.Amount(i), err)
		}
		b.values = append(b.values, whole, pico)
	}
	return nil
}

// rowsPerInsert is how many lines one statement inserts: a statement costs more than a row, up to about here.
const rowsPerInsert = 20

// insert moves the block's lines into the file. It empties the block only when it succeeds.
func (b *block) insert(ctx context.Context, tx *sql.Tx) error {
	if err := b.resolve(ctx, tx); err != nil {
		return err
	}
	rest := b.values
	for _, rows := range []int{rowsPerInsert, 1} {
		var err error
		if rest, err = insertBy(ctx, tx, rows, rest); err != nil {
			return err
		}
	}
	clear(b.values) // lets go of the texts
	b.values, b.kinds, b.shapes = b.values[:0], b.kinds[:0], b.shapes[:0]
	return nil
}

// resolve gives the lines the ids of their kinds and shapes, and the ledger those that it does not have.
func (b *block) resolve(ctx context.Context, tx *sql.Tx) error {
	for i := range b.lines() {
		kind, shape := b.kinds[i], b.shapes[i]
		if kind.id == nil {
			if err := kind.resolve(ctx, tx); err != nil {
				return err
			}
		}
		if shape.id == nil {
			if err := shape.resolve(ctx, tx); err != nil {
				return err
			}
		}
		b.values[i*lineWidth], b.values[i*lineWidth+1] = kind.id, shape.id
	}
	return nil
}

// insertBy inserts so many lines with each statement, and returns the values of the fewer ones that are left.
func insertBy(ctx context.Context, tx *sql.Tx, rows int, values []any) (rest []any, err error) {
	width := rows * lineWidth
	if len(values) < width {
		return values, nil
	}
	statement, err := tx.PrepareContext(ctx, insertLines(rows))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, statement.Close()) }()
	for ; len(values) >= width; values = values[width:] {
		if _, err := statement.ExecContext(ctx, values[:width]...); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// insertLines returns the statement that inserts n lines.
func insertLines(n int) string {
	columns := lineColumns
	for _, a := range store.AmountColumns() {
		columns += ", " + a + "_whole, " + a + "_pico"
	}
	row := "(?" + strings.Repeat(", ?", lineWidth-1) + ")"
	return "INSERT INTO bill_lines (" + columns + ") VALUES " + row + strings.Repeat(", "+row, n-1)
}

func quantityText(q providers.Quantity) any {
	if !q.Valid {
		return nil
	}
	return q.Decimal.String()
}

// periods writes the bounds of charge periods, which are nearly always those of the line before.
type periods struct {
	last [2]struct {
		at   time.Time
		text any
	}
	next int
}

func (p *periods) text(t time.Time) any {
	for i := range p.last {
		if p.last[i].text != nil && p.last[i].at.Equal(t) {
			return p.last[i].text
		}
	}
	to := &p.last[p.next]
	p.next = (p.next + 1) % len(p.last)
	to.at, to.text = t, t.UTC().Format(second)
	return to.text
}
