package chart

import (
	"image"
	"slices"
)

// The layout of a panel, in pixels from its top left.
const (
	totalBase    = 160
	changesLeft  = 60 // from the end of the total
	changeHeight = 54
	chartTitle   = 272
	chartTop     = 316
	chartHeight  = 400
	chartWidth   = 920
	scaleRoom    = 120 // left of the columns
	labelBase    = 48  // below the columns
	labelSize    = 32
	partsLeft    = 1080
	partHeight   = 84
	partBar      = 16
	mostParts    = 5
)

const (
	columnPaint  ink = 0xb4c4da
	periodPaint  ink = 0x2b5c9e
	unknownPaint ink = 0xd5dae1
	rulePaint    ink = 0xe6e9ee
	axisPaint    ink = 0x8a94a3
	trackPaint   ink = 0xeef1f5
)

func (p *Panel) paint(c *canvas, top int) {
	c.fill(image.Rect(margin, top+8, pictureWidth-margin, top+10), rulePaint)
	p.headline(c, top)
	p.Trend.paint(c, top)
	p.parts(c, top)
}

// headline paints the total with its changes beside it; a total that is too long for them is made smaller.
func (p *Panel) headline(c *canvas, top int) {
	const mostOfRow = 780
	look := style{totalSize, true, Plain.color()}
	for c.width(p.Total, look) > mostOfRow {
		look.size -= 4
	}
	left := c.text(p.Total, margin, top+totalBase, look) + changesLeft
	y := top + totalBase - changeHeight*(len(p.Changes)-1)
	for _, change := range p.Changes {
		look := style{textSize, false, change.Tone.color()}
		c.text(c.fit(change.Words, pictureWidth-margin-left, look), left, y, look)
		y += changeHeight
	}
}

func (t *Trend) paint(c *canvas, top int) {
	title := style{textSize, true, Quiet.color()}
	end := c.text(t.Title, margin, top+chartTitle, title)
	if slices.ContainsFunc(t.Numbers, func(n Number) bool { return !n.Known }) {
		mark := image.Rect(end+32, top+chartTitle-26, end+58, top+chartTitle)
		c.hatch(mark, axisPaint)
		c.text(t.Gaps, end+70, top+chartTitle, style{labelSize, false, Quiet.color()})
	}
	label := style{labelSize, false, Quiet.color()}
	columns, y := NewColumns(t.Numbers, chartHeight), top+chartTop
	left, room := margin+scaleRoom, float64(chartWidth-scaleRoom)
	for _, tick := range columns.Ticks {
		at := y + int(tick.Y)
		c.fill(image.Rect(left, at, margin+chartWidth, at+2), rulePaint)
		c.textRight(t.Scale.Short(tick.Value, t.Symbol), left-14, at+labelSize/3, label)
	}
	for i, bar := range columns.Bars {
		r := box(float64(left)+room*bar.X/whole, float64(y)+bar.Y, room*bar.Width/whole, bar.Height)
		switch {
		case !bar.Known:
			c.hatch(r, unknownPaint)
		case i == len(columns.Bars)-1:
			c.fill(r, periodPaint)
		default:
			c.fill(r, columnPaint)
		}
	}
	c.fill(image.Rect(left, y+int(columns.Zero), margin+chartWidth, y+int(columns.Zero)+2), axisPaint)
	t.labels(c, columns, left, y+chartHeight+labelBase)
}

// labels paints the label of the last column, and of those before it that do not come near another one.
func (t *Trend) labels(c *canvas, columns Columns, left, base int) {
	const gap = 40
	look := style{labelSize, false, Quiet.color()}
	free := pictureWidth
	for i, bar := range slices.Backward(columns.Bars) {
		width := c.width(t.Labels[i], look)
		x := left + int(float64(chartWidth-scaleRoom)*bar.Middle()/whole) - width/2
		x = max(min(x, margin+chartWidth-width), left)
		if x+width > free {
			continue
		}
		c.text(t.Labels[i], x, base, look)
		free = x - gap
	}
}

// parts paints the largest parts as bars.
func (p *Panel) parts(c *canvas, top int) {
	c.text(p.PartsAre, partsLeft, top+chartTitle, style{textSize, true, Quiet.color()})
	const right = pictureWidth - margin
	parts := p.Parts[:min(len(p.Parts), mostParts)]
	var a Axis
	for _, part := range parts {
		a.low, a.high = min(a.low, part.Value), max(a.high, part.Value)
	}
	y := top + chartTop
	for _, part := range parts {
		look := style{labelSize, false, Plain.color()}
		c.textRight(part.Amount, right, y+labelSize-6, look)
		c.text(c.fit(part.Label, right-partsLeft-24-c.width(part.Amount, look), look), partsLeft, y+labelSize-6, look)
		span := a.Span(0, part.Value)
		bar := image.Rect(partsLeft, y+labelSize+8, right, y+labelSize+8+partBar)
		c.fill(bar, trackPaint)
		room := float64(bar.Dx())
		paint := periodPaint
		switch {
		case part.Value < 0:
			paint = Fall.color()
		case part.Rest:
			paint = columnPaint
		}
		c.fill(box(partsLeft+room*span.X/whole, float64(bar.Min.Y), room*span.Width/whole, partBar), paint)
		y += partHeight
	}
}
