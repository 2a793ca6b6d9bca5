package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"

	"goscan/providers"
	"goscan/store"
	"goscan/store/sqlite"
)

func openState(t testing.TB, dir string) *sqlite.State {
	t.Helper()
	s, err := sqlite.OpenState(t.Context(), dir)
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

func mark(account string, d providers.Day, lines int) store.Mark {
	began := time.Date(2026, 11, 22, 3, 4, 5, 678_901_000, time.UTC)
	return store.Mark{
		Account: account, Provider: "alicloud", Dataset: providers.DatasetBill, Month: d.Month(), Day: d,
		LoadID: store.NewLoadID(began), Version: began, CommittedAt: began.Add(time.Second), State: providers.Final,
		Lines: lines, Checksum: 1<<63 + 7, RunID: "run-1",
		BilledCost: store.Amounts{"CNY": decimal.RequireFromString("-12345678901.000000000001"), "USD": decimal.New(3, -1)},
	}
}

func wantMarks(t *testing.T, m *sqlite.Marks, want ...store.Mark) {
	t.Helper()
	got, err := m.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
}

func TestMarksSurviveAndBelongToOneStore(t *testing.T) {
	dir := t.TempDir()
	s := openState(t, dir)
	here, there := s.Marks("here"), s.Marks("there")
	empty := mark("prod", day-1, 0)
	empty.BilledCost = store.Amounts{}
	first, second, other := mark("prod", day, 3), mark("prod", day, 4), mark("test", day, 5)
	for _, set := range [][]store.Mark{{other, first}, {empty, second}, {}} {
		if err := here.Set(t.Context(), set...); err != nil {
			t.Fatal(err)
		}
	}
	if err := there.Set(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	again := openState(t, dir)
	wantMarks(t, again.Marks("here"), empty, second, other)
	wantMarks(t, again.Marks("there"), first)
	wantMarks(t, again.Marks("nowhere"))

	if err := here.Forget(t.Context(), second.Key(), mark("nobody", day, 1).Key()); err != nil {
		t.Fatal(err)
	}
	wantMarks(t, here, empty, other)
	wantMarks(t, there, first)
}

func TestMarksAreSetAllOrNone(t *testing.T) {
	s := openState(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Marks("here").Set(ctx, mark("prod", day, 1)); err == nil {
		t.Error("a cancelled Set returned no error")
	}
	wantMarks(t, s.Marks("here"))
}

func TestSinceIsKeptPerStoreAndAccount(t *testing.T) {
	dir := t.TempDir()
	s := openState(t, dir)
	if d, ok, err := s.Since(t.Context(), "here", "prod"); ok || err != nil {
		t.Errorf("since before it was set: %s, %t, %v", d, ok, err)
	}
	for _, d := range []providers.Day{day, providers.NewDay(2024, 2, 29)} {
		if err := s.SetSince(t.Context(), "here", "prod", d); err != nil {
			t.Fatal(err)
		}
		if got, ok, err := openState(t, dir).Since(t.Context(), "here", "prod"); !ok || got != d || err != nil {
			t.Errorf("since %s is %s, %t, %v", d, got, ok, err)
		}
	}
	for _, place := range [][2]string{{"there", "prod"}, {"here", "test"}} {
		if _, ok, err := s.Since(t.Context(), place[0], place[1]); ok || err != nil {
			t.Errorf("since of %v: %t, %v", place, ok, err)
		}
	}
}

// stateJob holds, in a child process, the folder and the account of the marks that it sets.
const stateJob = "GOSCAN_SQLITE_STATE_JOB"

const marksPerProcess = 60

func setMarksInChild() {
	dir, account, ok := strings.Cut(os.Getenv(stateJob), "\n")
	if !ok {
		return
	}
	if err := setMarks(context.Background(), dir, account); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func setMarks(ctx context.Context, dir, account string) error {
	s, err := sqlite.OpenState(ctx, dir)
	if err != nil {
		return err
	}
	for i := range marksPerProcess {
		if err := s.Marks("here").Set(ctx, mark(account, day-providers.Day(i), i), mark("shared", day, i)); err != nil {
			return err
		}
	}
	return s.Close()
}

// All processes begin with a folder that does not exist: creating it is part of the race.
func TestSeveralProcessesShareAState(t *testing.T) {
	dir := t.TempDir() + "/new"
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var g errgroup.Group
	accounts := []string{"a", "b", "c"}
	for _, account := range accounts {
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^$")
		cmd.Env = append(os.Environ(), stateJob+"="+dir+"\n"+account)
		g.Go(func() error {
			if out, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("%s: %w: %s", account, err, out)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	marks, err := openState(t, dir).Marks("here").All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range accounts {
		n := len(slices.DeleteFunc(slices.Clone(marks), func(m store.Mark) bool { return m.Account != account }))
		if n != marksPerProcess {
			t.Errorf("%d marks of %s are left of %d", n, account, marksPerProcess)
		}
	}
	if n := len(accounts)*marksPerProcess + 1; len(marks) != n {
		t.Errorf("%d marks, want %d", len(marks), n)
	}
}
