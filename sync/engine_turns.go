package sync

import (
	"context"
	"sync/atomic"

	"goscan/providers"
)

// turns let the days of one account be fetched, as many at once as its provider says.
type turns struct {
	provider providers.Provider
	atOnce   int          // of a provider that does not say
	read     atomic.Int32 // days that are being read
	open     atomic.Int32 // days that are being read or stored
	news     chan struct{}
}

// A turn is that of one day.
type turn struct {
	of   *turns
	done atomic.Bool // the day is read
}

// storing is how many days may be stored while others are read: a store that is slower than the cloud holds it up.
const storing = 2

func (e *Engine) newTurns(account string) *turns {
	return &turns{provider: e.Providers[account], atOnce: max(e.Workers, 1), news: make(chan struct{}, 1)}
}

// next returns the turn of the next of the days that wait, when it has come or ctx has ended. One goroutine calls it.
func (t *turns) next(ctx context.Context, waiting int) *turn {
	for ctx.Err() == nil {
		read := int(t.read.Load())
		limit := t.limit(read + waiting)
		if read < limit && int(t.open.Load()) < limit+storing {
			break
		}
		select {
		case <-t.news:
		case <-ctx.Done():
		}
	}
	t.read.Add(1)
	t.open.Add(1)
	return &turn{of: t}
}

func (t *turns) limit(left int) int {
	if p, ok := t.provider.(providers.Paced); ok {
		return max(p.DaysAtOnce(left), 1)
	}
	return t.atOnce
}

// moved tells that the cloud answered: how many days are fetched at once may have changed.
func (t *turn) moved() {
	select {
	case t.of.news <- struct{}{}:
	default: // somebody told already
	}
}

// readAll tells that the day is read. It may be called again.
func (t *turn) readAll() {
	if t.done.CompareAndSwap(false, true) {
		t.of.read.Add(-1)
		t.moved()
	}
}

// end tells that the day is stored, or has failed.
func (t *turn) end() {
	t.readAll()
	t.of.open.Add(-1)
	t.moved()
}
