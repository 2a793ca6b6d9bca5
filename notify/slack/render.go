package slack

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"goscan/notify"
	"goscan/notify/internal/split"
	"goscan/notify/internal/wire"
)

// Limits in characters, which Slack counts, not bytes.
const (
	mostBlocks  = 50
	mostHeader  = 150
	mostSection = 3000
	mostRows    = 100 // the titles of the columns are one
	mostColumns = 20
	mostText    = 9000 // of all blocks: what Slack counts beside the texts is not documented
)

// A payload is the body of a request. Text is what notifications show.
type payload struct {
	Text   string  `json:"text"`
	Blocks []block `json:"blocks,omitempty"`
}

// A block is a JSON object of a message.
type block map[string]any

// Render is notify.Channel's.
func (h *hook) Render(m notify.Message) ([]notify.Part, error) {
	pages, err := split.Pages(m, split.Limits{Fits: func(p split.Page) bool { return fits(h.page(p)) }})
	if err != nil {
		return nil, err
	}
	var parts []notify.Part
	for i, p := range pages {
		body, err := wire.JSON(h.page(p))
		if err != nil {
			return nil, err
		}
		name := "blocks"
		if len(pages) > 1 {
			name = fmt.Sprintf("blocks %d/%d", i+1, len(pages))
		}
		parts = append(parts, notify.Part{Name: name, Body: body})
	}
	return parts, nil
}

// fits judges what page made: its own pieces keep to the limits of a block already, but for the rows of the table.
func fits(m payload) bool {
	n := 0
	for _, b := range m.Blocks {
		n += length(b)
		if rows, ok := b["rows"].([][]block); ok && len(rows) > mostRows {
			return false
		}
	}
	return len(m.Blocks) <= mostBlocks && n <= mostText
}

// length counts the characters that a block shows.
func length(b block) int {
	n := 0
	switch t := b["text"].(type) {
	case string:
		n += utf8.RuneCountInString(t)
	case block:
		n += length(t)
	}
	elements, _ := b["elements"].([]block)
	for _, e := range elements {
		n += length(e)
	}
	rows, _ := b["rows"].([][]block)
	for _, r := range rows {
		for _, c := range r {
			n += length(c)
		}
	}
	return n
}

func (h *hook) page(p split.Page) payload {
	title := p.Title
	if title == "" {
		title = "Goscan"
	}
	text := title + p.Counter
	if p.First && len(p.Summary) > 0 {
		text += "\n" + p.Summary[0]
	}
	blocks := []block{header(title, p.Counter)}
	blocks = append(blocks, paragraphs(p.Summary)...)
	native := longest(p.Sections)
	for i, s := range p.Sections {
		blocks = append(blocks, section(s, i == native)...)
	}
	blocks = append(blocks, small(p.Notes)...)
	if p.Link != "" {
		blocks = append(blocks, sections([]string{link(p.Link, p.Lang)})...)
	}
	if p.Closing != "" {
		blocks = append(blocks, small([]string{p.Closing})...)
	}
	if p.First {
		if people := h.people(); people != "" {
			blocks = append(blocks, sections([]string{people})...)
		}
	}
	return payload{Text: escape(text), Blocks: blocks}
}

func (h *hook) people() string {
	var all []string
	for _, id := range h.settings.Mention {
		all = append(all, mention(id))
	}
	return strings.Join(all, " ")
}

// longest is the section whose table becomes the table of the message, -1 if there is none.
func longest(all []split.Section) int {
	found := -1
	for i, s := range all {
		if s.Table == nil || len(s.Table.Columns) > mostColumns {
			continue
		}
		if found < 0 || len(s.Table.Rows) > len(all[found].Table.Rows) {
			found = i
		}
	}
	return found
}

func section(s split.Section, native bool) []block {
	var lines []string
	if s.Heading != "" {
		lines = append(lines, bold(s.Heading))
	}
	for _, l := range s.Lines {
		lines = append(lines, escape(l))
	}
	after := []string{}
	if s.After != "" {
		after = append(after, s.After)
	}
	if s.Table == nil {
		return append(sections(lines), small(after)...)
	}
	if native {
		return append(append(sections(lines), table(*s.Table)), small(after)...)
	}
	return append(sections(append(lines, list(*s.Table)...)), small(after)...)
}
