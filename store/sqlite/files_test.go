//go:build unix

package sqlite_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goscan/store"
	"goscan/store/sqlite"
)

// openers open each of the two files of a folder.
var openers = map[string]func(t testing.TB, dir string) error{
	"ledger.db": func(t testing.TB, dir string) error {
		l, err := sqlite.OpenLedger(t.Context(), dir, run())
		if err != nil {
			return err
		}
		return l.Close()
	},
	"state.db": func(t testing.TB, dir string) error {
		s, err := sqlite.OpenState(t.Context(), dir)
		if err != nil {
			return err
		}
		return s.Close()
	},
}

func TestFilesAreTheOwnersOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	mustReplace(t, openLedger(t, dir), lines(3, "1"))
	openState(t, dir)
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v (%v), want 0700", info.Mode(), err)
	}
	seen := 0
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		seen++
		info, err := entry.Info()
		if err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, want 0600", path, info.Mode())
		}
		return err
	})
	if err != nil || seen < 4 { // two files and their write-ahead logs
		t.Errorf("saw %d files: %v", seen, err)
	}
}

func TestAFileOfANewerGoscanIsRefusedUnchanged(t *testing.T) {
	for name, open := range openers {
		dir := t.TempDir()
		if err := open(t, dir); err != nil {
			t.Fatal(err)
		}
		execute(t, filepath.Join(dir, name), "PRAGMA user_version = 99")
		before := read(t, filepath.Join(dir, name))
		err := open(t, dir)
		if !errors.Is(err, store.ErrSchema) {
			t.Errorf("%s: error %v, want %v", name, err, store.ErrSchema)
		}
		wantOneLine(t, err, filepath.Join(dir, name), "newer goscan")
		if !bytes.Equal(before, read(t, filepath.Join(dir, name))) {
			t.Errorf("%s was changed", name)
		}
	}
}

func TestADamagedFileIsRefusedUnchanged(t *testing.T) {
	for name, open := range openers {
		dir := t.TempDir()
		if err := open(t, dir); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name)
		damaged := read(t, file)
		for i := range 4096 {
			damaged[i] = 'x'
		}
		if err := os.WriteFile(file, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		wantOneLine(t, open(t, dir), file, "damaged")
		if !bytes.Equal(damaged, read(t, file)) {
			t.Errorf("%s was changed", name)
		}
	}
}

func TestAFullDiskKeepsTheOldLines(t *testing.T) {
	dir := t.TempDir()
	l := openLedger(t, dir)
	l.SetBlock(500)
	mustReplace(t, l, lines(20, "1"))
	if err := l.LimitPages(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	_, err := replace(t.Context(), l, lines(20_000, "2"))
	wantOneLine(t, err, filepath.Join(dir, "ledger.db"), "no space left")
	for _, by := range []store.Dimension{store.ByService, store.ByResource} {
		if got := billed(t, l, by); got != "20" {
			t.Errorf("by %s: the old lines sum to %s, want 20", by, got)
		}
	}
	mustReplace(t, l, lines(30, "3"))
	if got := billed(t, l); got != "90" {
		t.Errorf("stored 90 once there was space, found %s", got)
	}
}

func TestAReadOnlyFolderIsNamed(t *testing.T) {
	if os.Geteuid() == 0 {
		runDeprived(t)
		return
	}
	for name, open := range openers {
		dir := filepath.Join(t.TempDir(), "state")
		if err := open(t, dir); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name)
		before := read(t, file)
		for path, mode := range map[string]os.FileMode{file: 0o400, dir: 0o500} {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
		}
		wantOneLine(t, open(t, dir), file, "permission denied")
		if err := os.Chmod(file, 0o600); err != nil {
			t.Fatal(err)
		}
		wantOneLine(t, open(t, dir), file, "cannot be written")
		if err := os.Chmod(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(before, read(t, file)) {
			t.Errorf("%s was changed", name)
		}
	}
}

func wantOneLine(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Error("no error")
		return
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("an error of several lines: %q", err)
	}
	for _, part := range parts {
		if strings.Count(err.Error(), part) != 1 {
			t.Errorf("%q does not say %q once", err, part)
		}
	}
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
