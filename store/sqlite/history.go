package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
)

// Commits returns every row of the commit log of a range of days: see store.History. Each of them was current once: a
// fetch that another overtook leaves no row.
func (l *Ledger) Commits(ctx context.Context, account string, from, to providers.Day) ([]store.Mark, error) {
	marks, err := queryMarks(ctx, l.db, "SELECT "+markColumns+` FROM bill_days
		WHERE (account = ?1 OR ?1 = '') AND day BETWEEN ?2 AND ?3
		ORDER BY account, dataset, day, committed_at, version, load_id`, account, from.String(), to.String())
	return marks, l.db.explain(ctx, err)
}

// monthColumns are the columns of bill_months but for difference, which two of them tell.
const monthColumns = "account, provider, dataset, month, service_code, service_name, currency, amount, closed, lines, rows, " +
	"stored_total, provider_total, rounding, tolerance, overview, accepted_reason, recorded_at, run_id"

// RecordMonth keeps the rows, in one transaction. No rows are no record: what was recorded before stays the last.
func (l *Ledger) RecordMonth(ctx context.Context, rows []store.MonthRow) error {
	if len(rows) == 0 {
		return nil
	}
	all := make([][]any, len(rows))
	for i := range rows {
		args, err := monthArgs(&rows[i])
		if err != nil {
			return fmt.Errorf("%s %s %s: %w", rows[i].Account, rows[i].Month, rows[i].ServiceCode, err)
		}
		all[i] = args
	}
	return l.db.update(ctx, func(tx *sql.Tx) (err error) {
		statement, err := tx.PrepareContext(ctx, "INSERT INTO bill_months ("+monthColumns+", difference) VALUES (?"+
			strings.Repeat(", ?", strings.Count(monthColumns, ",")+1)+")")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, statement.Close()) }()
		for _, args := range all {
			if _, err := statement.ExecContext(ctx, args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// monthArgs returns the values of monthColumns and of difference.
func monthArgs(r *store.MonthRow) ([]any, error) {
	for _, amount := range []struct {
		column string
		value  providers.Money
	}{
		{"stored_total", r.Stored}, {"provider_total", r.Announced}, {"rounding", r.Rounding}, {"tolerance", r.Tolerance},
		{"difference", r.Difference()},
	} {
		if !providers.FitsMoney(amount.value) {
			return nil, fmt.Errorf("%s: %w", amount.column, providers.ErrPrecision)
		}
	}
	return []any{
		r.Account, r.Provider, r.Dataset, r.Month.String(), r.ServiceCode, r.ServiceName, r.Currency, r.Amount.String(), r.Closed,
		r.Lines, r.Rows, r.Stored.String(), r.Announced.String(), r.Rounding.String(), r.Tolerance.String(), r.Overview, r.Accepted,
		r.RecordedAt.UTC().Format(instant), r.RunID, r.Difference().String(),
	}, nil
}

// Months returns the rows that were recorded last of every month of an account: see store.History.
func (l *Ledger) Months(ctx context.Context, account string) ([]store.MonthRow, error) {
	rows, err := l.db.QueryContext(ctx, "SELECT "+monthColumns+` FROM (
			SELECT *, max(recorded_at) OVER (PARTITION BY dataset, month) AS newest FROM bill_months WHERE account = ?
		)
		WHERE recorded_at = newest
		ORDER BY month, dataset, service_code, service_name, currency, amount`, account)
	if err != nil {
		return nil, l.db.explain(ctx, err)
	}
	defer rows.Close()
	var months []store.MonthRow
	for rows.Next() {
		r, err := scanMonth(rows)
		if err != nil {
			return nil, err
		}
		months = append(months, r)
	}
	return months, l.db.explain(ctx, rows.Err())
}

func scanMonth(rows *sql.Rows) (r store.MonthRow, err error) {
	var month, amount, stored, announced, rounding, tolerance, recordedAt string
	if err := rows.Scan(&r.Account, &r.Provider, &r.Dataset, &month, &r.ServiceCode, &r.ServiceName, &r.Currency, &amount, &r.Closed,
		&r.Lines, &r.Rows, &stored, &announced, &rounding, &tolerance, &r.Overview, &r.Accepted, &recordedAt, &r.RunID); err != nil {
		return r, err
	}
	for _, parse := range []func() error{
		func() (err error) { r.Month, err = providers.ParseMonth(month); return err },
		func() (err error) { r.Amount, err = store.ParseAmount(amount); return err },
		func() (err error) { r.Stored, err = decimal.NewFromString(stored); return err },
		func() (err error) { r.Announced, err = decimal.NewFromString(announced); return err },
		func() (err error) { r.Rounding, err = decimal.NewFromString(rounding); return err },
		func() (err error) { r.Tolerance, err = decimal.NewFromString(tolerance); return err },
		func() (err error) { r.RecordedAt, err = time.Parse(instant, recordedAt); return err },
	} {
		if err := parse(); err != nil {
			return r, fmt.Errorf("what was reconciled of %s %s: %w", r.Account, month, err)
		}
	}
	return r, nil
}
