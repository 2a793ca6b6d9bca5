package cmd_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
)

// readMetrics returns the values of a metrics file of one account, without the labels of the account.
func readMetrics(t *testing.T, path string) map[string]float64 {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || name == "#" {
			continue
		}
		if all[name], err = strconv.ParseFloat(value, 64); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	return all
}

func (p program) configure(t *testing.T, more string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(p.folder, "goscan.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(more); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

const ofVolcengine = `{account="volcengine",provider="volcengine"}`

func TestTheLastSuccessSurvivesFailures(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	file := filepath.Join(p.folder, "goscan.prom")
	p.configure(t, "metrics: {file: goscan.prom}\n")
	if code, out := p.run(t, "sync"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	good := readMetrics(t, file)
	end := float64(providers.DayOf(time.Now()).Start().Unix())
	for name, want := range map[string]float64{
		"goscan_run_exit_code":                                           0,
		`goscan_run_info{command="sync"}`:                                1,
		"goscan_account_last_run_success" + ofVolcengine:                 1,
		"goscan_account_last_run_exit_code" + ofVolcengine:               0,
		"goscan_account_stored_dates" + ofVolcengine:                     programDays,
		"goscan_account_newest_day_end_timestamp_seconds" + ofVolcengine: end,
		"goscan_account_last_run_throttles" + ofVolcengine:               0,
	} {
		if got, ok := good[name]; !ok || got != want {
			t.Errorf("%s is %v (%v), want %v", name, got, ok, want)
		}
	}
	if calls := good["goscan_account_last_run_api_calls"+ofVolcengine]; calls < programDays {
		t.Errorf("%v API calls", calls)
	}
	p.cloud.Inject(simulator.Fault{Effect: simulator.Forbidden})
	if code, out := p.run(t, "sync"); code != 12 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	bad := readMetrics(t, file)
	success := "goscan_account_last_success_timestamp_seconds" + ofVolcengine
	if bad["goscan_run_exit_code"] != 12 || bad["goscan_account_last_run_success"+ofVolcengine] != 0 || bad[success] != good[success] || good[success] == 0 {
		t.Errorf("exit code %v, success %v, last success %v, was %v", bad["goscan_run_exit_code"], bad["goscan_account_last_run_success"+ofVolcengine], bad[success], good[success])
	}
	for name, value := range good {
		if strings.HasPrefix(name, "goscan_month_") && bad[name] != value {
			t.Errorf("%s was %v and is %v after a run that failed", name, value, bad[name])
		}
	}
}

// The day's restatement and the month's residual come from the store, which saw two versions of the day.
func TestRestatementsAreMeasured(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	file := filepath.Join(p.folder, "m.prom")
	if code, out := p.run(t, "sync", "--metrics-file", "m.prom"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	day := providers.DayOf(time.Now()) - programDays + 4
	before := total(readMetrics(t, file), "goscan_month_restated_billed_cost")
	if err := p.cloud.Fill(day, 1500); err != nil {
		t.Fatal(err)
	}
	if code, out := p.run(t, "backfill", "--from", day.String(), "--to", day.String(), "--force", "--metrics-file", "m.prom"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	after := readMetrics(t, file)
	if before != 0 || total(after, "goscan_month_restated_billed_cost") == 0 || total(after, "goscan_month_restatements") != 1 {
		t.Errorf("restated by %v, then by %v, %v times", before, total(after, "goscan_month_restated_billed_cost"), total(after, "goscan_month_restatements"))
	}
	if after[`goscan_run_info{command="backfill"}`] != 1 {
		t.Error("the command is not told")
	}
}

// total adds up the values of a metric.
func total(all map[string]float64, name string) (sum float64) {
	for key, value := range all {
		if strings.HasPrefix(key, name+"{") {
			sum += value
		}
	}
	return sum
}

func TestARunThatFindsAnotherTellsNothing(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	m := newMonitor(t)
	p.configure(t, "metrics: {file: goscan.prom, pushgateway: \""+m.url+"\"}\nheartbeat_url: \""+m.url+"/ping/key\"\n")
	held := make(chan bool)
	p.cloud.Inject(simulator.Fault{Times: 1, Run: func(simulator.Request) { <-held }})
	c, out := p.command("sync")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return slices.Contains(m.seen(), "GET /ping/key/start") })
	if code, out := p.run(t, "sync"); code != 11 {
		t.Errorf("exit code %d\n%s", code, out)
	}
	if _, err := os.Stat(filepath.Join(p.folder, "goscan.prom")); err == nil || len(m.seen()) != 1 {
		t.Errorf("the run that was refused told %v", m.seen())
	}
	close(held)
	if code := exitCode(t, c.Wait()); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	if seen := m.seen(); len(seen) != 3 || !slices.Contains(seen, "POST /ping/key") || !slices.Contains(seen, "PUT /metrics/job/goscan") {
		t.Errorf("the run told %v", seen)
	}
}

// A metrics file is the one of the run before until a run has ended, also when it is killed.
func TestAKilledRunLeavesTheMetricsAlone(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	file := filepath.Join(p.folder, "goscan.prom")
	p.configure(t, "metrics: {file: goscan.prom}\n")
	if code, out := p.run(t, "sync"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	before := readMetrics(t, file)
	c, _ := p.command("sync")
	p.cloud.Inject(simulator.Fault{Times: 1, Run: func(simulator.Request) { _ = c.Process.Kill() }})
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if after := readMetrics(t, file); after["goscan_run_end_timestamp_seconds"] != before["goscan_run_end_timestamp_seconds"] {
		t.Error("the file is another one")
	}
	if left, err := filepath.Glob(filepath.Join(p.folder, "*.prom")); err != nil || len(left) != 1 {
		t.Errorf("%v (%v)", left, err)
	}
	if code, out := p.run(t, "status", "--metrics-file", "goscan.prom"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	after := readMetrics(t, file)
	if _, told := after["goscan_account_last_run_exit_code"+ofVolcengine]; told || after["goscan_account_last_run_success"+ofVolcengine] != 0 || after["goscan_run_exit_code"] != 0 {
		t.Errorf("status says %v", after)
	}
}

func TestMetricsThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	for _, args := range [][]string{
		{"sync", "-q", "--metrics-file", "absent/goscan.prom"},
		{"backfill", "-q", "--from", providers.DayOf(time.Now()).Month().String(), "--metrics-file", "."},
	} {
		if providers.DayOf(time.Now()) == providers.DayOf(time.Now()).Month().First() && args[0] == "backfill" {
			continue // today is not fetched
		}
		code, out := p.run(t, args...)
		if path := args[len(args)-1]; code != 0 || !strings.Contains(out, "goscan: warning: metrics are not written to "+path+": ") {
			t.Errorf("exit code %d\n%s", code, out)
		}
	}
	if code, out := p.run(t, "status", "--metrics-file", "absent/goscan.prom"); code != 1 || !strings.Contains(out, "--metrics-file absent/goscan.prom") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

// A gateway that takes the connection and says nothing delays the end of a run, and no more.
func TestAGatewayThatIsStuck(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	stuck, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stuck.Close()
	p.configure(t, fmt.Sprintf("metrics: {pushgateway: \"http://%s\", username: u, password: canary-in-the-gateway}\nheartbeat_url: http://%[1]s/0123-canary\n", stuck.Addr()))
	began := time.Now()
	code, out := p.run(t, "sync")
	if took := time.Since(began); code != 0 || took > 25*time.Second {
		t.Errorf("exit code %d after %s\n%s", code, took, out)
	}
	for _, want := range []string{"warning: metrics are not pushed (metrics.pushgateway): ", "warning: the end is not told to heartbeat_url: 127.0.0.1: "} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not in\n%s", want, out)
		}
	}
	if strings.Contains(out, "canary") {
		t.Errorf("a secret is in\n%s", out)
	}
}

// A monitor is a server that remembers requests, and answers with a status.
type monitor struct {
	url    string
	mu     sync.Mutex
	calls  []string
	bodies []string
	status []int // of the first answers; then 200
}

func newMonitor(t *testing.T, status ...int) *monitor {
	t.Helper()
	m := &monitor{status: status}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is missing is noticed
		m.mu.Lock()
		defer m.mu.Unlock()
		m.calls, m.bodies = append(m.calls, r.Method+" "+r.URL.RequestURI()), append(m.bodies, string(body))
		if len(m.status) > 0 {
			w.WriteHeader(m.status[0])
			m.status = m.status[1:]
		}
	}))
	t.Cleanup(server.Close)
	m.url = server.URL
	return m
}

