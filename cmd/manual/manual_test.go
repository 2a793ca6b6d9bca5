package manual_test

import (
	"strings"
	"testing"

	"goscan/cmd/manual"
)

func page() manual.Page {
	return manual.Page{
		Name: "goscan-sync", Section: 1, Summary: "fetch what is missing", Version: "goscan 1.2.3",
		Passages: []manual.Passage{
			{Title: "DESCRIPTION", Text: "One paragraph of\ntwo lines.\n\nAnother one:\n  goscan sync   kept\n\n.TH is no macro here, nor is 'this'."},
			{Title: "OPTIONS", Terms: []manual.Term{{"--dry-run", `prints \n and touches nothing`}, {"-a, --account NAME", "only this"}}},
			{Title: "FILES", Text: "An example:", Lines: "a:\n\n  b: 火 # ~/x ^ `c`\n"},
		},
		SeeAlso: []manual.Reference{{"goscan", 1}, {"goscan.yaml", 5}},
	}
}

func TestRoff(t *testing.T) {
	const want = `.TH GOSCAN\-SYNC 1 "" "goscan 1.2.3" Goscan
.nh
.ad l
.SH NAME
goscan\-sync \- fetch what is missing
.SH DESCRIPTION
One paragraph of
two lines.
.PP
Another one:
.nf
  goscan sync   kept
.fi
.PP
\&.TH is no macro here, nor is \(aqthis\(aq.
.SH OPTIONS
.TP
.B \-\-dry\-run
prints \en and touches nothing
.TP
.B "\-a, \-\-account NAME"
only this
.SH FILES
An example:
.PP
.nf
a:
\&
  b: \[u706B] # \(ti/x \(ha \(gac\(ga
.fi
.SH "SEE ALSO"
.BR goscan (1),
.BR goscan.yaml (5)
`
	if got := page().Roff(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := page().File(); got != "man1/goscan-sync.1" {
		t.Errorf("the file is %s", got)
	}
}

func TestText(t *testing.T) {
	long := strings.Repeat("word ", 30)
	got := manual.Text(
		manual.Passage{Text: "About it."},
		manual.Passage{Title: "NAMES", Text: "These:", Terms: []manual.Term{{"short", "is short"}, {"longer", long}, {strings.Repeat("x", 40), "below"}}},
		manual.Passage{Title: "FILE", Lines: "a: 1\n"},
	)
	want := `About it.

NAMES
These:

  short   is short
  longer  ` + strings.TrimSpace(strings.Repeat("word ", 18)) + `
          ` + strings.TrimSpace(strings.Repeat("word ", 12)) + `
  ` + strings.Repeat("x", 40) + `
          below

FILE
a: 1
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if one := manual.Text(manual.Passage{Terms: []manual.Term{{"bare", ""}}}); one != "  bare\n" {
		t.Errorf("a term without a text is %q", one)
	}
}
