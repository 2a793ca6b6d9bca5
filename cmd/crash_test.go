package cmd_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goscan/cmd"
	"goscan/providers"
	"goscan/store/sqlite"
)

// faulty are the settings of an account of a cloud whose provider panics, and tells its secret while it does.
type faulty struct {
	providers.Common `yaml:",inline"`

	Secret providers.Secret `yaml:"secret"`
	At     string           `yaml:"at"` // where it panics: open, fetch, overview or check; empty: nowhere
}

func (f *faulty) Base() *providers.Common { return &f.Common }
func (f *faulty) Validate() error         { return nil }

func (f *faulty) Open(providers.Options) (providers.Provider, error) {
	f.crash("open")
	return faultyCloud{f}, nil
}

func (f *faulty) crash(at string) {
	if f.At == at {
		panic("no such thing as https://cloud.example.test/?key=" + f.Secret.Reveal() + "\nat all")
	}
}

// faultyCloud has empty bills.
type faultyCloud struct{ *faulty }

func (c faultyCloud) Fetch(context.Context, providers.Bill, providers.Day, providers.Emit) error {
	c.crash("fetch")
	return nil
}

func (c faultyCloud) Overview(context.Context, providers.Month) ([]providers.Total, error) {
	c.crash("overview")
	return nil, nil
}

func (c faultyCloud) Check(context.Context) error {
	c.crash("check")
	return nil
}

func faultyClouds() providers.Registry {
	return providers.Registry{"faulty": {
		Title: "Faulty", Calendar: providers.Calendar{IssueLag: time.Hour, CloseDay: 2, History: 12}, PageSize: 300,
		Settings: func() providers.Settings { return &faulty{} },
	}}
}

const crashSecret = "oystercatcher-on-the-rocks"

// crashRun runs a command with an account that panics and one that does not.
func crashRun(t *testing.T, folder, at string, args ...string) (code int, out, errs string) {
	t.Helper()
	config := filepath.Join(folder, "goscan.yaml")
	yaml := "state: " + filepath.Join(folder, "state") + "\nproviders:\n" +
		"  bad: {type: faulty, since: 2026-08-01, secret: " + crashSecret + ", at: \"" + at + "\"}\n" +
		"  good: {type: faulty, since: 2026-08-01, secret: other-secret}\n"
	if err := os.WriteFile(config, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 9, 20, 3, 0, 0, 0, time.UTC)
	return cmd.RunOn(t.Context(), faultyClouds(), now, append([]string{"-c", config}, args...)...)
}

// lastRun returns what the state remembers of the last run.
func lastRun(t *testing.T, folder string) sqlite.Run {
	t.Helper()
	state, err := sqlite.OpenState(t.Context(), filepath.Join(folder, "state"))
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	runs, err := state.Runs(t.Context(), 1)
	if err != nil || len(runs) != 1 {
		t.Fatalf("%d runs, %v", len(runs), err)
	}
	return runs[0]
}

// wantReport asserts that a panic was told as what it is: in one masked line, with a hint and with the stack.
func wantReport(t *testing.T, prefix, out, errs string) {
	t.Helper()
	line := "goscan: " + prefix + "internal error: no such thing as https://cloud.example.test/?key=******** at all"
	report := errs[max(strings.Index(errs, line), 0):]
	if !strings.HasPrefix(report, line) || !strings.Contains(report, "\nhint: this is a mistake in goscan") ||
		!strings.Contains(report, "\ngoscan/") || !strings.Contains(report, "(*faulty).crash(") || !strings.Contains(report, "crash_test.go:") {
		t.Errorf("stderr does not begin with %q, a hint and a stack:\n%s", line, errs)
	}
	if n := strings.Count(errs, "(*faulty).crash("); n != 1 {
		t.Errorf("%d stacks are printed", n)
	}
	if strings.Contains(out+errs, crashSecret) {
		t.Errorf("the secret is printed:\n%s%s", out, errs)
	}
}

func TestAPanicIsAFailureThatLeavesNothingLocked(t *testing.T) {
	for _, tt := range []struct {
		at, command, prefix string
		code                int
		outcome             string
	}{
		{"open", "sync", "", 1, "failed"},
		{"open", "verify", "", 1, "failed"},
		{"fetch", "sync", "bad 2026-08-01: ", 3, "partly done"},
		{"fetch", "sync -a bad", "bad 2026-08-01: ", 1, "failed"},
		{"overview", "sync", "bad 2026-08: ", 3, "partly done"},
		{"fetch", "backfill --from 2026-08 --to 2026-08", "bad 2026-08-01: ", 3, "partly done"},
	} {
		t.Run(tt.at+" of "+tt.command, func(t *testing.T) {
			folder := t.TempDir()
			code, out, errs := crashRun(t, folder, tt.at, strings.Fields(tt.command)...)
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			wantReport(t, tt.prefix, out, errs)
			run := lastRun(t, folder)
			text := run.Error
			for _, b := range run.Bills {
				text += b.Error
			}
			if run.ExitCode != tt.code || run.Outcome != tt.outcome || run.Ended.IsZero() {
				t.Errorf("the state remembers %+v", run)
			}
			if !strings.Contains(text, "internal error") && tt.at != "overview" || strings.Contains(text, crashSecret) {
				t.Errorf("the state remembers %q", text)
			}
			if code, out, errs := crashRun(t, folder, "", "sync"); code != 0 {
				t.Errorf("the next run ends with %d:\n%s%s", code, out, errs)
			}
		})
	}
}

func TestAPanicOfTheDoctorHidesNoOtherFinding(t *testing.T) {
	code, out, errs := crashRun(t, t.TempDir(), "check", "doctor")
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	wantReport(t, "", out, errs)
	if !strings.Contains(out, "account good") {
		t.Errorf("the other findings are not there:\n%s", out)
	}
}

func TestAPanicBeforeTheSecretsAreKnown(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "goscan.yaml"), []byte("providers: {faulty: {}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	clouds := providers.Registry{"faulty": {Settings: func() providers.Settings { panic("no settings") }}}
	code, out, errs := cmd.RunOn(t.Context(), clouds, time.Now(), "-c", filepath.Join(folder, "goscan.yaml"), "config", "show")
	if code != 1 || out != "" || !strings.HasPrefix(errs, "goscan: internal error: no settings\nhint: ") {
		t.Errorf("exit code %d:\n%s%s", code, out, errs)
	}
}
