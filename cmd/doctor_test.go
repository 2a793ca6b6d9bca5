package cmd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"goscan/providers/all"
	"goscan/providers/simulator"
	"goscan/store/clickhouse"
)

// patient returns an app whose clock is off, with one account at a simulated cloud. Its results go to out.
func patient(t *testing.T, off time.Duration, out io.Writer) (*app, *simulator.Cloud) {
	t.Helper()
	cloud, err := simulator.Start(simulator.Alicloud, simulator.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cloud.Close)
	folder := t.TempDir()
	yaml := fmt.Sprintf("state: state\nproviders:\n  ali: {type: alicloud, access_key_id: %s, access_key_secret: %s, endpoint: '%s'}\n",
		simulator.AccessKey, simulator.SecretKey, cloud.URL())
	path := filepath.Join(folder, "goscan.yaml")
	if err := os.WriteFile(path, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	return &app{
		out: out, err: io.Discard, mask: &mask{}, log: slog.New(slog.DiscardHandler), configPath: path,
		getenv: func(string) string { return "" }, clouds: all.Registry(),
		now: func() time.Time { return time.Now().Add(off) },
	}, cloud
}

// visit runs the command and returns its exit code.
func visit(ctx context.Context, a *app) exitCode {
	c := newDoctor(a)
	c.SetArgs([]string{}) // nil would mean those of the test
	c.SetOut(io.Discard)
	c.SetErr(io.Discard)
	c.SilenceErrors, c.SilenceUsage = true, true
	return codeOf(ctx, c.ExecuteContext(ctx))
}

func TestTheDoctorMeasuresTheClock(t *testing.T) {
	for name, tt := range map[string]struct {
		off  time.Duration
		want string
		code exitCode
	}{
		"right":         {0, `(?m)^✓ clock +agrees with 127\.0\.0\.1:\d+$`, exitDone},
		"a little fast": {2 * time.Minute, `(?m)^! clock +this machine's clock is (2m0s|1m59s|2m1s) ahead of that of 127`, exitDone},
		"far too fast":  {20 * time.Minute, `(?m)^✗ clock +this machine's clock is (20m|19m59s).* ahead of that of 127.*refuse.*\n +→ have it set by NTP`, exitFailed},
		"far too slow":  {-time.Hour, `(?m)^✗ clock +this machine's clock is (1h|59m59s).* behind that of 127`, exitFailed},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			a, _ := patient(t, tt.off, &out)
			if code := visit(t.Context(), a); code != tt.code || !regexp.MustCompile(tt.want).Match(out.Bytes()) {
				t.Errorf("exit code %d, want %d, and %s in\n%s", code, tt.code, tt.want, &out)
			}
		})
	}
}

func TestTheWorstCloudJudgesTheClock(t *testing.T) {
	for name, tt := range map[string]struct {
		times  []reference
		status health
		found  string
	}{
		"nobody answered":                 {nil, unchecked, "nobody"},
		"ClickHouse alone":                {[]reference{{"ClickHouse h", false, time.Second}}, fine, "ClickHouse h"},
		"ClickHouse alone never refuses":  {[]reference{{"ClickHouse h", false, time.Hour}}, doubtful, "1h0m0s behind that of ClickHouse h"},
		"clouds go before ClickHouse":     {[]reference{{"ClickHouse h", false, time.Hour}, {"cloud", true, 0}}, fine, "cloud"},
		"the cloud that it is further of": {[]reference{{"a", true, time.Second}, {"b", true, -time.Minute}, {"c", true, 40 * time.Second}}, doubtful, "1m0s ahead of that of b"},
	} {
		t.Run(name, func(t *testing.T) {
			if f := examineClock(tt.times); f.Status != tt.status || !strings.Contains(f.Found, tt.found) {
				t.Errorf("%s %q, want %s %q", f.Status, f.Found, tt.status, tt.found)
			}
		})
	}
}

func TestTheProvidersTotalsNeedAPermissionOfTheirOwn(t *testing.T) {
	var out bytes.Buffer
	a, cloud := patient(t, 0, &out)
	cloud.Inject(simulator.Fault{Effect: simulator.Forbidden, When: func(r simulator.Request) bool { return r.Op == "QueryBillOverview" }})
	want := regexp.MustCompile(`(?m)^✗ account ali +QueryBillOverview: NotAuthorized.*\n +→ .*bss:DescribeBillList`)
	if code := visit(t.Context(), a); code != exitDenied || !want.Match(out.Bytes()) {
		t.Errorf("exit code %d, want %d, and %s in\n%s", code, exitDenied, want, &out)
	}
}

