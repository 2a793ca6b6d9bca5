package clickhouse

import (
	"context"
	"sync"
	"sync/atomic"

	"goscan/providers"
	"goscan/store"
)

const (
	// mostWaiting is how many bytes of lines may wait in all loads together. Beyond, a load inserts what it has, also when
	// that are fewer lines than a block may have, if it has a good part of them.
	mostWaiting = 12 << 20
	goodPart    = mostWaiting / 16

	// insertsAtOnce is how many blocks are sent at once: each is in memory three times meanwhile, as columns, as bytes and
	// compressed.
	insertsAtOnce = 2
)

// A room is the memory that the loads of a store share.
type room struct {
	waiting atomic.Int64
	inserts chan struct{}
	blocks  sync.Pool // of blocks that have grown to their size
}

func newRoom() *room {
	return &room{inserts: make(chan struct{}, insertsAtOnce), blocks: sync.Pool{New: func() any { return newBlock() }}}
}

// block returns an empty block for a load.
func (r *room) block(b providers.Bill, d providers.Day, id store.LoadID) *block {
	k := r.blocks.Get().(*block)
	k.begin(b, d, id)
	return k
}

func (r *room) giveBack(k *block) {
	k.reset()
	r.blocks.Put(k)
}

// full notes that a load now has so many bytes waiting instead of those it had, and tells whether it has to insert them.
func (r *room) full(had *int, size int) bool {
	all := r.waiting.Add(int64(size - *had))
	*had = size
	return all > mostWaiting && size > goodPart
}

// insert waits for its turn and inserts.
func (r *room) insert(ctx context.Context, insert func() error) error {
	select {
	case r.inserts <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-r.inserts }()
	return insert()
}
