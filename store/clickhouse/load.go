package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"goscan/providers"
	"goscan/store"
)

// A load is one attempt to store one day. Its lines wait as columns until there are enough of them or the fetch has
// ended, however long the cloud takes; no INSERT is open meanwhile. So a day of few lines is one INSERT and one part of
// the table, or none when it is what is stored already, and a day of many takes no more memory.
type load struct {
	store *Store
	bill  providers.Bill
	day   providers.Day
	id    store.LoadID
	limit Limits

	version time.Time       // when its fetch began
	state   providers.State // of the day, as of that fetch

	mu       sync.Mutex
	tally    store.Tally
	block    *block
	waiting  int   // bytes that the room knows of
	inserted bool  // lines may be in the table
	err      error // the first error: the load is lost
	ended    bool  // no more pages are taken
}

func (s *Store) newLoad(b providers.Bill, d providers.Day, began time.Time) *load {
	id := store.NewLoadID(began)
	return &load{store: s, bill: b, day: d, id: id, limit: s.cfg.Limits, block: s.room.block(b, d, id)}
}

var errEnded = errors.New("a page came after the fetch had ended")

// put takes a page. While a block is inserted, other calls wait: the cloud does, not the server.
func (l *load) put(ctx context.Context, page []providers.Line) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.ended:
		return errEnded
	case l.err == nil:
		l.err = l.add(ctx, page)
	}
	return l.err
}

func (l *load) add(ctx context.Context, page []providers.Line) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for i := range page {
		tags := l.tally.Add(&page[i])
		if err := l.block.append(&page[i], tags); err != nil {
			return err
		}
		if l.block.rows() >= l.limit.BlockLines {
			if err := l.flush(ctx); err != nil {
				return err
			}
		}
	}
	if l.store.room.full(&l.waiting, l.block.size()) {
		return l.flush(ctx)
	}
	return nil
}

// flush inserts what waits.
func (l *load) flush(ctx context.Context) error {
	if l.block.rows() == 0 {
		return nil
	}
	l.inserted = true
	doing := fmt.Sprintf("inserting %d lines of %s", l.block.rows(), l.day)
	if err := l.store.room.insert(ctx, func() error { return l.store.insert(ctx, doing, "bill_lines", l.block.input) }); err != nil {
		return err
	}
	l.block.reset()
	l.store.room.full(&l.waiting, 0)
	return nil
}

// leave gives the block back.
func (l *load) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.store.room.full(&l.waiting, 0)
	l.store.room.giveBack(l.block)
	l.block = nil
}

// end closes the load for further pages and returns what went wrong in fill or in a put whose error fill dropped.
func (l *load) end(ctx context.Context, filled error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	if l.err != nil && !errors.Is(filled, l.err) {
		filled = errors.Join(filled, l.err)
	}
	if filled == nil {
		filled = ctx.Err()
	}
	if filled != nil {
		return filled
	}
	for currency, sums := range l.tally.Sums {
		for i, sum := range sums {
			if !providers.FitsMoney(sum) {
				return fmt.Errorf("the sum of %s in %s of %s: %w", store.Amount(i), currency, l.day, providers.ErrPrecision)
			}
		}
	}
	return nil
}

const discardTimeout = 2 * time.Second

// discard deletes what the load inserted. Nobody sees these lines and Clean would find them later: so it neither fails
// nor waits for the deletion, and it goes on when the run was interrupted. why is what the load failed with, if it did:
// a server that is out of reach is not asked.
func (l *load) discard(ctx context.Context, why error) {
	if !l.inserted || errors.Is(why, store.ErrUnreachable) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), discardTimeout)
	defer cancel()
	for _, table := range []string{"bill_lines", "bill_daily"} {
		if l.store.deleteLoads(ctx, table, l.bill.Month.First(), []store.LoadID{l.id}) != nil {
			return
		}
	}
}
