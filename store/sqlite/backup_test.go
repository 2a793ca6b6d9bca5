package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"goscan/providers"
	"goscan/store"
	"goscan/store/sqlite"
)

func mustBackup(t *testing.T, dir, name, to string) sqlite.Copy {
	t.Helper()
	c, err := sqlite.Backup(t.Context(), dir, name, to, false)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// filesIn returns the names of what a folder holds.
func filesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestACopyHoldsWhatTheStateHolds(t *testing.T) {
	dir, safe := t.TempDir(), t.TempDir()
	s := openState(t, dir)
	days := []store.Mark{mark("prod", day-1, 3), mark("prod", day, 4), mark("test", day-1, 5)}
	must(t, s.Marks("here").Set(t.Context(), days...))
	must(t, s.SetSince(t.Context(), "here", "prod", day-40))
	mustBegin(t, s, aRun("run-1"))
	enqueue(t, s, outgoing("report"), true)

	c := mustBackup(t, dir, sqlite.StateFile, filepath.Join(safe, "copy"))
	want := []sqlite.Count{{What: "accounts", N: 2}, {What: "days", N: 3}, {What: "runs", N: 1}, {What: "messages that wait", N: 1}}
	if !slices.Equal(c.Counts, want) || c.Newest != day.String() || c.Version < 4 || c.Bytes == 0 || c.File != filepath.Join(safe, "copy") {
		t.Errorf("the copy is %+v", c)
	}
	info, err := os.Stat(c.File)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != c.Bytes {
		t.Errorf("mode %v, %d bytes, %v", info.Mode(), info.Size(), err)
	}
	if names := filesIn(t, safe); !slices.Equal(names, []string{"copy"}) {
		t.Errorf("beside the copy there are %q", names)
	}

	must(t, s.Marks("here").Forget(t.Context(), days[1].Key())) // what comes later is not in the copy
	restored := t.TempDir()
	must(t, os.WriteFile(filepath.Join(restored, sqlite.StateFile), read(t, c.File), 0o600))
	again := openState(t, restored)
	wantMarks(t, again.Marks("here"), days...)
	if since, ok, err := again.Since(t.Context(), "here", "prod"); since != day-40 || !ok || err != nil {
		t.Errorf("since is %s, %v, %v", since, ok, err)
	}
}

func TestACopyHoldsWhatTheLedgerHolds(t *testing.T) {
	dir := t.TempDir()
	l := openLedger(t, dir)
	mustReplace(t, l, lines(7, "1.25"))
	total := billed(t, l)
	restored := t.TempDir()
	c := mustBackup(t, dir, sqlite.LedgerFile, filepath.Join(restored, sqlite.LedgerFile))
	want := []sqlite.Count{{What: "accounts", N: 1}, {What: "days", N: 1}, {What: "lines", N: 7}}
	if !slices.Equal(c.Counts, want) || c.Newest == "" {
		t.Errorf("the copy is %+v", c)
	}
	mustReplace(t, l, lines(3, "2"))
	again := openLedger(t, restored)
	if got := billed(t, again); got != total || again.ID() != l.ID() {
		t.Errorf("the copy of ledger %s is %s with %s, want %s", l.ID(), again.ID(), got, total)
	}
}

// A state that is written while it is copied: a transaction sets all marks of a round, so a copy has those of one round.
func TestACopyIsOfOneInstant(t *testing.T) {
	dir, safe := t.TempDir(), t.TempDir()
	s := openState(t, dir)
	const days = 200
	round := func(n int) (marks []store.Mark) {
		for d := range providers.Day(days) {
			marks = append(marks, mark("prod", day-d, n))
		}
		return marks
	}
	must(t, s.Marks("here").Set(t.Context(), round(1)...))
	running, done := context.WithCancel(t.Context())
	var writer errgroup.Group
	writer.Go(func() error {
		for n := 2; running.Err() == nil; n++ {
			if err := s.Marks("here").Set(t.Context(), round(n)...); err != nil {
				return err
			}
		}
		return nil
	})
	seen := map[int]bool{}
	for i := range 12 {
		folder := filepath.Join(safe, fmt.Sprint(i))
		must(t, os.Mkdir(folder, 0o700))
		mustBackup(t, dir, sqlite.StateFile, filepath.Join(folder, sqlite.StateFile))
		marks, err := openState(t, folder).Marks("here").All(t.Context())
		if err != nil || len(marks) != days {
			t.Fatalf("%d marks, %v", len(marks), err)
		}
		for _, m := range marks {
			if m.Lines != marks[0].Lines {
				t.Fatalf("copy %d has marks of the rounds %d and %d", i, marks[0].Lines, m.Lines)
			}
		}
		seen[marks[0].Lines] = true
	}
	done()
	if err := writer.Wait(); err != nil {
		t.Fatal(err)
	}
	if len(seen) < 2 {
		t.Error("nothing was written meanwhile")
	}
}

func TestACopyTakesNoOthersPlace(t *testing.T) {
	dir, safe := t.TempDir(), t.TempDir()
	openState(t, dir)
	there := filepath.Join(safe, "there")
	must(t, os.WriteFile(there, []byte("precious"), 0o644))
	link := filepath.Join(safe, "link")
	must(t, os.Symlink(filepath.Join(dir, sqlite.StateFile), link))

	for to, replace := range map[string]bool{there: false, filepath.Join(dir, sqlite.StateFile): true, safe: true, link: true} {
		if _, err := sqlite.Backup(t.Context(), dir, sqlite.StateFile, to, replace); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: error %v, want %v", to, err, fs.ErrExist)
		}
	}
	for _, from := range []string{sqlite.LedgerFile, "nothing.db"} {
		if _, err := sqlite.Backup(t.Context(), dir, from, filepath.Join(safe, "new"), false); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: error %v, want %v", from, err, fs.ErrNotExist)
		}
	}
	if _, err := sqlite.Backup(t.Context(), dir, sqlite.StateFile, filepath.Join(safe, "no", "folder"), false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want %v", err, fs.ErrNotExist)
	}
	if got := read(t, there); !bytes.Equal(got, []byte("precious")) {
		t.Errorf("the file holds %q", got)
	}
	if names := filesIn(t, safe); !slices.Equal(names, []string{"link", "there"}) {
		t.Errorf("there are %q", names)
	}
	if _, err := sqlite.Backup(t.Context(), dir, sqlite.StateFile, there, true); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(there); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestADamagedOriginalMakesNoCopy(t *testing.T) {
	dir, file := emptyState(t)
	damaged := read(t, file)
	for i := range damaged[4096:] {
		damaged[4096+i] = 0xff
	}
	must(t, os.WriteFile(file, damaged, 0o600))
	safe := t.TempDir()
	_, err := sqlite.Backup(t.Context(), dir, sqlite.StateFile, filepath.Join(safe, "copy"), false)
	wantOneLine(t, err, "state.db", "damaged")
	if names := filesIn(t, safe); len(names) > 0 {
		t.Errorf("there are %q", names)
	}
}

