package schedule_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"goscan/cmd/schedule"
)

var cronLine = regexp.MustCompile(`^([0-5]?\d) ([01]?\d|2[0-3]) \* \* \* (\S.*)$`)

// commands returns the commands of a crontab as cron hands them to the shell. Any other line must be a comment.
func commands(t *testing.T, crontab string) []string {
	t.Helper()
	var all []string
	for line := range strings.Lines(crontab) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		m := cronLine.FindStringSubmatch(line)
		if m == nil || len(line) > 998 {
			t.Fatalf("no line of a crontab: %s", line)
		}
		if regexp.MustCompile(`(^|[^\\])%`).MatchString(m[3]) {
			t.Fatalf("a %% that ends the command: %s", line)
		}
		all = append(all, strings.ReplaceAll(m[3], `\%`, "%"))
	}
	return all
}

func TestCrontabLines(t *testing.T) {
	all := golden(t)
	if n := len(commands(t, all["cron-user"])); n != 1 {
		t.Errorf("%d lines without channels, want 1", n)
	}
	lines := commands(t, all["cron"])
	if len(lines) != 2 {
		t.Fatalf("%d lines, want sync and report", len(lines))
	}
	for _, l := range lines {
		if !strings.HasPrefix(l, "goscan umask") {
			t.Errorf("no user in %s", l)
		}
	}
	checkSyntax(t, all["cron-user"])
}

// checkSyntax lets crontab check lines: cronie does with -T, Debian's with -n, others cannot.
func checkSyntax(t *testing.T, crontab string) {
	t.Helper()
	if _, err := exec.LookPath("crontab"); err != nil {
		t.Skip("there is no crontab to check the syntax with")
	}
	path := filepath.Join(t.TempDir(), "crontab")
	if err := os.WriteFile(path, []byte(crontab), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, flag := range []string{"-T", "-n"} {
		out, err := exec.Command("crontab", flag, path).CombinedOutput()
		if err == nil {
			return
		}
		if !strings.Contains(string(out), "option") {
			t.Fatalf("crontab %s: %v\n%s", flag, err, out)
		}
	}
	t.Skip("this crontab cannot check the syntax")
}

// TestTheCommandsRun lets a shell run them, in folders whose names need every kind of quoting.
func TestTheCommandsRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), `it's 100% "$HOME"`)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	p := server()
	p.Binary, p.Config, p.State = filepath.Join(dir, "goscan"), filepath.Join(dir, "goscan.yaml"), filepath.Join(dir, "state")
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(p.Binary, "#!/bin/sh\necho \"$ALI_ID: $*\"\n[ \"$5\" = report ] && exit 6\nexit 0\n")
	write(filepath.Join(dir, "goscan.env"), "ALI_ID='a $b'\n")
	text, err := schedule.Cron(p, schedule.CronOptions{Zone: time.UTC, Year: 2026})
	if err != nil {
		t.Fatal(err)
	}
	all := commands(t, text)
	mails := []string{"", "goscan report: exit code 6, see " + p.State + "/cron.log\n"}
	for i, command := range all {
		out, err := exec.Command("sh", "-c", command).CombinedOutput()
		if err != nil || string(out) != mails[i] {
			t.Errorf("%s\nprinted %q (%v), want %q", command, out, err, mails[i])
		}
	}
	log, err := os.ReadFile(filepath.Join(p.State, "cron.log"))
	if err != nil {
		t.Fatal(err)
	}
	head := "a $b: --config " + p.Config + " --state " + p.State
	want := head + " sync --lock-wait 30m --notify-on failure,restatement,unreconciled\n" + head + " report daily --notify\n"
	if string(log) != want {
		t.Errorf("the log is\n%s\nwant\n%s", log, want)
	}
	if info, err := os.Stat(p.State); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the state's folder: %v, %v", info, err)
	}
}

func TestMergeCron(t *testing.T) {
	block := func(n string) string {
		p := ledger()
		p.Accounts, p.Binary = nil, "/"+n
		text, err := schedule.Cron(p, schedule.CronOptions{Zone: time.UTC})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	one, two := block("one"), block("two")
	for name, c := range map[string]struct{ crontab, block, want string }{
		"into an empty crontab":               {"", one, one},
		"after other lines":                   {"MAILTO=me\n0 * * * * x\n", one, "MAILTO=me\n0 * * * * x\n" + one},
		"after a line without an end":         {"0 * * * * x", one, "0 * * * * x\n" + one},
		"in the place of the one before":      {"a\n" + one + "b\n", two, "a\n" + two + "b\n"},
		"again":                               {"a\n" + one + "b\n", one, "a\n" + one + "b\n"},
		"out":                                 {"a\n" + one + "b\n", "", "a\nb\n"},
		"out where there is none":             {"a\n", "", "a\n"},
		"an end without a line break":         {"a\n" + strings.TrimSuffix(one, "\n"), two, "a\n" + two},
		"what looks like a marker and is not": {"# goscan\n", one, "# goscan\n" + one},
	} {
		got, err := schedule.MergeCron(c.crontab, c.block)
		if err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, got, c.want)
		}
	}
	begin, _, _ := strings.Cut(one, "\n")
	for name, crontab := range map[string]string{
		"a beginning without end":  begin + "\n0 * * * * mine\n",
		"an end without beginning": strings.TrimPrefix(one, begin+"\n"),
		"twice":                    one + one,
	} {
		if got, err := schedule.MergeCron(crontab, two); err == nil {
			t.Errorf("%s: no error, but\n%s", name, got)
		}
	}
}
