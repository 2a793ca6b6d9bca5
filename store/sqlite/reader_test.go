//go:build unix

package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"goscan/store"
	"goscan/store/sqlite"
)

func openStateReader(t testing.TB, dir string) *sqlite.State {
	t.Helper()
	s, err := sqlite.OpenStateReader(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestAReaderSeesARunThatGoesOn(t *testing.T) {
	dir := t.TempDir()
	child := startHolder(t, dir, "run-1")
	r := openStateReader(t, dir)
	if got := onlyRun(t, r); got.ID != "run-1" || got.Outcome != sqlite.OutcomeRunning || got.PID != child.Process.Pid {
		t.Errorf("the reader sees %+v", got)
	}
	child.kill(t)
	for _, r := range []*sqlite.State{r, openStateReader(t, dir)} {
		if got := onlyRun(t, r); got.Outcome != sqlite.OutcomeKilled {
			t.Errorf("after the kill the reader sees %+v", got)
		}
	}
}

// Nothing that a reader sees may be half of a run, however often it looks.
func TestAReaderSeesWholeRunsWhileTheyAreWritten(t *testing.T) {
	const runs, enough = 40, 20
	dir := t.TempDir()
	s := openState(t, dir)
	reader := openStateReader(t, dir)
	ctx, done := context.WithCancel(t.Context())
	defer done()
	var looks atomic.Int32
	var g errgroup.Group
	g.Go(func() error {
		defer done()
		for ctx.Err() == nil {
			seen, err := reader.Runs(t.Context(), 3)
			if err != nil {
				return err
			}
			looks.Add(1)
			for _, r := range seen {
				switch {
				case r.Ended.IsZero() && (r.Outcome != sqlite.OutcomeRunning || len(r.Bills) != 1):
					return fmt.Errorf("a running run is seen as %q with %d bills", r.Outcome, len(r.Bills))
				case !r.Ended.IsZero() && len(r.Bills) != 3:
					return fmt.Errorf("an ended run is seen with %d bills", len(r.Bills))
				}
			}
		}
		return nil
	})
	g.Go(func() error {
		defer done()
		for i := 0; i < runs || (looks.Load() < enough && ctx.Err() == nil); i++ {
			if err := runOnce(t.Context(), s, fmt.Sprint("run-", i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

func runOnce(ctx context.Context, s *sqlite.State, id string) error {
	release, err := s.Lock(ctx, holder(id), 0)
	if err != nil {
		return err
	}
	err = s.BeginRun(ctx, begun(aRun(id, runBill("prod", october))))
	if err == nil {
		err = s.EndRun(ctx, aRun(id, runBill("prod", october), runBill("prod", november), runBill("test", october)))
	}
	return errors.Join(err, release())
}

func TestAReaderChangesNothing(t *testing.T) {
	dir := t.TempDir()
	s, err := sqlite.OpenState(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	mustEnd(t, s, aRun("run-1", runBill("prod", october)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "state.db")
	before := read(t, file)
	r, err := sqlite.OpenStateReader(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	wantRuns(t, r, 10, aRun("run-1", runBill("prod", october)))
	wantOneLine(t, r.EndRun(t.Context(), aRun("run-2")), file, "cannot be written")
	wantOneLine(t, r.Marks("here").Set(t.Context(), mark("prod", day, 1)), file, "cannot be written")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if string(before) != string(read(t, file)) {
		t.Error("the state was changed")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the reader left %v, %v", entries, err)
	}
}

func TestAReaderCreatesNoState(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	for _, what := range []string{"no folder", "no file"} {
		_, err := sqlite.OpenStateReader(t.Context(), dir)
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: error %v, want %v", what, err, fs.ErrNotExist)
		}
		wantOneLine(t, err, filepath.Join(dir, "state.db"))
		if entries, err := os.ReadDir(dir); len(entries) != 0 || (what == "no folder") != errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: created %v, %v", what, entries, err)
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAReaderRefusesWhatDoesNotFit(t *testing.T) {
	for name, tt := range map[string]struct {
		change string
		says   string
	}{
		"a newer goscan's": {"PRAGMA user_version = 99", "newer goscan"},
		"an older one's":   {"PRAGMA user_version = 1", "older goscan"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, file := emptyState(t)
			execute(t, file, tt.change)
			before := read(t, file)
			_, err := sqlite.OpenStateReader(t.Context(), dir)
			if !errors.Is(err, store.ErrSchema) {
				t.Errorf("error %v, want %v", err, store.ErrSchema)
			}
			wantOneLine(t, err, file, tt.says)
			if string(before) != string(read(t, file)) {
				t.Error("the state was changed")
			}
		})
	}
	t.Run("not a database", func(t *testing.T) {
		dir, file := emptyState(t)
		damaged := read(t, file)
		for i := range 4096 {
			damaged[i] = 'x'
		}
		if err := os.WriteFile(file, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := sqlite.OpenStateReader(t.Context(), dir)
		wantOneLine(t, err, file, "damaged")
	})
}

// emptyState returns a folder with a state that is closed, and the state's file.
func emptyState(t *testing.T) (dir, file string) {
	t.Helper()
	dir = t.TempDir()
	s, err := sqlite.OpenState(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, filepath.Join(dir, "state.db")
}

// A folder that may be read and not written: what runs are there is seen while one goes on, and else refused in one line.
func TestAReaderInAReadOnlyFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		runDeprived(t)
		return
	}
	dir := filepath.Join(t.TempDir(), "state")
	child := startHolder(t, dir, "run-1")
	chmod(t, dir, 0o500)
	r, err := sqlite.OpenStateReader(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := onlyRun(t, r); got.Outcome != sqlite.OutcomeRunning {
		t.Errorf("the reader sees %+v", got)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	chmod(t, dir, 0o700)
	child.release(t)
	if err := child.Wait(); err != nil {
		t.Fatal(err)
	}
	chmod(t, dir, 0o500)
	defer chmod(t, dir, 0o700)
	_, err = sqlite.OpenStateReader(t.Context(), dir)
	wantOneLine(t, err, filepath.Join(dir, "state.db"), "cannot be written")
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}
