package sqlite

import (
	"context"
	"database/sql"
	"io/fs"
	"time"

	"goscan/providers"
	"goscan/store"
)

// A Ledger keeps bills in one file. It is a store.Reader and a store.History, and stores days whole, as sync.Sink
// describes. Its methods may be called from several goroutines and the file be open in several processes.
type Ledger struct {
	db  *database
	run store.Run
	id  string

	block     int           // how many lines are buffered before they are inserted
	abandoned time.Duration // how old a load that was never committed must be to be removed by Clean
}

const (
	defaultBlock     = 600 // a larger one is hardly inserted faster, and every day that is read holds one with its pages
	defaultAbandoned = 24 * time.Hour
)

// OpenLedger opens the ledger of a state folder for a run, and creates it where there is none.
func OpenLedger(ctx context.Context, dir string, run store.Run) (*Ledger, error) {
	schema, err := fs.Sub(schemas, "schema/ledger")
	if err != nil {
		return nil, err
	}
	db, err := open(ctx, dir, LedgerFile, schema)
	if err != nil {
		return nil, err
	}
	l := &Ledger{db: db, run: run, block: defaultBlock, abandoned: defaultAbandoned}
	if err := db.read.QueryRowContext(ctx, "SELECT id FROM ledger_id").Scan(&l.id); err != nil {
		err = db.explain(ctx, err)
		_ = db.close()
		return nil, err
	}
	return l, nil
}

// ID returns the ledger's identity, made when it was created: what marks are kept by.
func (l *Ledger) ID() string { return l.id }

// File returns the path of the ledger's file.
func (l *Ledger) File() string { return l.db.file }

// Close waits for what is running and closes the file.
func (l *Ledger) Close() error { return l.db.close() }

// Days returns the newest commit of every stored day of an account, or of all when account is empty, by account and day.
func (l *Ledger) Days(ctx context.Context, account string) ([]store.Mark, error) {
	marks, err := queryMarks(ctx, l.db, "SELECT "+markColumns+
		" FROM current_loads WHERE account = ?1 OR ?1 = '' ORDER BY account, day, dataset", account)
	return marks, l.db.explain(ctx, err)
}

// Clean removes the lines of loads that began over a day ago and were never committed, which are those of killed runs,
// and returns how many lines it removed. The lines of superseded loads are removed by the commit that supersedes them;
// their daily sums are kept for good.
func (l *Ledger) Clean(ctx context.Context) (lines int64, err error) {
	before := store.FirstLoadID(l.run.Now().Add(-l.abandoned))
	loads, err := l.uncommitted(ctx, before)
	if err != nil {
		return 0, l.db.explain(ctx, err)
	}
	for _, load := range loads {
		n, err := l.remove(ctx, load)
		lines += n
		if err != nil {
			return lines, err
		}
	}
	return lines, nil
}

func (l *Ledger) uncommitted(ctx context.Context, before store.LoadID) ([]store.LoadID, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT DISTINCT load_id FROM bill_lines WHERE load_id < ?
		AND NOT EXISTS (SELECT 1 FROM bill_days WHERE bill_days.load_id = bill_lines.load_id)`, int64(before))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var loads []store.LoadID
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		loads = append(loads, store.LoadID(id))
	}
	return loads, rows.Err()
}

// remove deletes the lines of a load unless it was committed meanwhile.
func (l *Ledger) remove(ctx context.Context, load store.LoadID) (lines int64, err error) {
	err = l.db.update(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM bill_lines WHERE load_id = ?1
			AND NOT EXISTS (SELECT 1 FROM bill_days WHERE load_id = ?1)`, int64(load))
		if err != nil {
			return err
		}
		lines, err = result.RowsAffected()
		return err
	})
	return lines, err
}

// current returns the newest commit of a day, the zero Mark when it was never stored.
func current(ctx context.Context, tx *sql.Tx, b providers.Bill, d providers.Day) (store.Mark, error) {
	marks, err := queryMarks(ctx, tx, "SELECT "+markColumns+` FROM bill_days WHERE account = ? AND dataset = ? AND day = ?
		ORDER BY version DESC, load_id DESC LIMIT 1`, b.Account, b.Dataset, d.String())
	if err != nil || len(marks) == 0 {
		return store.Mark{}, err
	}
	return marks[0], nil
}
