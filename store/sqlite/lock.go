package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// A Holder is the run that holds a state's lock.
type Holder struct {
	RunID   string    `json:"run_id"`
	Command string    `json:"command"` // as people type it: "goscan sync"
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Started time.Time `json:"started"`
}

// A LockedError says that another run holds a state's lock.
type LockedError struct {
	Dir    string // the state's folder
	Holder Holder // the zero Holder when the other run has not said who it is
}

func (e *LockedError) Error() string {
	h := e.Holder
	if h == (Holder{}) {
		return fmt.Sprintf("state %s is locked by another run", e.Dir)
	}
	return fmt.Sprintf("state %s is locked by run %s (pid %d on host %s, %s, since %s)", e.Dir, h.RunID, h.PID, h.Host, h.Command,
		h.Started.In(time.FixedZone("UTC+8", 8*60*60)).Format("2006-01-02 15:04:05 MST"))
}

const (
	// lockInterval is about how long a waiting run sleeps between two tries.
	lockInterval = 50 * time.Millisecond
	// watcherPatience is for those who only look at the lock: they hold it for microseconds, shared.
	watcherPatience = 2 * time.Second
)

// Lock makes this run the only one on the state until release is called or the process ends, however it ends: the lock is
// the operating system's, on the file LockFile, which is never removed. Where another run holds it, Lock tries again until
// wait is over, and then returns a *LockedError. In one process, too, a second Lock waits for the first one's release.
func (s *State) Lock(ctx context.Context, holder Holder, wait time.Duration) (release func() error, err error) {
	f, err := openLock(s.lockFile())
	if err != nil {
		return nil, err
	}
	if err := s.await(ctx, f, wait); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := writeHolder(f, holder); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		return errors.Join(f.Truncate(0), f.Close()) // closing unlocks
	}, nil
}

// Holder returns the run that holds the state's lock now, the zero Holder when it has not said who it is. It disturbs no
// run and creates nothing.
func (s *State) Holder() (h Holder, held bool, err error) {
	f, err := os.Open(s.lockFile())
	if errors.Is(err, fs.ErrNotExist) {
		return Holder{}, false, nil
	}
	if err != nil {
		return Holder{}, false, err
	}
	free, err := tryLock(f, shared)
	if err == nil && !free {
		h, held = readHolder(f), true
	}
	return h, held, errors.Join(err, f.Close())
}

func openLock(path string) (*os.File, error) { return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) }

func (s *State) lockFile() string { return filepath.Join(filepath.Dir(s.db.file), LockFile) }

// await locks the file, exclusively.
func (s *State) await(ctx context.Context, f *os.File, wait time.Duration) error {
	for started := time.Now(); ; {
		if ctx.Err() != nil {
			return fmt.Errorf("%s: %w", f.Name(), ctx.Err())
		}
		got, watched, err := tryExclusive(f)
		if err != nil || got {
			return err
		}
		patience := wait
		if watched {
			patience = max(wait, watcherPatience)
		}
		left := patience - time.Since(started)
		if left <= 0 {
			return &LockedError{filepath.Dir(f.Name()), readHolder(f)}
		}
		pause := lockInterval/2 + rand.N(lockInterval)
		if watched {
			pause = time.Millisecond
		}
		sleep(ctx, min(pause, left))
	}
}

// tryExclusive tries to lock the file as a run does. When it cannot, watched tells that no run holds the lock: others only
// look at it.
func tryExclusive(f *os.File) (got, watched bool, err error) {
	got, err = tryLock(f, exclusive)
	if err != nil || got {
		return got, false, err
	}
	watched, err = tryLock(f, shared)
	if err != nil || !watched {
		return false, false, err
	}
	return false, true, unlock(f)
}

// A lockMode says whether others may hold the lock too.
type lockMode bool

const (
	shared    lockMode = false
	exclusive lockMode = true
)

// writeHolder replaces what the file holds by one write and then cuts what is left of it: a reader sees a whole holder first.
func writeHolder(f *os.File, h Holder) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if _, err := f.WriteAt(text, 0); err != nil {
		return err
	}
	return f.Truncate(int64(len(text)))
}

// readHolder returns who the file names, the zero Holder where it names nobody.
func readHolder(f *os.File) Holder {
	const longest = 4096
	var h Holder
	content := make([]byte, longest)
	n, _ := f.ReadAt(content, 0) // at the end of the file, as always, or for any other reason: then nobody is named
	end := 0
	for end < n && content[end] != '\n' {
		end++
	}
	if err := json.Unmarshal(content[:end], &h); err != nil {
		return Holder{}
	}
	return h
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
