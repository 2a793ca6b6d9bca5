package sqlite

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// lockedByte is the byte that is locked, far behind the file's end: Windows lets nobody read a locked one.
const lockedByte = 1 << 30

// tryLock locks an open file for this process without waiting. Windows unlocks when the process ends.
func tryLock(f *os.File, mode lockMode) (got bool, err error) {
	flags := uint32(windows.LOCKFILE_FAIL_IMMEDIATELY)
	if mode == exclusive {
		flags |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	err = windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{Offset: lockedByte})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, named(f, err)
}

func unlock(f *os.File) error {
	return named(f, windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, &windows.Overlapped{Offset: lockedByte}))
}

func named(f *os.File, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: "lock", Path: f.Name(), Err: err}
}
