package build

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// released is what the toolchain records in a binary that was built from a tag.
func released() *debug.BuildInfo {
	return &debug.BuildInfo{
		GoVersion: "go1.26.8",
		Main:      debug.Module{Path: "goscan", Version: "v1.2.3"},
		Deps: []*debug.Module{
			{Path: "github.com/spf13/cobra", Version: "v1.10.2"},
			{Path: "example.com/nobody/knows", Version: "v2.0.0+incompatible"},
			{Path: "example.com/gone", Version: "v1.0.0", Replace: &debug.Module{Path: "modernc.org/sqlite", Version: "v1.0.1"}},
		},
		Settings: []debug.BuildSetting{
			{Key: "GOARCH", Value: "arm64"}, {Key: "GOOS", Value: "windows"},
			{Key: "vcs.revision", Value: "0123456789abcdef0123456789abcdef01234567"},
			{Key: "vcs.time", Value: "2026-11-23T08:00:00+08:00"}, {Key: "vcs.modified", Value: "false"},
		},
	}
}

func TestWhatABinaryKnowsOfItself(t *testing.T) {
	want := Info{
		Version: "v1.2.3", Commit: "0123456789abcdef0123456789abcdef01234567",
		Time: time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC), Go: "go1.26.8", Platform: "windows/arm64",
		Modules: []Module{
			{"std", "1.26.8", "BSD-3-Clause"}, {"github.com/spf13/cobra", "v1.10.2", "Apache-2.0"},
			{"example.com/nobody/knows", "v2.0.0+incompatible", "NOASSERTION"}, {"modernc.org/sqlite", "v1.0.1", "BSD-3-Clause AND MIT AND blessing"},
		},
	}
	if diff := cmp.Diff(want, read(released())); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestVersionsOfWhatIsNotReleased(t *testing.T) {
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef"}
	dirty := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for want, b := range map[string]*debug.BuildInfo{
		"devel":                    {Main: debug.Module{Version: "(devel)"}},
		"devel-0123456789ab":       {Settings: []debug.BuildSetting{commit}},
		"devel-0123456789ab+dirty": {Settings: []debug.BuildSetting{commit, dirty}},
		"v0.0.0-20261123053000-0123456789ab": {
			Main: debug.Module{Version: "v0.0.0-20261123053000-0123456789ab"}, Settings: []debug.BuildSetting{commit},
		},
	} {
		if got := read(b).Version; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestSBOMListsEveryModule(t *testing.T) {
	var text bytes.Buffer
	if err := read(released()).WriteSBOM(&text); err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(text.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	if d.Format != "CycloneDX" || d.SpecVersion != "1.6" || d.Metadata.Timestamp != "2026-11-23T00:00:00Z" || d.Metadata.Component.Version != "v1.2.3" {
		t.Errorf("%+v", d)
	}
	var got []string
	for _, c := range d.Components {
		licence := ""
		if len(c.Licences) > 0 {
			licence = " " + c.Licences[0].Expression
		}
		got = append(got, c.URL+licence)
	}
	want := []string{
		"pkg:golang/std@1.26.8 BSD-3-Clause", "pkg:golang/github.com/spf13/cobra@v1.10.2 Apache-2.0",
		"pkg:golang/example.com/nobody/knows@v2.0.0%2Bincompatible", "pkg:golang/modernc.org/sqlite@v1.0.1 BSD-3-Clause AND MIT AND blessing",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// TestVersionIsTheTag: nothing but the toolchain writes the version, so that it is right however goscan is built.
func TestVersionIsTheTag(t *testing.T) {
	dir := t.TempDir()
	run := func(name string, args ...string) {
		t.Helper()
		c := exec.Command(name, args...)
		c.Dir = dir
		c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_DATE=2026-11-23T08:00:00+08:00", "GIT_COMMITTER_DATE=2026-11-23T08:00:00+08:00")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
	}
	for file, text := range map[string]string{"go.mod": "module goscan\n\ngo 1.26.0\n", "main.go": "package main\n\nfunc main() {}\n"} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git := func(args ...string) {
		t.Helper()
		run("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...)
	}
	git("init", "-q")
	git("add", ".")
	git("commit", "-q", "-m", "one")
	git("tag", "v1.2.3")
	binary := filepath.Join(t.TempDir(), "goscan")
	version := func() Info {
		t.Helper()
		run("go", "build", "-trimpath", "-buildvcs=true", "-o", binary, ".")
		i, err := Of(binary)
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	if i := version(); i.Version != "v1.2.3" || i.Modified || !i.Time.Equal(time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("at the tag: %+v", i)
	}
	git("commit", "-q", "--allow-empty", "-m", "two")
	if i := version(); !strings.HasPrefix(i.Version, "v1.2.4-0.20261123000000-") {
		t.Errorf("after the tag: %+v", i)
	}
	if err := os.WriteFile(filepath.Join(dir, "more.go"), []byte("package main\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if i := version(); !strings.HasSuffix(i.Version, "+dirty") || !i.Modified {
		t.Errorf("with changes: %+v", i)
	}
}

func TestABinaryThatIsNone(t *testing.T) {
	if _, err := Of("build_test.go"); err == nil {
		t.Error("a text was read as a binary")
	}
}

func TestHere(t *testing.T) {
	i := Here()
	if i.Go == "" || !strings.Contains(i.Platform, "/") || !slices.ContainsFunc(i.Modules, func(m Module) bool { return m.Path == "std" }) {
		t.Errorf("%+v", i)
	}
}
