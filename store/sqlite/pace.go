package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// A Limit allows a number of messages within any span of time of the given length.
type Limit struct {
	Messages int
	Per      time.Duration
}

// Take counts a message with a key if all limits allow it now, and else tells how long to wait before asking again. All
// processes that use this state count together.
func (s *State) Take(ctx context.Context, key string, limits []Limit, now time.Time) (wait time.Duration, err error) {
	err = s.db.update(ctx, func(tx *sql.Tx) error {
		longest := time.Duration(0)
		for _, l := range limits {
			longest = max(longest, l.Per)
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM sends WHERE key = ? AND at <= ?", key, now.Add(-longest).UnixMicro()); err != nil {
			return err
		}
		for _, l := range limits {
			need, err := shortfall(ctx, tx, key, l, now)
			if err != nil {
				return err
			}
			wait = max(wait, need)
		}
		if wait > 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO sends VALUES (?, ?)", key, now.UnixMicro())
		return err
	})
	return wait, err
}

// shortfall returns how long it takes until a limit allows one more message: until the message that is as many messages
// ago as it allows is as long ago as it counts.
func shortfall(ctx context.Context, tx *sql.Tx, key string, l Limit, now time.Time) (time.Duration, error) {
	var at int64
	err := tx.QueryRowContext(ctx, "SELECT at FROM sends WHERE key = ? ORDER BY at DESC LIMIT 1 OFFSET ?", key, l.Messages-1).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return max(time.UnixMicro(at).Add(l.Per).Sub(now), 0), nil
}
