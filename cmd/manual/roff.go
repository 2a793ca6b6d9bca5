package manual

import (
	"fmt"
	"strings"
)

// A Page is a man page.
type Page struct {
	Name     string // "goscan-sync"
	Section  int    // 1: a command, 5: a file, 7: all else
	Summary  string // half a line, without a full stop
	Version  string // of the program: "goscan 1.2.3"
	Date     string // "2026-11-23"; empty: none is known
	Passages []Passage
	SeeAlso  []Reference
}

// A Reference is another page.
type Reference struct {
	Name    string
	Section int
}

// File returns where the page belongs in a folder of man pages: "man1/goscan-sync.1".
func (p Page) File() string { return fmt.Sprintf("man%d/%s.%d", p.Section, p.Name, p.Section) }

// Roff returns the page in the macros of man(7), as groff and mandoc read them.
func (p Page) Roff() string {
	var r roff
	r.macro("TH", strings.ToUpper(p.Name), fmt.Sprint(p.Section), p.Date, p.Version, "Goscan")
	r.macro("nh") // words are commands and keys: none is hyphenated, and lines are not stretched
	r.macro("ad", "l")
	r.macro("SH", "NAME")
	r.out.WriteString(inline(p.Name) + ` \- ` + inline(p.Summary) + "\n")
	for _, passage := range p.Passages {
		r.passage(passage)
	}
	if len(p.SeeAlso) > 0 {
		r.macro("SH", "SEE ALSO")
	}
	for i, ref := range p.SeeAlso {
		end := ","
		if i == len(p.SeeAlso)-1 {
			end = ""
		}
		r.macro("BR", ref.Name, fmt.Sprintf("(%d)%s", ref.Section, end))
	}
	return r.out.String()
}

// roff writes a page.
type roff struct{ out strings.Builder }

// macro writes a macro. Arguments with spaces or nothing in them are quoted.
func (r *roff) macro(name string, args ...string) {
	r.out.WriteString("." + name)
	for _, arg := range args {
		text := strings.ReplaceAll(inline(arg), `"`, `\(dq`)
		if text == "" || strings.ContainsAny(text, " \t") {
			text = `"` + text + `"`
		}
		r.out.WriteString(" " + text)
	}
	r.out.WriteString("\n")
}

func (r *roff) passage(p Passage) {
	if p.Title != "" {
		r.macro("SH", p.Title)
	}
	if p.Text != "" {
		r.text(p.Text)
	}
	for _, t := range p.Terms {
		r.macro("TP")
		r.macro("B", t.Name)
		r.text(t.Text)
	}
	if p.Lines != "" {
		if p.Text != "" || len(p.Terms) > 0 {
			r.macro("PP")
		}
		r.lines(p.Lines)
	}
}

// text writes paragraphs. Lines that begin with a space stay lines of their own.
func (r *roff) text(text string) {
	for i, paragraph := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		if i > 0 {
			r.macro("PP")
		}
		kept := false
		for line := range strings.SplitSeq(paragraph, "\n") {
			if keep := strings.HasPrefix(line, " "); keep != kept {
				r.macro(map[bool]string{true: "nf", false: "fi"}[keep])
				kept = keep
			}
			r.line(strings.TrimRight(line, " "))
		}
		if kept {
			r.macro("fi")
		}
	}
}

// lines writes lines that stay as they are.
func (r *roff) lines(text string) {
	r.macro("nf")
	for line := range strings.Lines(text) {
		r.line(strings.TrimRight(line, "\n "))
	}
	r.macro("fi")
}

// line writes a line of text, which must not look like a macro. An empty one is written as \& because mandoc and groff
// differ about empty lines.
func (r *roff) line(line string) {
	text := inline(line)
	if text == "" || strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	r.out.WriteString(text + "\n")
}

// inline returns a text in which nothing is special to roff and every character is ASCII: pages are read in any locale.
// A hyphen is the one that can be searched for and copied.
func inline(text string) string {
	var out strings.Builder
	for _, c := range text {
		switch {
		case c == '\\':
			out.WriteString(`\e`)
		case c == '-':
			out.WriteString(`\-`)
		case c == '\'':
			out.WriteString(`\(aq`)
		case c == '`':
			out.WriteString(`\(ga`)
		case c == '^':
			out.WriteString(`\(ha`)
		case c == '~':
			out.WriteString(`\(ti`)
		case c > '~':
			fmt.Fprintf(&out, `\[u%04X]`, c)
		default:
			out.WriteRune(c)
		}
	}
	return out.String()
}
