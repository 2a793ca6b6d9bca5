package render

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/render/chart"
)

// PNGOptions say how a picture looks.
type PNGOptions struct {
	Lang     Lang
	FontFile string // a TrueType or OpenType font for Chinese; empty: one of the system's
}

// PNG writes a picture of a report for chats: the totals, what they are compared with, the trend and the largest services.
// A picture in Chinese needs a font that has it. Where there is none, its words are English, and a service whose name
// cannot be written is called by its code.
func PNG(w io.Writer, r *report.Report, o PNGOptions) error {
	fonts, err := fontsFor(o, chart.FontFolders())
	if err != nil {
		return err
	}
	return pictureOf(r, o.Lang, fonts).Paint(w, fonts)
}

// fontsFor finds the fonts of a picture: folders are where those of the system are.
func fontsFor(o PNGOptions, folders []string) (*chart.Fonts, error) {
	fonts, err := chart.LatinFonts()
	if err != nil {
		return nil, err
	}
	if o.FontFile != "" {
		return fonts.With(o.FontFile)
	}
	return fonts.WithChinese(folders), nil
}

// pictureOf returns what is painted.
func pictureOf(r *report.Report, lang Lang, fonts *chart.Fonts) *chart.Picture {
	if !fonts.Chinese() {
		lang = English
	}
	p := picture{pageView{view{r, phrasesOf(lang)}, pageWordsOf(lang), scaleOf(lang)}, fonts}
	return p.chart()
}

// scaleOf returns how the people of a language shorten amounts.
func scaleOf(lang Lang) chart.Scale {
	if lang == Chinese {
		return chart.TenThousands()
	}
	return chart.Thousands()
}

// A picture makes the texts of a chart.Picture.
type picture struct {
	pageView
	fonts *chart.Fonts
}

func (p *picture) chart() *chart.Picture {
	title := p.p.kinds[p.r.Kind]
	if p.r.Stored == nil {
		return &chart.Picture{Title: chart.Text{Words: title}, Lines: []chart.Text{{Words: p.p.silence(p.r), Tone: chart.Quiet}}}
	}
	c := &chart.Picture{
		Title:   chart.Text{Words: title + "  " + p.p.period(p.r)},
		State:   chart.Text{Words: p.p.summaries[p.r.State], Tone: toneOf(p.r.State)},
		Details: append([]string{p.p.cost(p.r.Amount)}, p.scope()...),
	}
	for i := range p.r.Sections {
		c.Panels = append(c.Panels, p.panel(&p.r.Sections[i]))
	}
	if len(c.Panels) == 0 {
		c.Lines = append(c.Lines, chart.Text{Words: p.p.silence(p.r), Tone: chart.Quiet})
	}
	for _, n := range p.r.Notes {
		if n.Kind == report.NoteMissing {
			c.Lines = append(c.Lines, chart.Text{Words: p.p.note(n, p.seen()), Tone: chart.Warning})
		}
	}
	return c
}

func toneOf(s report.State) chart.Tone {
	switch s {
	case report.Missing:
		return chart.Rise
	case report.Provisional:
		return chart.Warning
	}
	return chart.Quiet
}

func (p *picture) panel(s *report.Section) chart.Panel {
	panel := chart.Panel{Total: money(s.Total, s.Currency), Trend: p.pictureTrend(s)}
	for _, c := range s.Comparisons {
		if c.Delta == nil {
			continue
		}
		tone := chart.Quiet
		switch c.Delta.Change.Sign() {
		case 1:
			tone = chart.Rise
		case -1:
			tone = chart.Fall
		}
		words := p.p.relative(c.Delta) + "  " + change(c.Delta, s.Currency) + "  " + p.p.compared(c.With, c.Period, p.seen())
		if c.With == report.MonthToDate { // which days they are does not fit, and is the same every day
			words = p.p.relative(c.Delta) + "  " + fmt.Sprintf(p.p.frame.toDate, money(c.Amount, s.Currency), p.p.against[c.With])
		}
		panel.Changes = append(panel.Changes, chart.Text{Words: words, Tone: tone})
	}
	if b := pictured(s); b != nil {
		panel.PartsAre = p.p.heading(b.By)
		panel.Parts = p.parts(s, b)
	}
	return panel
}

// pictured returns the breakdown whose rows are painted: that by service, or else the first.
func pictured(s *report.Section) *report.Breakdown {
	var first *report.Breakdown
	for i, b := range s.Breakdowns {
		if b.By == store.ByService {
			return &s.Breakdowns[i]
		}
		if first == nil && len(b.Rows) > 0 {
			first = &s.Breakdowns[i]
		}
	}
	return first
}

// pictureParts is how many rows a picture has room for; what is left is summed.
const pictureParts = 5

func (p *picture) parts(s *report.Section, b *report.Breakdown) []chart.Part {
	rows := b.Rows
	var other report.Other
	if b.Other != nil {
		other = *b.Other
	}
	if len(rows) > pictureParts || len(rows) == pictureParts && other.Count > 0 {
		for _, row := range rows[pictureParts-1:] {
			other.Count++
			other.Amount = other.Amount.Add(row.Amount)
		}
		rows = rows[:pictureParts-1]
	}
	labels := p.labels(b.By, rows)
	var parts []chart.Part
	for i, row := range rows {
		parts = append(parts, chart.Part{Label: labels[i], Amount: money(&row.Amount, s.Currency), Value: row.Amount.InexactFloat64()})
	}
	if other.Count > 0 {
		parts = append(parts, chart.Part{
			Label: fmt.Sprintf(p.p.other, number(int64(other.Count))), Amount: money(&other.Amount, s.Currency),
			Value: other.Amount.InexactFloat64(), Rest: true,
		})
	}
	return parts
}

// labels names rows. Two clouds may have services of the same name: the cloud tells them apart.
func (p *picture) labels(by store.Dimension, rows []report.Row) []string {
	labels := each(rows, func(row report.Row) string { return p.written(p.p.value(by, row.Key, row.Name), row.Key) })
	times := map[string]int{}
	for _, label := range labels {
		times[label]++
	}
	for i, row := range rows {
		if times[labels[i]] > 1 && row.Provider != "" {
			labels[i] = p.written(p.p.cloud(row.Provider), row.Provider) + " " + labels[i]
		}
	}
	return labels
}

// written returns a text if it can be written with the fonts, or else its code with every letter that can.
func (p *picture) written(text, code string) string {
	if p.fonts.Have(text) {
		return text
	}
	return cmp.Or(strings.Map(func(r rune) rune {
		if p.fonts.Have(string(r)) {
			return r
		}
		return -1
	}, plain(code)), "?")
}

func (p *picture) pictureTrend(s *report.Section) chart.Trend {
	t := chart.Trend{Title: p.p.trend[p.r.Kind], Scale: p.scale, Symbol: symbol(s.Currency), Gaps: p.words.gaps}
	var points []report.Point
	points, t.Numbers = drawn(s)
	t.Labels = each(points, func(point report.Point) string { return pointName(point, p.r) })
	return t
}
