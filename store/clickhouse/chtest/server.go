// Package chtest gives a test a real ClickHouse server, over the native protocol and over HTTP.
//
// Start launches a server process for the test from the library that `make clickhouse` (.ci/clickhouse) puts into the
// cache, or uses the server that GOSCAN_TEST_CLICKHOUSE=host:port names (user default, no password); its HTTP is at port
// 8123, or where GOSCAN_TEST_CLICKHOUSE_HTTP says. Where neither is there, the test is skipped by name, and fails when
// CI=true.
//
// The server of the library aborts some seconds after a client's connection was reset, or closed in the middle of its
// handshake. A test that kills a client does it through a proxy that closes the server's side in good order.
package chtest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

const (
	usualHTTPPort = "8123"

	startTimeout = 60 * time.Second
	stopTimeout  = 20 * time.Second
)

// A Server is a running ClickHouse.
type Server struct {
	Host     string
	Port     int // of the native protocol
	HTTPPort int
	Database string // a name that nobody else uses; the database itself is not there yet

	own     *process // nil when the server was there before
	folder  string
	library string
	program string
}

// Start returns a server that lives as long as the test. Its addresses stay the same over Restart.
func Start(t testing.TB) *Server {
	t.Helper()
	if address := os.Getenv("GOSCAN_TEST_CLICKHOUSE"); address != "" {
		return existing(t, address)
	}
	s := &Server{Host: "127.0.0.1", library: library(t), program: launcher(t), folder: t.TempDir()}
	s.Database = s.NewDatabase(t)
	t.Cleanup(func() { s.Stop(t) })
	s.Restart(t)
	return s
}

func existing(t testing.TB, address string) *Server {
	t.Helper()
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatalf("GOSCAN_TEST_CLICKHOUSE: %v", err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		t.Fatalf("GOSCAN_TEST_CLICKHOUSE: port %q: %v", portText, err)
	}
	httpPort, err := strconv.Atoi(cmp.Or(os.Getenv("GOSCAN_TEST_CLICKHOUSE_HTTP"), usualHTTPPort))
	if err != nil {
		t.Fatalf("GOSCAN_TEST_CLICKHOUSE_HTTP: %v", err)
	}
	s := &Server{Host: host, Port: port, HTTPPort: httpPort}
	s.Database = s.NewDatabase(t)
	return s
}

// Addr returns host:port of the native protocol.
func (s *Server) Addr() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// NewDatabase returns another name that nobody else uses. On a server that was there before, a database of that name is
// dropped when the test ends.
func (s *Server) NewDatabase(t testing.TB) string {
	name := fmt.Sprintf("goscan_test_%d_%08x", os.Getpid(), rand.Uint32())
	if s.folder == "" {
		t.Cleanup(func() {
			if err := s.Conn(t).Exec(context.Background(), "DROP DATABASE IF EXISTS "+name); err != nil {
				t.Errorf("dropping the test's database: %v", err)
			}
		})
	}
	return name
}

// Conn opens a connection to the server, outside any database of Goscan, which closes when the test ends.
func (s *Server) Conn(t testing.TB) driver.Conn {
	t.Helper()
	return s.ConnOf(t, "default")
}

// ConnOf is Conn as a user without a password.
func (s *Server) ConnOf(t testing.TB, user string) driver.Conn {
	t.Helper()
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{s.Addr()}, Auth: clickhouse.Auth{Username: user}, DialTimeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// NeedsProcess skips a test that kills its server when the server is not the test's own.
func (s *Server) NeedsProcess(t testing.TB) {
	t.Helper()
	if s.folder == "" {
		t.Skip("this test kills its ClickHouse: it needs a process of its own, not GOSCAN_TEST_CLICKHOUSE")
	}
}

// Kill ends the server's process with SIGKILL: nothing is flushed or said goodbye to.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	s.NeedsProcess(t)
	s.own.kill()
	s.own = nil
}

// Discard ends the server's process, if it is the test's own, without caring how. The embedded ClickHouse aborts some
// seconds after it has refused a login.
func (s *Server) Discard(t testing.TB) {
	t.Helper()
	if s.own != nil {
		s.Kill(t)
	}
}

// Stop ends the server's process cleanly. A server that was there before is left alone.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if s.own == nil {
		return
	}
	if err := s.own.stop(); err != nil {
		t.Errorf("stopping ClickHouse: %v\n%s", err, s.own.log.String())
	}
	s.own = nil
}

// Restart starts the server again on the same data and ports, after Kill or Stop.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.NeedsProcess(t)
	p, listening, err := launch(s.program, s.library, s.folder, ports{s.Port, s.HTTPPort})
	if err != nil {
		t.Fatalf("starting ClickHouse: %v", err)
	}
	s.own, s.Port, s.HTTPPort = p, listening.native, listening.http
}

// A process is a running chserve. It ends when its standard input does, so it never outlives the test binary.
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	log   *bytes.Buffer
	ended chan error
}

// ports are those of a server; 0 lets the system choose.
type ports struct{ native, http int }

func launch(program, library, folder string, wanted ports) (*process, ports, error) {
	portFile := filepath.Join(folder, "port")
	if err := os.Remove(portFile); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, ports{}, err
	}
	cmd := exec.Command(program, library, strconv.Itoa(wanted.native), strconv.Itoa(wanted.http), portFile,
		"--path="+filepath.Join(folder, "data"), "--log-level=error")
	cmd.Dir = folder
	p := &process{cmd: cmd, log: new(bytes.Buffer), ended: make(chan error, 1)}
	cmd.Stdout, cmd.Stderr = p.log, p.log
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, ports{}, err
	}
	p.stdin = stdin
	if err := cmd.Start(); err != nil {
		return nil, ports{}, err
	}
	go func() { p.ended <- cmd.Wait() }()

	for deadline := time.Now().Add(startTimeout); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		select {
		case err := <-p.ended:
			return nil, ports{}, fmt.Errorf("chserve ended: %w\n%s", err, p.log.String())
		default:
		}
		// The line's end tells that the numbers are complete.
		if text, err := os.ReadFile(portFile); err == nil && strings.HasSuffix(string(text), "\n") {
			var listening ports
			_, err := fmt.Sscan(string(text), &listening.native, &listening.http)
			return p, listening, err
		}
	}
	p.kill()
	return nil, ports{}, fmt.Errorf("no answer after %s\n%s", startTimeout, p.log.String())
}

func (p *process) kill() {
	p.cmd.Process.Kill()
	<-p.ended
}

func (p *process) stop() error {
	p.stdin.Close()
	select {
	case err := <-p.ended:
		return err
	case <-time.After(stopTimeout):
		p.kill()
		return fmt.Errorf("it did not stop within %s", stopTimeout)
	}
}
