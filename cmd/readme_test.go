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
// which is empty at first, on two simulated clouds. The months and days that it names are moved to this month.
func TestReadmeCommands(t *testing.T) {
	for _, readme := range []string{"README.md", "README.zh-CN.md"} {
		t.Run(readme, func(t *testing.T) {
			t.Parallel()
			commands := consoleCommands(t, "../"+readme)
			if len(commands) < 12 {
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
		})
	}
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
	dayInText    = regexp.MustCompile(`\b2026-\d\d-\d\d\b`)
	monthInText  = regexp.MustCompile(`\b2026-\d\d\b`)
)

// consoleCommands returns the arguments of the goscan commands of a README's console blocks.
func consoleCommands(t *testing.T, path string) [][]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	today := providers.DayOf(time.Now())
	written := providers.NewMonth(2026, time.November) // the month in which the README was written
	var commands [][]string
	for _, block := range consoleBlock.FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(block[1]) {
			command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ goscan ")
			if !ok {
				continue
			}
			command = dayInText.ReplaceAllString(command, (today - 3).String())
			if !strings.Contains(command, "--date") {
				command = monthInText.ReplaceAllStringFunc(command, func(s string) string {
					m, err := providers.ParseMonth(s)
					if err != nil {
						t.Fatal(err)
					}
					return (m - written + today.Month()).String()
				})
			}
			commands = append(commands, strings.Fields(command))
		}
	}
	return commands
}
