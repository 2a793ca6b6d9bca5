package store

import (
	"maps"
	"slices"
	"strings"

	"goscan/providers"
)

// An order puts maps into the order of their keys. One line's map has nearly the keys of the next one's, so the keys that
// were seen are looked up, in their order, which takes a quarter of the time that sorting takes. The zero order is ready.
type order struct {
	known []string // sorted
	pairs providers.Pairs
}

const mostKnown = 512

// of returns the pairs of a map, which are valid until the next call.
func (o *order) of(m map[string]string) providers.Pairs {
	keys, values := o.pairs.Keys[:0], o.pairs.Values[:0]
	if len(o.known) <= 2*len(m) {
		for _, key := range o.known {
			if value, ok := m[key]; ok {
				keys, values = append(keys, key), append(values, value)
			}
		}
	}
	if len(keys) < len(m) {
		keys, values = slices.AppendSeq(keys[:0], maps.Keys(m)), values[:0]
		slices.Sort(keys)
		for _, key := range keys {
			values = append(values, m[key])
		}
		o.learn(keys)
	}
	o.pairs = providers.Pairs{Keys: keys, Values: values}
	return o.pairs
}

// learn adds keys to the known ones. It keeps copies: a key may be a part of a long text.
func (o *order) learn(keys []string) {
	if len(o.known) > mostKnown {
		return
	}
	for _, key := range keys {
		if at, known := slices.BinarySearch(o.known, key); !known {
			o.known = slices.Insert(o.known, at, strings.Clone(key))
		}
	}
}
