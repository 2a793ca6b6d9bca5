package metrics_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/shopspring/decimal"
	"go.yaml.in/yaml/v3"

	"goscan/cmd/metrics"
	"goscan/providers"
	"goscan/store"
)

var update = flag.Bool("update", false, "write the golden file")

func yuan(s string) store.Amounts { return store.Amounts{"CNY": decimal.RequireFromString(s)} }

// snapshot has a value of every family.
func snapshot(t *testing.T) metrics.Snapshot {
	t.Helper()
	newest, err := providers.ParseDay("2026-11-21")
	if err != nil {
		t.Fatal(err)
	}
	began := time.Date(2026, 11, 22, 22, 47, 0, 0, time.UTC)
	calls := 42
	volc := metrics.Account{
		Name: "volc", Provider: "volcengine", Days: 113,
		Newest:      &metrics.Newest{Day: newest, Lines: 1200, BilledCost: store.Amounts{"CNY": decimal.RequireFromString("12.34"), "USD": decimal.RequireFromString("0.5")}},
		LastRun:     &metrics.LastRun{Began: began, Ended: began.Add(90 * time.Second), ExitCode: 3, FailedDays: 2, Retries: 5, Throttles: 4, Calls: &calls},
		LastSuccess: began.Add(-24 * time.Hour),
		Months: []metrics.Month{
			{
				Month: newest.Month() - 1, Lines: 31000, BilledCost: yuan("-0.01"),
				Restated: &metrics.Restated{Days: 3, Change: yuan("-8.5")},
				Compared: &metrics.Compared{Residual: yuan("0.02"), Closed: true, Agrees: true},
			},
			{Month: newest.Month(), Lines: 21000, Missing: 1, BilledCost: yuan("100"), Compared: &metrics.Compared{Residual: yuan("7")}},
		},
	}
	killed := metrics.Account{Name: "ali", Provider: "alicloud", LastRun: &metrics.LastRun{Began: began}}
	return metrics.Snapshot{
		Version: "v1.2.3", GoVersion: "go1.26.0", Now: began.Add(2 * time.Minute),
		Run:      &metrics.Run{Command: "sync", Began: began, Ended: began.Add(90 * time.Second), ExitCode: 3},
		Accounts: []metrics.Account{volc, killed},
	}
}

func registry(t *testing.T, s metrics.Snapshot, labels map[string]string) *prometheus.Registry {
	t.Helper()
	r, err := s.Registry(labels)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func write(t *testing.T, path string, s metrics.Snapshot, labels map[string]string) string {
	t.Helper()
	if err := metrics.WriteFile(path, registry(t, s, labels)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheTextIsAsItWas(t *testing.T) {
	golden := filepath.Join("testdata", "metrics.golden")
	got := write(t, filepath.Join(t.TempDir(), "goscan.prom"), snapshot(t), nil)
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got != string(want) {
		t.Errorf("%v; got\n%s", err, got)
	}
	for _, f := range metrics.Families() {
		if !strings.Contains(got, "\n"+f.Name) {
			t.Errorf("%s has no value", f.Name)
		}
	}
}

func TestTheNamesFollowTheConventions(t *testing.T) {
	problems, err := testutil.GatherAndLint(registry(t, snapshot(t), nil))
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", err, problems)
	}
}

// A killed run has no end: there is no exit code, and nothing pretends that it was 0.
func TestWhatIsNotKnownIsNotWritten(t *testing.T) {
	s := snapshot(t)
	s.Run, s.Accounts = nil, s.Accounts[1:]
	got := write(t, filepath.Join(t.TempDir(), "goscan.prom"), s, nil)
	for _, name := range []string{"goscan_run_", "exit_code", "duration", "newest", "month", "last_success_timestamp", "api_calls"} {
		if strings.Contains(got, name) {
			t.Errorf("%s is written:\n%s", name, got)
		}
	}
	if want := `goscan_account_last_run_success{account="ali",provider="alicloud"} 0`; !strings.Contains(got, want) {
		t.Errorf("%s is not in\n%s", want, got)
	}
}

func TestLabels(t *testing.T) {
	got := write(t, filepath.Join(t.TempDir(), "goscan.prom"), snapshot(t), map[string]string{"team": `a "b"`})
	if want := `goscan_run_exit_code{team="a \"b\""} 3`; !strings.Contains(got, want) {
		t.Errorf("%s is not in\n%s", want, got)
	}
	if r, err := snapshot(t).Registry(map[string]string{"account": "x"}); err == nil {
		t.Errorf("a label of ours was taken: %v", r)
	}
}

func TestTheFileIsReplacedWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "goscan.prom")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	held, err := os.Open(path) // as a reader that began before
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	abandoned, writing := filepath.Join(dir, ".goscan.prom.1.tmp"), filepath.Join(dir, ".goscan.prom.2.tmp")
	for _, name := range []string{abandoned, writing} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(abandoned, before, before); err != nil {
		t.Fatal(err)
	}
	write(t, path, snapshot(t), nil)
	var old bytes.Buffer
	if _, err := old.ReadFrom(held); err != nil || old.String() != "old" {
		t.Errorf("a reader of the old file got %q (%v)", old.String(), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
	if _, err := os.Stat(abandoned); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what a killed process left is still there (%v)", err)
	}
	if _, err := os.Stat(writing); err != nil {
		t.Errorf("what another process writes was removed: %v", err)
	}
}

func TestAFileThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	for name, path := range map[string]string{
		"no folder": filepath.Join(dir, "absent", "goscan.prom"),
		"a folder":  dir,
	} {
		err := metrics.WriteFile(path, registry(t, snapshot(t), nil))
		if err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+"*")); err != nil || len(left) > 0 {
		t.Errorf("%v is left (%v)", left, err)
	}
}

