package cmd_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
)

// TestReadmeCommands runs every command of the README's console blocks, in their order, as a new user would: in one folder,
// which is empty at first, on two simulated clouds. The months and days that it names are moved to today. Then it tries each
// of the README's pieces of configuration.
func TestReadmeCommands(t *testing.T) {
	for _, readme := range []string{"README.md", "README.zh-CN.md"} {
		t.Run(readme, func(t *testing.T) {
			t.Parallel()
			commands := consoleCommands(t, "../"+readme)
			if len(commands) < 20 {
				t.Fatalf("%d commands found", len(commands))
			}
			p := program{folder: t.TempDir()}
			for _, args := range commands {
				code, out := p.run(t, args...)
				if code != 0 {
					t.Fatalf("goscan %s: exit code %d\n%s", strings.Join(args, " "), code, out)
				}
				if args[0] == "config" && args[1] == "init" {
					p.fillIn(t)
				}
			}
			p.tryPieces(t, "../"+readme)
		})
	}
}

// tryPieces adds each of the README's pieces of configuration to that of the folder. What it says of channels is tried by
// printing what would be sent.
func (p program) tryPieces(t *testing.T, readme string) {
	t.Helper()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(p.folder, "goscan.yaml")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	blocks := yamlBlock.FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 4 {
		t.Fatalf("%d pieces of configuration found", len(blocks))
	}
	for _, block := range blocks {
		piece := os.Expand(block[1], func(name string) string {
			if address := robotAddresses[name]; address != "" {
				return address
			}
			return "value-of-" + name
		})
		if err := os.WriteFile(path, []byte(string(whole)+piece), 0o600); err != nil {
			t.Fatal(err)
		}
		commands := [][]string{{"config", "validate"}}
		if !strings.Contains(piece, "clickhouse:") { // there is none here
			commands = append(commands, []string{"report"})
		}
		if strings.Contains(piece, "notify:") {
			commands = append(commands, []string{"notify", "test", "--dry-run"}, []string{"report", "--notify", "--dry-run"})
		}
		for _, args := range commands {
			if code, out := p.run(t, args...); code != 0 {
				t.Errorf("goscan %s: exit code %d\n%s\nwith\n%s", strings.Join(args, " "), code, out, piece)
			}
		}
	}
}

// robotAddresses are what the README's variables for robots stand for: the form of an address is checked.
var robotAddresses = map[string]string{
	"WECOM_WEBHOOK_URL":    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=sample",
	"FEISHU_WEBHOOK_URL":   "https://open.feishu.cn/open-apis/bot/v2/hook/sample",
	"DINGTALK_WEBHOOK_URL": "https://oapi.dingtalk.com/robot/send?access_token=sample",
	"SLACK_WEBHOOK_URL":    "https://hooks.slack.com/services/T0/B0/sample",
	"OPS_WEBHOOK_URL":      "https://hooks.example.com/goscan",
}

// fillIn puts the keys and addresses of simulated clouds where a user puts those of real ones.
func (p program) fillIn(t *testing.T) {
	t.Helper()
	yaml := "providers:\n"
	for kind, keys := range map[string][2]string{
		simulator.Volcengine: {"access_key", "secret_key"},
		simulator.Alicloud:   {"access_key_id", "access_key_secret"},
	} {
		c, err := simulator.Start(kind, simulator.Options{Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		yaml += "  " + kind + ":\n    " + keys[0] + ": " + simulator.AccessKey + "\n    " + keys[1] + ": " + simulator.SecretKey +
			"\n    endpoint: " + c.URL() + "\n    rate: 500\n"
	}
	if err := os.WriteFile(filepath.Join(p.folder, "goscan.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
}

var (
	consoleBlock = regexp.MustCompile("(?s)```console\n(.*?)```")
	yamlBlock    = regexp.MustCompile("(?s)```yaml\n(.*?)```")
	dateInText   = regexp.MustCompile(`\b2026-\d\d(-\d\d)?\b`)
)

// consoleCommands returns the arguments of the goscan commands of a README's console blocks.
func consoleCommands(t *testing.T, path string) [][]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var commands [][]string
	for _, block := range consoleBlock.FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(block[1]) {
			if command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ goscan "); ok {
				commands = append(commands, strings.Fields(dateInText.ReplaceAllStringFunc(command, movedToToday)))
			}
		}
	}
	return commands
}

// movedToToday returns a day or a month as far from today as it was from the day on which the README was written.
func movedToToday(date string) string {
	written, today := providers.NewDay(2026, time.November, 23), providers.DayOf(time.Now())
	if d, err := providers.ParseDay(date); err == nil {
		return (d - written + today).String()
	}
	m, err := providers.ParseMonth(date)
	if err != nil {
		return date
	}
	return (m - written.Month() + today.Month()).String()
}
