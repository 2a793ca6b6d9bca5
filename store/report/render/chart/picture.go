package chart

import (
	"image/png"
	"io"
)

// A Picture is what a chat shows of a report: a title and a panel for each currency. All texts are ready to be painted.
type Picture struct {
	Title   Text
	State   Text
	Details []string // below the title
	Panels  []Panel  // when there are none, Lines say why
	Lines   []Text   // at the end
}

// A Panel is a total, what it is compared with, its trend, and its largest parts.
type Panel struct {
	Total    string
	Changes  []Text
	Trend    Trend
	Parts    []Part
	PartsAre string // the title of the parts
}

// A Trend is a column chart whose last column is the period of the report.
type Trend struct {
	Title   string
	Numbers []Number
	Labels  []string // one for each number; those that have room are painted
	Scale   Scale
	Symbol  string // of the currency
	Gaps    string // says what a hatched column means
}

// A Part is a labelled bar.
type Part struct {
	Label, Amount string
	Value         float64
	Rest          bool // it sums what is not shown
}

// A Text is a text with a tone.
type Text struct {
	Words string
	Tone  Tone
}

// A Tone is what a colour tells: cost that rises is red.
type Tone uint8

// The tones.
const (
	Plain Tone = iota
	Quiet
	Rise
	Fall
	Warning
)

func (t Tone) color() ink {
	switch t {
	case Quiet:
		return 0x5f6b7a
	case Rise:
		return 0xc0312b
	case Fall:
		return 0x1a7f4b
	case Warning:
		return 0xa86200
	}
	return 0x1a202a
}

// The layout, in pixels. The picture is wide enough for a screen, and its letters are large enough for a phone, which
// shows it at a quarter of its size.
const (
	pictureWidth = 1600
	margin       = 60
	headHeight   = 98
	detailHeight = 52
	panelHeight  = 820
	lineHeight   = 52
	emptyHeight  = 160

	titleSize = 46
	textSize  = 36
	totalSize = 124
)

// Paint writes the picture as a PNG.
func (p *Picture) Paint(w io.Writer, fonts *Fonts) error {
	head := headHeight + len(p.Details)*detailHeight
	height := head + len(p.Panels)*panelHeight + len(p.Lines)*lineHeight + margin/2
	if len(p.Panels) == 0 {
		height += emptyHeight
	}
	c := newCanvas(pictureWidth, height, white, fonts)
	p.head(c)
	y := head
	for i := range p.Panels {
		p.Panels[i].paint(c, y)
		y += panelHeight
	}
	if len(p.Panels) == 0 {
		y += emptyHeight / 2
	}
	for _, line := range p.Lines {
		look := style{textSize, false, line.Tone.color()}
		c.text(c.fit(line.Words, pictureWidth-2*margin, look), margin, y+textSize, look)
		y += lineHeight
	}
	if c.err != nil {
		return c.err
	}
	return png.Encode(w, c.img)
}

func (p *Picture) head(c *canvas) {
	state := style{textSize, true, p.State.Tone.color()}
	c.textRight(p.State.Words, pictureWidth-margin, 82, state)
	title := style{titleSize, true, p.Title.Tone.color()}
	room := pictureWidth - 3*margin - c.width(p.State.Words, state)
	c.text(c.fit(p.Title.Words, room, title), margin, 84, title)
	detail := style{textSize, false, Quiet.color()}
	for i, words := range p.Details {
		c.text(c.fit(words, pictureWidth-2*margin, detail), margin, headHeight+40+i*detailHeight, detail)
	}
}
