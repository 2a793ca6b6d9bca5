package sqlite

import (
	"context"
	"fmt"
	"time"
)

// KeptRuns is how many runs the state remembers.
const KeptRuns = keptRuns

// LimitPages lets the file grow by no more than the given number of pages, as a full disk would.
func (s *State) LimitPages(ctx context.Context, more int) error {
	var pages int
	if err := s.db.write.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return err
	}
	_, err := s.db.write.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages+more))
	return err
}

// Watch holds the lock as one who only looks at it does, but for long, and returns how to stop.
func (s *State) Watch() (stop func() error, err error) {
	f, err := openLock(s.lockFile())
	if err != nil {
		return nil, err
	}
	_, err = tryLock(f, shared)
	return f.Close, err
}

// WatcherPatience is how long a run waits for those who look at the lock.
const WatcherPatience time.Duration = watcherPatience
