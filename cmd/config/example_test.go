package config_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"goscan/cmd/config"
	"goscan/providers/all"
)

// keyLine matches a line of the example that is a key behind a "#", and no prose.
var keyLine = regexp.MustCompile(`(?m)^( *)# ( *[a-z_-]+:( .*)?)$`)

// TestExample loads the example with the real clouds, as it is and with every key that it offers.
func TestExample(t *testing.T) {
	s := newSetup(t)
	for _, name := range []string{
		"VOLCENGINE_ACCESS_KEY", "VOLCENGINE_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
		"PROD_INTL_TOKEN", "SHANGHAI_ACCESS_KEY", "SHANGHAI_SECRET_KEY", "CLICKHOUSE_PASSWORD",
	} {
		s.env[name] = "value of " + name
	}
	for _, name := range []string{"prod-intl-key-id", "prod-intl-key-secret"} {
		s.write(t, name, "text of "+name)
	}
	full := keyLine.ReplaceAllString(config.Example(), "$1$2")
	full = strings.ReplaceAll(full, "/run/secrets", s.home)
	full = strings.ReplaceAll(full, "secure: false", "secure: true")
	for text, accounts := range map[string]string{
		config.Example(): "alicloud volcengine",
		full:             "alicloud cn-shanghai prod-intl volcengine",
	} {
		path := s.write(t, "goscan.yaml", text)
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		o := s.options(path)
		o.Registry = all.Registry()
		c, err := config.Load(o)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		var names []string
		for _, a := range c.Accounts {
			names = append(names, a.Name)
		}
		if got := strings.Join(names, " "); got != accounts || (c.ClickHouse != nil) != (text == full) {
			t.Errorf("accounts %s, ClickHouse %v; want %s", got, c.ClickHouse, accounts)
		}
		if len(c.Warnings) != 0 {
			t.Errorf("warnings: %q", c.Warnings)
		}
		var out strings.Builder
		if err := c.Show(&out); err != nil || strings.Contains(out.String(), "value of") || strings.Contains(out.String(), "text of") {
			t.Errorf("config show: %v\n%s", err, out.String())
		}
	}
	if got := len(keyLine.FindAllString(config.Example(), -1)); got < 25 {
		t.Errorf("the example offers %d keys", got)
	}
}
