package cmd_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A tattler is a server that fails in many ways, and tells in each what it knows: the request, and the client's secrets.
type tattler struct {
	url   string
	knows []string // secrets

	mu         sync.Mutex
	asked      int               // since the last call of again
	round      int               // which failures are next
	told       int               // tales
	signatures map[string]string // that requests were signed with: secrets as well
}

// failuresInARow is how often a tattler fails in ways that are worth another try before it refuses, so that nobody goes on.
const failuresInARow = 3

// newTattler starts a tattler.
func newTattler(t *testing.T, knows ...string) *tattler {
	t.Helper()
	s := &tattler{knows: knows, signatures: map[string]string{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// again makes the server fail anew, in other ways if anybody heard the last ones.
func (s *tattler) again() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked > 0 {
		s.round++
	}
	s.asked = 0
}

// secrets returns the signatures that were sent so far.
func (s *tattler) secrets() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]string{}
	for name, signature := range s.signatures {
		all[name] = signature
	}
	return all
}

func (s *tattler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client left
	}
	n := s.count(r)
	tale, id := s.tale(r, body), "id-of-"+s.knows[n%len(s.knows)]
	switch n {
	case 0:
		w.Header().Set("Content-Type", "text/html; for="+s.knows[0])
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprintf(w, "<html><body>%s</body></html>", tale)
	case 1:
		w.Header().Set("Location", "/login?"+r.URL.RawQuery+"&AccessKeyId="+url.QueryEscape(s.knows[0]))
		w.WriteHeader(http.StatusFound)
		fmt.Fprint(w, refused("Moved."+s.knows[0], tale, id))
	case 2:
		seize(w, "\x15\x03\x01\x00\x02"+tale)
	case 3:
		seize(w, "HTTP/1.1 "+s.knows[0]+" "+tale+"\r\n\r\n")
	case 4:
		seize(w, "HTTP/1.1 200 OK\r\n"+tale+"\r\n\r\n")
	case 5:
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, tale)
	case 6, 7, waysToFail - 1:
		fmt.Fprint(w, refused("InternalError", tale, id))
	default:
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, refused("AccessDenied", tale, id))
	}
}

// waysToFail is how many failures ServeHTTP knows before the refusal.
const waysToFail = 9

// count notes the signature of a request and returns the number of the failure that it gets.
func (s *tattler) count(r *http.Request) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, match := range regexp.MustCompile(`(?i:Signature|sign)=([^,&\s]+)`).FindAllStringSubmatch(r.Header.Get("Authorization")+"&"+r.URL.RawQuery, -1) {
		s.signatures[fmt.Sprintf("signature %d", len(s.signatures))] = match[1]
	}
	s.asked++
	if s.asked > failuresInARow {
		return waysToFail + s.asked
	}
	return (s.round*failuresInARow + s.asked - 1) % waysToFail
}

// tale is all that the server knows, with another part first each time: long texts are cut.
func (s *tattler) tale(r *http.Request, body []byte) string {
	authorization := r.Header.Get("Authorization")
	parts := []string{
		"Authorization: " + authorization,
		"url: " + r.URL.String(),
		"Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("user:"+strings.Join(s.knows, ":"))),
		"token " + r.Header.Get("X-Security-Token") + r.Header.Get("X-Acs-Security-Token"),
		"hex " + hex.EncodeToString([]byte(strings.Join(s.knows, " "))),
		"body " + string(body),
		"query " + url.QueryEscape(strings.Join(s.knows, " ")),
		"quoted " + strconv.Quote(strings.Join(s.knows, "'")),
		"base64 " + base64.URLEncoding.EncodeToString([]byte(authorization)),
		"known " + strings.Join(s.knows, " "),
		"server string to sign is:" + authorization + s.knows[0],
	}
	s.mu.Lock()
	s.told++
	first := s.told % len(parts)
	s.mu.Unlock()
	return strings.Join(append(parts[first:len(parts):len(parts)], parts[:first]...), " ")
}

// refused is a refusal that both clouds' clients understand. Its request id tells, too.
func refused(code, message, id string) string {
	text, err := json.Marshal(map[string]any{
		"Code": code, "Message": message, "RequestId": id, "Success": false,
		"ResponseMetadata": map[string]any{"RequestId": id, "Error": map[string]any{"Code": code, "Message": message}},
	})
	if err != nil {
		panic(err) // texts can always be encoded
	}
	return string(text)
}

// tellingRows starts a cloud whose bills are broken by keys: an amount, a date, a count. It returns its address.
func tellingRows(t *testing.T, key string) string {
	t.Helper()
	var mu sync.Mutex
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		n++
		row, total := map[string]any{"PayableAmount": key, "PretaxAmount": key}, any(1)
		switch n % 3 {
		case 0:
			row = map[string]any{"BillingDate": key, "BillPeriod": key}
		case 1:
			total = key
		}
		mu.Unlock()
		rows := []any{row}
		text, err := json.Marshal(map[string]any{
			"ResponseMetadata": map[string]any{"RequestId": key}, "Result": map[string]any{"List": rows, "Total": total},
			"Success": true, "RequestId": key, "Data": map[string]any{"TotalCount": total, "Items": rows},
		})
		if err == nil {
			_, _ = w.Write(text)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// seize writes an answer that is not quite HTTP.
func seize(w http.ResponseWriter, answer string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, answer)
	_ = conn.Close()
}

// rawServer answers every connection with what answer makes of the first bytes that came, and closes it.
func rawServer(t *testing.T, answer func(heard []byte, n int) []byte) (host, port string) {
	t.Helper()
	return "127.0.0.1", listen(t, func(conn net.Conn, n int) {
		heard := make([]byte, 4096)
		got, _ := conn.Read(heard)
		_, _ = conn.Write(answer(heard[:got], n))
	})
}

// listen serves every connection, which are counted from 0, and closes it. It returns its port.
func listen(t *testing.T, serve func(conn net.Conn, n int)) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var conns sync.WaitGroup
	conns.Go(func() {
		for n := 0; ; n++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() {
				defer conn.Close()
				serve(conn, n)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		conns.Wait()
	})
	if _, port, err = net.SplitHostPort(l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	return port
}

// tattlingClickHouse refuses a client's greeting, which has the password in it, and repeats the greeting.
func tattlingClickHouse(password string) func([]byte, int) []byte {
	return func(heard []byte, n int) []byte {
		message := "who says " + password + " as in " + string(heard) + " or " + url.QueryEscape(password) + "?"
		switch n % 3 {
		case 0:
			return exception(message)
		case 1:
			return []byte("HTTP/1.1 403 Forbidden\r\n\r\n" + message)
		default:
			return []byte(message)
		}
	}
}

// exception is ClickHouse's packet of that name: code, name, message, stack trace, and no other inside.
func exception(message string) []byte {
	text := func(p []byte, s string) []byte { return append(binary.AppendUvarint(p, uint64(len(s))), s...) }
	packet := binary.LittleEndian.AppendUint32([]byte{2}, 516)
	packet = text(packet, "DB::Exception")
	packet = text(packet, message)
	packet = text(packet, "stack of "+message)
	return append(packet, 0)
}
