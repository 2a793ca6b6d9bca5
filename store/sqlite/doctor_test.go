//go:build unix

package sqlite_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"goscan/store"
	"goscan/store/sqlite"
)

func TestExamineLeavesAFileAsItWas(t *testing.T) {
	for name, open := range openers {
		dir := t.TempDir()
		if err := open(t, dir); err != nil {
			t.Fatal(err)
		}
		before := read(t, filepath.Join(dir, name))
		p, err := sqlite.Examine(t.Context(), dir, name)
		if err != nil || p.Known < 1 || p.Version != p.Known {
			t.Errorf("%s: version %d of %d, %v", name, p.Version, p.Known, err)
		}
		if p.Mode.Perm() != 0o600 || p.Bytes != int64(len(before)) || p.File != filepath.Join(dir, name) {
			t.Errorf("%s: %s, mode %v, %d bytes", name, p.File, p.Mode, p.Bytes)
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 || !bytes.Equal(before, read(t, filepath.Join(dir, name))) {
			t.Errorf("%s was changed, or left %d files: %v", name, len(entries), err)
		}
	}
}

func TestExamineOfAFileThatIsNotThereCreatesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	if _, err := sqlite.Examine(t.Context(), dir, sqlite.StateFile); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want %v", err, fs.ErrNotExist)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder was created: %v", err)
	}
}

func TestExamineNamesWhatIsWrongWithAFile(t *testing.T) {
	for name, open := range openers {
		dir := t.TempDir()
		if err := open(t, dir); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name)
		execute(t, file, "PRAGMA user_version = 0")
		if p, err := sqlite.Examine(t.Context(), dir, name); err != nil || p.Version != 0 {
			t.Errorf("%s of an older goscan: version %d, %v", name, p.Version, err)
		}
		execute(t, file, "PRAGMA user_version = 99")
		p, err := sqlite.Examine(t.Context(), dir, name)
		if !errors.Is(err, store.ErrSchema) || p.Version != 99 {
			t.Errorf("%s of a newer goscan: version %d, %v", name, p.Version, err)
		}
		wantOneLine(t, err, file, "newer goscan")
		if err := os.WriteFile(file, bytes.Repeat([]byte("x"), 4096), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = sqlite.Examine(t.Context(), dir, name)
		wantOneLine(t, err, file, "damaged")
	}
}

func TestExamineTakesARelativeFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := openers[sqlite.StateFile](t, "state"); err != nil {
		t.Fatal(err)
	}
	if p, err := sqlite.Examine(t.Context(), "state", sqlite.StateFile); err != nil || p.Version == 0 || !filepath.IsAbs(p.File) {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestExamineWhileTheFileIsWritten(t *testing.T) {
	dir := t.TempDir()
	l := openLedger(t, dir)
	mustReplace(t, l, lines(3, "1"))
	if p, err := sqlite.Examine(t.Context(), dir, sqlite.LedgerFile); err != nil || p.Version != p.Known {
		t.Errorf("version %d of %d, %v", p.Version, p.Known, err)
	}
	mustReplace(t, l, lines(4, "1"))
}
