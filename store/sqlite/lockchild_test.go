package sqlite_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"goscan/store/sqlite"
)

// lockJobVariable holds, in a child process, the job that it does instead of running tests.
const lockJobVariable = "GOSCAN_SQLITE_LOCK_JOB"

// A lockJob is what a child process does: it locks a state and holds the lock until its standard input ends, or, with
// Rounds, locks and releases as often as that.
type lockJob struct {
	Dir    string
	Run    string // also begun in the state
	Wait   time.Duration
	Rounds int
}

// What a holding child prints when it has the lock and when it has released it.
const (
	hasLocked   = "locked\n"
	hasReleased = "released\n"
)

func lockInChild() {
	text := os.Getenv(lockJobVariable)
	if text == "" {
		return
	}
	if err := doLockJob(context.Background(), text); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func doLockJob(ctx context.Context, text string) error {
	var j lockJob
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return err
	}
	s, err := sqlite.OpenState(ctx, j.Dir)
	if err != nil {
		return err
	}
	if j.Rounds == 0 {
		return errors.Join(j.hold(ctx, s), s.Close())
	}
	for range j.Rounds {
		if err := j.enter(ctx, s); err != nil {
			return err
		}
	}
	return s.Close()
}

func (j lockJob) hold(ctx context.Context, s *sqlite.State) error {
	release, err := s.Lock(ctx, holder(j.Run), j.Wait)
	if err != nil {
		return err
	}
	h := holder(j.Run)
	if err := s.BeginRun(ctx, sqlite.Run{ID: h.RunID, Command: h.Command, Host: h.Host, PID: h.PID, Started: h.Started}); err != nil {
		return err
	}
	fmt.Print(hasLocked)
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	if err := release(); err != nil {
		return err
	}
	fmt.Print(hasReleased)
	return nil
}

// enter fails when another process is between its lock and its release.
func (j lockJob) enter(ctx context.Context, s *sqlite.State) error {
	release, err := s.Lock(ctx, holder(j.Run), j.Wait)
	if err != nil {
		return err
	}
	inside := filepath.Join(j.Dir, "inside")
	f, err := os.OpenFile(inside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("%s is not alone: %w", j.Run, err)
	}
	time.Sleep(time.Millisecond)
	return errors.Join(f.Close(), os.Remove(inside), release())
}

// holder is this process under the name of a run.
func holder(run string) sqlite.Holder {
	return sqlite.Holder{
		RunID: run, Command: "goscan sync", PID: os.Getpid(), Host: "here",
		Started: time.Date(2026, 11, 22, 0, 30, 5, 0, time.UTC),
	}
}

// A lockChild is a process that holds a lock.
type lockChild struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func lockCommand(t *testing.T, j lockJob) *exec.Cmd {
	t.Helper()
	text, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^$")
	cmd.Env = append(os.Environ(), lockJobVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	return cmd
}

// startHolder returns a process once it holds the lock.
func startHolder(t *testing.T, dir, run string) *lockChild {
	t.Helper()
	c := startWaiter(t, dir, run)
	c.wantSaid(t, hasLocked)
	return c
}

// startWaiter returns a process that takes the lock when it is free.
func startWaiter(t *testing.T, dir, run string) *lockChild {
	t.Helper()
	cmd := lockCommand(t, lockJob{Dir: dir, Run: run, Wait: time.Minute})
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // ended already, mostly
		_ = cmd.Wait()
	})
	return &lockChild{cmd, in, bufio.NewReader(out)}
}

func (c *lockChild) wantSaid(t *testing.T, want string) {
	t.Helper()
	if line, err := c.out.ReadString('\n'); line != want {
		t.Fatalf("the other process said %q, %v, want %q", line, err, want)
	}
}

// kill ends the process as kill -9 does.
func (c *lockChild) kill(t *testing.T) {
	t.Helper()
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err == nil {
		t.Error("the process ended well although it was killed")
	}
}

func (c *lockChild) release(t *testing.T) {
	t.Helper()
	if err := c.in.Close(); err != nil {
		t.Fatal(err)
	}
	c.wantSaid(t, hasReleased)
}
