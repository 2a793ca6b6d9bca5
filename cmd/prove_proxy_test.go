//go:build prove

package cmd_test

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A proxy passes connections on to ClickHouse, and cuts one of them where a cut says. The side of goscan sees a reset.
// The server's side is always closed in good order, also when goscan was killed: the embedded ClickHouse aborts some
// seconds after a connection of its own was reset, which a server does not.
type proxy struct {
	listener net.Listener
	target   string
	conns    sync.WaitGroup
	passed   atomic.Int64 // bytes, in both directions
	pause    atomic.Int64 // nanoseconds before each piece

	mu   sync.Mutex
	cut  *cut
	open map[net.Conn]bool
}

// A cut says where one connection ends.
type cut struct {
	after  int64  // at this many bytes passed, by whatever connection; else
	words  string // of a statement; the connection that carries it ends at
	moment moment
	skip   int // how many such statements pass before
	done   atomic.Bool
}

type moment uint8

const (
	beforeStatement moment = iota // the server never sees it
	inData                        // the server gets half a block
	beforeAnswer                  // the server has done it, and goscan does not know
)

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, target: target, open: map[net.Conn]bool{}}
	p.conns.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

// set makes a cut the only one; nil means none.
func (p *proxy) set(c *cut) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = c
	p.passed.Store(0)
}

func (p *proxy) close() {
	p.listener.Close()
	p.mu.Lock()
	for c := range p.open {
		c.Close()
	}
	p.mu.Unlock()
	p.conns.Wait()
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			client.Close()
			continue
		}
		l := &link{proxy: p, client: client.(*net.TCPConn), server: server.(*net.TCPConn)}
		p.mu.Lock()
		p.open[client], p.open[server] = true, true
		p.mu.Unlock()
		p.conns.Go(func() { // ends when the server has closed its side
			p.conns.Go(l.up)
			l.down()
			p.mu.Lock()
			delete(p.open, client)
			delete(p.open, server)
			p.mu.Unlock()
		})
	}
}

// A link is a connection that is passed on.
type link struct {
	*proxy
	client, server *net.TCPConn
	met            *cut // only of up
	mute           atomic.Bool
}

// up passes on what goscan sends.
func (l *link) up() {
	defer l.server.CloseWrite()
	buffer := make([]byte, 1<<16)
	for {
		n, err := l.client.Read(buffer)
		if err != nil {
			return
		}
		time.Sleep(time.Duration(l.pause.Load()))
		piece, end := l.upTo(buffer[:n])
		if _, err := l.server.Write(piece); err != nil || end {
			return
		}
	}
}

// upTo returns what of a piece is passed on, and whether the connection ends with it.
func (l *link) upTo(piece []byte) (_ []byte, end bool) {
	l.mu.Lock()
	c := l.cut
	l.mu.Unlock()
	if c == nil {
		l.passed.Add(int64(len(piece)))
		return piece, false
	}
	if l.spent(c, len(piece)) {
		return l.hangUp(piece[:len(piece)/2])
	}
	switch {
	case l.met != nil && c.moment == inData:
		return l.hangUp(piece[:len(piece)/2])
	case l.met != nil:
		if !l.mute.Swap(true) {
			time.AfterFunc(150*time.Millisecond, l.reset) // long enough for the server to have done it
		}
	case l.meets(c, piece):
		l.met = c
		if c.moment == beforeStatement {
			return l.hangUp(nil)
		}
	}
	return piece, false
}

func (l *link) meets(c *cut, piece []byte) bool {
	if c.words == "" || !bytes.Contains(piece, []byte(c.words)) {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c.skip--
	return c.skip < 0 && !c.done.Swap(true)
}

// spent counts bytes and tells whether those of a cut are over.
func (l *link) spent(c *cut, n int) bool {
	passed := l.passed.Add(int64(n))
	return c.after > 0 && passed >= c.after && !c.done.Swap(true)
}

func (l *link) hangUp(rest []byte) ([]byte, bool) {
	l.reset()
	return rest, true
}

func (l *link) reset() {
	l.client.SetLinger(0)
	l.client.Close()
}

// down passes on what the server sends, and goes on reading when goscan has gone.
func (l *link) down() {
	defer l.server.Close()
	defer l.client.Close()
	buffer := make([]byte, 1<<16)
	for {
		n, err := l.server.Read(buffer)
		if err != nil {
			return
		}
		l.mu.Lock()
		c := l.cut
		l.mu.Unlock()
		if c != nil && l.spent(c, n) {
			l.reset()
		}
		if c == nil {
			l.passed.Add(int64(n))
		}
		time.Sleep(time.Duration(l.pause.Load()))
		if !l.mute.Load() {
			_, _ = l.client.Write(buffer[:n]) // an error means that goscan has gone
		}
	}
}
