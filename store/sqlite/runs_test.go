//go:build unix

package sqlite_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
	"goscan/store/sqlite"
)

// aRun returns a run that ended, with the given bills.
func aRun(id string, bills ...sqlite.RunBill) sqlite.Run {
	started := time.Date(2026, 11, 22, 0, 30, 5, 123_456_000, time.UTC)
	return sqlite.Run{
		ID: id, Command: "goscan sync", Host: "here", PID: 123, Started: started, Ended: started.Add(90 * time.Second),
		ExitCode: 3, Outcome: "partly done", Error: "a line\nand another", StoreID: "store-1", Bills: bills,
	}
}

func runBill(account string, m providers.Month) sqlite.RunBill {
	return sqlite.RunBill{
		Account: account, Provider: "alicloud", Dataset: providers.DatasetBill, Month: m,
		Days: 15, Stored: 5, Confirmed: 4, NotIssued: 3, Failed: 0, Undone: 1, Lines: 100_000,
		Total: store.Amounts{"CNY": decimal.RequireFromString("-12345678901.000000000001"), "USD": decimal.New(3, -1)},
		Pages: 7, Retries: 6, Throttles: 8, Seconds: 1.25, Outcome: "stored",
	}
}

func failed(b sqlite.RunBill) sqlite.RunBill {
	b.Failed, b.Error = 2, "DescribeInstanceBill: 502"
	return b
}

// begun returns what is known of a run before its end.
func begun(r sqlite.Run) sqlite.Run {
	r.Ended, r.ExitCode, r.Outcome, r.Error = time.Time{}, 0, "", ""
	return r
}

