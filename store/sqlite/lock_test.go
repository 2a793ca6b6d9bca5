//go:build unix

package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"goscan/store/sqlite"
)

// mustLock takes a lock that must be free.
func mustLock(t *testing.T, s *sqlite.State, run string) (release func() error) {
	t.Helper()
	release, err := s.Lock(t.Context(), holder(run), 0)
	if err != nil {
		t.Fatal(err)
	}
	return release
}

func wantLocked(t *testing.T, err error, by sqlite.Holder) {
	t.Helper()
	locked, ok := errors.AsType[*sqlite.LockedError](err)
	if !ok {
		t.Fatalf("error %v, want a *LockedError", err)
	}
	if locked.Holder != by {
		t.Errorf("locked by %+v, want %+v", locked.Holder, by)
	}
}

func TestALockedStateNamesItsHolder(t *testing.T) {
	dir := t.TempDir()
	s := openState(t, dir)
	child := startHolder(t, dir, "run-1")
	theirs := holder("run-1")
	theirs.PID = child.Process.Pid

	began := time.Now()
	_, err := s.Lock(t.Context(), holder("run-2"), 0)
	wantLocked(t, err, theirs)
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %s to say so", took)
	}
	want := fmt.Sprintf("state %s is locked by run run-1 (pid %d on host here, goscan sync, since 2026-11-22 08:30:05 UTC+8)",
		dir, child.Process.Pid)
	if err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	if h, held, err := s.Holder(); h != theirs || !held || err != nil {
		t.Errorf("the holder is %+v, %t, %v", h, held, err)
	}

	child.release(t)
	if h, held, err := s.Holder(); held || err != nil {
		t.Errorf("after the release the holder is %+v, %t, %v", h, held, err)
	}
	if err := mustLock(t, s, "run-2")(); err != nil {
		t.Error(err)
	}
	if content := read(t, filepath.Join(dir, sqlite.LockFile)); len(content) != 0 {
		t.Errorf("after the release the file holds %q", content)
	}
}

func TestALockOfAKilledProcessIsFree(t *testing.T) {
	dir := t.TempDir()
	s := openState(t, dir)
	startHolder(t, dir, "run-1").kill(t)
	if content := read(t, filepath.Join(dir, sqlite.LockFile)); len(content) == 0 {
		t.Error("the killed process left no trace: it was not killed while it held the lock")
	}
	if h, held, err := s.Holder(); held || err != nil {
		t.Errorf("a dead process holds the lock: %+v, %v", h, err)
	}
	release := mustLock(t, s, "run-2")
	if h, held, err := s.Holder(); h != holder("run-2") || !held || err != nil {
		t.Errorf("the holder is %+v, %t, %v", h, held, err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
}

func TestALockIsWaitedFor(t *testing.T) {
	dir := t.TempDir()
	s := openState(t, dir)
	release := mustLock(t, s, "run-1")
	waiter := startWaiter(t, dir, "run-2")
	_, err := s.Lock(t.Context(), holder("run-3"), 300*time.Millisecond) // one process excludes itself, too
	wantLocked(t, err, holder("run-1"))
	if err := release(); err != nil {
		t.Fatal(err)
	}
	waiter.wantSaid(t, hasLocked)
	if h, held, err := s.Holder(); h.RunID != "run-2" || !held || err != nil {
		t.Errorf("the holder is %+v, %t, %v", h, held, err)
	}
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	s := openState(t, t.TempDir())
	defer mustLock(t, s, "run-1")()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	began := time.Now()
	_, err := s.Lock(ctx, holder("run-2"), time.Hour)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the wait ended after %s", took)
	}
	if _, err := s.Lock(ctx, holder("run-2"), 0); !errors.Is(err, context.Canceled) {
		t.Errorf("after the context's end: error %v, want %v", err, context.Canceled)
	}
}

// A run that is started while somebody asks for the status must not take that one for a run.
func TestThoseWhoLookAreNoRuns(t *testing.T) {
	s := openState(t, t.TempDir())
	stop, err := s.Watch()
	if err != nil {
		t.Fatal(err)
	}
	stopped := make(chan error, 1)
	time.AfterFunc(100*time.Millisecond, func() { stopped <- stop() })
	release := mustLock(t, s, "run-1")
	if err := errors.Join(<-stopped, release()); err != nil {
		t.Error(err)
	}
}

func TestOneWhoLooksForeverIsAnError(t *testing.T) {
	s := openState(t, t.TempDir())
	stop, err := s.Watch()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, err = s.Lock(t.Context(), holder("run-1"), 0)
	wantLocked(t, err, sqlite.Holder{})
	if took := time.Since(began); took > 2*sqlite.WatcherPatience {
		t.Errorf("it took %s to say so", took)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestWhatALockFileHeldIsNoObstacle(t *testing.T) {
	for name, content := range map[string]string{
		"nothing":             "",
		"no JSON":             "\x00\xff{{{\n\n",
		"JSON of other types": `{"pid": "x", "started": 7}`,
		"a long text":         fmt.Sprintf("%08000d", 1),
		"a longer holder":     `{"run_id":"an older run","command":"` + fmt.Sprintf("%0500d", 1) + `","pid":1,"host":"h"}` + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openState(t, dir)
			if err := os.WriteFile(filepath.Join(dir, sqlite.LockFile), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if h, held, err := s.Holder(); held || err != nil {
				t.Errorf("before: the holder is %+v, %v", h, err)
			}
			release := mustLock(t, s, "run-1")
			if h, held, err := s.Holder(); h != holder("run-1") || !held || err != nil {
				t.Errorf("the holder is %+v, %t, %v", h, held, err)
			}
			if err := os.WriteFile(filepath.Join(dir, sqlite.LockFile), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Lock(t.Context(), holder("run-2"), 0); err == nil {
				t.Error("a lock was taken twice")
			}
			if err := release(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOfManyProcessesOneIsInside(t *testing.T) {
	const processes, rounds = 20, 5
	dir := t.TempDir()
	var g errgroup.Group
	for i := range processes {
		cmd := lockCommand(t, lockJob{Dir: dir, Run: fmt.Sprintf("run-%d", i), Wait: time.Minute, Rounds: rounds})
		g.Go(cmd.Run)
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

func TestTheLockFileIsTheOwnersOnly(t *testing.T) {
	dir := t.TempDir()
	release := mustLock(t, openState(t, dir), "run-1")
	info, err := os.Stat(filepath.Join(dir, sqlite.LockFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v (%v), want 0600", info.Mode(), err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
}

func TestALockInAReadOnlyFolderIsNamed(t *testing.T) {
	if os.Geteuid() == 0 {
		runDeprived(t)
		return
	}
	dir := filepath.Join(t.TempDir(), "state")
	s := openState(t, dir)
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	_, err := s.Lock(t.Context(), holder("run-1"), 0)
	wantOneLine(t, err, filepath.Join(dir, sqlite.LockFile), "permission denied")
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("error %v, want %v", err, fs.ErrPermission)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
}
