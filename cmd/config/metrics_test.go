package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goscan/cmd/config"
)

const account = "providers: {volcengine: {access_key: AK, secret_key: SK}}\n"

func TestMetrics(t *testing.T) {
	s := newSetup(t)
	c := s.mustLoad(t, account+`
metrics:
  file: out/goscan.prom
  pushgateway: https://push.example.com/base
  username: u
  password: PASSWORD
  labels: {team: finance}
heartbeat_url: https://hc.example.com/ping/0123-4567-89ab?x=1
`)
	want := config.Metrics{
		File: s.home + "/out/goscan.prom", Pushgateway: "https://push.example.com/base", Username: "u", Password: "PASSWORD",
		Job: "goscan", Labels: map[string]string{"team": "finance"},
	}
	want.File = c.Metrics.File // its folder is the setup's
	if diff := cmp.Diff(want, c.Metrics); diff != "" || !strings.HasSuffix(c.Metrics.File, "/out/goscan.prom") || !strings.HasPrefix(c.Metrics.File, "/") {
		t.Errorf("want -, got +\n%s", diff)
	}
	for _, secret := range []string{"PASSWORD", "0123-4567-89ab", "https://hc.example.com/ping/0123-4567-89ab?x=1"} {
		if !slices.Contains(c.Secrets(), secret) {
			t.Errorf("%s is not masked", secret)
		}
	}
	var out strings.Builder
	if err := c.Show(&out); err != nil {
		t.Fatal(err)
	}
	shown := out.String()
	if !strings.Contains(shown, "heartbeat_url: '********'") || !strings.Contains(shown, "  job: goscan\n  labels:\n    team: finance\n") || strings.Contains(shown, "PASSWORD") {
		t.Errorf("config show:\n%s", shown)
	}
}

func TestNobodyWatches(t *testing.T) {
	s := newSetup(t)
	c := s.mustLoad(t, account+"metrics:\nheartbeat_url: ${ABSENT:-}\n")
	var out strings.Builder
	if err := c.Show(&out); err != nil || strings.Contains(out.String(), "metrics") || strings.Contains(out.String(), "heartbeat") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestTheEnvironmentNamesTheMetricsFile(t *testing.T) {
	s := newSetup(t)
	s.env["GOSCAN_METRICS_FILE"] = "goscan.prom"
	if c := s.mustLoad(t, account+"metrics: {file: other}"); c.Metrics.File != "goscan.prom" {
		t.Errorf("file %s", c.Metrics.File)
	}
}

func TestWrongMetrics(t *testing.T) {
	s := newSetup(t)
	for text, want := range map[string]string{
		"metrics: {pushgateway: 'https://u:HUSH@h'}":   "metrics.pushgateway (line 2): must be without user and password: username and password are keys of their own",
		"metrics: {pushgateway: 'h:9091'}":             "metrics.pushgateway (line 2): must be an address: https://host/path",
		"metrics: {pushgateway: 'http://h/?key=HUSH'}": "metrics.pushgateway (line 2): must be without ? and #",
		"metrics: {job: x}":                            "metrics.job (line 2): is of no use without pushgateway",
		"metrics: {password: HUSH}":                    "metrics.password (line 2): is of no use without username",
		"metrics: {labels: {account: x}}":              "metrics.labels.account (line 2): is a label that the metrics have already",
		"metrics: {labels: {a-b: x}}":                  "metrics.labels.a-b (line 2): is no label of Prometheus: letters, digits and _",
		"metrics: {labels: {__a: x}}":                  "metrics.labels.__a (line 2): is no label of Prometheus: letters, digits and _",
		"heartbeat_url: HUSH":                          "heartbeat_url (line 2): must be an address: https://host/path",
		"heartbeat_url: 'ftp://h/HUSH'":                "heartbeat_url (line 2): must be an address: https://host/path",
		"heartbeat_url_file: absent":                   "heartbeat_url_file (line 2): file ",
		"heartbeat: x":                                 "heartbeat (line 2): unknown key, did you mean heartbeat_url?",
		"metrics: {push_gateway: 'http://h', job: x}":  "metrics.push_gateway (line 2): unknown key, did you mean pushgateway?",
	} {
		path := s.write(t, "goscan.yaml", account+text)
		_, err := config.Load(s.options(path))
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "HUSH") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s:\n got %v\nwant %s", text, err, want)
		}
	}
}
