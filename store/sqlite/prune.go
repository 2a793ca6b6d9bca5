package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"goscan/providers"
)

// Prune drops the days of an account before a month: see store.Pruner. Each month goes in one transaction, the oldest
// first. What is pruned leaves free pages in the file: Compact gives them back.
func (l *Ledger) Prune(ctx context.Context, account string, before providers.Month) error {
	months, err := l.monthsBefore(ctx, account, before)
	if err != nil {
		return l.db.explain(ctx, err)
	}
	for _, month := range months {
		if err := l.pruneMonth(ctx, account, month); err != nil {
			return err
		}
	}
	return nil
}

// monthsBefore returns the months that are known of an account, oldest first, as the tables write them.
func (l *Ledger) monthsBefore(ctx context.Context, account string, before providers.Month) (months []string, err error) {
	rows, err := l.db.QueryContext(ctx, `SELECT month FROM bill_days WHERE account = ?1 AND month < ?2
		UNION SELECT month FROM bill_months WHERE account = ?1 AND month < ?2 ORDER BY month`, account, before.String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var month string
		if err := rows.Scan(&month); err != nil {
			return nil, err
		}
		months = append(months, month)
	}
	return months, rows.Err()
}

// pruneMonth deletes the lines and sums of the loads that the log names, and then what names them. A load that was not
// committed is no business of it: Clean removes its lines, or its own commit stores the day.
func (l *Ledger) pruneMonth(ctx context.Context, account, month string) error {
	const loads = "DELETE FROM %s WHERE load_id IN (SELECT load_id FROM bill_days WHERE account = ? AND month = ?)"
	const rows = "DELETE FROM %s WHERE account = ? AND month = ?"
	return l.db.update(ctx, func(tx *sql.Tx) error {
		for _, statement := range []string{
			fmt.Sprintf(loads, "bill_lines"), fmt.Sprintf(loads, "bill_daily"), fmt.Sprintf(rows, "bill_days"), fmt.Sprintf(rows, "bill_months"),
		} {
			if _, err := tx.ExecContext(ctx, statement, account, month); err != nil {
				return fmt.Errorf("pruning %s %s: %w", account, month, err)
			}
		}
		return nil
	})
}

// A file of which less than a tenth is free is not worth writing anew.
const freePart = 10

// Compact writes the file anew when a tenth of it or more is free, which needs as much disk space again while it lasts,
// and returns how many bytes it gave back. Readers are not disturbed; it fails while another process writes.
func (l *Ledger) Compact(ctx context.Context) (freed int64, err error) {
	before, free, size, err := l.pages(ctx)
	if err != nil || free == 0 || free*freePart < before {
		return 0, l.db.explain(ctx, err)
	}
	if _, err := l.db.write.ExecContext(ctx, "VACUUM"); err != nil {
		return 0, l.db.explain(ctx, err)
	}
	after, _, _, err := l.pages(ctx)
	return (before - after) * size, l.db.explain(ctx, err)
}

// pages returns how many pages the file has, how many of them are free, and how many bytes one is.
func (l *Ledger) pages(ctx context.Context) (all, free, size int64, err error) {
	err = l.db.write.QueryRowContext(ctx, "SELECT (SELECT page_count FROM pragma_page_count), "+
		"(SELECT freelist_count FROM pragma_freelist_count), (SELECT page_size FROM pragma_page_size)").Scan(&all, &free, &size)
	return all, free, size, err
}
