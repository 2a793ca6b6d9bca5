package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"goscan/providers"
	"goscan/store"
)

// A load is one attempt to store one day. Its lines are gathered into blocks and inserted, under an id that nobody reads
// before the commit. While a block is inserted the next is gathered.
type load struct {
	ledger  *Ledger
	bill    providers.Bill
	day     providers.Day
	id      store.LoadID
	version time.Time       // when its fetch began
	state   providers.State // of the day, as of that fetch

	mu        sync.Mutex // guards what follows: pages may be put from several goroutines
	tally     store.Tally
	kinds     kinds
	shapes    shapes
	periods   periods
	block     *block     // is gathered
	spare     *block     // is empty or, while inserting is not nil, being inserted
	inserting chan error // gets the outcome of the insertion that is under way; nil when none is
	inserted  bool       // some block is in the file
	err       error      // the first failure: no commit may follow it
}

var errEnded = errors.New("a page was put after its fetch had ended")

// put keeps a page's lines and has a block inserted when it is full.
func (l *load) put(ctx context.Context, page []providers.Line) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = l.add(ctx, page)
	}
	return l.err
}

func (l *load) add(ctx context.Context, page []providers.Line) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if l.block == nil {
		l.block, l.spare = new(block), new(block)
	}
	for i := range page {
		tags := l.tally.Add(&page[i])
		if err := l.addLine(&page[i], tags); err != nil {
			return fmt.Errorf("%s %s line %d: %w", l.bill.Account, l.day, page[i].Offset, err)
		}
	}
	if l.block.lines() < l.ledger.block {
		return nil
	}
	return l.send(ctx)
}

// send has the block that was gathered inserted by a goroutine that settle waits for.
func (l *load) send(ctx context.Context) error {
	if err := l.settle(); err != nil {
		return err
	}
	l.block, l.spare = l.spare, l.block
	l.inserted, l.inserting = true, make(chan error, 1)
	go func(b *block, outcome chan<- error) {
		var err error
		defer func() { outcome <- err }()
		defer providers.Recover(&err)
		err = l.ledger.db.update(ctx, func(tx *sql.Tx) error { return b.insert(ctx, tx) })
	}(l.spare, l.inserting)
	return nil
}

// settle waits for the insertion that is under way and returns its failure.
func (l *load) settle() error {
	if l.inserting == nil {
		return nil
	}
	err := <-l.inserting
	l.inserting = nil
	return err
}

// end waits until no insertion is under way, returns the load's failure and lets no page in any more.
func (l *load) end() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.settle()
	if l.err != nil {
		err = l.err
	}
	l.err = errEnded
	return err
}
