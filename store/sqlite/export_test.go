package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// SetBlock sets how many lines are buffered before they are inserted.
func (l *Ledger) SetBlock(lines int) { l.block = lines }

// SetAbandoned sets how old a load that was never committed must be for Clean.
func (l *Ledger) SetAbandoned(age time.Duration) { l.abandoned = age }

// Reader returns the connections that only read.
func (l *Ledger) Reader() *sql.DB { return l.db.read }

// Writer returns the connection that writes.
func (l *Ledger) Writer() *sql.DB { return l.db.write }

// LimitPages lets the file grow by no more than the given number of pages, as a full disk would.
func (l *Ledger) LimitPages(ctx context.Context, more int) error {
	var pages int
	if err := l.db.write.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return err
	}
	_, err := l.db.write.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages+more))
	return err
}
