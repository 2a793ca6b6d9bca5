package cmd_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
)

// A logged record, as the JSON handler writes it.
type logged struct {
	Time, Level, Msg  string
	Run, Account      string
	Month, Day        string
	Op, Request, Kind string
	Attempt           int
	Error             string
	Seconds           string
}

// logRun is what a sync of both clouds left behind.
type logRun struct {
	code           int
	stdout, stderr string
	folder         string
	clouds         map[string]*simulator.Cloud // by account
}

// syncLogging syncs the last logDays of both clouds, the faults given by account, with a section log: and flags.
func syncLogging(t *testing.T, section string, faults map[string][]simulator.Fault, flags ...string) logRun {
	t.Helper()
	r := logRun{folder: t.TempDir(), clouds: map[string]*simulator.Cloud{}}
	since := (providers.DayOf(time.Now()) - logDays).String()
	yaml := "state: state\nlog: {" + section + "}\nproviders:\n"
	for account, kind := range map[string]string{"volc": simulator.Volcengine, "ali": simulator.Alicloud} {
		cloud, err := simulator.Start(kind, simulator.Options{Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(cloud.Close)
		for _, f := range faults[account] {
			cloud.Inject(f)
		}
		r.clouds[account] = cloud
		keys := map[string]string{"volc": "access_key: %k, secret_key: %s", "ali": "access_key_id: %k, access_key_secret: %s"}[account]
		keys = strings.NewReplacer("%k", simulator.AccessKey, "%s", "'"+simulator.SecretKey+"'").Replace(keys)
		yaml += "  " + account + ": {type: " + kind + ", since: " + since + ", rate: 500, endpoint: \"" + cloud.URL() + "\", " + keys + "}\n"
	}
	if err := os.WriteFile(filepath.Join(r.folder, "goscan.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("goscan", append([]string{"sync", "--json"}, flags...)...)
	c.Dir, c.Env = r.folder, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + r.folder}
	var out, complaints bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaints
	r.code = exitCode(t, c.Run())
	r.stdout, r.stderr = out.String(), complaints.String()
	return r
}

const logDays = 8

// records parses a log of JSON lines.
func records(t *testing.T, text string) (all []logged) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		var one logged
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("the line %q of the log is no JSON: %v", line, err)
		}
		all = append(all, one)
	}
	return all
}

// onDay is a fault of one request for one day.
func onDay(ago int, e simulator.Effect) simulator.Fault {
	day := providers.DayOf(time.Now()) - providers.Day(ago)
	return simulator.Fault{When: func(r simulator.Request) bool { return r.Day == day }, Times: 1, Effect: e}
}

// withID tells which faults are the cloud's own answers: those have a request id.
func withID(e simulator.Effect) bool {
	return slices.Contains([]simulator.Effect{simulator.Throttling, simulator.InternalError, simulator.ErrorIn200, simulator.Forbidden}, e)
}

func TestEveryFailedRequestIsLoggedWithItsIDRunAccountAndMonth(t *testing.T) {
	effects := []simulator.Effect{
		simulator.Throttling, simulator.InternalError, simulator.ErrorIn200, simulator.TooMany, simulator.BadGateway, simulator.Reset,
		simulator.Truncated,
	}
	faults := map[string][]simulator.Fault{}
	for i, e := range effects {
		faults["volc"] = append(faults["volc"], onDay(i+1, e))
		faults["ali"] = append(faults["ali"], onDay(i+1, e))
	}
	r := syncLogging(t, "level: debug, format: json, file: goscan.log", faults)
	if r.code != 0 {
		t.Fatalf("exit code %d:\n%s", r.code, r.stderr)
	}
	var result struct {
		RunID string `json:"run_id"`
	}
	if err := json.Unmarshal([]byte(r.stdout), &result); err != nil || result.RunID == "" {
		t.Fatalf("stdout is no result (%v):\n%s", err, r.stdout)
	}
	text, err := os.ReadFile(filepath.Join(r.folder, "goscan.log"))
	if err != nil {
		t.Fatal(err)
	}
	failures := map[string][]logged{} // by account and day
	for _, one := range records(t, string(text)) {
		if one.Run != result.RunID || one.Time == "" || one.Level == "" {
			t.Errorf("a record without the run %s: %+v", result.RunID, one)
		}
		if one.Day == "" {
			continue
		}
		if one.Account == "" || one.Op == "" || one.Attempt == 0 || one.Seconds == "" || !strings.HasPrefix(one.Day, one.Month+"-") {
			t.Errorf("a request is not named: %+v", one)
		}
		if one.Msg == "request failed" {
			failures[one.Account+" "+one.Day] = append(failures[one.Account+" "+one.Day], one)
		} else if one.Request == "" || one.Level != "DEBUG" {
			t.Errorf("a request that succeeded: %+v", one)
		}
	}
	if len(failures) != 2*len(effects) {
		t.Errorf("failures on %d days, want %d", len(failures), 2*len(effects))
	}
	for account := range r.clouds {
		for i, e := range effects {
			day := (providers.DayOf(time.Now()) - providers.Day(i+1)).String()
			got := failures[account+" "+day]
			if len(got) != 1 {
				t.Errorf("%s %s (%s): %d failures are logged, want 1", account, day, e, len(got))
				continue
			}
			one := got[0]
			if one.Level != "WARN" || one.Kind == "" || one.Error == "" || (one.Request != "") != withID(e) || !strings.Contains(one.Error, one.Request) {
				t.Errorf("%s (%s): %+v", account, e, one)
			}
		}
	}
}

