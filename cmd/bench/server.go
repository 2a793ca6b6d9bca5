package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go"
)

// An address is a ClickHouse server's.
type address struct {
	host string
	port int // of the native protocol
}

func (a address) native() string { return net.JoinHostPort(a.host, strconv.Itoa(a.port)) }

func parseAddress(text string) (address, error) {
	host, portText, err := net.SplitHostPort(text)
	if err != nil {
		return address{}, err
	}
	port, err := strconv.Atoi(portText)
	return address{host, port}, err
}

var errNoServer = errors.New("no ClickHouse: set GOSCAN_TEST_CLICKHOUSE=host:port or run make clickhouse")

// startServer returns a ClickHouse: the one that GOSCAN_TEST_CLICKHOUSE names, else a process of the library that make
// clickhouse fetches. stop ends it.
func startServer(ctx context.Context, folder string) (a address, stop func(), err error) {
	stop = func() {}
	if text := os.Getenv("GOSCAN_TEST_CLICKHOUSE"); text != "" {
		a, err = parseAddress(text)
		return a, stop, err
	}
	library, err := findLibrary()
	if err != nil {
		return address{}, stop, err
	}
	program := filepath.Join(folder, "chserve")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "goscan/store/clickhouse/chtest/chserve")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return address{}, stop, fmt.Errorf("building chserve: %w\n%s", err, out)
	}
	ports := filepath.Join(folder, "ports")
	serve := exec.CommandContext(ctx, program, library, "0", "0", ports, "--path="+filepath.Join(folder, "clickhouse"), "--log-level=error")
	serve.Dir = folder
	stdin, err := serve.StdinPipe()
	if err != nil {
		return address{}, stop, err
	}
	if err := serve.Start(); err != nil {
		return address{}, stop, err
	}
	stop = func() {
		_ = stdin.Close()
		_ = serve.Wait() // how it ends matters to nobody any more
	}
	a, err = awaitPorts(ctx, ports)
	return a, stop, err
}

func findLibrary() (string, error) {
	if path := os.Getenv("GOSCAN_CHDB"); path != "" {
		return path, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	found, err := filepath.Glob(filepath.Join(cache, "goscan", "chdb-*", "libchdb.so"))
	if err != nil || len(found) == 0 {
		return "", errNoServer
	}
	return found[len(found)-1], nil
}

// awaitPorts reads the port that the server listens on, which it writes to a file once it answers.
func awaitPorts(ctx context.Context, file string) (address, error) {
	const patience = time.Minute
	for deadline := time.Now().Add(patience); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return address{}, err
		}
		if strings.HasSuffix(string(text), "\n") { // it is complete
			a := address{host: "127.0.0.1"}
			_, err := fmt.Sscan(string(text), &a.port)
			return a, err
		}
	}
	return address{}, errors.New("ClickHouse did not start")
}

// do has the server execute statements.
func (a address) do(ctx context.Context, statements ...string) error {
	client, err := ch.Dial(ctx, ch.Options{Address: a.native()})
	if err != nil {
		return err
	}
	defer client.Close()
	for _, statement := range statements {
		if err := client.Do(ctx, ch.Query{Body: statement}); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
