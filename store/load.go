package store

import (
	"math/rand/v2"
	"time"
)

// A LoadID names one attempt to store one day. It carries the time at which the attempt began, in milliseconds, above
// 22 random bits. Two attempts that drew the same id would not be able to commit: each finds lines it did not put.
type LoadID uint64

const (
	loadRandomBits = 22
	loadEpochMilli = 1_577_836_800_000 // 2020-01-01T00:00Z: ids fit 63 bits until 2089
)

// NewLoadID returns an id for an attempt that begins at t.
func NewLoadID(t time.Time) LoadID {
	return FirstLoadID(t) | LoadID(rand.Uint64N(1<<loadRandomBits))
}

// FirstLoadID returns the smallest id of an attempt that begins at t: every attempt that began before t has a smaller one.
func FirstLoadID(t time.Time) LoadID {
	return LoadID(max(t.UnixMilli()-loadEpochMilli, 0)) << loadRandomBits
}

// Began returns when the attempt began.
func (id LoadID) Began() time.Time {
	return time.UnixMilli(int64(id>>loadRandomBits) + loadEpochMilli)
}
