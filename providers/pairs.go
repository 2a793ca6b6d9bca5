package providers

import (
	"maps"
	"slices"
)

// Pairs are texts by their keys: Values[i] is that of Keys[i]. Keys are in the order of their bytes, none twice. Lines of one
// cloud mostly share one slice of keys, which nobody may change.
type Pairs struct{ Keys, Values []string }

// PairsOf returns the pairs of a map.
func PairsOf(m map[string]string) Pairs {
	if len(m) == 0 {
		return Pairs{}
	}
	p := Pairs{Keys: slices.AppendSeq(make([]string, 0, len(m)), maps.Keys(m)), Values: make([]string, len(m))}
	slices.Sort(p.Keys)
	for i, key := range p.Keys {
		p.Values[i] = m[key]
	}
	return p
}

// Get returns the value of a key.
func (p Pairs) Get(key string) (value string, ok bool) {
	at, ok := slices.BinarySearch(p.Keys, key)
	if !ok {
		return "", false
	}
	return p.Values[at], true
}

// Map returns a map of the pairs, nil when there are none.
func (p Pairs) Map() map[string]string {
	if len(p.Keys) == 0 {
		return nil
	}
	m := make(map[string]string, len(p.Keys))
	for i, key := range p.Keys {
		m[key] = p.Values[i]
	}
	return m
}