func TestTheErrorOnStderrHasTheRequestIDOfTheLog(t *testing.T) {
	r := syncLogging(t, "level: warn, format: json, file: goscan.log", map[string][]simulator.Fault{"ali": {{Effect: simulator.Forbidden}}})
	if r.code != 3 {
		t.Fatalf("exit code %d:\n%s", r.code, r.stderr)
	}
	text, err := os.ReadFile(filepath.Join(r.folder, "goscan.log"))
	if err != nil {
		t.Fatal(err)
	}
	named := false
	for _, one := range records(t, string(text)) {
		if one.Msg != "request failed" {
			continue // the run's end, and the days that failed
		}
		if one.Account == "volc" || one.Kind != "denied" || one.Request == "" {
			t.Errorf("record %+v", one)
		}
		named = named || strings.Contains(r.stderr, "(request "+one.Request+")")
	}
	if !named {
		t.Errorf("no request of the log is named in:\n%s\nlog:\n%s", r.stderr, text)
	}
}

func TestWhatTheSectionLogSays(t *testing.T) {
	throttled := map[string][]simulator.Fault{"volc": {onDay(1, simulator.Throttling)}}
	for name, test := range map[string]struct {
		section string
		flags   []string
		file    bool
		has     []string
		hasNot  []string
	}{
		"by default failures go to stderr":   {"", nil, false, []string{"WRN", "request failed", "account=volc", "run=", "month="}, []string{"DBG", "{\""}},
		"level error":                        {"level: error", nil, false, nil, []string{"request failed"}},
		"level debug":                        {"level: debug", nil, false, []string{"request failed", "DBG request"}, nil},
		"-v goes before the level":           {"level: error", []string{"-v"}, false, []string{"request failed", "DBG request"}, nil},
		"-q goes before the level":           {"level: debug", []string{"-q"}, false, nil, []string{"request"}},
		"JSON on stderr":                     {"format: json", nil, false, []string{`"msg":"request failed"`, `"account":"volc"`}, nil},
		"a file of text":                     {"file: goscan.log", nil, true, []string{`msg="request failed"`, "account=volc"}, []string{"DEBUG"}},
		"a file of JSON, with every request": {"file: goscan.log, format: json, level: debug", nil, true, []string{`"msg":"request"`}, nil},
		"a file, and -q: errors only":        {"file: goscan.log", []string{"-q"}, true, nil, []string{"request"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := syncLogging(t, test.section, throttled, test.flags...)
			if r.code != 0 || !json.Valid([]byte(r.stdout)) {
				t.Fatalf("exit code %d, stdout %q:\n%s", r.code, r.stdout, r.stderr)
			}
			log := r.stderr
			text, err := os.ReadFile(filepath.Join(r.folder, "goscan.log"))
			switch {
			case test.file && err == nil:
				if strings.Contains(r.stderr, "attempt") {
					t.Errorf("stderr has records as well:\n%s", r.stderr)
				}
				log = string(text)
				if info, err := os.Stat(filepath.Join(r.folder, "goscan.log")); err != nil || info.Mode().Perm() != 0o600 {
					t.Errorf("the file's mode is %v (%v)", info.Mode(), err)
				}
			case test.file || !errors.Is(err, fs.ErrNotExist):
				t.Fatalf("the file of the log: %v", err)
			}
			for _, want := range test.has {
				if !strings.Contains(log, want) {
					t.Errorf("%q is not in the log:\n%s", want, log)
				}
			}
			for _, unwanted := range test.hasNot {
				if strings.Contains(log, unwanted) {
					t.Errorf("%q is in the log:\n%s", unwanted, log)
				}
			}
		})
	}
}
