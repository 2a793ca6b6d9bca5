package render

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// trend adds the sheet of the trend, and beside its table a chart for each currency. What is known of a period that is not
// stored whole is in a column of its own, so that nobody reads it as a fall; a period that is not stored is empty.
func (b *book) trend() {
	const wholeColumn = 5
	g := grid{title: b.words.trend, heads: []string{
		b.words.period, b.words.from, b.words.to, b.words.currency, b.p.amount, b.words.partial,
	}}
	var charts []bookChart
	incomplete := false
	for _, s := range b.r.Sections {
		chart := bookChart{currency: s.Currency, from: len(g.rows) + 2}
		for _, p := range s.Trend {
			whole, partial := bookCell{look: look{right: true}}, bookCell{look: look{right: true}}
			switch {
			case p.Amount == nil:
			case p.Partial:
				partial, chart.partial = amountCell(p.Amount), true
			default:
				whole = amountCell(p.Amount)
			}
			chart.below = chart.below || p.Amount != nil && p.Amount.IsNegative()
			g.rows = append(g.rows, []bookCell{
				textCell(pointName(p, b.r)), dayCell(p.Period.From), dayCell(p.Period.To), textCell(s.Currency), whole, partial,
			})
		}
		incomplete = incomplete || chart.partial
		if chart.to = len(g.rows) + 1; chart.to >= chart.from {
			charts = append(charts, chart)
		}
	}
	if len(g.rows) == 0 {
		return
	}
	if !incomplete {
		g.heads = g.heads[:wholeColumn]
		for i := range g.rows {
			g.rows[i] = g.rows[i][:wholeColumn]
		}
	}
	sheet := b.grid(g)
	for i, c := range charts {
		const rowsPerChart = 22
		at := cellAt(len(g.heads)+2, 2+i*rowsPerChart)
		sheet.chart(at, c, wholeColumn)
	}
}

// A bookChart says what rows of the trend a chart shows.
type bookChart struct {
	currency string
	from, to int
	partial  bool // some of the periods are not whole
	below    bool // some of the amounts are below zero
}

// chart draws columns. The axis begins at zero where it can: heights then compare like the amounts.
func (s *bookSheet) chart(at string, c bookChart, column int) {
	if s.err != nil {
		return
	}
	cells := func(column int) string {
		name, err := excelize.ColumnNumberToName(column)
		s.try(err)
		return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", s.name, name, c.from, name, c.to)
	}
	series := func(column int, color string) excelize.ChartSeries {
		name, err := excelize.ColumnNumberToName(column)
		s.try(err)
		return excelize.ChartSeries{
			Name: fmt.Sprintf("'%s'!$%s$1", s.name, name), Categories: cells(1), Values: cells(column),
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}},
		}
	}
	font := excelize.Font{Family: s.words.font, Size: 9, Color: colorDim}
	chart := &excelize.Chart{
		Type: excelize.ColStacked, Series: []excelize.ChartSeries{series(column, colorColumn)},
		Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{
			Text: s.p.trend[s.r.Kind] + " · " + plain(c.currency),
			Font: &excelize.Font{Family: s.words.font, Size: 12, Bold: true, Color: colorBlue},
		}}},
		Legend:       excelize.ChartLegend{Position: "none"},
		Dimension:    excelize.ChartDimension{Width: 960, Height: 440},
		XAxis:        excelize.ChartAxis{Font: font, TickLabelPosition: excelize.ChartTickLabelLow},
		YAxis:        excelize.ChartAxis{Font: font, MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}},
		GapWidth:     new(uint(40)),
		ShowBlanksAs: "gap",
		Format:       excelize.GraphicOptions{AltText: s.p.trend[s.r.Kind] + " " + plain(c.currency)},
	}
	if c.partial {
		chart.Series = append(chart.Series, series(column+1, colorHollow))
		chart.Legend = excelize.ChartLegend{Position: "bottom", Font: &font}
	}
	if !c.below {
		chart.YAxis.Minimum = new(0.0)
	}
	s.try(s.file.AddChart(s.name, at, chart))
}
