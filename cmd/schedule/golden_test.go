package schedule_test

import (
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"goscan/cmd/schedule"
)

var update = flag.Bool("update", false, "write the golden files")

// server is a plan with everything: channels, variables, files in every place, a server for the bills.
func server() schedule.Plan {
	return schedule.Plan{
		Binary: "/usr/local/bin/goscan", Config: "/etc/goscan/goscan.yaml", State: schedule.SystemState,
		Accounts: []string{"ali", "volc"}, Sync: 6*60 + 47, Report: 8*60 + 17,
		Reports: []string{"daily", "weekly"}, Alerts: true,
		Variables: []schedule.Variable{{Name: "ALI_ID"}, {Name: "CH_PASSWORD", Optional: true}, {Name: "WECOM_URL"}},
		Files: []schedule.File{
			{Key: "providers.ali.access_key_secret_file", Written: "ali-secret", Text: "ali-secret", Path: "/etc/goscan/ali-secret"},
			{Key: "providers.volc.secret_key_file", Written: "${CREDENTIALS_DIRECTORY}/volc", Text: "/etc/goscan/volc", Path: "/etc/goscan/volc"},
			{Key: "clickhouse.ca_file", Written: "/etc/ssl/ca.pem", Text: "/etc/ssl/ca.pem", Path: "/etc/ssl/ca.pem"},
		},
	}
}

// ledger is the smallest plan: one account whose keys are in the file, no server, nobody to tell.
func ledger() schedule.Plan {
	return schedule.Plan{
		Binary: "/home/u/bin/goscan", Config: "/home/u/.config/goscan/goscan.yaml", State: "/home/u/.local/state/goscan",
		Accounts: []string{"volcengine"}, Ledger: true, Sync: 7*60 + 5, Report: 8*60 + 35,
	}
}

// keyless is a plan whose keys are nowhere in the configuration, with a state and a log of its own.
func keyless() schedule.Plan {
	p := ledger()
	p.State, p.Log, p.Keyless = "/srv/the bills", "/var/log/goscan.log", []string{"volcengine"}
	return p
}

func joined(units []schedule.Unit, err error) (string, error) {
	text := ""
	for _, u := range units {
		text += "# " + u.Name + "\n" + u.Text + "\n"
	}
	return text, err
}

// golden are all texts that have a golden file, by its name.
func golden(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	add := func(name string) func(string, error) {
		return func(text string, err error) {
			t.Helper()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all[name] = text
		}
	}
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	system, user := schedule.SystemdOptions{RunAs: "goscan"}, schedule.SystemdOptions{User: true}
	add("systemd")(joined(schedule.Systemd(server(), system)))
	add("systemd-user")(joined(schedule.Systemd(ledger(), user)))
	add("systemd-static")(joined(schedule.Systemd(keyless(), system)))
	add("systemd-packaged")(joined(schedule.Packaged("/usr/bin/goscan", 6*60+47)))
	add("cron")(schedule.Cron(server(), schedule.CronOptions{Zone: newYork, Year: 2026, RunAs: "goscan"}))
	add("cron-user")(schedule.Cron(ledger(), schedule.CronOptions{Zone: time.UTC, Year: 2026}))
	add("kubernetes.yaml")(schedule.Kubernetes(server(), "example.com/goscan:1.2.3"))
	add("kubernetes-ledger.yaml")(schedule.Kubernetes(keyless(), "goscan:latest"))
	add("github.yaml")(schedule.GitHub(server(), schedule.CIOptions{At: server().Report, Repository: "goscan.yaml"}))
	add("github-ledger.yaml")(schedule.GitHub(keyless(), schedule.CIOptions{At: ledger().Sync, Repository: "ops/goscan.yaml"}))
	add("gitlab.yaml")(schedule.GitLab(server(), schedule.CIOptions{At: server().Report, Repository: "goscan.yaml"}))
	add("gitlab-ledger.yaml")(schedule.GitLab(keyless(), schedule.CIOptions{At: ledger().Sync, Repository: "ops/goscan.yaml"}))
	return all
}

