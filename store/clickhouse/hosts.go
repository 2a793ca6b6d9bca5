package clickhouse

import (
	"context"
	"sync/atomic"
	"time"
)

// hosts are the addresses of the store's servers and what is known of them. They are replicas that follow each other
// with a delay: what is read back must be asked where it was written, so the statements of one piece of work share the
// host they begin with.
type hosts struct {
	addresses []string
	balance   Balance
	turns     atomic.Uint64
	silent    []atomic.Int64 // when each failed to answer, Unix nanoseconds
}

// rest is how long a host that did not answer is asked last: not every statement is to wait for it.
const rest = 30 * time.Second

func newHosts(c Config) *hosts {
	return &hosts{addresses: c.addresses(), balance: c.Balance, silent: make([]atomic.Int64, len(c.Hosts))}
}

// beginnings is how many different hosts work may begin with.
func (h *hosts) beginnings() int {
	if h.balance == RoundRobin {
		return len(h.addresses)
	}
	return 1
}

// firstHost is the key of the context value that onOneHost sets.
type firstHost struct{}

// onOneHost makes all statements under the context go to the host whose turn it is, as long as it answers. Statements of
// no such work, those of a migration among them, begin with the first host.
func (h *hosts) onOneHost(ctx context.Context) context.Context {
	if _, chosen := ctx.Value(firstHost{}).(int); chosen {
		return ctx
	}
	turn := (h.turns.Add(1) - 1) % uint64(h.beginnings())
	return context.WithValue(ctx, firstHost{}, int(turn))
}

// first returns the index of the host that a statement under ctx is for.
func (h *hosts) first(ctx context.Context) int {
	first, _ := ctx.Value(firstHost{}).(int)
	return first
}

// order returns the indexes of all hosts in the order in which they are tried: from the first on, those that did not
// answer of late at the end.
func (h *hosts) order(first int) []int {
	var answering, silent []int
	for i := range h.addresses {
		index := (first + i) % len(h.addresses)
		if since := time.Since(time.Unix(0, h.silent[index].Load())); since < rest {
			silent = append(silent, index)
		} else {
			answering = append(answering, index)
		}
	}
	return append(answering, silent...)
}

// reach connects to one host after the other until one answers.
func reach[T any](ctx context.Context, h *hosts, first int, connect func(address string) (T, error)) (connection T, err error) {
	for _, index := range h.order(first) {
		connection, err = connect(h.addresses[index])
		if err == nil {
			h.silent[index].Store(0)
			return connection, nil
		}
		if ctx.Err() != nil {
			return connection, err
		}
		h.silent[index].Store(time.Now().UnixNano())
	}
	return connection, err
}