func (m *monitor) seen() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.calls)
}

func eventually(t *testing.T, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatal("it did not happen in 20 s")
}

func TestHeartbeat(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	m := newMonitor(t)
	if err := os.WriteFile(filepath.Join(p.folder, "ping"), []byte(m.url+"/ping/0a1b2c3d-key/?to=ops&x=1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.configure(t, "heartbeat_url_file: ping\n")
	if code, out := p.run(t, "sync", "--dry-run"); code != 0 || len(m.seen()) != 0 {
		t.Fatalf("a dry run told %v: exit code %d\n%s", m.seen(), code, out)
	}
	if code, out := p.run(t, "sync"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	p.cloud.Inject(simulator.Fault{Effect: simulator.Forbidden})
	if code, out := p.run(t, "sync"); code != 12 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	if code, out := p.run(t, "backfill", "--from", (providers.DayOf(time.Now()) - 2).String(), "--force"); code != 12 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	if code, out := p.run(t, "sync", "-a", "nobody"); code != 2 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	want := []string{
		"GET /ping/0a1b2c3d-key/start?to=ops&x=1", "POST /ping/0a1b2c3d-key/?to=ops&x=1",
		"GET /ping/0a1b2c3d-key/start?to=ops&x=1", "POST /ping/0a1b2c3d-key/fail?to=ops&x=1",
	}
	if got := m.seen(); !slices.Equal(got, want) {
		t.Fatalf("pings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !strings.HasPrefix(m.bodies[1], "goscan sync: done (exit code 0) after ") || !strings.Contains(m.bodies[1], " stored, 0 unchanged") {
		t.Errorf("success says\n%s", m.bodies[1])
	}
	if !strings.HasPrefix(m.bodies[3], "goscan sync: denied (exit code 12) after ") || !strings.Contains(m.bodies[3], "FAILED\n") || strings.Contains(m.bodies[3], simulator.SecretKey) {
		t.Errorf("failure says\n%s", m.bodies[3])
	}
}

// What the monitor answers may pass, or not; nothing of it is the run's fault.
func TestAMonitorThatRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status  []int
		pings   int
		warning string
	}{
		"for a moment": {[]int{502, 503, 200, 429}, 5, ""},
		"a wrong key":  {[]int{404, 404}, 2, "the end is not told to heartbeat_url: 127.0.0.1: it answered 404 Not Found\n"},
		"moved":        {[]int{301, 301}, 2, "it answered 301 Moved Permanently: redirects are not followed, configure the new address\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProgram(t)
			m := newMonitor(t, tt.status...)
			p.configure(t, "heartbeat_url: \""+m.url+"/0a1b2c3d-key\"\n")
			p.cloud.Inject(simulator.Fault{Times: 1, Wait: 3 * time.Second}) // the start is told meanwhile
			code, out := p.run(t, "sync")
			if code != 0 || len(m.seen()) != tt.pings || !strings.Contains(out, tt.warning) || tt.warning == "" && strings.Contains(out, "warning") {
				t.Errorf("exit code %d, %d pings %v\n%s", code, len(m.seen()), m.seen(), out)
			}
			if strings.Contains(out, "0a1b2c3d") {
				t.Errorf("the address is in\n%s", out)
			}
		})
	}
}

// A manager is a socket on which a service manager listens.
type manager struct {
	address string
	socket  *net.UnixConn
}

func newManager(t *testing.T) manager {
	t.Helper()
	m := manager{address: filepath.Join(t.TempDir(), "notify")}
	var err error
	if m.socket, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Name: m.address, Net: "unixgram"}); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = m.socket.Close() })
	return m
}