func TestGolden(t *testing.T) {
	for name, got := range golden(t) {
		path := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is not its golden file; go test -update writes it:\n%s", name, got)
		}
	}
}

// documents parses YAML.
func documents(t *testing.T, text string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for d := yaml.NewDecoder(strings.NewReader(text)); ; {
		var one map[string]any
		err := d.Decode(&one)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		all = append(all, one)
	}
}

// at follows keys and, for sequences, takes their first item.
func at(t *testing.T, v any, keys ...string) any {
	t.Helper()
	for _, key := range keys {
		if list, ok := v.([]any); ok && len(list) > 0 {
			v = list[0]
		}
		m, ok := v.(map[string]any)
		if !ok || m[key] == nil {
			t.Fatalf("no key %s in %v", key, v)
		}
		v = m[key]
	}
	return v
}

func TestKubernetesIsYAMLAndLockedDown(t *testing.T) {
	docs := documents(t, golden(t)["kubernetes.yaml"])
	if len(docs) != 3 {
		t.Fatalf("%d documents, want a claim and two jobs", len(docs))
	}
	for _, job := range docs[1:] {
		spec := at(t, job, "spec")
		if got := at(t, spec, "concurrencyPolicy"); got != "Forbid" {
			t.Errorf("concurrencyPolicy is %v", got)
		}
		pod := at(t, spec, "jobTemplate", "spec", "template", "spec")
		if got := at(t, pod, "securityContext", "runAsNonRoot"); got != true {
			t.Errorf("runAsNonRoot is %v", got)
		}
		if got := at(t, pod, "containers", "securityContext", "readOnlyRootFilesystem"); got != true {
			t.Errorf("readOnlyRootFilesystem is %v", got)
		}
		if got := at(t, pod, "volumes", "secret", "defaultMode"); got != 0o440 {
			t.Errorf("the secret's mode is %v", got)
		}
	}
	if got := at(t, docs[1], "spec", "schedule"); got != "47 6 * * *" {
		t.Errorf("schedule is %v", got)
	}
	if got := at(t, docs[2], "spec", "jobTemplate", "spec", "template", "spec", "initContainers", "args").([]any)[3]; got != "daily" {
		t.Errorf("the first report is %v", got)
	}
}

func TestCIIsYAMLInUTC(t *testing.T) {
	all := golden(t)
	github := documents(t, all["github.yaml"])[0]
	if got := at(t, github, "on", "schedule", "cron"); got != "17 0 * * *" {
		t.Errorf("cron is %v", got)
	}
	if got := at(t, github, "jobs", "goscan", "env", "ALI_ID"); got != "${{ secrets.ALI_ID }}" {
		t.Errorf("ALI_ID is %v", got)
	}
	gitlab := documents(t, all["gitlab.yaml"])[0]
	if got := at(t, gitlab, "goscan", "resource_group"); got != "goscan" {
		t.Errorf("resource_group is %v", got)
	}
	if !strings.Contains(all["gitlab-ledger.yaml"], `interval "5 23 * * *"`) {
		t.Errorf("07:05 of UTC+8 is not 23:05:\n%s", all["gitlab-ledger.yaml"])
	}
	for _, name := range []string{"github-ledger.yaml", "gitlab-ledger.yaml"} {
		if documents(t, all[name]); !strings.Contains(all[name], "WARNING") {
			t.Errorf("%s does not warn of bills in a cache", name)
		}
	}
}

func TestAPathWithALineBreakIsRefused(t *testing.T) {
	p := ledger()
	p.State = "/srv/x\nExecStart=/bin/sh"
	for name, err := range map[string]error{
		"systemd":    errorOf(schedule.Systemd(p, schedule.SystemdOptions{})),
		"cron":       errorOf(schedule.Cron(p, schedule.CronOptions{Zone: time.UTC})),
		"kubernetes": errorOf(schedule.Kubernetes(p, "x")),
		"github":     errorOf(schedule.GitHub(p, schedule.CIOptions{})),
	} {
		if err == nil || !strings.Contains(err.Error(), "control character") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func errorOf[T any](_ T, err error) error { return err }
