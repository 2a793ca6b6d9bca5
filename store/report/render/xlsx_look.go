package render

import (
	"github.com/xuri/excelize/v2"

	"goscan/providers"
)

// A look is how a cell looks.
type look struct {
	role   role
	ink    ink
	format string // of a number
	right  bool
	wrap   bool
}

// A role is what a cell is for.
type role uint8

const (
	roleBody  role = iota
	roleBare       // a line of text without a table
	roleAlarm      // such a line that asks for attention
	roleTitle
	roleHeading // of a block
	roleHead    // of a column
	roleTotal
)

// leading returns the height of a row of one line, in points.
func (r role) leading() int {
	switch r {
	case roleTitle:
		return 30
	case roleHeading:
		return 24
	case roleHead:
		return 21
	case roleBare, roleAlarm:
		return 16
	}
	return 18
}

// An ink is a colour of text.
type ink uint8

const (
	inkBlack ink = iota
	inkDim
	inkRise
	inkFall
)

func inkOf(change providers.Money) ink {
	switch change.Round(cents).Sign() {
	case 1:
		return inkRise
	case -1:
		return inkFall
	}
	return inkBlack
}

// The colours, red green blue: dark ink on white paper, one blue.
const (
	colorInk    = "1F2933"
	colorDim    = "7B8794"
	colorRise   = "B42318"
	colorFall   = "1A7F37"
	colorBlue   = "1F4E79"
	colorWash   = "EAF1F8" // under a total
	colorRule   = "D9E2EC"
	colorPaper  = "FFFFFF"
	colorBar    = "BCD3EA"
	colorColumn = "2F75B5"
	colorHollow = "BFC8D2" // a column of a period that is not whole
)

// style returns the number of a look's style in the workbook.
func (b *book) style(l look) int {
	if id, ok := b.styles[l]; ok {
		return id
	}
	id, err := b.file.NewStyle(styleOf(l, b.words.font))
	b.try(err)
	b.styles[l] = id
	return id
}

func styleOf(l look, family string) *excelize.Style {
	s := &excelize.Style{
		Font:      &excelize.Font{Family: family, Size: 10, Color: l.ink.color()},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: l.wrap},
	}
	s.Alignment.Horizontal = "left"
	if l.right {
		s.Alignment.Horizontal = "right"
	}
	if l.role == roleBody || l.role == roleTotal || l.role == roleHead {
		s.Alignment.Indent = 1
	}
	if l.format != "" {
		s.CustomNumFmt = &l.format
	}
	switch l.role {
	case roleBody:
		s.Border = []excelize.Border{{Type: "bottom", Style: 1, Color: colorRule}}
	case roleAlarm:
		s.Font.Color = colorRise
	case roleTitle:
		s.Font.Size, s.Font.Bold, s.Font.Color = 16, true, colorBlue
	case roleHeading:
		s.Font.Size, s.Font.Bold, s.Font.Color = 12, true, colorBlue
		s.Border = []excelize.Border{{Type: "bottom", Style: 2, Color: colorBlue}}
	case roleHead:
		s.Font.Bold, s.Font.Color = true, colorPaper
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colorBlue}}
		s.Alignment.WrapText = true
	case roleTotal:
		s.Font.Bold = true
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colorWash}}
		s.Border = []excelize.Border{{Type: "top", Style: 1, Color: colorBlue}}
	}
	return s
}

func (i ink) color() string {
	switch i {
	case inkDim:
		return colorDim
	case inkRise:
		return colorRise
	case inkFall:
		return colorFall
	}
	return colorInk
}
