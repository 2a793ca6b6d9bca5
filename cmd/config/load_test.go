package config_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"goscan/cmd/config"
	"goscan/providers"
)

func TestDefaults(t *testing.T) {
	s := newSetup(t)
	got := s.mustLoad(t, "clickhouse:\n  hosts: [a]\n")
	want := &config.Config{
		Path: filepath.Join(s.home, "goscan.yaml"),
		ClickHouse: &config.ClickHouse{
			Hosts: []string{"a"}, Port: 9000, Username: "default", Database: "default",
			Protocol: "native", Balance: "in_order", Compression: "lz4", DialTimeout: 5 * time.Second, QueryTimeout: 2 * time.Minute,
		},
		State:  filepath.Join(s.home, ".local", "state", "goscan"),
		Report: config.Report{Lang: "zh"},
		Log:    config.Log{Level: "info", Format: "text"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(config.Config{})); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestEverythingSet(t *testing.T) {
	s := newSetup(t)
	s.env["PORT"], s.env["CH_PASSWORD"], s.env["TLS"] = "9001", "p: {x} # $$ 'q'", "true"
	s.write(t, "keys/id", "AK-from-file\r\n")
	got := s.mustLoad(t, `
clickhouse:
  hosts: "a, b"
  port: ${PORT}
  username: 007
  password: ${CH_PASSWORD}
  database: bills_${NONE:-x}
  secure: ${TLS}
  ca_file: certs/ca.pem
  cert_file: /certs/client.pem
  key_file: ~/client.key
  server_name: bills.example
  protocol: http
  balance: round_robin
  compression: zstd
  dial_timeout: 1500ms
  query_timeout: 10m
providers:
  volcengine: &base
    access_key_file: keys/id
    secret_key: pa$$w$rd
    site: null
    region: cn-north
    payers: [210000123456789012345, 1.10, "x"]
    labels: {CostCenter: A, costcenter: b, app.kubernetes.io/name: web}
    since: 2026-01-01
    lookback: 0
    rate: 2.5
    timeout: 90s
    dry: true
  cn-2:
    <<: *base
    type: volcengine
    region: cn-shanghai
state: ~/data
report: {lang: en}
log: {level: debug, format: json, file: goscan.log}
`)
	wantHouse := &config.ClickHouse{
		Hosts: []string{"a", "b"}, Port: 9001, Username: "007", Password: "p: {x} # $$ 'q'", Database: "bills_x",
		Secure: true, CAFile: filepath.Join(s.home, "certs/ca.pem"), CertFile: "/certs/client.pem", KeyFile: filepath.Join(s.home, "client.key"),
		ServerName: "bills.example", Protocol: "http", Balance: "round_robin", Compression: "zstd",
		DialTimeout: 1500 * time.Millisecond, QueryTimeout: 10 * time.Minute,
	}
	if diff := cmp.Diff(wantHouse, got.ClickHouse); diff != "" {
		t.Errorf("clickhouse: want -, got +\n%s", diff)
	}
	since, lookback := providers.NewDay(2026, 1, 1), 0
	account := settings{
		Common:    providers.Common{Type: "volcengine", Since: &since, Lookback: &lookback, Rate: 2.5},
		AccessKey: "AK-from-file", SecretKey: "pa$w$rd", Region: "cn-north", Dry: true, Timeout: 90 * time.Second,
		Payers: []string{"210000123456789012345", "1.10", "x"},
		Labels: map[string]string{"CostCenter": "A", "costcenter": "b", "app.kubernetes.io/name": "web"},
	}
	second := account
	second.Region = "cn-shanghai"
	for i, want := range []struct {
		name     string
		settings settings
	}{{"cn-2", second}, {"volcengine", account}} {
		a := got.Accounts[i]
		if a.Name != want.name || a.Kind != "volcengine" || a.Cloud.Settings == nil {
			t.Errorf("account %d is %s of kind %s", i, a.Name, a.Kind)
		}
		if diff := cmp.Diff(&want.settings, a.Settings); diff != "" {
			t.Errorf("%s: want -, got +\n%s", want.name, diff)
		}
	}
	if want := filepath.Join(s.home, "data"); got.State != want {
		t.Errorf("state is %s, want %s", got.State, want)
	}
	if want := (config.Log{Level: "debug", Format: "json", File: filepath.Join(s.home, "goscan.log")}); got.Log != want {
		t.Errorf("log is %v, want %v", got.Log, want)
	}
	if want := []string{"p: {x} # $$ 'q'", "AK-from-file", "pa$w$rd"}; !cmp.Equal(got.Secrets(), want) {
		t.Errorf("%d secrets: not the three of the file, longest first", len(got.Secrets()))
	}
	if len(got.Warnings) != 0 {
		t.Errorf("warnings: %q", got.Warnings)
	}
}

func TestVariablesAndFlagsWinOverTheFile(t *testing.T) {
	const file = "clickhouse: {hosts: [a], password_file: gone, port: '${GONE}'}\nstate: inside\nlog: {level: warn}\n"
	s := newSetup(t)
	s.env = map[string]string{
		"HOME": s.home, "GOSCAN_CLICKHOUSE_HOSTS": "b,c", "GOSCAN_CLICKHOUSE_PORT": "9440", "GOSCAN_CLICKHOUSE_USERNAME": "u",
		"GOSCAN_CLICKHOUSE_PASSWORD": "p${x}", "GOSCAN_CLICKHOUSE_DATABASE": "d", "GOSCAN_CLICKHOUSE_SECURE": "true",
		"GOSCAN_STATE": "outside", "GOSCAN_REPORT_LANG": "en", "GOSCAN_LOG_LEVEL": "debug", "GOSCAN_LOG_FORMAT": "json",
		"GOSCAN_LOG_FILE": "f", "GOSCAN_LOG": "is no key", "LOG_LEVEL": "is not ours",
	}
	got := s.mustLoad(t, file)
	want := config.ClickHouse{
		Hosts: []string{"b", "c"}, Port: 9440, Username: "u", Password: "p${x}", Database: "d", Secure: true,
		Protocol: "native", Balance: "in_order", Compression: "lz4", DialTimeout: 5 * time.Second, QueryTimeout: 2 * time.Minute,
	}
	if diff := cmp.Diff(&want, got.ClickHouse); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	if got.State != "outside" || got.Report.Lang != "en" || got.Log != (config.Log{Level: "debug", Format: "json", File: "f"}) {
		t.Errorf("got state %s, lang %s, log %v", got.State, got.Report.Lang, got.Log)
	}
	o := s.options(filepath.Join(s.home, "goscan.yaml"))
	o.State = "flag"
	c, err := config.Load(o)
	if err != nil || c.State != "flag" {
		t.Errorf("--state: %v, %v", c, err)
	}
	s.env["GOSCAN_CLICKHOUSE_PORT"], s.env["GOSCAN_LOG_LEVEL"] = "x", "loud"
	_, err = s.load(t, file)
	wantLines := []string{"GOSCAN_CLICKHOUSE_PORT: must be a whole number", "GOSCAN_LOG_LEVEL: must be one of debug, info, warn, error"}
	if diff := cmp.Diff(wantLines, lines(err, "")); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestOnlyHostsInTheEnvironmentTurnTheLedgerOff(t *testing.T) {
	s := newSetup(t)
	s.env["GOSCAN_CLICKHOUSE_PASSWORD"] = "p"
	if c := s.mustLoad(t, good); c.ClickHouse != nil {
		t.Error("a password made a section clickhouse")
	}
	s.env["GOSCAN_CLICKHOUSE_HOSTS"] = "a"
	if c := s.mustLoad(t, good); c.ClickHouse == nil || c.ClickHouse.Password != "p" || c.ClickHouse.Hosts[0] != "a" {
		t.Errorf("got %v", c.ClickHouse)
	}
}

func TestPorts(t *testing.T) {
	for keys, want := range map[string]int{
		"secure: false": 9000, "secure: true": 9440, "protocol: http": 8123, "protocol: http, secure: true": 8443,
		"protocol: http, port: 80": 80,
	} {
		if c := newSetup(t).mustLoad(t, "clickhouse: {hosts: [a], "+keys+"}\n"); c.ClickHouse.Port != want || len(c.Warnings) != 0 {
			t.Errorf("%s: port %d, want %d; warnings %q", keys, c.ClickHouse.Port, want, c.Warnings)
		}
	}
}

func TestWhereTheFileIsFound(t *testing.T) {
	s := newSetup(t)
	here := t.TempDir()
	t.Chdir(here)
	_, err := config.Load(s.options(""))
	want := []string{"goscan.yaml: is in none of ., " + s.home + "/.config/goscan, /etc/goscan | goscan config init writes one; --config FILE names another"}
	if diff := cmp.Diff(want, lines(err, "")); diff != "" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("want -, got +\n%s", diff)
	}
	// Each of these is put before the one above it.
	found := func(want string) {
		t.Helper()
		c, err := config.Load(s.options(""))
		if err != nil {
			t.Fatal(err)
		}
		if c.Path != want {
			t.Errorf("found %s, want %s", c.Path, want)
		}
	}
	s.write(t, ".config/goscan/goscan.json", "{}")
	found(s.write(t, ".config/goscan/goscan.yaml", good))
	path := s.write(t, "xdg/goscan/goscan.yaml", good)
	s.env["XDG_CONFIG_HOME"] = filepath.Join(s.home, "xdg")
	found(path)
	if err := os.WriteFile(filepath.Join(here, "goscan.yaml"), []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	found("goscan.yaml")
	s.env["GOSCAN_CONFIG"] = s.write(t, "by-variable.conf", good)
	found(s.env["GOSCAN_CONFIG"])
	flag := s.write(t, "by-flag", good)
	c, err := config.Load(s.options(flag))
	if err != nil || c.Path != flag {
		t.Errorf("--config: %v, %v", c, err)
	}
}

func TestWhereWindowsKeepsTheFile(t *testing.T) {
	s := newSetup(t)
	t.Chdir(t.TempDir())
	s.env["APPDATA"], s.env["ProgramData"] = "/users/u/roaming", "/all" // although there is a HOME
	_, err := config.Load(s.options(""))
	want := []string{"goscan.yaml: is in none of ., /users/u/roaming/goscan, /all/goscan | goscan config init writes one; --config FILE names another"}
	if diff := cmp.Diff(want, lines(err, "")); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestWhereTheStateIs(t *testing.T) {
	s := newSetup(t)
	for _, c := range []struct{ name, value, want string }{
		{"LOCALAPPDATA", "/users/u/local", "/users/u/local/goscan/state"}, // although there is a HOME
		{"XDG_STATE_HOME", "/xdg", "/xdg/goscan"},
		{"STATE_DIRECTORY", "/var/lib/goscan:/var/lib/other", "/var/lib/goscan"},
	} {
		s.env[c.name] = c.value
		if got := s.mustLoad(t, good).State; got != c.want {
			t.Errorf("%s=%s: %s, want %s", c.name, c.value, got, c.want)
		}
	}
	s.env = map[string]string{}
	_, err := s.load(t, good)
	if want := []string{"state: is missing, and neither XDG_STATE_HOME nor HOME is set"}; !cmp.Equal(lines(err, ""), want) {
		t.Errorf("got %q", lines(err, ""))
	}
}

func TestSecretFiles(t *testing.T) {
	s := newSetup(t)
	for name, c := range map[string]struct{ content, want, problem string }{
		"one newline is cut":         {"x\n\n", "x\n", ""},
		"no newline":                 {"x", "x", ""},
		"spaces are kept":            {" x \r\n", " x ", ""},
		"dollars are kept":           {"${HOME}$$", "${HOME}$$", ""},
		"an empty file":              {"\n", "", "is empty"},
		"the largest":                {strings.Repeat("x", 64<<10), strings.Repeat("x", 64<<10), ""},
		"one byte more than allowed": {strings.Repeat("x", 64<<10+1), "", "is larger than 64 KiB"},
	} {
		path := s.write(t, "secret", c.content)
		got, err := s.load(t, "clickhouse:\n  hosts: [a]\n  password_file: secret\n")
		switch {
		case c.problem != "":
			want := []string{"clickhouse.password_file (line 3): file " + path + ": " + c.problem}
			if diff := cmp.Diff(want, lines(err, "")); diff != "" {
				t.Errorf("%s: want -, got +\n%s", name, diff)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case got.ClickHouse.Password.Reveal() != c.want:
			t.Errorf("%s: %d bytes, want %d", name, len(got.ClickHouse.Password), len(c.want))
		}
	}
	for path, problem := range map[string]string{"gone": "no such file or directory", ".": "is a directory"} {
		_, err := s.load(t, "providers:\n  volcengine:\n    access_key: a\n    secret_key_file: "+path+"\n")
		want := []string{"providers.volcengine.secret_key_file (line 4): file " + filepath.Join(s.home, path) + ": " + problem}
		if diff := cmp.Diff(want, lines(err, "")); diff != "" {
			t.Errorf("want -, got +\n%s", diff)
		}
	}
}

func TestWarnings(t *testing.T) {
	const (
		literal  = "providers:\n  volcengine: {access_key: a, secret_key: \"${K}\"}\n"
		variable = "providers:\n  volcengine: {access_key: \"${K}\", secret_key: \"${K}\"}\n"
	)
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
		want string
	}{
		"a secret in a file for all":        {literal, 0o644, "FILE holds secrets and other users can read it: chmod 600 FILE"},
		"a secret in a file for the group":  {literal, 0o640, "FILE holds secrets and other users can read it: chmod 600 FILE"},
		"a secret as a default":             {"clickhouse: {hosts: [a], password: \"${GONE:-x}\"}\n", 0o644, "FILE holds secrets and other users can read it: chmod 600 FILE"},
		"a secret in the owner's file":      {literal, 0o600, ""},
		"names of variables are no secrets": {variable, 0o644, ""},
		"the port of HTTP":                  {"clickhouse: {hosts: [a], port: 8123}\n", 0o644, "clickhouse.port 8123 is HTTP on most servers: set protocol: http, or the native port, 9000, or 9440 with secure: true"},
		"the native port over HTTP":         {"clickhouse: {hosts: [a], port: 9440, secure: true, protocol: http}\n", 0o644, "clickhouse.port 9440 is the native protocol on most servers: set protocol: native, or the port of HTTP, 8123, or 8443 with secure: true"},
	} {
		s := newSetup(t)
		s.env["K"] = "from the environment"
		path := s.write(t, "goscan.yaml", c.text)
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		got, err := config.Load(s.options(path))
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.ReplaceAll(strings.Join(got.Warnings, "\n"), path, "FILE"); text != c.want {
			t.Errorf("%s: warns %q, want %q", name, text, c.want)
		}
	}
}

func TestFilesOfSecretsAreToBePrivate(t *testing.T) {
	const text = "clickhouse: {hosts: [a], secure: true, password_file: \"${CREDENTIALS_DIRECTORY}/password\", cert_file: cert, key_file: key}\n" +
		"providers:\n  volcengine: {access_key_file: id, secret_key_file: key}\n"
	s := newSetup(t)
	s.env["CREDENTIALS_DIRECTORY"] = filepath.Join(s.home, "credentials")
	if err := os.Mkdir(s.env["CREDENTIALS_DIRECTORY"], 0o700); err != nil {
		t.Fatal(err)
	}
	path := s.write(t, "goscan.yaml", text)
	for name, mode := range map[string]os.FileMode{"credentials/password": 0o400, "cert": 0o644, "key": 0o644, "id": 0o640} {
		if err := os.Chmod(s.write(t, name, "what "+name+" holds\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Load(s.options(path))
	if err != nil || c.ClickHouse.Password.Reveal() != "what credentials/password holds" {
		t.Fatalf("%+v, %v", c, err)
	}
	const told = "/%s holds a secret and other users can read it: chmod 600 %[2]s/%[1]s"
	want := []string{s.home + fmt.Sprintf(told, "id", s.home), s.home + fmt.Sprintf(told, "key", s.home)}
	if diff := cmp.Diff(want, c.Warnings); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// A file of root that the group of the service may read is how a service gets its configuration.
func TestAFileOfAnotherOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	s := newSetup(t)
	path := s.write(t, "goscan.yaml", "providers:\n  volcengine: {access_key: a, secret_key: b}\n")
	if err := os.Chown(path, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	for mode, warnings := range map[os.FileMode]int{0o640: 0, 0o644: 1} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if c, err := config.Load(s.options(path)); err != nil || len(c.Warnings) != warnings {
			t.Errorf("mode %v: %q, %v", mode, c.Warnings, err)
		}
	}
}

func TestSelect(t *testing.T) {
	s := newSetup(t)
	c := s.mustLoad(t, "providers:\n  volcengine: &k {access_key: a, secret_key: b}\n  alicloud: *k\n  prod: {type: alicloud, <<: *k}\n")
	for _, want := range []struct{ names, got, problems []string }{
		{nil, []string{"alicloud", "prod", "volcengine"}, nil},
		{[]string{"volcengine", "alicloud", "volcengine"}, []string{"alicloud", "volcengine"}, nil},
		{[]string{"prdo", "x"}, nil, []string{
			"providers.prdo: unknown account, did you mean prod?",
			"providers.x: unknown account, known are alicloud, prod, volcengine",
		}},
	} {
		accounts, err := c.Select(want.names...)
		var got []string
		for _, a := range accounts {
			got = append(got, a.Name)
		}
		if !cmp.Equal(got, want.got) || !cmp.Equal(lines(err, ""), want.problems) {
			t.Errorf("%q: %q, %q", want.names, got, lines(err, ""))
		}
	}
	_, err := s.mustLoad(t, "report: {lang: en}\n").Select()
	if want := []string{"providers: has no account | goscan config init writes an example"}; !cmp.Equal(lines(err, ""), want) {
		t.Errorf("got %q", lines(err, ""))
	}
}
