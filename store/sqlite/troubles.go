package sqlite

import (
	"context"
	"database/sql"
	"time"
)

// A Trouble is something that is wrong with an account and that was told.
type Trouble struct {
	Account string // empty: all of them
	Kind    string
	Since   time.Time
	Detail  string // when it changes, the trouble is told again
}

// Troubles returns what was told to be wrong, by account and kind.
func (s *State) Troubles(ctx context.Context) ([]Trouble, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT account, kind, since, detail FROM troubles ORDER BY account, kind")
	if err != nil {
		return nil, s.db.explain(ctx, err)
	}
	defer rows.Close()
	var all []Trouble
	for rows.Next() {
		var t Trouble
		var since string
		if err := rows.Scan(&t.Account, &t.Kind, &since, &t.Detail); err != nil {
			return nil, s.db.explain(ctx, err)
		}
		if t.Since, err = time.Parse(instant, since); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, s.db.explain(ctx, rows.Err())
}

// SetTroubles remembers what is wrong in place of what was.
func (s *State) SetTroubles(ctx context.Context, all []Trouble) error {
	return s.db.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM troubles"); err != nil {
			return err
		}
		for _, t := range all {
			if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO troubles VALUES (?, ?, ?, ?)",
				t.Account, t.Kind, t.Since.UTC().Format(instant), t.Detail); err != nil {
				return err
			}
		}
		return nil
	})
}