func TestAFileAtAnothersPlaceIsRefused(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	openLedger(t, dir)
	mustBackup(t, dir, sqlite.LedgerFile, filepath.Join(other, sqlite.StateFile))
	before := read(t, filepath.Join(other, sqlite.StateFile))
	_, err := sqlite.OpenState(t.Context(), other)
	if !errors.Is(err, store.ErrSchema) {
		t.Errorf("error %v, want %v", err, store.ErrSchema)
	}
	wantOneLine(t, err, sqlite.StateFile, "the file is a ledger")
	_, err = sqlite.OpenStateReader(t.Context(), other)
	if !errors.Is(err, store.ErrSchema) {
		t.Errorf("as a reader: error %v, want %v", err, store.ErrSchema)
	}
	if _, err := sqlite.Backup(t.Context(), other, sqlite.StateFile, filepath.Join(other, "copy"), false); !errors.Is(err, store.ErrSchema) {
		t.Errorf("copying it: error %v, want %v", err, store.ErrSchema)
	}
	if !bytes.Equal(before, read(t, filepath.Join(other, sqlite.StateFile))) {
		t.Error("it was changed")
	}
}

func TestACopyInTheCurrentFolder(t *testing.T) {
	dir, _ := emptyState(t)
	t.Chdir(t.TempDir())
	c := mustBackup(t, dir, sqlite.StateFile, "a copy?.db")
	if here, err := filepath.Abs("a copy?.db"); err != nil || c.File != here {
		t.Errorf("the copy is %s, want %s, %v", c.File, here, err)
	}
	if names := filesIn(t, "."); !slices.Equal(names, []string{"a copy?.db"}) {
		t.Errorf("there are %q", names)
	}
}
