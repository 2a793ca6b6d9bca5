package cmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/all"
	"goscan/providers/simulator"
	"goscan/store/clickhouse/chtest"
)

// TestEveryCloudHasAPolicy reads the policies as the clouds would.
func TestEveryCloudHasAPolicy(t *testing.T) {
	for kind := range all.Registry() {
		var policy struct {
			Statement []struct {
				Effect   string
				Action   []string
				Resource any
			}
		}
		text := output(t, "config", "policy", kind)
		if err := json.Unmarshal(text, &policy); err != nil || len(policy.Statement) != 1 {
			t.Errorf("%s: %v\n%s", kind, err, text)
			continue
		}
		s := policy.Statement[0]
		wild := slices.ContainsFunc(s.Action, func(action string) bool { return strings.Contains(action, "*") })
		if s.Effect != "Allow" || len(s.Action) == 0 || s.Resource == nil || wild {
			t.Errorf("%s: %+v", kind, s)
		}
	}
}

// TestAPolicyAllowsWhatIsCalled compares the policies with the actions that a sync and a doctor call, and with those that the
// cure of a missing permission names. Volcengine's actions are the API's; Alibaba's are in its reference of each API.
func TestAPolicyAllowsWhatIsCalled(t *testing.T) {
	action := map[string]string{
		"ListBillDetail": "billing:ListBillDetail", "ListBillOverviewByProd": "billing:ListBillOverviewByProd",
		"DescribeInstanceBill": "bssapi:DescribeInstanceBill", "QueryBillOverview": "bss:DescribeBillList",
	}
	for kind, yaml := range map[string]string{
		simulator.Volcengine: "access_key: " + simulator.AccessKey + ", secret_key: " + simulator.SecretKey,
		simulator.Alicloud:   "access_key_id: " + simulator.AccessKey + ", access_key_secret: " + simulator.SecretKey,
	} {
		policy := string(output(t, "config", "policy", kind))
		cloud, err := simulator.Start(kind, simulator.Options{Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(cloud.Close)
		folder := configured(t, fmt.Sprintf("providers:\n  it: {type: %s, endpoint: %q, since: %s, rate: 500, %s}\n", kind, cloud.URL(), daysAgo(3), yaml))
		folder.run(t, 0, "goscan.yaml", "sync")
		folder.run(t, 0, "goscan.yaml", "doctor")
		called := map[string]bool{}
		cloud.Count(func(r simulator.Request) bool { called[r.Op] = true; return true })
		delete(called, "") // the doctor asks for the time
		if len(called) < 2 {
			t.Errorf("%s: only %v were called", kind, called)
		}
		for name := range called {
			if a := action[name]; a == "" || !strings.Contains(policy, `"`+a+`"`) {
				t.Errorf("%s: %s is called, and its permission %q is not in\n%s", kind, name, a, policy)
			}
		}
		cloud.Inject(simulator.Fault{Effect: simulator.Forbidden})
		cure := folder.run(t, 12, "goscan.yaml", "doctor")
		for name := range called {
			if !strings.Contains(cure, action[name]) {
				t.Errorf("%s: the cure does not name %s:\n%s", kind, action[name], cure)
			}
		}
	}
}

// TestThePolicyOfClickHouseIsEnough runs each command as the user that goscan config policy clickhouse makes for it.
func TestThePolicyOfClickHouseIsEnough(t *testing.T) {
	server := chtest.StartWithPolicy(t, func(database string) string {
		return string(output(t, "config", "policy", "clickhouse", "--database", database))
	})
	cloud, err := simulator.Start(simulator.Volcengine, simulator.Options{Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cloud.Close)
	accounts := fmt.Sprintf("{volc: {type: volcengine, endpoint: %q, since: %s, rate: 500, access_key: %s, secret_key: %s}}",
		cloud.URL(), daysAgo(40), simulator.AccessKey, simulator.SecretKey)
	folder := configured(t, "")
	for user, providers := range map[string]string{"goscan_admin": accounts, "goscan": accounts, "goscan_report": "{}"} {
		folder.write(t, user+".yaml", fmt.Sprintf("state: state\nclickhouse: {hosts: [%q], port: %d, database: %s, username: %s}\nproviders: %s\n",
			server.Host, server.Port, server.Database, user, providers))
	}
	for _, step := range []struct{ user, command string }{
		{"goscan_admin", "schema migrate"},
		{"goscan", "schema status"}, {"goscan", "sync"}, {"goscan", "sync"}, {"goscan", "backfill --force --from " + daysAgo(3).String() + " --to " + daysAgo(2).String()},
		{"goscan", "backfill --from " + daysAgo(162).String() + " --to " + daysAgo(160).String()},
		{"goscan", "verify"}, {"goscan", "changes"}, {"goscan", "report"}, {"goscan", "doctor"},
		{"goscan_report", "report daily"}, {"goscan_report", "report monthly"}, {"goscan_report", "status --max-age 90d"}, {"goscan_report", "doctor"},
		{"goscan_admin", "prune --keep 4 --yes"},
	} {
		printed := folder.run(t, 0, step.user+".yaml", strings.Fields(step.command)...)
		if strings.HasPrefix(step.command, "prune") && !strings.Contains(printed, daysAgo(160).Month().String()) {
			t.Errorf("nothing was pruned:\n%s", printed)
		}
		if step.command == "doctor" && strings.Contains(printed, "user goscan") {
			t.Errorf("%s lacks rights, or has too many:\n%s", step.user, printed)
		}
	}
	if printed := folder.run(t, 1, "goscan_report.yaml", "schema", "migrate"); printed != "" && !strings.Contains(printed, "Not enough privileges") {
		t.Errorf("the reader migrates:\n%s", printed)
	}
}

// A workplace is a folder in which goscan is run.
type workplace string

func configured(t *testing.T, text string) workplace {
	t.Helper()
	w := workplace(t.TempDir())
	w.write(t, "goscan.yaml", "state: state\n"+text)
	return w
}

func (w workplace) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(string(w), name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs a command and returns what it printed.
func (w workplace) run(t *testing.T, code int, file string, args ...string) string {
	t.Helper()
	c := exec.Command("goscan", append([]string{"--config", file}, args...)...)
	c.Dir, c.Env = string(w), append(os.Environ(), "HOME="+string(w))
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); c.ProcessState == nil || c.ProcessState.ExitCode() != code {
		t.Errorf("goscan -c %s %s: %v, want exit code %d\n%s", file, strings.Join(args, " "), err, code, &out)
	}
	return out.String()
}

func daysAgo(n int) providers.Day { return providers.DayOf(time.Now()) - providers.Day(n) }

// output runs a command that needs no configuration and returns its standard output.
func output(t *testing.T, args ...string) []byte {
	t.Helper()
	out, err := exec.Command("goscan", args...).Output()
	if err != nil {
		t.Fatalf("goscan %s: %v", strings.Join(args, " "), err)
	}
	return out
}

// TestTheReadmesShowThePolicies: what a reader copies from there is what config policy prints.
func TestTheReadmesShowThePolicies(t *testing.T) {
	p := program{folder: t.TempDir()}
	var wanted []string
	for _, kind := range []string{"volcengine", "alicloud"} {
		text, err := os.ReadFile("policies/" + kind + ".json")
		if err != nil {
			t.Fatal(err)
		}
		wanted = append(wanted, strings.TrimSpace(string(text)))
	}
	code, out := p.run(t, "config", "policy", "clickhouse", "--database", "billing")
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	for line := range strings.Lines(out) {
		if strings.HasSuffix(line, " goscan_reader;\n") || strings.HasSuffix(line, " goscan_writer;\n") {
			wanted = append(wanted, strings.TrimSpace(line))
		}
	}
	if len(wanted) < 8 {
		t.Fatalf("%d pieces found", len(wanted))
	}
	for _, readme := range []string{"../README.md", "../README.zh-CN.md"} {
		text, err := os.ReadFile(readme)
		if err != nil {
			t.Fatal(err)
		}
		for _, piece := range wanted {
			if !strings.Contains(string(text), piece) {
				t.Errorf("%s lacks\n%s", readme, piece)
			}
		}
	}
}
