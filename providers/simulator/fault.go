package simulator

import (
	"encoding/json"
	"fmt"
	"math"
	"net"
	"net/http"
	"strconv"
	"time"
)

// An Effect is a way in which an answer goes wrong.
type Effect uint8

// The effects. Whatever is not said to be of one cloud is of both.
const (
	None          Effect = iota // nothing goes wrong; Run and Wait still happen
	TooMany                     // HTTP 429, with Retry-After if Wait is set
	Throttling                  // the cloud's own throttling code
	InternalError               // HTTP 500 with the cloud's error body
	BadGateway                  // HTTP 502 with a proxy's HTML
	Unavailable                 // HTTP 503 with Retry-After
	ErrorIn200                  // HTTP 200 with an error in the body
	Reset                       // the connection is reset instead of an answer
	Truncated                   // the body ends in the middle
	Stall                       // no answer until the client leaves or the cloud closes
	WrongType                   // an amount of the page's first row is a boolean; without rows, the list is
	RepeatedPage                // the rows of a neighbouring page, as many as are due if it has them
	MissingPage                 // no rows where rows are due
	MovedTotal                  // the total is one more than it is
	EndlessToken                // Alibaba Cloud: behind the last page the first one comes again
	NoResult                    // the body has no Result, or no Data
	Forbidden                   // the cloud's code for a missing permission
)

// effectNames are in the order of the constants.
var effectNames = [...]string{
	"none", "429", "throttling code", "500", "502 HTML", "503 with Retry-After", "200 with error body", "connection reset",
	"truncated body", "stall", "wrong JSON type", "duplicated page", "missing page", "total changing", "endless token",
	"missing result", "forbidden",
}

// String names the effect as a sentence would.
func (e Effect) String() string { return effectNames[e] }

// A Fault breaks the answers of some requests.
type Fault struct {
	When   func(Request) bool // which requests; nil means every one. It must not call the Cloud
	Times  int                // how many of them, the first ones; 0 means all
	Effect Effect
	Wait   time.Duration // before any answer: a cloud that pauses. For TooMany and Unavailable: Retry-After instead
	Run    func(Request) // called before the answer is made, from the goroutine that serves; may change the bills
}

type fault struct {
	Fault
	hits int
}

// Inject adds a fault. Of several that fit a request the one that was injected first is taken. hits tells how often it
// was.
func (c *Cloud) Inject(f Fault) (hits func() int) {
	added := &fault{Fault: f}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, added)
	return func() int {
		c.mu.Lock()
		defer c.mu.Unlock()
		return added.hits
	}
}

// Heal removes all faults.
func (c *Cloud) Heal() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = nil
}

// faultFor returns the fault of a request. The caller holds c.mu.
func (c *Cloud) faultFor(r Request) Fault {
	for _, f := range c.faults {
		if f.Times > 0 && f.hits == f.Times || f.When != nil && !f.When(r) {
			continue
		}
		f.hits++
		return f.Fault
	}
	return Fault{}
}

// waits tells whether Fault.Wait is a pause before the answer.
func (e Effect) waits() bool { return e != TooMany && e != Unavailable }

// breaksTransport tells whether the effect replaces the HTTP answer as a whole, not rows in it.
func (e Effect) breaksTransport() bool {
	switch e {
	case None, WrongType, RepeatedPage, MissingPage, MovedTotal, EndlessToken, NoResult:
		return false
	}
	return true
}

func (c *Cloud) breakTransport(w http.ResponseWriter, r *http.Request, q query, f Fault) {
	switch f.Effect {
	case TooMany:
		if f.Wait > 0 {
			w.Header().Set("Retry-After", seconds(f.Wait))
		}
		send(w, http.StatusTooManyRequests, "text/plain", []byte("Too Many Requests\n"))
	case Unavailable:
		w.Header().Set("Retry-After", seconds(f.Wait))
		send(w, http.StatusServiceUnavailable, "text/plain", []byte("Service Unavailable\n"))
	case BadGateway:
		send(w, http.StatusBadGateway, "text/html", []byte("<html><head><title>502 Bad Gateway</title></head>"+
			"<body><center><h1>502 Bad Gateway</h1></center></body></html>\n"))
	case Reset:
		c.reset(w)
	case Truncated:
		c.truncate(w, encode(c.wire.page(q, c.answer(q, None))))
	case Stall:
		c.wait(r, math.MaxInt64)
		c.seize(w, func(net.Conn) {}) // returning would be an answer
	default:
		c.refuse(w, q, c.wire.refusals()[f.Effect])
	}
}

// seconds rounds up, as Retry-After has whole seconds.
func seconds(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }

// reset closes the connection so that the client's kernel reports a reset, not an end.
func (c *Cloud) reset(w http.ResponseWriter) {
	c.seize(w, func(conn net.Conn) {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	})
}

func (c *Cloud) truncate(w http.ResponseWriter, body []byte) {
	c.seize(w, func(conn net.Conn) {
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			len(body), body[:len(body)/2])
	})
}

// seize takes the connection from the server, uses it and closes it.
func (c *Cloud) seize(w http.ResponseWriter, use func(net.Conn)) {
	c.conns.Add(1) // hijacking counts the connection as gone while this goroutine still runs
	defer c.conns.Done()
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	use(conn)
	_ = conn.Close()
}

// spoil changes a page as an effect says.
func (c *Cloud) spoil(q query, rows []json.RawMessage, a answer, e Effect) answer {
	switch e {
	case MissingPage:
		a.rows = nil
	case MovedTotal:
		a.total++
	case NoResult:
		a.noResult = true
	case RepeatedPage:
		neighbour := q.offset - q.limit
		if neighbour < 0 {
			neighbour = q.offset + q.limit
		}
		a.rows = cut(rows, neighbour, min(q.limit, max(len(a.rows), 1)))
	case EndlessToken:
		a.rows = cut(rows, q.offset%max(len(rows), 1), q.limit)
		a.next = q.offset + q.limit
	case WrongType:
		a.rows = spoilFirst(a.rows, c.wire.wrongType())
	}
	return a
}

func spoilFirst(rows []json.RawMessage, field string) []json.RawMessage {
	if len(rows) == 0 {
		return []json.RawMessage{json.RawMessage("true")}
	}
	first := decodeRow(rows[0])
	first[field] = true
	return append([]json.RawMessage{encode(first)}, rows[1:]...)
}
