package storetest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"goscan/providers"
	"goscan/store"
)

// child returns the command of a process that does a job.
func (f *fixture) child(ctx context.Context, j job) *exec.Cmd {
	f.Helper()
	j.Address = f.Address()
	text, err := json.Marshal(j)
	if err != nil {
		f.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		f.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, program, "-test.run=^$")
	cmd.Env = append(os.Environ(), jobVariable+"="+string(text))
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

func testProcesses(t *testing.T, f *fixture) {
	f.clock.set(time.Now().Add(-time.Hour))
	s := f.open("run-1")
	for back := range raceDays {
		f.replace(s, "prod", october31-providers.Day(back), sharing(raceTotal, 5, "before"))
	}

	reports := make([][]report, 2)
	running, done := context.WithCancel(f.Context())
	var readers, writers errgroup.Group
	rounds := 0
	readers.Go(func() error {
		for running.Err() == nil {
			if err := checkRaceTotals(f.Context(), s); err != nil {
				return err
			}
			rounds++
		}
		return nil
	})
	for i := range reports {
		cmd := f.child(f.Context(), job{Writer: fmt.Sprint("writer", i), Count: 50})
		writers.Go(func() (err error) {
			reports[i], err = runReporting(cmd)
			return err
		})
	}
	err := writers.Wait()
	done()
	if err := errors.Join(err, readers.Wait()); err != nil {
		t.Fatal(err)
	}
	if rounds < 5 {
		t.Errorf("the reader asked only %d times", rounds)
	}
	f.checkRaceWinners(s, append(reports[0], reports[1]...))
}

// checkRaceTotals asks for the totals in every way and fails when one is not the total of whole days.
func checkRaceTotals(ctx context.Context, s Store) error {
	for _, q := range []store.Query{
		{By: []store.Dimension{store.ByDay}},
		{By: []store.Dimension{store.ByDay}, Where: []store.Filter{{Dimension: store.Tag("none"), Values: []string{""}}}},
	} {
		q.From, q.To, q.Amount = october31-raceDays+1, october31, store.BilledCost
		costs, err := s.Costs(ctx, q)
		if err != nil {
			return err
		}
		if len(costs) != raceDays {
			return fmt.Errorf("a reader saw %d days of %d", len(costs), raceDays)
		}
		for _, c := range costs {
			if c.Amount.String() != fmt.Sprint(raceTotal) {
				return fmt.Errorf("a reader saw %s on %s, want %d", c.Amount, c.Keys[0], raceTotal)
			}
		}
	}
	return nil
}

// checkRaceWinners checks that each day is held, whole, by the replacement with the latest version.
func (f *fixture) checkRaceWinners(s Store, reports []report) {
	f.Helper()
	winners := map[providers.Day]report{}
	for _, r := range reports {
		if w, ok := winners[r.Day]; !r.Superseded && (!ok || r.Version.After(w.Version)) {
			winners[r.Day] = r
		}
	}
	if len(winners) != raceDays {
		f.Errorf("%d days were replaced, want %d", len(winners), raceDays)
	}
	for d, w := range winners {
		f.wantLines(s, "prod", d, sharing(raceTotal, w.Lines, w.Resource))
		if m := f.mark(s, "prod", d); m == nil || m.LoadID != w.LoadID || !m.Version.Equal(w.Version) {
			f.Errorf("the commit of %s is %+v, want %+v", d, m, w)
		}
	}
}

func runReporting(cmd *exec.Cmd) ([]report, error) {
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("writer: %w: %s", err, errs.String())
	}
	var reports []report
	for decoder := json.NewDecoder(&out); ; {
		var r report
		err := decoder.Decode(&r)
		if errors.Is(err, io.EOF) {
			return reports, nil
		}
		if err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
}

func testKilled(t *testing.T, f *fixture) {
	f.clock.set(time.Now().Add(-time.Hour))
	s := f.open("run-1")
	old := samples(9)
	before := f.replace(s, "prod", october31, old).After

	ctx, kill := context.WithCancel(f.Context())
	defer kill()
	cmd := f.child(ctx, job{Writer: "killed", Hang: true}) // its context kills with SIGKILL
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != hanging+"\n" {
		t.Fatalf("the writer said %q, %v: %s", line, err, errs.String())
	}
	for range 3 {
		f.wantLines(s, "prod", october31, old)
	}
	kill()
	if err := cmd.Wait(); err == nil {
		t.Fatal("the writer was not killed")
	}

	if n := f.storedLines("prod", october31); n <= len(old) {
		t.Errorf("the killed writer left %d lines beside the %d: it was killed too early to prove anything", n-len(old), len(old))
	}
	f.wantLines(s, "prod", october31, old)
	if m := f.mark(s, "prod", october31); m == nil || m.LoadID != before.LoadID {
		t.Errorf("the day's commit is %+v, want %+v", m, before)
	}
	f.clock.set(time.Now().Add(time.Hour))
	f.clean(s)
	if n := f.storedLines("prod", october31); n != len(old) {
		t.Errorf("%d lines are kept of a day of %d lines after cleaning", n, len(old))
	}
	f.wantLines(s, "prod", october31, old)
	f.replace(s, "prod", october31, samples(4))
	f.wantLines(s, "prod", october31, samples(4))
}
