package render

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
)

// A bookSheet is a sheet of a workbook while it is filled, from its first row to its last.
type bookSheet struct {
	*book
	name   string
	row    int   // the last row that is filled; the first is 1
	widths []int // of the columns, in the widths of a digit
	texts  []bookText
}

// A bookText is a text that may take several lines. Not every spreadsheet finds the height of its row by itself.
type bookText struct {
	row, from, to int // its columns, the first of the sheet is 0; to is not among them
	text          string
	role          role
}

const (
	narrowest = 9
	widest    = 52 // a longer text is wrapped
	padding   = 4  // the indent, and a filter's button covers two digits of a title

	lineHeight = 14  // points, of each line but the first
	highest    = 409 // points, by the rules of the format
)

// sheet adds a sheet to the book.
func (b *book) sheet(title string) *bookSheet {
	s := &bookSheet{book: b, name: b.sheetName(title)}
	if len(b.names) == 1 {
		b.try(b.file.SetSheetName("Sheet1", s.name)) // the one that a new workbook has
	} else {
		_, err := b.file.NewSheet(s.name)
		b.try(err)
	}
	b.try(b.file.SetSheetView(s.name, 0, &excelize.ViewOptions{ShowGridLines: new(false)}))
	return s
}

// sheetName returns a name that a workbook allows and that no other of its sheets has: at most 31 UTF-16 units, which
// must not contain some signs, and differ by more than their case.
func (b *book) sheetName(title string) string {
	const most = 31
	allowed := strings.TrimSpace(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) {
			return ' '
		}
		return r
	}, plain(title)))
	if allowed == "" {
		allowed = b.p.unnamed
	}
	name := cutUnits(allowed, most)
	for n := 2; b.names[strings.ToLower(name)]; n++ {
		suffix := fmt.Sprintf(" %d", n)
		name = cutUnits(allowed, most-len(suffix)) + suffix
	}
	b.names[strings.ToLower(name)] = true
	return name
}

// cutUnits cuts a text to a number of UTF-16 units.
func cutUnits(s string, most int) string {
	units := 0
	for i, r := range s {
		if units += utf16.RuneLen(r); units > most {
			return strings.TrimSpace(s[:i])
		}
	}
	return s
}

// add fills the next row.
func (s *bookSheet) add(role role, cells ...bookCell) {
	s.row++
	for i, c := range cells {
		c.look.role = role
		s.put(i+1, c)
		s.widen(i, width(c.text))
		s.texts = append(s.texts, bookText{s.row, i, i + 1, c.text, role})
	}
}

// put fills one cell of the row.
func (s *bookSheet) put(column int, c bookCell) {
	if s.err != nil {
		return
	}
	at := cellAt(column, s.row)
	switch {
	case c.number != "":
		s.try(s.file.SetCellDefault(s.name, at, c.number))
	case c.text != "":
		c.look.wrap = c.look.wrap || width(c.text) > widest-padding && c.look.role != roleTitle
		s.try(s.file.SetCellStr(s.name, at, unescapable(c.text)))
	}
	s.try(s.file.SetCellStyle(s.name, at, at, s.style(c.look)))
}

// line fills the next row with one text across so many columns.
func (s *bookSheet) line(role role, text string, columns int) {
	s.row++
	c := textCell(text)
	c.look.role = role
	switch role {
	case roleBare:
		c.look.wrap, c.look.ink = true, inkDim
	case roleAlarm:
		c.look.wrap = true
	}
	s.put(1, c)
	first, last := cellAt(1, s.row), cellAt(columns, s.row)
	s.try(s.file.SetCellStyle(s.name, first, last, s.style(c.look)))
	s.try(s.file.MergeCell(s.name, first, last))
	s.texts = append(s.texts, bookText{s.row, 0, columns, c.text, role})
}

func (s *bookSheet) widen(column, columns int) {
	for len(s.widths) <= column {
		s.widths = append(s.widths, narrowest)
	}
	s.widths[column] = max(s.widths[column], min(columns+padding, widest))
}

// finish sets the widths of the columns, the heights of the rows, and how the sheet is printed: on A4 paper, landscape, as wide as the page.
func (s *bookSheet) finish() {
	const a4 = 9
	for i, columns := range s.widths {
		name, err := excelize.ColumnNumberToName(i + 1)
		s.try(err)
		s.try(s.file.SetColWidth(s.name, name, name, decimal.NewFromInt(int64(columns)).InexactFloat64()))
	}
	s.heighten()
	s.try(s.file.SetSheetDimension(s.name, "A1:"+cellAt(max(len(s.widths), 1), max(s.row, 1))))
	s.try(s.file.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: new(true)}))
	s.try(s.file.SetPageLayout(s.name, &excelize.PageLayoutOptions{
		Size: new(a4), Orientation: new("landscape"), FitToWidth: new(1), FitToHeight: new(0),
	}))
	s.try(s.file.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{
		Left: new(0.4), Right: new(0.4), Top: new(0.5), Bottom: new(0.6), Header: new(0.3), Footer: new(0.3),
	}))
	// An ampersand begins a code of headers and footers.
	s.try(s.file.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{
		OddFooter: "&L" + strings.ReplaceAll(s.title(), "&", "&&") + "&C&A&R" + fmt.Sprintf(s.words.page, "&P", "&N"),
	}))
}

// heighten makes room for texts, also those of several lines.
func (s *bookSheet) heighten() {
	heights := make([]int, s.row+1)
	for _, t := range s.texts {
		room := -padding
		for _, columns := range s.widths[t.from:min(t.to, len(s.widths))] {
			room += columns
		}
		lines := len(wrap(t.text, max(room, narrowest-padding)))
		heights[t.row] = max(heights[t.row], t.role.leading()+(lines-1)*lineHeight)
	}
	for row := 1; row <= s.row; row++ {
		height := min(max(heights[row], roleBare.leading()), highest)
		s.try(s.file.SetRowHeight(s.name, row, decimal.NewFromInt(int64(height)).InexactFloat64()))
	}
}

func cellAt(column, row int) string {
	at, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return ""
	}
	return at
}

// unescapable makes a text that looks like an escape of a workbook, "_x0041_", show as it is.
func unescapable(s string) string { return strings.ReplaceAll(s, "_x", "_x005F_x") }
