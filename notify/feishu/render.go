package feishu

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goscan/notify"
	"goscan/notify/internal/split"
	"goscan/notify/internal/wire"
)

const (
	// mostBody leaves room for the time stamp and the signature within the 20 KB of a request.
	mostBody   = 20000 - 200
	mostTables = 5
)

// Render is notify.Channel's.
func (b *bot) Render(m notify.Message) ([]notify.Part, error) {
	if m.Series != nil && (len(m.Series.Points) > 200 || !numbers(*m.Series)) {
		m.Series = nil
	}
	pages, err := split.Pages(m, split.Limits{Fits: func(p split.Page) bool {
		body, err := b.body(p)
		return err == nil && len(body) <= mostBody && tables(p) <= mostTables
	}})
	if err != nil {
		return nil, err
	}
	var parts []notify.Part
	for i, p := range pages {
		body, err := b.body(p)
		if err != nil {
			return nil, err
		}
		name := "card"
		if len(pages) > 1 {
			name = fmt.Sprintf("card %d/%d", i+1, len(pages))
		}
		parts = append(parts, notify.Part{Name: name, Body: body})
	}
	return parts, nil
}

// numbers tells whether all known values of a series are numbers as JSON writes them.
func numbers(s notify.Series) bool {
	return !slices.ContainsFunc(s.Points, func(p notify.Point) bool {
		return p.Known && (p.Value == "" || !strings.ContainsRune("-0123456789", rune(p.Value[0])) || !json.Valid([]byte(p.Value)))
	})
}

func tables(p split.Page) int {
	n := 0
	for _, s := range p.Sections {
		if s.Table != nil {
			n++
		}
	}
	return n
}

// An element is a JSON object of a card.
type element map[string]any

func (b *bot) body(p split.Page) ([]byte, error) {
	title := p.Title + p.Counter
	if title == "" {
		title = "Goscan"
	}
	return wire.JSON(element{"msg_type": "interactive", "card": element{
		"schema": "2.0",
		"config": element{"update_multi": true},
		"header": element{"title": plain(title), "template": colour(p.Severity)},
		"body":   element{"elements": b.elements(p)},
	}})
}

func colour(s notify.Severity) string {
	switch s {
	case notify.Critical:
		return "red"
	case notify.Warning:
		return "orange"
	default:
		return "blue"
	}
}

func (b *bot) elements(p split.Page) []element {
	all := []element{} // a card without a body is refused, one without elements is not
	for _, l := range p.Summary {
		all = append(all, paragraph(l, "normal"))
	}
	if p.Series != nil {
		all = append(all, chart(*p.Series))
	}
	for _, s := range p.Sections {
		if s.Heading != "" {
			all = append(all, paragraph(s.Heading, "heading"))
		}
		for _, l := range s.Lines {
			all = append(all, paragraph(l, "normal"))
		}
		if s.Table != nil {
			all = append(all, table(*s.Table))
		}
		if s.After != "" {
			all = append(all, paragraph(s.After, "notation"))
		}
	}
	for _, n := range p.Notes {
		all = append(all, paragraph(n, "notation"))
	}
	if p.Link != "" {
		all = append(all, button(p.Link, p.Lang))
	}
	if p.Closing != "" {
		all = append(all, paragraph(p.Closing, "notation"))
	}
	if p.First && len(b.settings.Mention) > 0 {
		all = append(all, element{"tag": "markdown", "content": mentions(b.settings.Mention)})
	}
	return all
}

func plain(s string) element { return element{"tag": "plain_text", "content": s} }

func paragraph(s, size string) element {
	text := plain(s)
	text["text_size"] = size
	return element{"tag": "div", "text": text}
}

func mentions(ids []string) string {
	var all []string
	for _, id := range ids {
		if id == "@all" {
			id = "all"
		}
		all = append(all, "<at id="+id+"></at>")
	}
	return strings.Join(all, " ")
}

func button(address, lang string) element {
	label := "Full report"
	if lang == "zh" {
		label = "完整报告"
	}
	return element{"tag": "button", "text": plain(label), "behaviors": []element{{"type": "open_url", "default_url": address}}}
}

// table renders a native table, which Feishu shows ten rows at a time. Amounts come as texts: they carry their currency, and
// a number of the table would be rounded by the client.
func table(t notify.Table) element {
	var columns []element
	for i, c := range t.Columns {
		align := "left"
		if c.Right {
			align = "right"
		}
		columns = append(columns, element{"name": key(i), "display_name": c.Title, "data_type": "text", "width": "auto", "horizontal_align": align})
	}
	rows := []element{}
	for _, r := range t.Rows {
		rows = append(rows, cells(r))
	}
	if t.Total != nil {
		rows = append(rows, cells(t.Total))
	}
	return element{
		"tag": "table", "page_size": min(max(len(rows), 1), 10), "row_height": "low",
		"header_style": element{"bold": true, "background_style": "grey"},
		"columns":      columns, "rows": rows,
	}
}

func key(i int) string { return "c" + strconv.Itoa(i) }

func cells(row []string) element {
	e := element{}
	for i, s := range row {
		e[key(i)] = s
	}
	return e
}

// chart renders a line chart in VChart's words. A gap is a point without a value.
func chart(s notify.Series) element {
	values := []element{}
	for _, p := range s.Points {
		v := element{"x": p.Label, "y": nil}
		if p.Known {
			v["y"] = json.Number(p.Value)
		}
		values = append(values, v)
	}
	return element{"tag": "chart", "aspect_ratio": "16:9", "chart_spec": element{
		"type": "line", "title": element{"text": s.Title}, "data": element{"values": values},
		"xField": "x", "yField": "y", "invalidType": "break",
	}}
}
