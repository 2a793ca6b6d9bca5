package render

import (
	"strings"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store/report"
)

// A bookCell is a cell of a workbook: a text, or a number when it has one.
type bookCell struct {
	text   string // what is read; of a number, what it looks like
	number string // the digits as the file keeps them; empty: the cell is a text
	look   look
}

// The number formats. A number that rounds to zero has no sign, as in the other formats.
const (
	formatAmount   = "#,##0.00"
	formatChange   = "+#,##0.00;-#,##0.00;0.00"
	formatNothing  = "0.00;0.00;0.00"
	formatPercent  = "#,##0.0%"
	formatRelative = "+#,##0.0%;-#,##0.0%;0.0%"
	formatCount    = "#,##0"
	formatDay      = "yyyy-mm-dd"
)

// longestText is more than any name needs, and less than fills a page.
const longestText = 1000

func textCell(s string) bookCell { return bookCell{text: cut(plain(s), longestText)} }

// unknownCell stands where there is no number: an empty cell would count as a zero.
func unknownCell() bookCell { return bookCell{text: nothing, look: look{right: true, ink: inkDim}} }

func amountCell(m *providers.Money) bookCell {
	if m == nil {
		return unknownCell()
	}
	return numberCell(*m, formatAmount, money(m, ""))
}

// changeCell shows a change with its sign, a rise in red and a fall in green: it is cost.
func changeCell(m *providers.Money) bookCell {
	if m == nil {
		return unknownCell()
	}
	c := numberCell(*m, formatChange, signed(*m, ""))
	c.look.ink = inkOf(*m)
	return c
}

func numberCell(m providers.Money, format, text string) bookCell {
	c := bookCell{text: text, look: look{right: true, format: format}}
	if m.Round(cents).IsZero() {
		c.look.format = formatNothing
	}
	if number, ok := spreadsheetNumber(m); ok {
		c.number = number
	}
	return c
}

// percentCell shows a share. A spreadsheet's percentage is a number of wholes.
func percentCell(m *providers.Money) bookCell {
	if m == nil {
		return unknownCell()
	}
	return bookCell{
		text: share(m), number: m.Round(1).Shift(-2).String(), look: look{right: true, format: formatPercent},
	}
}

// relativeCell shows a change in percent: a word where there was nothing before.
func (p *phrases) relativeCell(d *report.Delta) bookCell {
	switch {
	case d == nil:
		return unknownCell()
	case d.Percent == nil:
		return bookCell{text: p.relative(d), look: look{right: true, ink: inkOf(d.Change)}}
	}
	return bookCell{
		text: d.Percent.StringFixed(1) + "%", number: d.Percent.Round(1).Shift(-2).String(),
		look: look{right: true, format: formatRelative, ink: inkOf(d.Change)},
	}
}

// deltaCells show what an amount is compared with: the base, the change, and the change in percent.
func (p *phrases) deltaCells(d *report.Delta) []bookCell {
	if d == nil {
		return []bookCell{unknownCell(), unknownCell(), unknownCell()}
	}
	return []bookCell{amountCell(&d.Base), changeCell(&d.Change), p.relativeCell(d)}
}

func countCell(n int64) bookCell {
	return bookCell{text: number(n), number: decimal.NewFromInt(n).String(), look: look{right: true, format: formatCount}}
}

// dayCell holds a day as spreadsheets count them: 1970-01-01 is day 25569.
func dayCell(d providers.Day) bookCell {
	const epoch = 25569
	return bookCell{text: d.String(), number: newInt(int64(d) + epoch).String(), look: look{format: formatDay}}
}

// mostDigits is how many digits a spreadsheet keeps of a number.
const mostDigits = 15

// spreadsheetNumber returns an amount as a cell keeps it: with all its digits if there are not too many, else with as many
// as there is room for, if that is the same amount for people. There is no such number when two digits after the point
// are too many already.
func spreadsheetNumber(m providers.Money) (string, bool) {
	if significant(m) <= mostDigits {
		return m.String(), true
	}
	whole := len(m.Abs().Truncate(0).String())
	for _, places := range []int{mostDigits - whole, cents} {
		short := m.Round(int32(max(places, 0)))
		if short.Round(cents).Equal(m.Round(cents)) && significant(short) <= mostDigits {
			return short.String(), true
		}
	}
	return "", false
}

// significant returns how many digits are needed to write a number, without zeros before the first or after the last.
func significant(m providers.Money) int {
	digits := strings.ReplaceAll(m.Abs().String(), ".", "")
	return len(strings.Trim(digits, "0"))
}
