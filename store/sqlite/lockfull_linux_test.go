package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"goscan/store/sqlite"
)

func TestALockThatCannotBeWrittenIsNamed(t *testing.T) {
	dir := t.TempDir()
	s := openState(t, dir)
	file := filepath.Join(dir, sqlite.LockFile)
	if err := os.Symlink("/dev/full", file); err != nil {
		t.Fatal(err)
	}
	_, err := s.Lock(t.Context(), holder("run-1"), 0)
	wantOneLine(t, err, file, "no space left")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := mustLock(t, s, "run-1")(); err != nil {
		t.Errorf("once there was space: %v", err)
	}
}