func mustBegin(t testing.TB, s *sqlite.State, r sqlite.Run) {
	t.Helper()
	if err := s.BeginRun(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

func mustEnd(t testing.TB, s *sqlite.State, r sqlite.Run) {
	t.Helper()
	if err := s.EndRun(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

func wantRuns(t *testing.T, s *sqlite.State, limit int, want ...sqlite.Run) {
	t.Helper()
	got, err := s.Runs(t.Context(), limit)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
}

const (
	october  = providers.Month(56*12 + 9)
	november = october + 1
)

func TestRunsAreRememberedNewestFirst(t *testing.T) {
	dir := t.TempDir()
	s := openState(t, dir)
	wantRuns(t, s, 10)
	first := aRun("first", runBill("prod", october), runBill("prod", november), runBill("test", october))
	second := aRun("second")
	second.Started = first.Started.Add(-time.Hour) // the clock was set back: what counts is who began later
	second.ExitCode, second.Error = 0, ""
	for _, r := range []sqlite.Run{first, second} {
		mustBegin(t, s, begun(r))
		mustEnd(t, s, r)
	}
	again := openState(t, dir)
	wantRuns(t, again, 10, second, first)
	wantRuns(t, again, 1, second)
	wantRuns(t, again, 0)
}

func TestABillWithoutATotalHasNone(t *testing.T) {
	s := openState(t, t.TempDir())
	idle := sqlite.RunBill{Account: "prod", Provider: "alicloud", Dataset: providers.DatasetBill, Month: october}
	mustEnd(t, s, aRun("run-1", idle))
	idle.Total = store.Amounts{}
	wantRuns(t, s, 10, aRun("run-1", idle))
}

func TestARunThatWasNotBegunIsRememberedWhole(t *testing.T) {
	s := openState(t, t.TempDir())
	r := aRun("run-1", runBill("prod", october))
	mustEnd(t, s, r)
	mustEnd(t, s, r) // and no more than that when it ends twice
	wantRuns(t, s, 10, r)
}

func TestARunWithoutAnEndDoesNotEnd(t *testing.T) {
	s := openState(t, t.TempDir())
	if err := s.EndRun(t.Context(), begun(aRun("run-1"))); err == nil {
		t.Error("a run ended without an end")
	}
	wantRuns(t, s, 10)
}

func TestARunWithoutAnEndRunsWhileItHoldsTheLock(t *testing.T) {
	s := openState(t, t.TempDir())
	release := mustLock(t, s, "run-1")
	r := begun(aRun("run-1", runBill("prod", october)))
	mustBegin(t, s, r)
	r.Outcome = sqlite.OutcomeRunning
	wantRuns(t, s, 10, r)
	if err := release(); err != nil {
		t.Fatal(err)
	}
	r.Outcome = sqlite.OutcomeKilled
	wantRuns(t, s, 10, r)

	release = mustLock(t, s, "run-2") // another one's lock does not revive it
	next := begun(aRun("run-2"))
	mustBegin(t, s, next)
	next.Outcome = sqlite.OutcomeRunning
	wantRuns(t, s, 10, next, r)
	if err := release(); err != nil {
		t.Fatal(err)
	}
}

func TestARunOfAKilledProcessWasKilled(t *testing.T) {
	dir := t.TempDir()
	s := openState(t, dir)
	child := startHolder(t, dir, "run-1")
	if outcome := onlyRun(t, s).Outcome; outcome != sqlite.OutcomeRunning {
		t.Errorf("before the kill: %q", outcome)
	}
	child.kill(t)
	if outcome := onlyRun(t, s).Outcome; outcome != sqlite.OutcomeKilled {
		t.Errorf("after the kill: %q", outcome)
	}
}

func onlyRun(t *testing.T, s *sqlite.State) sqlite.Run {
	t.Helper()
	runs, err := s.Runs(t.Context(), 10)
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %+v, %v, want one", runs, err)
	}
	return runs[0]
}

func TestTheLastRunAndTheLastFailureOfAnAccount(t *testing.T) {
	s := openState(t, t.TempDir())
	worst := aRun("worst", failed(runBill("prod", october)), runBill("prod", november), runBill("test", october))
	erring := runBill("test", november) // no day of it failed, but the bill did
	erring.Error = "no days were planned"
	for _, r := range []sqlite.Run{
		worst, aRun("other", failed(runBill("test", october))), aRun("erring", erring), aRun("good", runBill("prod", october)), aRun("idle"),
	} {
		mustEnd(t, s, r)
	}
	dying := begun(aRun("dying", runBill("new", november)))
	mustBegin(t, s, dying)
	dying.Outcome = sqlite.OutcomeKilled
	for name, tt := range map[string]struct {
		ask     func(account string) (sqlite.Run, bool, error)
		account string
		want    *sqlite.Run
	}{
		"the last run of one":                {last(t, s), "prod", ptr(aRun("good", runBill("prod", october)))},
		"the last run of another":            {last(t, s), "test", ptr(aRun("erring", erring))},
		"a killed run is known by its plans": {last(t, s), "new", &dying},
		"no run of nobody":                   {last(t, s), "nobody", nil},
		"a failure has the account's bills":  {lastFailure(t, s), "prod", ptr(aRun("worst", worst.Bills[:2]...))},
		"a bill may fail without its days":   {lastFailure(t, s), "test", ptr(aRun("erring", erring))},
		"a killed run is no failure":         {lastFailure(t, s), "new", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok, err := tt.ask(tt.account)
			if err != nil || ok != (tt.want != nil) {
				t.Fatalf("%+v, %t, %v", got, ok, err)
			}
			if ok {
				if diff := cmp.Diff(*tt.want, got); diff != "" {
					t.Errorf("run (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func last(t *testing.T, s *sqlite.State) func(string) (sqlite.Run, bool, error) {
	return func(account string) (sqlite.Run, bool, error) { return s.LastRun(t.Context(), account) }
}

func lastFailure(t *testing.T, s *sqlite.State) func(string) (sqlite.Run, bool, error) {
	return func(account string) (sqlite.Run, bool, error) { return s.LastFailure(t.Context(), account) }
}

func ptr[T any](v T) *T { return &v }

func TestTheHistoryOfRunsIsBounded(t *testing.T) {
	dir := t.TempDir()
	s := openState(t, dir)
	for i := range sqlite.KeptRuns + 5 {
		account := "new"
		if i < 5 {
			account = "old"
		}
		mustEnd(t, s, aRun(fmt.Sprint("run-", i), failed(runBill(account, october))))
	}
	runs, err := s.Runs(t.Context(), 2*sqlite.KeptRuns)
	if err != nil || len(runs) != sqlite.KeptRuns {
		t.Fatalf("%d runs, %v, want %d", len(runs), err, sqlite.KeptRuns)
	}
	if newest, oldest := runs[0].ID, runs[len(runs)-1].ID; newest != fmt.Sprint("run-", sqlite.KeptRuns+4) || oldest != "run-5" {
		t.Errorf("the runs go from %s back to %s", newest, oldest)
	}
	for _, r := range runs {
		if len(r.Bills) != 1 {
			t.Fatalf("run %s has %d bills, want 1", r.ID, len(r.Bills))
		}
	}
	if r, ok, err := s.LastRun(t.Context(), "old"); ok || err != nil {
		t.Errorf("a forgotten run's bill was found: %+v, %v", r, err)
	}
	if n := count(t, filepath.Join(dir, "state.db"), "run_bills"); n != sqlite.KeptRuns {
		t.Errorf("%d bills are kept of %d runs with one each", n, sqlite.KeptRuns)
	}
}

// count returns how many rows a table has.
func count(t *testing.T, file, table string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestADamagedHistoryIsNamed(t *testing.T) {
	dir, file := emptyState(t)
	content := read(t, file)
	for i := 4096; i < len(content); i++ { // all but the first page
		content[i] = 'x'
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s := openState(t, dir)
	_, err := s.Runs(t.Context(), 10)
	wantOneLine(t, err, file, "is damaged")
	wantOneLine(t, s.BeginRun(t.Context(), aRun("run-1")), file, "is damaged")
}

func TestAnEndIsRememberedWithAllItsBillsOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	s := openState(t, dir)
	r := aRun("run-1")
	mustBegin(t, s, begun(r))
	if err := s.LimitPages(t.Context(), 20); err != nil {
		t.Fatal(err)
	}
	for i := range 2000 {
		b := runBill("prod", october+providers.Month(i))
		b.Outcome = fmt.Sprintf("%0100d", i)
		r.Bills = append(r.Bills, b)
	}
	wantOneLine(t, s.EndRun(t.Context(), r), filepath.Join(dir, "state.db"), "no space left")
	if got := onlyRun(t, s); !got.Ended.IsZero() || len(got.Bills) != 0 {
		t.Errorf("the run ended at %s with %d bills", got.Ended, len(got.Bills))
	}
	r.Bills = r.Bills[:3]
	mustEnd(t, s, r)
	wantRuns(t, s, 10, r)
}

func TestAStateOfTheFirstVersionLearnsRuns(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "state.db")
	step, err := os.ReadFile("schema/state/0001_marks.sql")
	if err != nil {
		t.Fatal(err)
	}
	execute(t, file, string(step)+"; PRAGMA user_version = 1")
	s := openState(t, dir)
	if err := s.Marks("here").Set(t.Context(), mark("prod", day, 3)); err != nil {
		t.Fatal(err)
	}
	mustEnd(t, s, aRun("run-1", runBill("prod", october)))
	wantRuns(t, s, 10, aRun("run-1", runBill("prod", october)))
}
