package clickhouse_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
)

// listening returns where a server answers a protocol.
func listening(s *chtest.Server, protocol clickhouse.Protocol) string {
	return net.JoinHostPort(s.Host, strconv.Itoa(over(s, config(s), protocol).Port))
}

// twoHosts returns two relays to one server, which stand for two replicas, and the configuration that names both.
func twoHosts(t testing.TB, protocol clickhouse.Protocol) (first, second *relay, cfg clickhouse.Config) {
	t.Helper()
	server, cfg := migrated(t)
	to := listening(server, protocol)
	first = newRelay(t, "127.0.0.1:0", to, nil)
	port := portOf(first.listener)
	second = newRelay(t, fmt.Sprintf("127.0.0.2:%d", port), to, nil)
	cfg.Protocol, cfg.Port, cfg.Hosts = protocol, port, []string{"127.0.0.1", "127.0.0.2"}
	return first, second, cfg
}

func TestHostsAreTriedInOrder(t *testing.T) {
	t.Parallel()
	for _, protocol := range protocols() {
		t.Run(string(protocol), func(t *testing.T) {
			first, second, cfg := twoHosts(t, protocol)
			s := open(t, cfg, time.Now)
			for range 3 {
				replace(t, s, lines(2, "3"))
				replace(t, s, lines(1, "3"))
			}
			if first.traffic() == 0 || second.traffic() != 0 {
				t.Error("the second host was asked while the first answered")
			}

			first.close()
			eventually(t, "a run that began with the first host goes on with the second", func() bool {
				_, err := s.Replace(t.Context(), october, october31, filling(lines(4, "3")))
				return err == nil
			})
			fresh := open(t, cfg, time.Now)
			replace(t, fresh, lines(2, "7"))
			if got := total(t, fresh); got != "14 CNY" || second.traffic() == 0 {
				t.Errorf("total %s, want 14 CNY", got)
			}
		})
	}
}

func TestHostsTakeTurns(t *testing.T) {
	t.Parallel()
	for _, protocol := range protocols() {
		t.Run(string(protocol), func(t *testing.T) {
			first, second, cfg := twoHosts(t, protocol)
			cfg.Balance = clickhouse.RoundRobin
			cfg.Limits.BlockLines = 1 // several INSERTs
			s := open(t, cfg, time.Now)
			for turn := range 4 {
				first.traffic()
				second.traffic()
				replace(t, s, lines(turn+1, "3"))
				asked, spared := first, second
				if turn%2 == 1 {
					asked, spared = second, first
				}
				if spared.traffic() != 0 || asked.traffic() == 0 {
					t.Errorf("turn %d: the statements of a day are not all on the host whose turn it is", turn)
				}
			}
		})
	}
}

// A host that swallows packets is waited for once, not by every statement.
func TestASilentHostIsAskedLastForAWhile(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.3:0") // it accepts connections, in the kernel, and never says a word
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for _, protocol := range protocols() {
		t.Run(string(protocol), func(t *testing.T) {
			server, cfg := migrated(t)
			newRelay(t, fmt.Sprintf("127.0.0.4:%d", portOf(silent)), listening(server, protocol), nil)
			cfg.Protocol, cfg.Port, cfg.Hosts = protocol, portOf(silent), []string{"127.0.0.3", "127.0.0.4"}
			cfg.Limits.Dial, cfg.Limits.BlockLines = time.Second, 1
			s := open(t, cfg, time.Now)
			began := time.Now()
			replace(t, s, lines(10, "3"))
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("ten INSERTs took %s beside a host that is waited for 1 s", took)
			}
			if got := total(t, s); got != "30 CNY" {
				t.Errorf("total %s, want 30 CNY", got)
			}
		})
	}
}

func TestCompressions(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	for _, protocol := range protocols() {
		for i, compression := range []clickhouse.Compression{"", clickhouse.LZ4, clickhouse.ZSTD, clickhouse.NoCompression} {
			cfg := over(server, cfg, protocol)
			cfg.Compression = compression
			s := open(t, cfg, time.Now)
			replace(t, s, lines(300+i, "0.000000000001"))
			if got, want := total(t, s), strings.TrimRight(fmt.Sprintf("0.000000000%d", 300+i), "0")+" CNY"; got != want {
				t.Errorf("%s, %q: total %s, want %s", protocol, compression, got, want)
			}
		}
	}
}

