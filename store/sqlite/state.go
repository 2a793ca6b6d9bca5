package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"

	"goscan/providers"
	"goscan/store"
)

// A State is what runs remember between them. Losing it costs one look at the stores, and nothing that they hold. Its
// methods may be called from several goroutines and the file be open in several processes.
type State struct{ db *database }

// OpenState opens the state of a folder, and creates it where there is none.
func OpenState(ctx context.Context, dir string) (*State, error) {
	schema, err := fs.Sub(schemas, "schema/state")
	if err != nil {
		return nil, err
	}
	db, err := open(ctx, dir, StateFile, schema)
	if err != nil {
		return nil, err
	}
	return &State{db}, nil
}

// File returns the path of the state's file.
func (s *State) File() string { return s.db.file }

// Close waits for what is running and closes the file.
func (s *State) Close() error { return s.db.close() }

// Since returns the first day that an account keeps in a store; ok is false before SetSince.
func (s *State) Since(ctx context.Context, storeID, account string) (d providers.Day, ok bool, err error) {
	var text string
	ok, err = s.find(ctx, []any{&text}, "SELECT day FROM first_days WHERE store_id = ? AND account = ?", storeID, account)
	if !ok {
		return 0, false, err
	}
	d, err = providers.ParseDay(text)
	return d, err == nil, err
}

// SetSince fixes the first day that an account keeps in a store, in place of the one fixed before.
func (s *State) SetSince(ctx context.Context, storeID, account string, d providers.Day) error {
	return s.db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO first_days VALUES (?, ?, ?)", storeID, account, d.String())
		return err
	})
}

// find scans the only row of a query; ok is false where there is none.
func (s *State) find(ctx context.Context, targets []any, query string, args ...any) (ok bool, err error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return false, s.db.explain(ctx, err)
	}
	defer rows.Close()
	if !rows.Next() {
		return false, s.db.explain(ctx, rows.Err())
	}
	if err := rows.Scan(targets...); err != nil {
		return false, s.db.explain(ctx, err)
	}
	return true, nil
}

// Marks returns the marks of the store that has the id. No database is touched before they are used.
func (s *State) Marks(storeID string) *Marks { return &Marks{s.db, storeID} }

// Marks are what the state remembers of the days of one store.
type Marks struct {
	db      *database
	storeID string
}

// All returns the marks of all days, by account and day.
func (m *Marks) All(ctx context.Context) ([]store.Mark, error) {
	marks, err := queryMarks(ctx, m.db, "SELECT "+markColumns+
		" FROM marks WHERE store_id = ? ORDER BY account, day, dataset", m.storeID)
	return marks, m.db.explain(ctx, err)
}

// Set remembers days, all or none. A mark replaces that of the same account, dataset and day.
func (m *Marks) Set(ctx context.Context, marks ...store.Mark) error {
	return m.each(ctx, len(marks), "INSERT OR REPLACE INTO marks (store_id, "+markColumns+
		") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", func(i int) ([]any, error) { return markArgs(marks[i]) })
}

// Forget drops the marks of days, all or none. A day without a mark is no error.
func (m *Marks) Forget(ctx context.Context, keys ...store.Key) error {
	return m.each(ctx, len(keys), "DELETE FROM marks WHERE store_id = ? AND account = ? AND dataset = ? AND day = ?",
		func(i int) ([]any, error) { return []any{keys[i].Account, keys[i].Dataset, keys[i].Day.String()}, nil })
}

// each runs a statement n times in one transaction, with the store's id before each one's arguments.
func (m *Marks) each(ctx context.Context, n int, text string, args func(i int) ([]any, error)) error {
	if n == 0 {
		return nil
	}
	return m.db.update(ctx, func(tx *sql.Tx) (err error) {
		statement, err := tx.PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, statement.Close()) }()
		for i := range n {
			values, err := args(i)
			if err != nil {
				return err
			}
			if _, err := statement.ExecContext(ctx, append([]any{m.storeID}, values...)...); err != nil {
				return err
			}
		}
		return nil
	})
}
