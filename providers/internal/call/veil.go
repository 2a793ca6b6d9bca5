package call

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"goscan/providers"
)

const (
	longestLine    = 300
	shortestSecret = 4 // a shorter one would blank half of every text
	shortestPart   = 10
)

// A Veil knows an account's keys and hides them in the texts that clouds send.
type Veil struct {
	mu      sync.Mutex
	secrets []string // in all their forms, the longest first: one may be a part of another
	parts   []string // the secrets that are long enough to be known by their beginning
}

// Add makes the veil hide more texts. Empty ones are ignored.
func (v *Veil) Add(secrets ...string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, s := range secrets {
		if len(s) < shortestSecret || slices.Contains(v.secrets, s) {
			continue
		}
		v.secrets = append(v.secrets, providers.Secret(s).Forms()...)
		if len(s) >= shortestPart {
			v.parts = append(v.parts, s)
		}
	}
	slices.SortStableFunc(v.secrets, func(a, b string) int { return len(b) - len(a) })
}

// Line returns a text as one line of bearable length without the secrets and without the signatures of requests.
func (v *Veil) Line(text string) string {
	v.mu.Lock()
	for _, s := range v.secrets {
		text = strings.ReplaceAll(text, s, "***")
	}
	for _, s := range v.parts {
		text = withoutPart(text, s)
	}
	v.mu.Unlock()
	if strings.Contains(text, "ignature") { // of a request, in a header or a query that the server repeats
		text = regexp.MustCompile(`([Ss]ignature(?:=|%3D|":"))[A-Za-z0-9+/_%=-]+`).ReplaceAllString(text, "${1}***")
	}
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > longestLine {
		text = string(runes[:longestLine]) + "..."
	}
	return text
}

// withoutPart hides what is left of a secret in a text that quotes only the beginning of a value.
func withoutPart(text, secret string) string {
	at := strings.Index(text, secret[:shortestPart])
	for ; at >= 0; at = strings.Index(text, secret[:shortestPart]) {
		end := shortestPart
		for end < len(secret) && at+end < len(text) && text[at+end] == secret[end] {
			end++
		}
		text = text[:at] + "***" + text[at+end:]
	}
	return text
}
