package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A cost is what a process took of the machine.
type cost struct {
	cpu  time.Duration // in all its threads, by itself and in the kernel for it
	wall time.Duration
	peak int64 // bytes of memory at once
}

// measure runs a program to its end.
func measure(ctx context.Context, name string, args ...string) (cost, error) {
	c := exec.CommandContext(ctx, name, args...)
	var said strings.Builder
	c.Stdout, c.Stderr = io.Discard, &said
	began := time.Now()
	err := c.Run()
	took := time.Since(began)
	if err != nil {
		return cost{}, fmt.Errorf("%s: %w\n%s", strings.Join(c.Args, " "), err, said.String())
	}
	return cost{cpu: c.ProcessState.UserTime() + c.ProcessState.SystemTime(), wall: took, peak: peakMemory(c.ProcessState)}, nil
}

// A helper is a process that serves until its standard input ends.
type helper struct {
	cmd   *exec.Cmd
	stdin io.Closer
	line  string // the first that it said
}

// help starts a program and waits for the first line that it says.
func help(ctx context.Context, name string, args ...string) (*helper, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Stderr = os.Stderr
	stdin, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	h := &helper{cmd: c, stdin: stdin, line: strings.TrimSpace(line)}
	if err != nil {
		h.stop()
		return nil, fmt.Errorf("%s: %w", strings.Join(c.Args, " "), err)
	}
	return h, nil
}

func (h *helper) stop() {
	_ = h.stdin.Close()
	var exit *exec.ExitError
	if err := h.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
}
