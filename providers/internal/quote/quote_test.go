package quote

import (
	"math/rand/v2"
	"testing"
)

func TestTheFirstSpecialByteIsFound(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 200_000 {
		text := make([]byte, random.IntN(40))
		for i := range text {
			if text[i] = byte(random.Uint32()); random.IntN(4) > 0 {
				text[i] = 'a' + text[i]%26
			}
		}
		from := random.IntN(len(text) + 1)
		want := from
		for want < len(text) && text[want] >= ' ' && text[want] != '"' && text[want] != '\\' {
			want++
		}
		if got := Next(string(text), from); got != want {
			t.Fatalf("Next(%q, %d) = %d, want %d", text, from, got, want)
		}
	}
}
