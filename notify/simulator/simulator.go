// Package simulator plays the servers that channels send to, on a loopback port: with the limits that their documents name,
// counted in the same units, their signatures, their rates and their codes. Answers can be made to fail in every way that a
// network knows.
package simulator

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Options say which robot is played.
type Options struct {
	Kind   string           // "wecom", "feishu", "dingtalk", "slack", "webhook"
	Key    string           // of the robot's address; empty: a sample
	Secret string           // of its signature; empty: none is checked
	Now    func() time.Time // nil: the clock
}

// A Server is one robot. It may be used from several goroutines.
type Server struct {
	options  Options
	dialect  dialect
	base     string
	http     *http.Server
	closed   chan struct{}
	finished sync.WaitGroup

	mutex    sync.Mutex
	faults   []Fault
	requests int
	arrived  []Message
	at       []time.Time // of messages that were counted
	media    map[string][]byte
}

// A Message is what a group was shown.
type Message struct {
	Type    string   // as the dialect names it: "markdown_v2", "interactive"
	Title   string   // where the dialect has one
	Content string   // what people read: markup, or a card as JSON
	Mention []string // who was told
	Data    []byte   // of an image or a file
	Body    []byte   // as it came
}

// A Fault is how one request fails. The zero value does not fail it.
type Fault struct {
	Code     int // the dialect's code for a refusal, with Text
	Text     string
	Status   int // of HTTP, with Body
	Body     string
	Redirect string // 307 to this address
	Hang     bool   // never answers
	Reset    bool   // the connection is reset after the request was read
	Arrived  bool   // the message arrives before the fault happens
}

// A dialect is one kind of server.
type dialect interface {
	address(base, key string) string
	// handle judges one request, already read.
	handle(s *Server, r *http.Request, body []byte) answer
	refusal(code int, text string) answer
}

// An answer is what goes back.
type answer struct {
	status int
	media  string
	body   string
}

func inJSON(body string) answer {
	return answer{http.StatusOK, "application/json; charset=UTF-8", body}
}

func (a answer) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", a.media)
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body)
}

// Start listens.
func Start(o Options) (*Server, error) {
	dialects := map[string]dialect{"wecom": wecom{}, "feishu": feishu{}, "dingtalk": dingtalk{}, "slack": slack{}, "webhook": webhook{}}
	d, ok := dialects[o.Kind]
	if !ok {
		return nil, fmt.Errorf("simulator: no server of kind %q", o.Kind)
	}
	if o.Key == "" {
		o.Key = "5ad1e0b2-sample-key-of-a-robot"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	s := &Server{options: o, dialect: d, base: "http://" + listener.Addr().String(), closed: make(chan struct{}), media: map[string][]byte{}}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	s.finished.Go(func() { _ = s.http.Serve(listener) }) // ends when Close closes it
	return s, nil
}

// Close ends the server and every request that hangs.
func (s *Server) Close() {
	close(s.closed)
	_ = s.http.Close()
	s.finished.Wait()
}

// URL is the robot's address, with its key.
func (s *Server) URL() string { return s.dialect.address(s.base, s.options.Key) }

// Messages returns what has arrived.
func (s *Server) Messages() []Message {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.arrived)
}

// Requests is how many requests came, whatever became of them.
func (s *Server) Requests() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.requests
}

// Next makes the next requests fail, one each.
func (s *Server) Next(faults ...Fault) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.faults = append(s.faults, faults...)
}

func (s *Server) next() Fault {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.requests++
	if len(s.faults) == 0 {
		return Fault{}
	}
	f := s.faults[0]
	s.faults = s.faults[1:]
	return f
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	f := s.next()
	if f == (Fault{}) || f.Arrived {
		said := s.dialect.handle(s, r, body)
		if f == (Fault{}) {
			said.write(w)
			return
		}
	}
	s.fail(w, r, f)
}

func (s *Server) fail(w http.ResponseWriter, r *http.Request, f Fault) {
	switch {
	case f.Hang:
		select {
		case <-r.Context().Done():
		case <-s.closed:
		}
	case f.Reset:
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			_ = conn.Close()
		}
	case f.Redirect != "":
		http.Redirect(w, r, f.Redirect, http.StatusTemporaryRedirect)
	case f.Code != 0:
		s.dialect.refusal(f.Code, f.Text).write(w)
	default:
		w.WriteHeader(max(f.Status, 200))
		_, _ = io.WriteString(w, f.Body)
	}
}

// over counts one message and tells whether it is more than each span allows.
func (s *Server) over(spans map[time.Duration]int) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	now := s.options.Now()
	for span, most := range spans {
		n := 0
		for _, at := range s.at {
			if now.Sub(at) < span {
				n++
			}
		}
		if n >= most {
			return true
		}
	}
	s.at = append(s.at, now)
	return false
}

func (s *Server) accept(m Message) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.arrived = append(s.arrived, m)
}
