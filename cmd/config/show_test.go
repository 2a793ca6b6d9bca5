package config_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goscan/cmd/config"
)

func TestShow(t *testing.T) {
	s := newSetup(t)
	c := s.mustLoad(t, `
providers:
  volcengine: {access_key: SECRET1, secret_key: SECRET2, since: 2026-01-01, lookback: 0, labels: {b: "007", a: x}}
  ali: {type: alicloud, access_key: SECRET3, secret_key: SECRET4, rate: 5}
clickhouse: {hosts: [h1, h2], password: SECRET5}
`)
	var out strings.Builder
	if err := c.Show(&out); err != nil {
		t.Fatal(err)
	}
	want := `clickhouse:
  hosts:
    - h1
    - h2
  balance: in_order
  protocol: native
  port: 9000
  username: default
  password: '********'
  database: default
  secure: false
  compression: lz4
  dial_timeout: 5s
  query_timeout: 2m0s
providers:
  ali:
    type: alicloud
    rate: 5
    access_key: '********'
    secret_key: '********'
    region: cn-beijing
    dry: false
    timeout: 0s
    payers: []
    labels: {}
  volcengine:
    type: volcengine
    since: "2026-01-01"
    lookback: 0
    access_key: '********'
    secret_key: '********'
    region: cn-beijing
    dry: false
    timeout: 0s
    payers: []
    labels:
      a: x
      b: "007"
state: STATE
report:
  lang: zh
log:
  level: info
  format: text
`
	if got := strings.ReplaceAll(out.String(), c.State, "STATE"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestInit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "goscan.yaml")
	if err := config.Init(path, false); err != nil {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil || string(text) != config.Example() {
			t.Errorf("%d bytes, %v", len(text), err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
	}
	check()
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	err := config.Init(path, false)
	if got := strings.Join(lines(err, path), "\n"); got != "FILE: is there already | --force replaces it" || !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %q", got)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "mine" {
		t.Errorf("the file became %q, %v", text, err)
	}
	if err := config.Init(path, true); err != nil {
		t.Fatal(err)
	}
	check()
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v, %v", left, err)
	}
}

func TestTheTwoExamplesAreOne(t *testing.T) {
	text, err := os.ReadFile("../../goscan.yaml.example")
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != config.Example() {
		t.Error("goscan.yaml.example at the top and in cmd/config differ: copy one over the other")
	}
}