// newGate stands before a server and demands TLS. The server of the tests has none of its own.
func newGate(t testing.TB, protocol clickhouse.Protocol, to string, secure *tls.Config) net.Listener {
	if protocol == clickhouse.Native {
		return newRelay(t, "127.0.0.1:0", to, secure).listener
	}
	behind := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: to})
	gate := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Without a password the certificate is the login, which the gate has checked.
		const login = "X-Clickhouse-Ssl-Certificate-Auth"
		if r.Header.Get(login) != "on" {
			http.Error(w, "no login", http.StatusForbidden)
			return
		}
		r.Header.Del(login)
		behind.ServeHTTP(w, r)
	}))
	gate.TLS = secure
	gate.Config.ErrorLog = log.New(io.Discard, "", 0)
	gate.StartTLS()
	t.Cleanup(gate.Close)
	return gate.Listener
}

func TestTLS(t *testing.T) {
	t.Parallel()
	server, plain := migrated(t)
	ours, theirs := newAuthority(t), newAuthority(t)
	good := tls.Config{
		RootCAs: ours.pool(), ServerName: "bills.example",
		Certificates: []tls.Certificate{ours.sign(t, "goscan", x509.ExtKeyUsageClientAuth)},
	}
	change := func(edit func(c *tls.Config)) *tls.Config {
		c := good.Clone()
		edit(c)
		return c
	}
	for _, protocol := range protocols() {
		gate := newGate(t, protocol, listening(server, protocol), &tls.Config{
			Certificates: []tls.Certificate{ours.sign(t, "bills.example", x509.ExtKeyUsageServerAuth)},
			ClientAuth:   tls.RequireAndVerifyClientCert, ClientCAs: ours.pool(),
		})
		cfg := plain
		cfg.Protocol, cfg.Port = protocol, portOf(gate)
		cfg.Limits.Dial = 2 * time.Second
		for name, test := range map[string]struct {
			tls *tls.Config
			ok  bool
		}{
			"as it should be":            {&good, true},
			"another authority":          {change(func(c *tls.Config) { c.RootCAs = theirs.pool() }), false},
			"the name is not the host's": {change(func(c *tls.Config) { c.ServerName = "" }), false},
			"no certificate":             {change(func(c *tls.Config) { c.Certificates = nil }), false},
			"not encrypted":              {nil, false},
		} {
			cfg.TLS = test.tls
			s := open(t, cfg, time.Now)
			_, err := s.Replace(t.Context(), october, october31, filling(lines(3, "2")))
			if test.ok && err != nil || !test.ok && !errors.Is(err, store.ErrUnreachable) {
				t.Errorf("%s, %s: %v", protocol, name, err)
			}
			if test.ok && total(t, s) != "6 CNY" {
				t.Errorf("%s, %s: total %s, want 6 CNY", protocol, name, total(t, s))
			}
		}
	}
}

// What is no ClickHouse, such as a gateway whose server is away, is no store; its page is not printed.
func TestAnAnswerThatIsNotFromClickHouse(t *testing.T) {
	t.Parallel()
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<html>"+strings.Repeat("sorry ", 1000), http.StatusBadGateway)
	}))
	defer gateway.Close()
	cfg := clickhouse.Config{Hosts: []string{"127.0.0.1"}, Port: portOf(gateway.Listener), Protocol: clickhouse.HTTP, Username: "u", Database: "d"}
	err := methods()["Replace"](t.Context(), cfg)
	if !errors.Is(err, store.ErrUnreachable) || !strings.Contains(err.Error(), "502") || strings.Contains(err.Error(), "sorry") {
		t.Errorf("replace: %v", err)
	}
}

func TestTheServersOwnRefusalOverHTTP(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	if err := server.Conn(t).Exec(t.Context(), "DROP TABLE "+server.Database+".bill_lines SYNC"); err != nil {
		t.Fatal(err)
	}
	_, err := open(t, over(server, cfg, clickhouse.HTTP), time.Now).Replace(t.Context(), october, october31, filling(lines(1, "1")))
	if !errors.Is(err, store.ErrSchema) || !strings.Contains(err.Error(), "bill_lines") || strings.Contains(err.Error(), "\n") {
		t.Errorf("an INSERT into a table that is gone: %v", err)
	}
}
