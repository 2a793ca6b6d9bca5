package cmd_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// platforms are what releases are built for, as Go names them.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

func text(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// language returns the version of Go that go.mod asks for, without the patch: "1.26".
func language(t *testing.T) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(text(t, "go.mod"))
	if found == nil {
		t.Fatal("go.mod names no version of Go")
	}
	return found[1]
}

// A workflow is what the tests look at in one of GitHub's.
type workflow struct {
	Permissions map[string]string
	Jobs        map[string]struct {
		Container   string
		Timeout     int `yaml:"timeout-minutes"`
		Permissions map[string]string
		Steps       []struct {
			Uses, Run string
			With      map[string]string
		}
	}
}

func TestWorkflows(t *testing.T) {
	pinned := regexp.MustCompile(`^actions/[a-z-]+@v\d+$`)
	target := regexp.MustCompile(`\bmake ([a-z]+)`)
	for _, name := range []string{"ci", "release"} {
		var w workflow
		if err := yaml.Unmarshal([]byte(text(t, ".github/workflows/"+name+".yaml")), &w); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(map[string]string{"contents": "read"}, w.Permissions); diff != "" {
			t.Errorf("%s may do more than read: %s", name, diff)
		}
		for id, job := range w.Jobs {
			if job.Timeout == 0 || len(job.Steps) == 0 {
				t.Errorf("%s: job %s has no time limit, or no steps", name, id)
			}
			if job.Permissions != nil && name != "release" {
				t.Errorf("%s: job %s has permissions %v", name, id, job.Permissions)
			}
			if job.Container != "" && job.Container != "golang:"+language(t)+"-bookworm" {
				t.Errorf("%s: job %s runs in %s, go.mod has %s", name, id, job.Container, language(t))
			}
			for _, step := range job.Steps {
				if step.Uses != "" && !pinned.MatchString(step.Uses) {
					t.Errorf("%s: %s is not an action of GitHub's own at a major version", name, step.Uses)
				}
				if strings.HasPrefix(step.Uses, "actions/setup-go@") && step.With["go-version"] != language(t) {
					t.Errorf("%s: job %s sets up Go %q, go.mod has %s", name, id, step.With["go-version"], language(t))
				}
				if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != "false" {
					t.Errorf("%s: job %s leaves its token in the checkout", name, id)
				}
				if strings.Contains(step.Run, "${{") {
					t.Errorf("%s: an expression in a script can be made to run anything: %s", name, step.Run)
				}
				if m := target.FindStringSubmatch(step.Run); m != nil && !strings.Contains(text(t, "Makefile"), "\n"+m[1]+":") {
					t.Errorf("%s: make has no target %s", name, m[1])
				}
			}
		}
	}
}

func TestTheImageHoldsGoscanAloneAndIsNotRoot(t *testing.T) {
	dockerfile := text(t, "Dockerfile")
	if !strings.Contains(dockerfile, "\nARG GO="+language(t)+"\n") {
		t.Errorf("the Dockerfile does not build with Go %s, go.mod's", language(t))
	}
	_, last, found := strings.Cut(dockerfile, "\nFROM scratch\n")
	if !found || strings.Contains(last, "\nFROM ") {
		t.Fatal("the last stage is not scratch alone")
	}
	for _, want := range []string{"USER 65532:65532", "VOLUME /var/lib/goscan", `ENTRYPOINT ["/usr/bin/goscan"]`} {
		if !strings.Contains(last, "\n"+want+"\n") {
			t.Errorf("the image lacks %s", want)
		}
	}
	if strings.Contains(last, "\nRUN ") {
		t.Error("there is no shell in the image that could run anything")
	}
}

// TestTheImageIsOfAnUnchangedCheckout: a tracked file that Docker does not see would be one that was deleted.
func TestTheImageIsOfAnUnchangedCheckout(t *testing.T) {
	list := exec.Command("git", "ls-files", "--cached", "--ignored", "--exclude-from=.dockerignore")
	list.Dir = ".."
	out, err := list.Output()
	if err != nil {
		t.Skipf("this is no checkout: %v", err)
	}
	if len(out) > 0 {
		t.Errorf(".dockerignore hides files that git tracks: %s", out)
	}
}

func TestReleasesAreForEveryPlatformWithoutC(t *testing.T) {
	var r struct {
		Builds []struct {
			Env, Goos, Goarch, Flags []string
			Timestamp                string `yaml:"mod_timestamp"`
		}
		Packages []struct {
			Formats  []string
			Contents []struct{ Src, Dst, Packager string }
			Scripts  map[string]string
		} `yaml:"nfpms"`
	}
	if err := yaml.Unmarshal([]byte(text(t, ".goreleaser.yaml")), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Builds) != 1 || len(r.Packages) != 1 {
		t.Fatalf("%d builds, %d packages", len(r.Builds), len(r.Packages))
	}
	b, p := r.Builds[0], r.Packages[0]
	var got []string
	for _, system := range b.Goos {
		for _, machine := range b.Goarch {
			got = append(got, system+"/"+machine)
		}
	}
	if diff := cmp.Diff(platforms, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	if makes := regexp.MustCompile(`(?m)^PLATFORMS = (.*)$`).FindStringSubmatch(text(t, "Makefile")); makes == nil || !slices.Equal(strings.Fields(makes[1]), platforms) {
		t.Errorf("make platforms builds %v", makes)
	}
	if !slices.Contains(b.Env, "CGO_ENABLED=0") || !slices.Contains(b.Flags, "-trimpath") || b.Timestamp != "{{ .CommitTimestamp }}" {
		t.Errorf("a build is not static, or not reproducible: %+v", b)
	}
	if diff := cmp.Diff([]string{"deb", "rpm"}, p.Formats); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	for _, script := range p.Scripts {
		if info, err := os.Stat(filepath.Join("..", script)); err != nil || info.Mode().Perm()&0o100 == 0 {
			t.Errorf("%s: %v", script, err)
		}
	}
	for _, c := range p.Contents {
		if c.Src == "" || strings.HasPrefix(c.Src, "dist/parts/") { // made by .ci/parts
			continue
		}
		if _, err := os.Stat(filepath.Join("..", c.Src)); err != nil {
			t.Error(err)
		}
	}
}
