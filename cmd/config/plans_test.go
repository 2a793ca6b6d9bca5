package config_test

import (
	"strings"
	"testing"

	"goscan/cmd/config"
	"goscan/notify"
)

const planned = `
providers:
  volcengine: {access_key: a1234, secret_key: b1234}
report: {tags: [team], font_file: fonts/cjk.ttf}
budgets:
  - {name: all, amount: "100000.000000000001"}
  - {name: search, match: ["account=prod", "tag:team=search"], amount: 5000, currency: USD, thresholds: [50]}
expected:
  - {account: prod, service: ecs, from: 2026-11-11, to: 2026-11-12, reason: sale}
anomalies: {sensitivity: 3.5, min_percent: 20, min_amount: {CNY: 500}}
notify:
  wecom: {webhook_url: "https://example.test/?key=SECRETKEY"}
  team-a:
    type: wecom
    webhook_url_file: key
    kinds: [daily, failures]
    where: ["tag:team=a"]
    headers: {Authorization: Bearer SECRETTOKEN}
`

func TestPlansAndChannels(t *testing.T) {
	s := newSetup(t)
	s.write(t, "key", "https://example.test/?key=SECRETFILE\n")
	c := s.mustLoad(t, planned)
	b := c.Budgets
	if len(b) != 2 || b[0].Amount.String() != "100000.000000000001" || b[0].Currency != "CNY" || len(b[0].Thresholds) != 2 || len(b[1].Match) != 2 {
		t.Errorf("budgets are %+v", b)
	}
	if e := c.Expected; len(e) != 1 || e[0].To.String() != "2026-11-12" || e[0].Reason != "sale" {
		t.Errorf("expected are %+v", e)
	}
	if a := c.Anomalies; a.Sensitivity != 3.5 || a.MinPercent != 20 || a.MinAmount["CNY"].String() != "500" {
		t.Errorf("anomalies are %+v", a)
	}
	if c.Report.FontFile != s.home+"/fonts/cjk.ttf" || c.Report.Tags[0] != "team" {
		t.Errorf("report is %+v", c.Report)
	}
	if len(c.Channels) != 2 || c.Channels[0].Name != "team-a" || c.Channels[0].Type != "wecom" {
		t.Fatalf("channels are %+v", c.Channels)
	}
	own := c.Channels[0].Settings.(*robot)
	if own.URL.Reveal() != "https://example.test/?key=SECRETFILE" || own.Kinds[1] != notify.KindFailures || own.Where[0] != "tag:team=a" {
		t.Errorf("the channel of team a is %+v", own)
	}
	for _, secret := range []string{"https://example.test/?key=SECRETKEY", "https://example.test/?key=SECRETFILE", "Bearer SECRETTOKEN"} {
		if !strings.Contains(strings.Join(c.Secrets(), "\n"), secret) {
			t.Errorf("%s is no secret", secret)
		}
	}
	var out strings.Builder
	if err := c.Show(&out); err != nil || strings.Contains(out.String(), "SECRET") {
		t.Errorf("config show: %v\n%s", err, out.String())
	}
	again := s.write(t, "again.yaml", strings.ReplaceAll(out.String(), "'********'", "12345"))
	if c, err := config.Load(s.options(again)); err != nil || len(c.Budgets) != 2 || len(c.Channels) != 2 {
		t.Errorf("what config show prints is read as %v\n%s", err, out.String())
	}
}
