package cmd

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"goscan/cmd/build"
	"goscan/cmd/manual"
)

func pages(t *testing.T) []manual.Page {
	t.Helper()
	a, _, _ := bareApp(t, nil)
	return manPages(newRoot(a), build.Info{Version: "v1.2.3", Time: time.Date(2026, 11, 23, 23, 30, 0, 0, time.FixedZone("", -5*60*60))})
}

func TestManPagesCoverEverything(t *testing.T) {
	all := pages(t)
	if all[0].File() != "man1/goscan.1" {
		t.Errorf("the first page is %s", all[0].File())
	}
	files := map[string]bool{}
	for _, p := range all {
		if files[p.File()] {
			t.Errorf("%s is there twice", p.File())
		}
		files[p.File()] = true
	}
	for _, c := range commands(t) {
		if name := "man1/" + strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"; !files[name] {
			t.Errorf("there is no %s", name)
		}
	}
	for _, name := range []string{"man5/goscan.yaml.5", "man7/goscan-exit-codes.7", "man7/goscan-environment.7", "man7/goscan-focus.7"} {
		if !files[name] {
			t.Errorf("there is no %s", name)
		}
	}
	for _, p := range all {
		for _, ref := range p.SeeAlso {
			if other := (manual.Page{Name: ref.Name, Section: ref.Section}).File(); !files[other] || other == p.File() {
				t.Errorf("%s refers to %s", p.File(), other)
			}
		}
	}
}

// known are the macros of man(7) that pages are written with.
var known = []string{"TH", "nh", "ad", "SH", "PP", "TP", "B", "BR", "nf", "fi"}

func TestManPagesAreManPages(t *testing.T) {
	for _, p := range pages(t) {
		text := p.Roff()
		if first, _, _ := strings.Cut(text, "\n"); !strings.HasSuffix(first, ` 2026\-11\-24 "goscan v1.2.3" Goscan`) {
			t.Errorf("%s begins with %s", p.File(), first)
		}
		for line := range strings.Lines(text) {
			if macro := regexp.MustCompile(`^[.'](\w*)`).FindStringSubmatch(line); macro != nil && !slices.Contains(known, macro[1]) {
				t.Errorf("%s: %s is no macro", p.File(), line)
			}
			if regexp.MustCompile(`[^ -~\n]`).MatchString(line) {
				t.Errorf("%s: %q is not ASCII", p.File(), line)
			}
		}
		sections := []string{"NAME", "DESCRIPTION", `"SEE ALSO"`}
		if p.Section == 1 {
			sections = []string{"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", `"EXIT STATUS"`, "EXAMPLES", "ENVIRONMENT", "FILES", `"SEE ALSO"`}
		}
		at := 0
		for _, section := range sections {
			i := strings.Index(text[at:], "\n.SH "+section+"\n")
			if i < 0 {
				t.Errorf("%s has no section %s after the one before", p.File(), section)
				continue
			}
			at += i
		}
	}
}

func TestManPageOfACommand(t *testing.T) {
	all := pages(t)
	i := slices.IndexFunc(all, func(p manual.Page) bool { return p.Name == "goscan-sync" })
	text := all[i].Roff()
	for _, want := range []string{
		"goscan\\-sync \\- fetch what is missing",
		".TP\n.B \"\\-a, \\-\\-account TEXT,...\"\nonly this account",
		".TP\n.B 12\ncredentials refused",
		"\\-\\-dry\\-run             what that would be\n",
		".BR goscan.yaml (5),\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
