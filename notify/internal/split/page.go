// Package split cuts a message into pages, each of which fits into one message of a channel.
//
// It knows no dialect and counts no bytes: a channel says whether a page, rendered as it will be sent, is within its limits.
// So a limit cannot be missed by an estimate, and limits of every kind (bytes of UTF-8 after JSON has escaped it, tables, rows,
// blocks) are met in the same way. Pages are cut between paragraphs and between rows; each repeats the title, and a table
// that goes on repeats its heading and the titles of its columns.
package split

import (
	"fmt"
	"slices"

	"goscan/notify"
	"goscan/notify/internal/text"
)

// A Page is a part of a message. Its texts are single lines in valid UTF-8 without control characters; markup in them is
// the channel's to escape. No slice of it may be changed.
type Page struct {
	Severity notify.Severity
	Lang     string
	Title    string
	Counter  string // "（2/5）" or " (2/5)", to be put right after the title; empty: the only page
	First    bool
	Summary  []string
	Sections []Section
	Series   *notify.Series // on the first page only; nil: none
	Notes    []string
	Link     string // on the last page only
	Closing  string // says that something could not be shown at all; shown last; mostly empty
}

// A Section is a part of a section of the message. One that begins on an earlier page has a heading that says so.
type Section struct {
	Heading string // may be empty
	Lines   []string
	Table   *notify.Table // nil: none on this page
	After   string        // what follows the table: how many rows are left out
}

// A Fit tells whether a page, rendered as it is sent, is within the channel's limits. More content must not fit better.
type Fit func(Page) bool

// Limits are what a channel allows.
type Limits struct {
	Pages    int  // at most; 0: 5
	Attached bool // the message's files arrive, so that what is left out can be read there
	Fits     Fit
}

// Pages cuts a message. If it takes more pages than allowed, the longest tables are shortened, each to as many first rows
// as all can have, and say how many rows are left out. A text that is longer than a page is cut. The error says that not even
// that helps.
func Pages(m notify.Message, l Limits) ([]Page, error) {
	if l.Pages <= 0 {
		l.Pages = 5
	}
	c := cutter{message: clean(m), limits: l}
	if whole := c.build(c.atoms(-1)); l.Fits(whole) {
		return []Page{whole}, nil
	}
	pages, ok, err := c.cut(c.atoms(-1))
	if err != nil || ok {
		return numbered(c.message.Lang, pages), err
	}
	// lo rows a table are known to fit, hi rows are known not to.
	lo, hi := -1, c.longest()
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		some, ok, err := c.cut(c.atoms(mid))
		if err != nil {
			return nil, err
		}
		if ok {
			pages, lo = some, mid
		} else {
			hi = mid
		}
	}
	if lo < 0 {
		pages, err = c.truncate()
	}
	return numbered(c.message.Lang, pages), err
}

// numbered writes the counters that every page has kept room for.
func numbered(lang string, pages []Page) []Page {
	if len(pages) == 1 {
		pages[0].Counter = ""
		return pages
	}
	for i := range pages {
		pages[i].Counter = counter(lang, i+1, len(pages))
	}
	return pages
}

func (c cutter) longest() int {
	n := 0
	for _, s := range c.message.Sections {
		if s.Table != nil {
			n = max(n, len(s.Table.Rows))
		}
	}
	return n
}

// clean returns a copy of a message whose texts are single lines of a bearable length: titles and headings are repeated on
// every page, and a name of a megabyte has to be rendered often.
func clean(m notify.Message) notify.Message {
	m.Title = text.Clip(text.Line(m.Title), 200)
	m.Summary = lines(m.Summary)
	m.Notes = lines(m.Notes)
	m.Sections = slices.Clone(m.Sections)
	for i, s := range m.Sections {
		m.Sections[i] = notify.Section{Heading: text.Clip(text.Line(s.Heading), 200), Lines: lines(s.Lines), Table: cleanTable(s.Table)}
	}
	return m
}

func lines(texts []string) []string {
	var all []string
	for _, s := range texts {
		if s = text.Line(s); s != "" {
			all = append(all, text.Clip(s, 4000))
		}
	}
	return all
}

// cleanTable gives every row as many cells as there are columns.
func cleanTable(t *notify.Table) *notify.Table {
	if t == nil || len(t.Columns) == 0 {
		return nil
	}
	n := &notify.Table{Columns: slices.Clone(t.Columns), Rows: make([][]string, len(t.Rows))}
	for i := range n.Columns {
		n.Columns[i].Title = text.Clip(text.Line(n.Columns[i].Title), 100)
	}
	for i, row := range t.Rows {
		n.Rows[i] = cells(row, len(n.Columns))
	}
	if t.Total != nil {
		n.Total = cells(t.Total, len(n.Columns))
	}
	return n
}

func cells(row []string, n int) []string {
	all := make([]string, n)
	for i := range min(n, len(row)) {
		all[i] = text.Clip(text.Line(row[i]), 500)
	}
	return all
}

func counter(lang string, i, n int) string {
	if lang == "zh" {
		return fmt.Sprintf("（%d/%d）", i, n)
	}
	return fmt.Sprintf(" (%d/%d)", i, n)
}

func continued(lang, heading string) string {
	switch {
	case heading == "":
		return ""
	case lang == "zh":
		return heading + "（续）"
	default:
		return heading + " (continued)"
	}
}

// leftOut says how many rows a table lost, and where they are.
func leftOut(m notify.Message, rows int, attached bool) string {
	if m.Lang == "zh" {
		s := fmt.Sprintf("另有 %d 行未列出", rows)
		switch {
		case attached && len(m.Files) > 0:
			s += "，完整内容见附件"
		case m.Link != "":
			s += "，完整内容见链接"
		}
		return s
	}
	s := fmt.Sprintf("%d more rows are not shown here", rows)
	switch {
	case attached && len(m.Files) > 0:
		s += ": see the attached file"
	case m.Link != "":
		s += ": see the link"
	}
	return s
}

func cutShort(lang string) string {
	if lang == "zh" {
		return "内容过长，其余部分未列出"
	}
	return "The message was too long: the rest is not shown"
}
