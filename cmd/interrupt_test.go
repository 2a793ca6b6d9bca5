package cmd_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
	"goscan/store"
	"goscan/store/sqlite"
)

// program is goscan with a ledger of its own and one simulated account, ready to be run as a process.
type program struct {
	folder string
	cloud  *simulator.Cloud
}

const programDays = 10

func newProgram(t *testing.T) program {
	t.Helper()
	c, err := simulator.Start(simulator.Volcengine, simulator.Options{Seed: 11})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	p := program{folder: t.TempDir(), cloud: c}
	since := providers.DayOf(time.Now()) - programDays
	if err := c.Fill(since+3, 1000); err != nil { // a day of several pages
		t.Fatal(err)
	}
	yaml := "state: state\nproviders:\n  volcengine:\n    access_key: " + simulator.AccessKey + "\n    secret_key: " + simulator.SecretKey +
		"\n    endpoint: " + c.URL() + "\n    since: " + since.String() + "\n    rate: 500\n"
	if err := os.WriteFile(filepath.Join(p.folder, "goscan.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// command returns goscan with arguments, to be started in the program's folder.
func (p program) command(args ...string) (*exec.Cmd, *bytes.Buffer) {
	c := exec.Command("goscan", args...)
	c.Dir = p.folder
	c.Env = append(os.Environ(), "HOME="+p.folder)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	return c, &out
}

// run runs goscan to its end and returns its exit code and what it printed.
func (p program) run(t *testing.T, args ...string) (int, string) {
	t.Helper()
	c, out := p.command(args...)
	return exitCode(t, c.Run()), out.String()
}

func exitCode(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	t.Fatal(err)
	return -1
}

func TestAnInterruptInEveryPhaseLosesNothing(t *testing.T) {
	lastPage := func(r simulator.Request) bool { return r.Page > 0 }
	for name, tt := range map[string]struct {
		when func(simulator.Request) bool
		skip int // how many such requests are let through before
	}{
		"at the first request":           {nil, 0},
		"when some days are stored":      {nil, 4},
		"in the middle of a day":         {lastPage, 0},
		"at the last page of a day":      {lastPage, 2},
		"at the last request of the run": {nil, programDays + 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProgram(t)
			c, out := p.command("sync")
			var seen atomic.Int32
			started := make(chan bool)
			p.cloud.Inject(simulator.Fault{When: tt.when, Times: tt.skip + 1, Wait: 50 * time.Millisecond, Run: func(simulator.Request) {
				if seen.Add(1) == int32(tt.skip)+1 {
					<-started
					_ = c.Process.Signal(os.Interrupt) // the test fails on the exit code if it does not arrive
				}
			}})
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			close(started)
			began := time.Now()
			if code := exitCode(t, c.Wait()); code != 130 {
				t.Fatalf("exit code %d, want 130:\n%s", code, out)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("took %s to stop", took)
			}
			p.cloud.Heal()
			if code, out := p.run(t, "sync"); code != 0 {
				t.Fatalf("the next run ends with %d:\n%s", code, out)
			}
			p.assertTruth(t)
		})
	}
}

func TestASecondInterruptEndsAtOnce(t *testing.T) {
	p := newProgram(t)
	c, out := p.command("sync")
	arrived := make(chan bool, 1)
	p.cloud.Inject(simulator.Fault{Times: 1, Effect: simulator.Stall, Run: func(simulator.Request) { arrived <- true }})
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	<-arrived
	for range 2 {
		if err := c.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	err := c.Wait()
	if status, ok := c.ProcessState.Sys().(syscall.WaitStatus); !ok || (!status.Signaled() && exitCode(t, err) != 130) {
		t.Errorf("%v after two interrupts:\n%s", err, out)
	}
}

func TestACloudThatPausesIsWaitedFor(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.cloud.Inject(simulator.Fault{When: func(r simulator.Request) bool { return r.Page == 1 }, Times: 1, Wait: 60 * time.Second})
	if code, out := p.run(t, "sync"); code != 0 {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	p.assertTruth(t)
}

// assertTruth asserts that the ledger holds exactly what the cloud shows, day by day.
func (p program) assertTruth(t *testing.T) {
	t.Helper()
	ledger, err := sqlite.OpenLedger(t.Context(), filepath.Join(p.folder, "state"), store.Run{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer ledger.Close()
	today := providers.DayOf(time.Now())
	for d := today - programDays; d < today; d++ {
		want := p.cloud.Truth(d).Total("CNY")
		for _, by := range []store.Dimension{store.ByAccount, store.Tag("none")} { // the sums, and the lines
			rows, err := ledger.Costs(t.Context(), store.Query{From: d, To: d, Amount: store.BilledCost, By: []store.Dimension{by}})
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != 1 || rows[0].Lines != int64(want.Lines) || !rows[0].Amount.Equal(want.BilledCost) {
				t.Errorf("%s by %s: stored %v, want %d lines, %s", d, by, rows, want.Lines, want.BilledCost)
			}
		}
	}
}
