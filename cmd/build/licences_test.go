package build

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write licences.txt")

// platforms are those that releases are built for.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

// accepted are the licences that a binary under the MIT licence may hold parts of. MPL-2.0 is about the module's own files, which
// are not changed here.
var accepted = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "blessing"}

const header = `# Licences (SPDX) of all that a goscan binary may hold, read from each module's own texts.
# go test ./cmd/build -run TestLicences -update writes this file.
`

// stated are the licences of modules whose texts alone do not tell them.
var stated = map[string]string{
	// Version 1.0.23, the newest that is offered, holds no licence. Its repository has had Apache-2.0 since 2023.
	"github.com/volcengine/volc-sdk-golang": unknown,
	// Parts of musl (MIT) are in it, as one of the notices in LICENSE-3RD-PARTY.md says.
	"modernc.org/libc": "BSD-3-Clause AND MIT",
}

func TestLicencesAreThoseOfTheModulesInTheBinary(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	want := table{standard: detect(t, strings.TrimSpace(string(root)))}
	for path, dir := range linked(t) {
		want[path] = detect(t, dir)
		if licence, ok := stated[path]; ok {
			if want[path] == licence {
				t.Errorf("%s: its own texts tell %s now", path, licence)
			}
			want[path] = licence
		}
	}
	if *update {
		write(t, want)
	}
	if diff := cmp.Diff(want, licences()); diff != "" && !*update {
		t.Errorf("licences.txt is out of date: go test ./cmd/build -run TestLicences -update (want -, got +)\n%s", diff)
	}
	for path, expression := range want {
		for licence := range strings.SplitSeq(expression, " AND ") {
			if !slices.Contains(accepted, licence) && stated[path] != licence {
				t.Errorf("%s: licence %q is not one that goscan takes parts of", path, licence)
			}
		}
	}
}

func write(t *testing.T, all table) {
	t.Helper()
	var text strings.Builder
	text.WriteString(header)
	for _, path := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&text, "%s %s\n", path, all[path])
	}
	if err := os.WriteFile("licences.txt", []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// linked returns the modules of all platforms' binaries and where their sources are.
func linked(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, p := range platforms {
		system, machine, _ := strings.Cut(p, "/")
		list := exec.Command("go", "list", "-deps", "-json=Module", "goscan")
		list.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+machine, "CGO_ENABLED=0")
		out, err := list.Output()
		if err != nil {
			t.Fatalf("go list for %s: %v", p, err)
		}
		for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
			var pkg struct {
				Module *struct {
					Path, Dir string
					Main      bool
				}
			}
			if err := d.Decode(&pkg); err != nil {
				t.Fatal(err)
			}
			if m := pkg.Module; m != nil && !m.Main {
				all[m.Path] = m.Dir
			}
		}
	}
	return all
}

// Texts of licences: their names, and words that only they have. Line breaks do not matter.
var (
	licenceFile = regexp.MustCompile(`(?i)^(un)?(licen[cs]es?|copying)([-._].*)?$`)
	blanks      = regexp.MustCompile(`[\s*#>]+`)
	signs       = []struct{ licence, words string }{
		{"Apache-2.0", "apache license version 2.0, january 2004"},
		{"Apache-2.0", "licensed under the apache license, version 2.0"},
		{"MPL-2.0", "mozilla public license version 2.0"},
		{"MPL-2.0", "mozilla public license, version 2.0"},
		{"MIT", "permission is hereby granted, free of charge"},
		{"ISC", "permission to use, copy, modify, and distribute this software"},
		{"ISC", "permission to use, copy, modify, and/or distribute this software"},
		{"blessing", "sqlite is public domain"},
		{"GPL", "gnu general public license"},
		{"LGPL", "gnu lesser general public license"},
		{"AGPL", "gnu affero general public license"},
	}
	twoClauses = "redistribution and use in source and binary forms"
	third      = regexp.MustCompile(`(neither the name|names of (its|the) contributors|may not be used to endorse)`)
)

// detect returns the licences that the texts at the top of a module are, as an SPDX expression, or nothing.
func detect(t *testing.T, dir string) string {
	t.Helper()
	found := map[string]bool{}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		// Notices of third parties are of all that a module needs, also for its tests. What is linked is listed by itself.
		if !licenceFile.MatchString(f.Name()) || f.IsDir() || strings.Contains(f.Name(), "3RD-PARTY") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, licence := range licencesIn(string(text)) {
			found[licence] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(found)), " AND ")
}

func licencesIn(text string) []string {
	var all []string
	text = blanks.ReplaceAllString(strings.ToLower(text), " ")
	for _, s := range signs {
		// The Mozilla licence names the GNU ones as licences that its files may be given under, too.
		if strings.Contains(text, s.words) && !(strings.HasSuffix(s.licence, "GPL") && slices.Contains(all, "MPL-2.0")) {
			all = append(all, s.licence)
		}
	}
	if at := strings.Index(text, twoClauses); at >= 0 {
		if third.MatchString(text[at:]) {
			return append(all, "BSD-3-Clause")
		}
		all = append(all, "BSD-2-Clause")
	}
	return all
}

func TestLicencesInTexts(t *testing.T) {
	for text, want := range map[string]string{
		"Permission is hereby granted,\n free of charge, to any person":                                            "MIT",
		"# Redistribution and use in\n# source and binary forms, with or without":                                  "BSD-2-Clause",
		"Redistribution and use in source and binary forms\n3. Neither the name":                                   "BSD-3-Clause",
		"Apache License\nVersion 2.0, January 2004\n...\nPermission is hereby granted, free of charge":             "Apache-2.0 MIT",
		"Mozilla Public License Version 2.0 ... \"Secondary License\" means either the GNU General Public License": "MPL-2.0",
		"GNU GENERAL PUBLIC LICENSE\nVersion 3":                                                                    "GPL",
		"All rights reserved.":                                                                                     "",
	} {
		if got := strings.Join(licencesIn(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestEmbeddedFilesAreOurs: what is embedded that does not come from a module would need a line of its own.
func TestEmbeddedFilesAreOurs(t *testing.T) {
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.Contains(path, "testdata") && slices.Contains([]string{".ttf", ".otf", ".ttc", ".woff2", ".gz", ".js"}, filepath.Ext(path)) {
			t.Errorf("%s: whose is it?", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
