package schedule_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"goscan/cmd/schedule"
)

// write puts units into a folder, with a program that exists, and returns their paths.
func write(t *testing.T, p schedule.Plan, o schedule.SystemdOptions) []string {
	t.Helper()
	p.Binary = "/usr/bin/true"
	units, err := schedule.Systemd(p, o)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var paths []string
	for _, u := range units {
		path := filepath.Join(dir, u.Name)
		if err := os.WriteFile(path, []byte(u.Text), 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

func analyze(t *testing.T, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("there is no systemd-analyze")
	}
	out, err := exec.Command("systemd-analyze", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("systemd-analyze %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestSystemdUnderstandsTheUnits(t *testing.T) {
	for name, o := range map[string]schedule.SystemdOptions{
		"system": {RunAs: "goscan"}, "user": {User: true}, "packaged": {RunAs: "goscan", Packaged: true},
	} {
		for plan, p := range map[string]schedule.Plan{"server": server(), "ledger": ledger(), "keyless": keyless()} {
			paths := write(t, p, o)
			// Units of other packages are loaded, too, and may be complained about: ours are not.
			for line := range strings.Lines(analyze(t, append([]string{"verify", "--man=no"}, paths...)...)) {
				if strings.Contains(line, "goscan") {
					t.Errorf("%s, %s: %s", name, plan, line)
				}
			}
		}
	}
}

func TestTheServicesAreLockedDown(t *testing.T) {
	exposure := regexp.MustCompile(`Overall exposure level for \S+: ([0-9.]+)`)
	for _, path := range write(t, server(), schedule.SystemdOptions{RunAs: "goscan"}) {
		if !strings.HasSuffix(path, ".service") || strings.Contains(path, "@") {
			continue
		}
		out := analyze(t, "security", "--offline=true", path)
		m := exposure.FindStringSubmatch(out)
		if m == nil {
			t.Fatalf("no exposure level in\n%s", out)
		}
		if level, err := strconv.ParseFloat(m[1], 64); err != nil || level > 2 {
			t.Errorf("%s: exposure level %s, want 2 at most", filepath.Base(path), m[1])
		}
	}
}

func unit(t *testing.T, p schedule.Plan, o schedule.SystemdOptions, name string) string {
	t.Helper()
	units, err := schedule.Systemd(p, o)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(units, func(u schedule.Unit) bool { return u.Name == name })
	if i < 0 {
		t.Fatalf("no unit %s", name)
	}
	return units[i].Text
}

func TestEveryUnitIsKnownAndMarked(t *testing.T) {
	units, err := schedule.Systemd(server(), schedule.SystemdOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, u := range units {
		names = append(names, u.Name)
		if !strings.HasPrefix(u.Text, schedule.Marker) {
			t.Errorf("%s does not begin with the marker", u.Name)
		}
	}
	if !slices.Equal(names, schedule.UnitNames()) {
		t.Errorf("units %v, known are %v", names, schedule.UnitNames())
	}
}

func TestNobodyToTell(t *testing.T) {
	text := unit(t, ledger(), schedule.SystemdOptions{User: true}, schedule.SyncUnit)
	for _, absent := range []string{"OnFailure", "--notify-on", "EnvironmentFile", "LoadCredential", "network-online"} {
		if strings.Contains(text, absent) {
			t.Errorf("the unit has %s", absent)
		}
	}
	units, _ := schedule.Systemd(ledger(), schedule.SystemdOptions{User: true})
	if len(units) != 2 {
		t.Errorf("%d units, want the sync's service and timer", len(units))
	}
}

func TestPathsAreQuoted(t *testing.T) {
	p := ledger()
	p.Binary, p.Config, p.State = "/opt/100%/goscan", `/home/o'neil/the "best".yaml`, "/srv/$HOME/a b"
	text := unit(t, p, schedule.SystemdOptions{User: true}, schedule.SyncUnit)
	want := `ExecStart=/opt/100%%/goscan --config "/home/o'neil/the \"best\".yaml" --state "/srv/$$HOME/a b" sync --lock-wait 30m` + "\n"
	if !strings.Contains(text, want) {
		t.Errorf("%s\nis not in\n%s", want, text)
	}
	text = unit(t, p, schedule.SystemdOptions{RunAs: "u"}, schedule.SyncUnit)
	if want := `ReadWritePaths="/srv/$HOME/a b"` + "\n"; !strings.Contains(text, want) {
		t.Errorf("%s\nis not in\n%s", want, text)
	}
}

// A service of the system sees its credentials in one folder: files that it would not find are refused now, not tomorrow.
func TestFilesThatAServiceWouldNotFind(t *testing.T) {
	for _, written := range []string{"secrets/key", "~/key"} {
		p := server()
		p.Files = []schedule.File{{Key: "providers.a.access_key_file", Written: written, Text: written, Path: "/x/key"}}
		_, err := schedule.Systemd(p, schedule.SystemdOptions{})
		if err == nil || !strings.HasPrefix(err.Error(), "providers.a.access_key_file: "+written) {
			t.Errorf("%s: %v", written, err)
		}
		if _, err := schedule.Systemd(p, schedule.SystemdOptions{User: true}); err != nil {
			t.Errorf("of a user, %s: %v", written, err)
		}
	}
}
