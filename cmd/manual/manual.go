// Package manual holds texts that are read in two places: on a terminal, as help, and in a manual, as man pages.
package manual

import "strings"

// A Passage is a part of a page. What it has of text, terms and lines is shown in that order.
type Passage struct {
	Title string // "EXIT STATUS"; empty for what needs none, at the beginning
	Text  string // paragraphs with empty lines between them; lines that begin with a space are kept as they are
	Terms []Term
	Lines string // kept as they are, such as a file
}

// A Term is a word and what it means: an exit code, an option, a column.
type Term struct{ Name, Text string }

// terminalWidth is how wide help is, at most.
const terminalWidth = 100

// Text returns passages as a terminal shows them.
func Text(passages ...Passage) string {
	var out strings.Builder
	for i, p := range passages {
		if i > 0 {
			out.WriteString("\n")
		}
		if p.Title != "" {
			out.WriteString(p.Title + "\n")
		}
		if p.Text != "" {
			out.WriteString(strings.TrimSuffix(p.Text, "\n") + "\n")
		}
		if p.Text != "" && len(p.Terms)+len(p.Lines) > 0 {
			out.WriteString("\n")
		}
		writeTerms(&out, p.Terms)
		out.WriteString(p.Lines)
	}
	return out.String()
}

// widestTerm is how wide the column of names may become. Wider names have a line of their own.
const widestTerm = 32

func writeTerms(out *strings.Builder, terms []Term) {
	width := 0
	for _, t := range terms {
		if len(t.Name) <= widestTerm {
			width = max(width, len(t.Name))
		}
	}
	indent := strings.Repeat(" ", width+4)
	for _, t := range terms {
		lines := wrap(t.Text, terminalWidth-len(indent))
		line := "  " + t.Name
		if len(t.Name) > width {
			out.WriteString(line + "\n")
			line = ""
		}
		for _, text := range lines {
			out.WriteString(strings.TrimRight(line+strings.Repeat(" ", len(indent)-len(line))+text, " ") + "\n")
			line = ""
		}
	}
}

// wrap breaks a text between words into lines of at most so many bytes. There is at least one line.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
