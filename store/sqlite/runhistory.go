package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"goscan/providers"
)

const runColumns = "number, id, command, host, pid, started, coalesce(ended, ''), exit_code, outcome, error, store_id"

const runBillColumns = "account, provider, dataset, month, days, stored, confirmed, not_issued, failed, undone, lines, total, " +
	"pages, retries, throttles, seconds, outcome, error"

// Runs returns the runs that began last, newest first, with their bills by account and month.
func (s *State) Runs(ctx context.Context, limit int) ([]Run, error) {
	return s.judgedRuns(ctx, runsQuery{where: "1", limit: limit})
}

// LastRun returns the newest run that touched an account, with that account's bills only; ok is false where none did.
func (s *State) LastRun(ctx context.Context, account string) (r Run, ok bool, err error) {
	return s.lastRun(ctx, runsQuery{where: "number IN (SELECT run FROM run_bills WHERE account = ?)", account: account, limit: 1})
}

// LastFailure returns the newest run in which a bill of an account failed, wholly or in part, with that account's bills
// only; ok is false where none did. A killed run is no failure of an account.
func (s *State) LastFailure(ctx context.Context, account string) (r Run, ok bool, err error) {
	return s.lastRun(ctx, runsQuery{
		where:   "number IN (SELECT run FROM run_bills WHERE account = ? AND (failed > 0 OR error <> ''))",
		account: account, limit: 1,
	})
}

func (s *State) lastRun(ctx context.Context, q runsQuery) (Run, bool, error) {
	runs, err := s.judgedRuns(ctx, q)
	if err != nil || len(runs) == 0 {
		return Run{}, false, err
	}
	return runs[0], true, nil
}

// A runsQuery selects runs, and of an account, where it names one, the bills.
type runsQuery struct {
	where   string
	account string
	limit   int
}

// judgedRuns returns runs and tells those that still run from those that were killed. A run holds the lock from before its
// first record until after its last. So one that had no end, then did not hold the lock, and then still has no end, is
// dead; that is why the runs are read twice.
func (s *State) judgedRuns(ctx context.Context, q runsQuery) ([]Run, error) {
	runs, err := s.readRuns(ctx, q)
	if err != nil {
		return nil, err
	}
	open := map[string]bool{}
	for _, r := range runs {
		if r.Ended.IsZero() {
			open[r.ID] = true
		}
	}
	if len(open) == 0 {
		return runs, nil
	}
	holder, _, err := s.Holder()
	if err != nil {
		return nil, err
	}
	if runs, err = s.readRuns(ctx, q); err != nil {
		return nil, err
	}
	for i, r := range runs {
		switch {
		case !r.Ended.IsZero():
		case open[r.ID] && r.ID != holder.RunID:
			runs[i].Outcome = OutcomeKilled
		default:
			runs[i].Outcome = OutcomeRunning
		}
	}
	return runs, nil
}

// readRuns returns runs and their bills as of one instant.
func (s *State) readRuns(ctx context.Context, q runsQuery) (runs []Run, err error) {
	err = s.db.view(ctx, func(tx *sql.Tx) error {
		var numbers map[int64]int
		if runs, numbers, err = queryRuns(ctx, tx, q); err != nil || len(runs) == 0 {
			return err
		}
		return queryRunBills(ctx, tx, q, func(number int64, b RunBill) {
			if i, ok := numbers[number]; ok {
				runs[i].Bills = append(runs[i].Bills, b)
			}
		})
	})
	return runs, err
}

func (q runsQuery) args() []any {
	if q.account == "" {
		return []any{q.limit}
	}
	return []any{q.account, q.limit}
}

// queryRuns returns runs and the place of each number among them.
func queryRuns(ctx context.Context, tx *sql.Tx, q runsQuery) (runs []Run, numbers map[int64]int, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT "+runColumns+" FROM runs WHERE "+q.where+
		" ORDER BY number DESC LIMIT ?", q.args()...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	numbers = map[int64]int{}
	for rows.Next() {
		number, r, err := scanRun(rows)
		if err != nil {
			return nil, nil, err
		}
		numbers[number] = len(runs)
		runs = append(runs, r)
	}
	return runs, numbers, rows.Err()
}

func scanRun(rows *sql.Rows) (number int64, r Run, err error) {
	var started, ended string
	if err := rows.Scan(&number, &r.ID, &r.Command, &r.Host, &r.PID, &started, &ended, &r.ExitCode, &r.Outcome, &r.Error,
		&r.StoreID); err != nil {
		return 0, r, err
	}
	if r.Started, err = time.Parse(instant, started); err != nil {
		return 0, r, fmt.Errorf("run %s: %w", r.ID, err)
	}
	if ended == "" {
		return number, r, nil
	}
	if r.Ended, err = time.Parse(instant, ended); err != nil {
		return 0, r, fmt.Errorf("run %s: %w", r.ID, err)
	}
	return number, r, nil
}

// queryRunBills calls each with the bills of the runs of a query, by account and month.
func queryRunBills(ctx context.Context, tx *sql.Tx, q runsQuery, each func(number int64, b RunBill)) error {
	text := "SELECT run, " + runBillColumns + " FROM run_bills WHERE run IN (SELECT number FROM runs WHERE " + q.where +
		" ORDER BY number DESC LIMIT ?)"
	args := q.args()
	if q.account != "" {
		text += " AND account = ?"
		args = append(args, q.account)
	}
	rows, err := tx.QueryContext(ctx, text+" ORDER BY run, account, month, dataset", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		number, b, err := scanRunBill(rows)
		if err != nil {
			return err
		}
		each(number, b)
	}
	return rows.Err()
}

func scanRunBill(rows *sql.Rows) (number int64, b RunBill, err error) {
	var month, total string
	if err := rows.Scan(&number, &b.Account, &b.Provider, &b.Dataset, &month, &b.Days, &b.Stored, &b.Confirmed, &b.NotIssued,
		&b.Failed, &b.Undone, &b.Lines, &total, &b.Pages, &b.Retries, &b.Throttles, &b.Seconds, &b.Outcome, &b.Error); err != nil {
		return 0, b, err
	}
	if b.Month, err = providers.ParseMonth(month); err == nil {
		b.Total, err = parseAmounts(total)
	}
	if err != nil {
		return 0, b, fmt.Errorf("a run's bill of %s %s: %w", b.Account, month, err)
	}
	return number, b, nil
}
