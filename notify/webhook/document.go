package webhook

import (
	"goscan/notify"
	"goscan/notify/internal/split"
	"goscan/notify/internal/text"
	"goscan/notify/internal/wire"
)

// Version names the form of a document.
const Version = "goscan.message/1"

// mostBody is what many servers and gateways take by default.
const mostBody = 1 << 20

// A document is a message as it is posted.
type document struct {
	Version  string    `json:"version"`
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	Severity string    `json:"severity"`
	Lang     string    `json:"lang"`
	Title    string    `json:"title"`
	Summary  []string  `json:"summary"`
	Sections []section `json:"sections"`
	Series   *series   `json:"series,omitempty"`
	Notes    []string  `json:"notes"`
	Link     string    `json:"link"`
}

type section struct {
	Heading string   `json:"heading"`
	Lines   []string `json:"lines"`
	Table   *table   `json:"table,omitempty"`
	After   string   `json:"after,omitempty"`
}

type table struct {
	Columns []column   `json:"columns"`
	Rows    [][]string `json:"rows"`
	Total   []string   `json:"total,omitempty"`
}

type column struct {
	Title string `json:"title"`
	Align string `json:"align"`
}

type series struct {
	Title  string  `json:"title"`
	Points []point `json:"points"`
}

type point struct {
	Label string  `json:"label"`
	Value *string `json:"value"` // nil: not known
}

// Render is notify.Channel's: a message is one document.
func (r *receiver) Render(m notify.Message) ([]notify.Part, error) {
	if m.Series != nil && len(m.Series.Points) > 1000 {
		m.Series = nil // years of days: it would take the room of the tables
	}
	pages, err := split.Pages(m, split.Limits{Pages: 1, Fits: func(p split.Page) bool {
		body, err := wire.JSON(of(m, p))
		return err == nil && len(body) <= mostBody
	}})
	if err != nil {
		return nil, err
	}
	body, err := wire.JSON(of(m, pages[0]))
	if err != nil {
		return nil, err
	}
	return []notify.Part{{Name: "document", Body: body}}, nil
}

// of returns the document of a message whose texts are those of its only page.
func of(m notify.Message, p split.Page) document {
	d := document{
		Version: Version, ID: m.ID, Kind: string(m.Kind), Severity: m.Severity.String(), Lang: m.Lang,
		Title: p.Title, Summary: all(p.Summary), Sections: []section{}, Notes: all(p.Notes), Link: p.Link,
	}
	for _, s := range p.Sections {
		d.Sections = append(d.Sections, section{Heading: s.Heading, Lines: all(s.Lines), Table: tableOf(s.Table), After: s.After})
	}
	if p.Closing != "" {
		d.Notes = append(d.Notes[:len(d.Notes):len(d.Notes)], p.Closing)
	}
	if m.Series != nil {
		d.Series = &series{Title: text.Line(m.Series.Title), Points: []point{}}
		for _, at := range m.Series.Points {
			one := point{Label: text.Line(at.Label)}
			if at.Known {
				one.Value = new(at.Value)
			}
			d.Series.Points = append(d.Series.Points, one)
		}
	}
	return d
}

func tableOf(t *notify.Table) *table {
	if t == nil {
		return nil
	}
	n := &table{Columns: []column{}, Rows: t.Rows, Total: t.Total}
	if n.Rows == nil {
		n.Rows = [][]string{}
	}
	for _, c := range t.Columns {
		align := "left"
		if c.Right {
			align = "right"
		}
		n.Columns = append(n.Columns, column{c.Title, align})
	}
	return n
}

// all is a list that is never null.
func all(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}
