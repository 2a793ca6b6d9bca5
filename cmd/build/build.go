// Package build tells what a goscan binary was built from: its version, the modules in it, their licences, and all of that as a
// software bill of materials. It reads what the Go toolchain records in every binary, of this system or another.
package build

import (
	"debug/buildinfo"
	"runtime/debug"
	"strings"
	"time"
)

// An Info says what a binary was built from.
type Info struct {
	Version  string    `json:"version"`            // a tag, a pseudo-version, or devel with a commit
	Commit   string    `json:"commit,omitempty"`   // empty when it was built outside of a checkout
	Time     time.Time `json:"time,omitzero"`      // of the commit, UTC
	Modified bool      `json:"modified,omitempty"` // the checkout had changes that were not committed
	Go       string    `json:"go"`
	Platform string    `json:"platform"`
	Modules  []Module  `json:"-"`
}

// A Module is a part of the binary that has a version and a licence of its own.
type Module struct {
	Path    string
	Version string
	Licence string // an SPDX expression
}

// Here returns what the running program was built from.
func Here() Info {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return Info{Version: "unknown"}
	}
	return read(info)
}

// Of returns what the binary in a file was built from.
func Of(path string) (Info, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return Info{}, err
	}
	return read(info), nil
}

func read(b *debug.BuildInfo) Info {
	i := Info{Version: b.Main.Version, Go: b.GoVersion}
	settings := map[string]string{}
	for _, s := range b.Settings {
		settings[s.Key] = s.Value
	}
	i.Platform = settings["GOOS"] + "/" + settings["GOARCH"]
	i.Commit = settings["vcs.revision"]
	i.Modified = settings["vcs.modified"] == "true"
	if at, err := time.Parse(time.RFC3339, settings["vcs.time"]); err == nil {
		i.Time = at.UTC()
	}
	if i.Version == "" || i.Version == "(devel)" {
		i.Version = i.unreleased()
	}
	i.Modules = modules(b)
	return i
}

// unreleased returns what stands in for a version where the toolchain wrote none.
func (i Info) unreleased() string {
	version := "devel"
	if len(i.Commit) >= 12 {
		version += "-" + i.Commit[:12]
	}
	if i.Modified {
		version += "+dirty"
	}
	return version
}

// standard is what the table of licences calls the part of Go that is in every binary.
const standard = "std"

func modules(b *debug.BuildInfo) []Module {
	known := licences()
	all := []Module{{standard, strings.TrimPrefix(b.GoVersion, "go"), known.of(standard)}}
	for _, d := range b.Deps {
		if d.Replace != nil {
			d = d.Replace
		}
		all = append(all, Module{d.Path, d.Version, known.of(d.Path)})
	}
	return all
}