func TestAnInterruptEndsTheVisitAtOnce(t *testing.T) {
	var out bytes.Buffer
	a, cloud := patient(t, 0, &out)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	asked := make(chan struct{}, 1)
	cloud.Inject(simulator.Fault{Effect: simulator.Stall, Times: 1, Run: func(simulator.Request) { asked <- struct{}{} }})
	code := make(chan exitCode, 1)
	go func() { code <- visit(ctx, a) }()
	<-asked
	interrupt()
	select {
	case got := <-code:
		if got != exitInterrupted || out.Len() > 0 {
			t.Errorf("exit code %d, want %d, without results:\n%s", got, exitInterrupted, &out)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the visit goes on")
	}
}

func TestTheGravestFindingGivesTheExitCode(t *testing.T) {
	of := func(codes ...exitCode) (d diagnosis) {
		for i, c := range codes {
			d = append(d, finding{Check: fmt.Sprint("check", i), Status: broken, code: c})
		}
		return append(d, finding{Check: "doubtful", Status: doubtful, code: exitUsage})
	}
	for name, tt := range map[string]struct {
		found diagnosis
		want  exitCode
	}{
		"warnings are none":              {of(), exitDone},
		"what has no code of its own":    {of(0), exitFailed},
		"credentials before others":      {of(exitFailed, exitDenied), exitDenied},
		"the store before credentials":   {of(exitDenied, exitStore, exitFailed), exitStore},
		"the configuration before store": {of(exitStore, exitUsage), exitUsage},
	} {
		t.Run(name, func(t *testing.T) {
			err := tt.found.err()
			if got := codeOf(t.Context(), err); got != tt.want || tt.found.code() != tt.want {
				t.Errorf("exit code %d by the error, %d by the findings, want %d", got, tt.found.code(), tt.want)
			}
			if err != nil && (hintOf(err) != "" || len(causes(err)) != 1 || strings.Contains(err.Error(), "\n")) {
				t.Errorf("%q (hint %q) is more than one line", err, hintOf(err))
			}
		})
	}
}

func TestALittleSpaceIsTold(t *testing.T) {
	if f := cramped("state", 200<<20, true); len(f) != 1 || f[0].Status != doubtful || !strings.Contains(f[0].Found, "only 200 MiB free") {
		t.Errorf("%+v", f)
	}
	if f := append(cramped("state", 2<<30, true), cramped("state", 0, false)...); len(f) != 0 {
		t.Errorf("%+v", f)
	}
	if bytes, known := freeSpace(t.TempDir()); known && bytes == 0 {
		t.Error("no free space at all")
	}
}

func TestRightsOfAMachineThatOnlyReports(t *testing.T) {
	p := hostProbe{host: "h"}
	p.Version, p.Asked = "26.7", true
	p.Lacking = rightsOf("SELECT ON `b`.`bills`", "INSERT ON `b`.`bill_lines`")
	c := chConfig()
	for syncs, want := range map[bool]string{true: "user reader lacks SELECT ON `b`.`bills`, INSERT ON `b`.`bill_lines`", false: "user reader lacks SELECT ON `b`.`bills`"} {
		all := p.findings(c, true, syncs)
		if len(all) != 2 || all[1].Status != broken || all[1].code != exitStore || all[1].Found != want {
			t.Errorf("syncs %t: %+v, want %q", syncs, all, want)
		}
	}
	p.Lacking = rightsOf("INSERT ON `b`.`bill_lines`")
	if all := p.findings(c, true, false); len(all) != 1 {
		t.Errorf("a report writes nothing: %+v", all)
	}
}

func TestAnOldServerAndAWrongClockAreTold(t *testing.T) {
	p := hostProbe{host: "h"}
	p.Version, p.Outdated, p.Ahead = "23.8.1.1", true, -3*time.Minute
	text := fmt.Sprintf("%+v", p.findings(chConfig(), true, true))
	for _, want := range []string{"23.8.1.1 is older than", "clock is 3m0s behind this machine's", "does not tell whether user reader"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
}

func chConfig() clickhouse.Config {
	return clickhouse.Config{Hosts: []string{"h"}, Database: "b", Username: "reader"}
}

func rightsOf(texts ...string) []clickhouse.Right {
	rights := make([]clickhouse.Right, len(texts))
	for i, text := range texts {
		rights[i].Privilege, rights[i].Object, _ = strings.Cut(text, " ON ")
	}
	return rights
}
