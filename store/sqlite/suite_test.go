package sqlite_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
	"goscan/store/sqlite"
	"goscan/store/storetest"
)

func TestMain(m *testing.M) {
	storetest.Child(openForSuite)
	setMarksInChild()
	lockInChild()
	os.Exit(m.Run())
}

func TestLedger(t *testing.T) {
	storetest.Run(t, func(t testing.TB) storetest.Database { return &database{dir: t.TempDir()} })
}

func openForSuite(ctx context.Context, dir string, run store.Run) (storetest.Store, error) {
	l, err := sqlite.OpenLedger(ctx, dir, run)
	if err != nil {
		return nil, err
	}
	l.SetBlock(1000)
	return l, nil
}

// A database is a ledger's folder, as the suite sees it.
type database struct {
	dir string
}

func (d *database) Address() string { return d.dir }

func (d *database) Open(ctx context.Context, run store.Run) (storetest.Store, error) {
	return openForSuite(ctx, d.dir, run)
}

func (d *database) Clean(ctx context.Context, s storetest.Store) error {
	l := s.(*sqlite.Ledger)
	l.SetAbandoned(0)
	_, err := l.Clean(ctx)
	return err
}

// query opens the ledger as a reader of its own and asks it.
func (d *database) query(ctx context.Context, text string, args []any, each func(rows *sql.Rows) error) error {
	l, err := sqlite.OpenLedger(ctx, d.dir, store.Run{})
	if err != nil {
		return err
	}
	defer l.Close()
	rows, err := l.Reader().QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (d *database) StoredLines(ctx context.Context, account string, day providers.Day) (n int, err error) {
	err = d.query(ctx, `SELECT count(*) FROM bill_lines
		WHERE load_id NOT IN (SELECT load_id FROM bill_days WHERE account <> ? OR day <> ?)`, []any{account, day.String()},
		func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n, err
}

func (d *database) Lines(ctx context.Context, account string, day providers.Day) ([]providers.Line, error) {
	var lines []providers.Line
	err := d.query(ctx, "SELECT * FROM bills WHERE account = ? AND day = ?", []any{account, day.String()},
		func(rows *sql.Rows) error {
			l, err := scanLine(rows)
			lines = append(lines, l)
			return err
		})
	return lines, err
}

func scanLine(rows *sql.Rows) (providers.Line, error) {
	var l providers.Line
	var account, provider, dataset, month, day, start, end, tags, native string
	var quantity, price sql.NullString
	var load int64
	var amounts [store.AmountCount]string
	targets := []any{
		&account, &provider, &dataset, &month, &day, &l.Offset, &load,
		&l.BillingAccountID, &l.BillingAccountName, &l.SubAccountID, &l.SubAccountName,
		&start, &end, &l.ChargeCategory, &l.ChargeClass, &l.ServiceCode, &l.ServiceName, &l.SkuID, &l.SkuMeter,
		&l.ResourceID, &l.ResourceName, &l.RegionID, &l.RegionName, &l.AvailabilityZone, &l.BillingMode,
		&quantity, &l.PricingUnit, &price,
	}
	for i := range amounts {
		targets = append(targets, &amounts[i])
	}
	err := rows.Scan(append(targets, &l.Currency, &l.CostUnit, &l.InvoiceIssuer, &tags, &native)...)
	if err != nil {
		return l, err
	}
	for i, m := range []*providers.Money{
		&l.ListCost, &l.ContractedCost, &l.BilledCost, &l.EffectiveCost, &l.CostBeforeVoucher, &l.CostAfterVoucher,
		&l.CouponAmount, &l.VoucherAmount, &l.PaidAmount, &l.UnpaidAmount, &l.TaxAmount, &l.RoundingAmount,
	} {
		if *m, err = decimal.NewFromString(amounts[i]); err != nil {
			return l, err
		}
	}
	if l.ChargePeriodStart, err = time.Parse(time.RFC3339, start); err != nil {
		return l, err
	}
	if l.ChargePeriodEnd, err = time.Parse(time.RFC3339, end); err != nil {
		return l, err
	}
	l.PricingQuantity, l.ListUnitPrice = providers.ParseQuantity(quantity.String), providers.ParseQuantity(price.String)
	if err := json.Unmarshal([]byte(tags), &l.Tags); err != nil {
		return l, fmt.Errorf("tags: %w", err)
	}
	var fields map[string]string
	err = json.Unmarshal([]byte(native), &fields)
	l.Native = providers.PairsOf(fields)
	return l, err
}

func (d *database) Focus(ctx context.Context, account string) (columns []string, all []map[string]string, err error) {
	err = d.query(ctx, "SELECT * FROM focus WHERE x_Account = ? ORDER BY ResourceId", []any{account}, func(rows *sql.Rows) error {
		if columns, err = rows.Columns(); err != nil {
			return err
		}
		values := make([]sql.NullString, len(columns))
		targets := make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		row := map[string]string{}
		for i, v := range values {
			if v.Valid {
				row[columns[i]] = v.String
			}
		}
		all = append(all, row)
		return nil
	})
	return columns, all, err
}
