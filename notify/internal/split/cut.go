package split

import (
	"fmt"

	"goscan/notify"
	"goscan/notify/internal/text"
)

// A cutter cuts one message. Its texts are clean.
type cutter struct {
	message notify.Message
	limits  Limits
}

// An atom is what is never divided: a paragraph, or a row with whatever is repeated above it.
type atom struct {
	what    kind
	section int
	begins  bool // its section
	text    string
	cells   []string
}

type kind uint8

const (
	summary kind = iota
	heading      // of a section that has nothing else
	line
	columns // of a table that has no rows
	row
	total
	after
	note
	closing
	link
)

// atoms lists what the message is made of, with at most rows rows of each table; -1: all.
func (c cutter) atoms(rows int) []atom {
	var all []atom
	for _, s := range c.message.Summary {
		all = append(all, atom{what: summary, text: s})
	}
	for i, s := range c.message.Sections {
		of := c.section(i, s, rows)
		if len(of) > 0 {
			of[0].begins = true
		}
		all = append(all, of...)
	}
	for _, s := range c.message.Notes {
		all = append(all, atom{what: note, text: s})
	}
	if c.message.Link != "" {
		all = append(all, atom{what: link, text: c.message.Link})
	}
	return all
}

func (c cutter) section(i int, s notify.Section, rows int) []atom {
	var all []atom
	for _, l := range s.Lines {
		all = append(all, atom{what: line, section: i, text: l})
	}
	if s.Table == nil {
		if len(all) == 0 && s.Heading != "" {
			all = append(all, atom{what: heading, section: i})
		}
		return all
	}
	shown := s.Table.Rows
	if rows >= 0 && rows < len(shown) {
		shown = shown[:rows]
	}
	for _, r := range shown {
		all = append(all, atom{what: row, section: i, cells: r})
	}
	if s.Table.Total != nil {
		all = append(all, atom{what: total, section: i, cells: s.Table.Total})
	}
	if len(shown) == 0 && s.Table.Total == nil {
		all = append(all, atom{what: columns, section: i})
	}
	if left := len(s.Table.Rows) - len(shown); left > 0 {
		all = append(all, atom{what: after, section: i, text: leftOut(c.message, left, c.limits.Attached)})
	}
	return all
}

// build makes a page of successive atoms.
func (c cutter) build(atoms []atom) Page {
	p := Page{Severity: c.message.Severity, Lang: c.message.Lang, Title: c.message.Title, First: true, Series: c.message.Series}
	current := -1
	for _, a := range atoms {
		switch a.what {
		case summary:
			p.Summary = append(p.Summary, a.text)
			continue
		case note:
			p.Notes = append(p.Notes, a.text)
			continue
		case closing:
			p.Closing = a.text
			continue
		case link:
			p.Link = a.text
			continue
		}
		if a.section != current {
			current = a.section
			p.Sections = append(p.Sections, c.open(a))
		}
		put(&p.Sections[len(p.Sections)-1], a, c.message.Sections[a.section].Table)
	}
	return p
}

// open starts a section whose first atom on the page is a.
func (c cutter) open(a atom) Section {
	of := c.message.Sections[a.section]
	if a.begins {
		return Section{Heading: of.Heading}
	}
	return Section{Heading: continued(c.message.Lang, of.Heading)}
}

func put(s *Section, a atom, of *notify.Table) {
	switch a.what {
	case line:
		s.Lines = append(s.Lines, a.text)
	case after:
		s.After = a.text
	case row, total, columns:
		if s.Table == nil {
			s.Table = &notify.Table{Columns: of.Columns}
		}
		switch a.what {
		case row:
			s.Table.Rows = append(s.Table.Rows, a.cells)
		case total:
			s.Table.Total = a.cells
		}
	}
}

// page makes a page that is one of several, with the room that its counter takes.
func (c cutter) page(atoms []atom, first bool) Page {
	p := c.build(atoms)
	if !first {
		p.First, p.Series = false, nil
	}
	p.Counter = counter(c.message.Lang, c.limits.Pages, c.limits.Pages)
	return p
}

// cut packs atoms into pages. It is false when they are too many.
func (c cutter) cut(atoms []atom) ([]Page, bool, error) {
	var pages []Page
	for len(atoms) > 0 || len(pages) == 0 {
		if len(pages) == c.limits.Pages {
			return nil, false, nil
		}
		n := c.take(atoms, len(pages) == 0)
		p := c.page(atoms[:n], len(pages) == 0)
		if n == 0 {
			clipped, err := c.clip(atoms[:min(1, len(atoms))], len(pages) == 0)
			if err != nil {
				return nil, false, err
			}
			p, n = clipped, min(1, len(atoms))
		}
		pages, atoms = append(pages, p), atoms[n:]
	}
	return pages, true, nil
}

// take returns how many of the atoms fit on one page. It tries twice as many until they do not, so that the work is of the
// order of a page, not of the message.
func (c cutter) take(atoms []atom, first bool) int {
	fits := func(n int) bool { return c.limits.Fits(c.page(atoms[:n], first)) }
	lo, hi := 0, min(1, len(atoms))
	for hi <= len(atoms) && hi > lo && fits(hi) {
		lo, hi = hi, min(2*hi, len(atoms))
	}
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; fits(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// clip makes a page of an atom that is longer than a page: each of its texts is cut to as many bytes as all can have.
func (c cutter) clip(atoms []atom, first bool) (Page, error) {
	cut := func(limit int) Page {
		short := make([]atom, len(atoms))
		for i, a := range atoms {
			short[i] = clipAtom(a, limit)
		}
		return c.page(short, first)
	}
	lo, hi := -1, 1<<20
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; c.limits.Fits(cut(mid)) {
			lo = mid
		} else {
			hi = mid
		}
	}
	if lo < 0 {
		return Page{}, fmt.Errorf("a message of this channel has not even room for the title and one row of %q", c.message.Title)
	}
	return cut(lo), nil
}

func clipAtom(a atom, limit int) atom {
	if a.what == link && len(a.text) > limit {
		a.text = "" // half of an address is none
	}
	a.text = text.Clip(a.text, limit)
	if a.cells != nil {
		short := make([]string, len(a.cells))
		for i, s := range a.cells {
			short[i] = text.Clip(s, limit)
		}
		a.cells = short
	}
	return a
}

// truncate is for a message whose paragraphs alone are too many: the last page ends with words that say so.
func (c cutter) truncate() ([]Page, error) {
	atoms := c.atoms(0)
	// How many atoms the pages can hold: lo can, hi cannot.
	var pages []Page
	lo, hi := -1, len(atoms)
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		some, ok, err := c.cut(append(atoms[:mid:mid], atom{what: closing, text: cutShort(c.message.Lang)}))
		if err != nil {
			return nil, err
		}
		if ok {
			pages, lo = some, mid
		} else {
			hi = mid
		}
	}
	if pages == nil {
		return nil, fmt.Errorf("%d messages of this channel have not even room for the title of %q", c.limits.Pages, c.message.Title)
	}
	return pages, nil
}
