package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"goscan/providers"
	"goscan/store"
)

// A load is one attempt to store one day. Its lines are buffered and inserted in blocks, under an id that nobody reads
// before the commit.
type load struct {
	ledger  *Ledger
	bill    providers.Bill
	day     providers.Day
	id      store.LoadID
	version time.Time       // when its fetch began
	state   providers.State // of the day, as of that fetch

	mu       sync.Mutex // guards what follows: pages may be put from several goroutines
	tally    store.Tally
	rows     [][]any
	inserted bool  // some block is in the file
	err      error // the first failure: no commit may follow it
}

var errEnded = errors.New("a page was put after its fetch had ended")

// put keeps a page's lines and inserts a block when enough are kept.
func (l *load) put(ctx context.Context, page []providers.Line) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = l.add(ctx, page)
	}
	return l.err
}

func (l *load) add(ctx context.Context, page []providers.Line) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for i := range page {
		tags, native := l.tally.Add(&page[i])
		row, err := l.row(&page[i], tags, native)
		if err != nil {
			return fmt.Errorf("%s %s line %d: %w", l.bill.Account, l.day, page[i].Offset, err)
		}
		l.rows = append(l.rows, row)
	}
	if len(l.rows) < l.ledger.block {
		return nil
	}
	l.inserted = true
	return l.ledger.db.update(ctx, func(tx *sql.Tx) error { return l.insert(ctx, tx) })
}

// end returns the load's failure and lets no page in any more.
func (l *load) end() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.err
	l.err = errEnded
	return err
}

// lineColumns are the columns of bill_lines in the order of row's values.
const lineColumns = `load_id, line, account, provider, dataset, month, day,
	billing_account_id, billing_account_name, sub_account_id, sub_account_name,
	charge_period_start, charge_period_end, charge_category, charge_class,
	service_code, service_name, sku_id, sku_meter, resource_id, resource_name,
	region_id, region_name, availability_zone, billing_mode, pricing_quantity, pricing_unit, list_unit_price,
	currency, cost_unit, invoice_issuer, tags, native`

func (l *load) row(p *providers.Line, tags, native store.Pairs) ([]any, error) {
	row := make([]any, 0, 64)
	row = append(row,
		int64(l.id), p.Offset, l.bill.Account, l.bill.Provider, l.bill.Dataset, l.bill.Month.String(), l.day.String(),
		p.BillingAccountID, p.BillingAccountName, p.SubAccountID, p.SubAccountName,
		p.ChargePeriodStart.UTC().Format(second), p.ChargePeriodEnd.UTC().Format(second), p.ChargeCategory, p.ChargeClass,
		p.ServiceCode, p.ServiceName, p.SkuID, p.SkuMeter, p.ResourceID, p.ResourceName,
		p.RegionID, p.RegionName, p.AvailabilityZone, p.BillingMode,
		quantityText(p.PricingQuantity), p.PricingUnit, quantityText(p.ListUnitPrice),
		p.Currency, p.CostUnit, p.InvoiceIssuer, pairsText(tags), pairsText(native),
	)
	for i, m := range store.LineAmounts(p) {
		whole, pico, err := splitMoney(m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", store.Amount(i), err)
		}
		row = append(row, whole, pico)
	}
	return row, nil
}

// rowsPerInsert is how many lines one statement inserts: a statement costs more than a row, up to about here.
const rowsPerInsert = 20

// insert moves the buffered lines into the file.
func (l *load) insert(ctx context.Context, tx *sql.Tx) error {
	rows := l.rows
	var args []any
	for _, n := range []int{rowsPerInsert, 1} {
		if len(rows) < n {
			continue
		}
		statement, err := tx.PrepareContext(ctx, insertLines(n))
		if err != nil {
			return err
		}
		defer statement.Close()
		for ; len(rows) >= n; rows = rows[n:] {
			args = args[:0]
			for _, row := range rows[:n] {
				args = append(args, row...)
			}
			if _, err := statement.ExecContext(ctx, args...); err != nil {
				return err
			}
		}
	}
	clear(l.rows)
	l.rows = l.rows[:0]
	return nil
}

// insertLines returns the statement that inserts n lines.
func insertLines(n int) string {
	columns := lineColumns
	for _, a := range store.AmountColumns() {
		columns += ", " + a + "_whole, " + a + "_pico"
	}
	row := "(?" + strings.Repeat(", ?", strings.Count(columns, ",")) + ")"
	return "INSERT INTO bill_lines (" + columns + ") VALUES " + row + strings.Repeat(", "+row, n-1)
}

func quantityText(q providers.Quantity) any {
	if !q.Valid {
		return nil
	}
	return q.Decimal.String()
}
