package schedule_test

import (
	"strings"
	"testing"

	"goscan/cmd/schedule"
)

// A service sees only what its unit names. A metrics folder that went away must not keep the bills from coming: the path is
// optional.
func TestTheMetricsFolderIsWritable(t *testing.T) {
	p := server()
	p.Metrics = "/srv/text files/goscan.prom"
	system := schedule.SystemdOptions{RunAs: "goscan"}
	text := unit(t, p, system, schedule.SyncUnit)
	for _, want := range []string{
		"\nUser=goscan\n", "\nReadWritePaths=\"-/srv/text files\"\n", "\nEnvironment=\"GOSCAN_METRICS_FILE=/srv/text files/goscan.prom\"\n",
		"\nStateDirectory=goscan\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "DynamicUser") {
		t.Error("nobody can let a user that comes and goes write into the folder")
	}
	for line := range strings.Lines(analyze(t, append([]string{"verify", "--man=no"}, write(t, p, system)...)...)) {
		if strings.Contains(line, "goscan") {
			t.Error(line)
		}
	}
}

func TestMetricsThatNeedNoFolder(t *testing.T) {
	p := server()
	plain := unit(t, p, schedule.SystemdOptions{RunAs: "goscan"}, schedule.SyncUnit)
	p.Metrics = p.State + "/goscan.prom"
	text := unit(t, p, schedule.SystemdOptions{RunAs: "goscan"}, schedule.SyncUnit)
	if !strings.Contains(plain, "DynamicUser=yes") || !strings.Contains(text, "DynamicUser=yes") || strings.Contains(text, "ReadWritePaths") {
		t.Errorf("in the folder of the state:\n%s", text)
	}
	p.Metrics = "/srv/a\nb.prom"
	if _, err := schedule.Systemd(p, schedule.SystemdOptions{}); err == nil {
		t.Error("a path with a newline is written into a unit")
	}
}
