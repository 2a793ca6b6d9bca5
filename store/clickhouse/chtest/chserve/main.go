//go:build linux

// Command chserve turns the embedded ClickHouse library into a server process: the native protocol over TCP and HTTP,
// until standard input ends or a signal asks it to stop. It has no cgo: the library is loaded at run time.
//
//	chserve LIBRARY TCP-PORT HTTP-PORT PORT-FILE [ARGUMENT...]
//
// A port of 0 lets the system choose; the two ports that are listened on are written to PORT-FILE, on one line, once the
// server answers. The arguments are those of clickhouse-local, such as --path. A stop that was asked for ends with
// status 0; a server that ends by itself, for a busy port or a path in use, has said why on standard error and ends with
// status 1.
package main

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"sync/atomic"
	"syscall"
	"unsafe"

	"github.com/ebitengine/purego"
)

func main() {
	if len(os.Args) < 5 {
		fmt.Fprintln(os.Stderr, "usage: chserve LIBRARY TCP-PORT HTTP-PORT PORT-FILE [ARGUMENT...]")
		os.Exit(2)
	}
	ports := []string{"--tcp_port=" + os.Args[2], "--http_port=" + os.Args[3]}
	if err := serve(os.Args[1], os.Args[4], append(ports, os.Args[5:]...)); err != nil {
		fmt.Fprintln(os.Stderr, "chserve:", err)
		os.Exit(1)
	}
}

// serve runs the library's command line with a query that never ends by itself: after it has opened the ports, it counts
// the lines of a pipe that nobody writes to. Closing the pipe's other end is the way to stop it.
func serve(library, portFile string, args []string) error {
	lib, err := purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return err
	}
	held, release, err := os.Pipe()
	if err != nil {
		return err
	}
	var asked atomic.Bool
	go func() {
		awaitStop()
		asked.Store(true)
		release.Close()
	}()

	query := fmt.Sprintf("SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; "+
		"SELECT getServerPort('tcp_port'), getServerPort('http_port') INTO OUTFILE '%s' TRUNCATE FORMAT TSV; "+
		"SELECT count() FROM file('/proc/self/fd/%d', LineAsString) FORMAT Null", portFile, held.Fd())
	command := append([]string{"clickhouse", "--listen_host=127.0.0.1"}, args...)
	if text := runCommandLine(lib, append(command, "--multiquery", "--query="+query)); text != "" {
		return fmt.Errorf("%s", text)
	}
	runtime.KeepAlive(held)
	if !asked.Load() {
		return fmt.Errorf("the server ended by itself")
	}
	return nil
}

// awaitStop returns when standard input has ended or the first signal has come.
func awaitStop() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	ended := make(chan struct{})
	go func() {
		io.Copy(io.Discard, os.Stdin)
		close(ended)
	}()
	select {
	case <-signals:
	case <-ended:
	}
}

// runCommandLine blocks in the library's C function, which wants argc and a NULL-terminated argv that stay where they
// are, and returns the error text of its result.
func runCommandLine(lib uintptr, args []string) string {
	var run func(argc int32, argv unsafe.Pointer) uintptr
	var resultError func(result uintptr) string
	purego.RegisterLibFunc(&run, lib, "chdb_query_cmdline")
	purego.RegisterLibFunc(&resultError, lib, "chdb_result_error")

	var pinner runtime.Pinner
	defer pinner.Unpin()
	argv := make([]*byte, len(args)+1)
	for i, arg := range args {
		argv[i] = &append([]byte(arg), 0)[0]
		pinner.Pin(argv[i])
	}
	pinner.Pin(&argv[0])

	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if result := run(int32(len(args)), unsafe.Pointer(&argv[0])); result != 0 {
		return resultError(result)
	}
	return ""
}