func TestPush(t *testing.T) {
	var calls atomic.Int32
	var path, auth string
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 1 {
			http.Error(w, "not yet", http.StatusBadGateway)
			return
		}
		var in bytes.Buffer
		_, _ = in.ReadFrom(r.Body)
		user, password, _ := r.BasicAuth()
		path, auth, body = r.Method+" "+r.URL.Path, user+":"+password, in.Bytes()
	}))
	defer server.Close()
	to := metrics.Gateway{URL: server.URL + "/", Username: "u", Password: "p", Job: "goscan", Labels: map[string]string{"team": "x/y"}, Client: server.Client()}
	if err := metrics.Push(t.Context(), to, registry(t, snapshot(t), nil)); err != nil {
		t.Fatal(err)
	}
	if path != "PUT /metrics/job/goscan/team@base64/eC95" || auth != "u:p" || !bytes.Contains(body, []byte("goscan_build_info")) {
		t.Errorf("%s as %s, %d bytes", path, auth, len(body))
	}
}

func TestAPushThatFails(t *testing.T) {
	long := strings.Repeat("<html>", 1000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, long, http.StatusForbidden) }))
	defer server.Close()
	to := metrics.Gateway{URL: server.URL, Job: "goscan", Client: server.Client()}
	err := metrics.Push(t.Context(), to, registry(t, snapshot(t), nil))
	if err == nil || !strings.Contains(err.Error(), "403") || len(err.Error()) > 500 {
		t.Errorf("%v", err)
	}
	server.Close()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := metrics.Push(ctx, to, registry(t, snapshot(t), nil)); err == nil || time.Since(began) > 2*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}

var metricName = regexp.MustCompile(`\bgoscan_[a-z_]+`)

func unknown(text string) []string {
	var names []string
	for _, f := range metrics.Families() {
		names = append(names, f.Name)
	}
	return slices.DeleteFunc(metricName.FindAllString(text, -1), func(name string) bool { return slices.Contains(names, name) })
}

func TestTheRulesAreAboutMetricsThatExist(t *testing.T) {
	var file struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	d := yaml.NewDecoder(strings.NewReader(metrics.Rules()))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		t.Fatal(err)
	}
	if len(file.Groups) != 1 {
		t.Fatalf("%d groups", len(file.Groups))
	}
	var alerts []string
	for _, r := range file.Groups[0].Rules {
		alerts = append(alerts, r.Alert)
		if names := metricName.FindAllString(r.Expr, -1); len(names) == 0 || len(unknown(r.Expr)) > 0 {
			t.Errorf("%s: %s has %v, unknown %v", r.Alert, r.Expr, names, unknown(r.Expr))
		}
		if _, err := time.ParseDuration(r.For); err != nil || r.Labels["severity"] == "" || r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
			t.Errorf("%+v: %v", r, err)
		}
	}
	want := []string{"GoscanStale", "GoscanAccountFailed", "GoscanRunFailed", "GoscanUnreconciled", "GoscanThrottled", "GoscanSilent", "GoscanMetricsMissing"}
	if !slices.Equal(alerts, want) {
		t.Errorf("alerts %v", alerts)
	}
}

func TestTheDashboardIsAboutMetricsThatExist(t *testing.T) {
	text, err := metrics.Dashboard()
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Panels []struct {
			ID      int
			Title   string
			GridPos struct{ H, W, X, Y int }
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for _, p := range d.Panels {
		if seen[p.ID] || p.Title == "" || p.GridPos.W < 1 || p.GridPos.X+p.GridPos.W > 24 || len(p.Targets) == 0 {
			t.Errorf("panel %+v", p)
		}
		seen[p.ID] = true
	}
	if wrong := unknown(string(text)); len(wrong) > 0 || len(d.Panels) < 10 {
		t.Errorf("%d panels, unknown %v", len(d.Panels), wrong)
	}
}
