package store

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPairsAreInTheOrderOfTheirKeys(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var o order
	for range 2000 {
		m := map[string]string{}
		for range random.IntN(40) {
			m[fmt.Sprint("k", random.IntN(60))] = fmt.Sprint(random.Uint32())
		}
		checkPairs(t, &o, m)
	}
	checkPairs(t, &o, nil)
	checkPairs(t, &o, map[string]string{"": "no name"})
	for i := range 3 * mostKnown { // keys without end are not remembered without end
		checkPairs(t, &o, map[string]string{fmt.Sprint("once ", i): "x", "k1": "y"})
	}
	if len(o.known) > mostKnown+2 {
		t.Errorf("%d keys are remembered", len(o.known))
	}
}

func checkPairs(t *testing.T, o *order, m map[string]string) {
	t.Helper()
	got := o.of(m)
	if want := slices.Sorted(maps.Keys(m)); !slices.Equal(got.Keys, want) {
		t.Fatalf("keys %q, want %q", got.Keys, want)
	}
	for i, key := range got.Keys {
		if got.Values[i] != m[key] {
			t.Fatalf("%q is %q, want %q", key, got.Values[i], m[key])
		}
	}
}
