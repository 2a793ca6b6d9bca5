package call

import (
	"net/url"
	"slices"
	"strings"
	"sync"
)

const (
	longestLine    = 300
	shortestSecret = 4 // a shorter one would blank half of every text
)

// A Veil knows an account's keys and hides them in the texts that clouds send.
type Veil struct {
	mu      sync.Mutex
	secrets []string // the longest first: one may be a part of another
}

// Add makes the veil hide more texts. Empty ones are ignored.
func (v *Veil) Add(secrets ...string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, s := range secrets {
		if len(s) >= shortestSecret && !slices.Contains(v.secrets, s) {
			v.secrets = append(v.secrets, s, url.QueryEscape(s))
		}
	}
	slices.SortStableFunc(v.secrets, func(a, b string) int { return len(b) - len(a) })
}

// Line returns a text as one line of bearable length without the secrets.
func (v *Veil) Line(text string) string {
	v.mu.Lock()
	for _, s := range v.secrets {
		text = strings.ReplaceAll(text, s, "***")
	}
	v.mu.Unlock()
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > longestLine {
		text = string(runes[:longestLine]) + "..."
	}
	return text
}
