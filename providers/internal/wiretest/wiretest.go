// Package wiretest helps the clouds' tests to answer their requests over a real connection, in good ways and in bad.
package wiretest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"goscan/providers"
)

// UserAgent is what Options makes a provider send.
const UserAgent = "goscan/test (wiretest)"

// A Request is what a server was asked.
type Request struct {
	N      int // from 1
	Op     string
	Path   string
	Header http.Header
	Query  map[string]string
	Body   map[string]any // the JSON body, if there was one
}

// A Reply is what a server answers. The zero Status is 200.
type Reply struct {
	Status   int
	Header   map[string]string
	Body     string
	Truncate bool // the connection breaks in the middle of the body
	Hang     bool // there is no answer until the client leaves
}

// A Server answers every request as its script says.
type Server struct {
	URL string

	mu       sync.Mutex
	requests []Request
}

// Start starts a server that closes when the test ends.
func Start(t *testing.T, script func(Request) Reply) *Server {
	t.Helper()
	s := &Server{}
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.reply(w, r, script(s.record(r)))
	}))
	t.Cleanup(h.Close)
	s.URL = h.URL
	return s
}

// Requests returns what was asked so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

func (s *Server) record(r *http.Request) Request {
	seen := Request{Path: r.URL.Path, Header: r.Header.Clone(), Query: map[string]string{}}
	for name, values := range r.URL.Query() {
		seen.Query[name] = values[0]
	}
	if seen.Op = seen.Query["Action"]; seen.Op == "" {
		seen.Op = r.Header.Get("X-Acs-Action")
	}
	if raw, err := io.ReadAll(r.Body); err == nil && len(raw) > 0 {
		_ = json.Unmarshal(raw, &seen.Body) // a body that is no JSON stays unseen, and its test fails
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	seen.N = len(s.requests) + 1
	s.requests = append(s.requests, seen)
	return seen
}

func (s *Server) reply(w http.ResponseWriter, r *http.Request, a Reply) {
	if a.Hang {
		<-r.Context().Done()
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	for name, value := range a.Header {
		w.Header().Set(name, value)
	}
	body := a.Body
	if a.Truncate {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		body = body[:len(body)/2]
	}
	if a.Status != 0 {
		w.WriteHeader(a.Status)
	}
	_, _ = io.WriteString(w, body) // a client that left is a case that tests make
}

// Now is the clock of Options: a noon long after the days that tests ask for.
func Now() time.Time { return providers.NewDay(2026, 11, 22).Start().Add(12 * time.Hour) }

// Options returns options with a patience of milliseconds and an empty environment.
func Options() providers.Options {
	return providers.Options{
		Account:   "test",
		UserAgent: UserAgent,
		Getenv:    func(string) string { return "" },
		Now:       Now,
		Patience: providers.Patience{
			Attempt: 10 * time.Second, First: time.Millisecond, Longest: 5 * time.Millisecond, Total: 300 * time.Millisecond,
		},
	}
}

// Fetch fetches a day and returns its lines in the order of their offsets.
func Fetch(ctx context.Context, p providers.Provider, d providers.Day) ([]providers.Line, error) {
	var mu sync.Mutex
	var all []providers.Line
	b := providers.Bill{Account: "test", Dataset: providers.DatasetBill, Month: d.Month()}
	err := p.Fetch(ctx, b, d, func(page []providers.Line) error {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, page...)
		return nil
	})
	slices.SortFunc(all, func(a, b providers.Line) int { return a.Offset - b.Offset })
	return all, err
}

// CheckLines checks that lines are n, without gaps, and that each is the row of its offset, as Rows of the tests name it.
func CheckLines(t *testing.T, lines []providers.Line, n int) {
	t.Helper()
	if len(lines) != n {
		t.Fatalf("%d lines, want %d", len(lines), n)
	}
	for i, l := range lines {
		if l.Offset != i || l.ResourceID != fmt.Sprintf("i-%d", i) {
			t.Fatalf("line %d has offset %d and resource %s", i, l.Offset, l.ResourceID)
		}
	}
}
