package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"goscan/cmd/config"
	robots "goscan/notify/all"
	"goscan/providers/all"
)

func TestWhatAConfigurationAsksFor(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "goscan.yaml")
	text := `# ${IN_A_COMMENT}
providers:
  ali:
    type: alicloud
    access_key_id: ${ID}
    access_key_secret_file: ${WHERE:-keys}/secret
    endpoint: https://${HOST:-a.example}:${PORT:-443}
  volc:
    type: volcengine
    access_key: "$${NOT_ONE}${ID:-x}"
    secret_key: literal
    session_token_file: token
  role:
    type: alicloud
clickhouse:
  hosts: ["${CH}"]
  password: ${CH_PASSWORD}
notify:
  wecom: {webhook_url: "${URL:?ask the team}"}
`
	for name, text := range map[string]string{"goscan.yaml": text, "token": "t", "keys/secret": "s"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	values := map[string]string{
		"ID": "id", "CH": "localhost", "URL": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", "HOME": dir,
		"GOSCAN_CLICKHOUSE_PASSWORD": "p", "GOSCAN_LOG_LEVEL": "debug", "GOSCAN_STATE": "/s",
	}
	o := config.Options{
		File: path, Getenv: func(name string) string { return values[name] }, Now: time.Now,
		Registry: all.Registry(), Channels: robots.Registry(),
	}
	cfg, err := config.Load(o)
	if err != nil {
		t.Fatal(err)
	}
	want := []config.Variable{
		{Name: "CH"}, {Name: "GOSCAN_CLICKHOUSE_PASSWORD"}, // it wins over CH_PASSWORD
		{Name: "HOST", Optional: true},
		{Name: "ID"}, // with a default in one place, without one in another
		{Name: "PORT", Optional: true}, {Name: "URL"}, {Name: "WHERE", Optional: true},
	}
	if got := cfg.Variables(); !slices.Equal(got, want) {
		t.Errorf("variables %v\nwant %v", got, want)
	}
	files := []config.File{
		{Key: "providers.ali.access_key_secret_file", Written: "${WHERE:-keys}/secret", Text: "keys/secret", Path: filepath.Join(dir, "keys/secret")},
		{Key: "providers.volc.session_token_file", Written: "token", Text: "token", Path: filepath.Join(dir, "token")},
	}
	if got := cfg.Files(); !slices.Equal(got, files) {
		t.Errorf("files %v\nwant %v", got, files)
	}
	if !cfg.ChoosesState() {
		t.Error("GOSCAN_STATE chooses no state")
	}
	for _, acc := range cfg.Accounts {
		if acc.HasKeys() == (acc.Name == "role") {
			t.Errorf("%s has keys: %v", acc.Name, acc.HasKeys())
		}
	}
	if got, err := config.Path(o); err != nil || got != path {
		t.Errorf("path %s, %v", got, err)
	}
	values["GOSCAN_STATE"] = ""
	if cfg, err = config.Load(o); err != nil || cfg.ChoosesState() {
		t.Errorf("nobody chose a state (%v)", err)
	}
}
