package simulator

import (
	"testing"
	"time"
)

func TestThePacerCountsInAnySecond(t *testing.T) {
	start := time.Unix(1, 0)
	for _, test := range []struct {
		name    string
		allowed float64
		at      []time.Duration // since the start
		taken   []bool
	}{
		{"no limit", 0, []time.Duration{0, 0, 0}, []bool{true, true, true}},
		{"two at once, then none for a second", 2,
			[]time.Duration{0, 0, 0, 999 * time.Millisecond, time.Second, time.Second, time.Second},
			[]bool{true, true, false, false, true, true, false}},
		{"a refused one is not counted", 1,
			[]time.Duration{0, 600 * time.Millisecond, 1100 * time.Millisecond},
			[]bool{true, false, true}},
		{"across the clock's second", 2,
			[]time.Duration{700 * time.Millisecond, 900 * time.Millisecond, 1100 * time.Millisecond, 1800 * time.Millisecond},
			[]bool{true, true, false, true}},
		{"one in four seconds", 0.25,
			[]time.Duration{0, 3 * time.Second, 4 * time.Second},
			[]bool{true, false, true}},
	} {
		p := pacer{allowed: test.allowed}
		for i, at := range test.at {
			if got := p.take(start.Add(at)); got != test.taken[i] {
				t.Errorf("%s: request %d, at %s: %t", test.name, i, at, got)
			}
		}
	}
}
