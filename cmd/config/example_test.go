package config_test

import (
	"encoding/pem"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"goscan/cmd/config"
	robots "goscan/notify/all"
	"goscan/providers/all"
)

// keyLine matches a line of the example that is a key behind a "#", also the first of an item of a list, and no prose.
var keyLine = regexp.MustCompile(`(?m)^( *)# ( *(?:- )?[a-z_-]+:( .*)?)$`)

// addresses are what those variables of the example stand for whose form is checked.
var addresses = map[string]string{
	"WECOM_WEBHOOK_URL":    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=value-of-wecom",
	"FEISHU_WEBHOOK_URL":   "https://open.feishu.cn/open-apis/bot/v2/hook/value-of-feishu",
	"DINGTALK_WEBHOOK_URL": "https://oapi.dingtalk.com/robot/send?access_token=value-of-dingtalk",
	"SLACK_WEBHOOK_URL":    "https://hooks.slack.com/services/T0/B0/value-of-slack",
	"OPS_WEBHOOK_URL":      "https://hooks.example.com/value-of-webhook",
	"HEARTBEAT_URL":        "https://hc-ping.com/value-of-heartbeat",
	"WECOM_PROXY":          "http://user:value-of-proxy@proxy.example.com:3128",
}

// TestExample loads the example with the real clouds, as it is and with every key that it offers.
func TestExample(t *testing.T) {
	s := newSetup(t)
	for _, name := range []string{
		"VOLCENGINE_ACCESS_KEY", "VOLCENGINE_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
		"PROD_INTL_TOKEN", "SHANGHAI_ACCESS_KEY", "SHANGHAI_SECRET_KEY", "CLICKHOUSE_PASSWORD",
		"FEISHU_SECRET", "DINGTALK_SECRET", "SMTP_PASSWORD", "OPS_WEBHOOK_SECRET", "OPS_WEBHOOK_AUTHORIZATION",
		"PUSHGATEWAY_PASSWORD",
	} {
		s.env[name] = "value of " + name
	}
	for name, address := range addresses {
		s.env[name] = address
	}
	for _, name := range []string{"prod-intl-key-id", "prod-intl-key-secret"} {
		s.write(t, name, "text of "+name)
	}
	s.write(t, "mail-ca.pem", certificate())
	full := keyLine.ReplaceAllString(config.Example(), "$1$2")
	full = strings.ReplaceAll(full, "/run/secrets", s.home)
	full = strings.ReplaceAll(full, "secure: false", "secure: true")
	for text, want := range map[string]struct{ accounts, channels string }{
		config.Example(): {"alicloud volcengine", ""},
		full: {"alicloud cn-shanghai prod-intl volcengine",
			"dingtalk=dingtalk feishu=feishu finance=wecom mail=email ops=webhook slack=slack"},
	} {
		path := s.write(t, "goscan.yaml", text)
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		o := s.options(path)
		o.Registry, o.Channels = all.Registry(), robots.Registry()
		c, err := config.Load(o)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		var names, named []string
		for _, a := range c.Accounts {
			names = append(names, a.Name)
		}
		for _, ch := range c.Channels {
			named = append(named, ch.Name+"="+ch.Type)
		}
		if got := strings.Join(names, " "); got != want.accounts || (c.ClickHouse != nil) != (text == full) {
			t.Errorf("accounts %s, ClickHouse %v; want %s", got, c.ClickHouse, want.accounts)
		}
		if got := strings.Join(named, " "); got != want.channels {
			t.Errorf("channels %s; want %s", got, want.channels)
		}
		if planned := len(c.Budgets) == 2 && len(c.Expected) == 1 && c.Anomalies.Rule != "" && len(c.Report.Tags) > 0; planned != (text == full) {
			t.Errorf("budgets %v, expected %v, anomalies %v, report %v", c.Budgets, c.Expected, c.Anomalies, c.Report)
		}
		if len(c.Warnings) != 0 {
			t.Errorf("warnings: %q", c.Warnings)
		}
		var out strings.Builder
		err = c.Show(&out)
		shown := func(secret string) bool { return strings.Contains(out.String(), secret) }
		if err != nil || slices.ContainsFunc([]string{"value of", "value-of", "text of", "BEGIN CERTIFICATE"}, shown) {
			t.Errorf("config show: %v\n%s", err, out.String())
		}
	}
	if got := len(keyLine.FindAllString(config.Example(), -1)); got < 85 {
		t.Errorf("the example offers %d keys", got)
	}
}

// certificate returns one in PEM: an example of what a user trusts.
func certificate() string {
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}