// told returns what the manager was told, by a process that has ended.
func (m manager) told(t *testing.T) (all []string) {
	t.Helper()
	for buffer := make([]byte, 4096); ; {
		if err := m.socket.SetReadDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		n, err := m.socket.Read(buffer)
		if err != nil {
			return all
		}
		all = append(all, string(buffer[:n]))
	}
}

func TestSystemdIsTold(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	manager := newManager(t)
	p.cloud.Inject(simulator.Fault{Times: 12, Wait: 250 * time.Millisecond})
	c, out := p.command("sync")
	c.Env = append(c.Env, "NOTIFY_SOCKET="+manager.address)
	if code := exitCode(t, c.Run()); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	told := manager.told(t)
	if len(told) < 4 || told[0] != "READY=1\nSTATUS=sync begins" || !strings.HasPrefix(told[len(told)-1], "STOPPING=1\nSTATUS=goscan sync: done (exit code 0) after ") {
		t.Fatalf("systemd was told %q", told)
	}
	moving := regexp.MustCompile(`^STATUS=\d+ of 10 days, \d+ lines\nEXTEND_TIMEOUT_USEC=1800000000$`)
	if !slices.ContainsFunc(told, moving.MatchString) {
		t.Errorf("systemd was told nothing of the progress: %q", told)
	}
}

func TestSystemdIsToldOfAnInterrupt(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	manager := newManager(t)
	c, out := p.command("sync", "--metrics-file", "goscan.prom")
	c.Env = append(c.Env, "NOTIFY_SOCKET="+manager.address)
	p.cloud.Inject(simulator.Fault{Times: 1, Wait: 50 * time.Millisecond, Run: func(simulator.Request) { _ = c.Process.Signal(os.Interrupt) }})
	if code := exitCode(t, c.Run()); code != 130 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	all := strings.Join(manager.told(t), "\n")
	if !strings.Contains(all, "STOPPING=1\nSTATUS=interrupted") || !strings.Contains(all, "STATUS=goscan sync: interrupted (exit code 130)") {
		t.Errorf("systemd was told %s", all)
	}
	if got := readMetrics(t, filepath.Join(p.folder, "goscan.prom")); got["goscan_run_exit_code"] != 130 || got["goscan_account_last_run_success"+ofVolcengine] != 0 {
		t.Errorf("metrics %v", got)
	}
}
