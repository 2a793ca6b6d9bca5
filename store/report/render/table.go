package render

import (
	"slices"
	"strings"

	"goscan/providers"
)

// A column is one column of a text table: a title, a cell for each row, and what may be done when room is short.
type column struct {
	title    string
	right    bool
	flexible bool // takes the room that is left, and is cut when there is none
	drop     int  // left out when room is short, the highest number first; zero: never
	cells    []cell

	parts []providers.Money // of a column of bars: what each row's bar shows; the longest is the largest
	width int
}

// A cell is a text and how it is painted.
type cell struct {
	text  string
	paint paint
}

const (
	gap         = 2  // columns between two columns of a table
	leastName   = 16 // a name is not cut below it while another column can be left out
	leastBar    = 6
	longestBar  = 28
	tableIndent = "  "
)

// layout returns the columns with widths that make the table exactly so many columns wide, without those that have no
// room. A table has one flexible column and at most one of bars.
func layout(columns []column, total int) []column {
	kept := slices.Clone(columns)
	for {
		room, wanted, least := total+gap, 0, 0
		for i := range kept {
			c := &kept[i]
			room -= gap
			c.width = c.natural()
			switch {
			case c.parts != nil:
				least += leastBar
			case c.flexible:
				wanted = c.width
				least += min(wanted, leastName)
			default:
				room -= c.width
			}
		}
		if room < least && dropOne(&kept) {
			continue
		}
		spread(kept, room, wanted)
		return kept
	}
}

// spread divides the room between the names and the bars: a quarter at least for bars, then names, then bars again, and
// names take what is left.
func spread(columns []column, room, wanted int) {
	bars := slices.IndexFunc(columns, func(c column) bool { return c.parts != nil })
	if bars >= 0 {
		columns[bars].width = min(max(room-wanted, room/4, leastBar), longestBar)
		room -= columns[bars].width
	}
	for i := range columns {
		if columns[i].flexible {
			columns[i].width = max(room, 1)
		}
	}
}

// dropOne leaves out the column with the highest drop number; it returns false when none may be left out.
func dropOne(columns *[]column) bool {
	first := 0
	for i, c := range *columns {
		if c.drop > (*columns)[first].drop {
			first = i
		}
	}
	if (*columns)[first].drop == 0 {
		return false
	}
	*columns = slices.Delete(*columns, first, first+1)
	return true
}

func (c *column) natural() int {
	w := width(c.title)
	for _, cell := range c.cells {
		w = max(w, width(cell.text))
	}
	return w
}

// draw returns the table's lines: titles, a rule, and the rows, the last of them after a second rule when it is a total.
func draw(columns []column, total int, hasTotal bool, style style) []string {
	columns = layout(columns, total-len(tableIndent))
	rule := tableIndent + style.paint(dim, strings.Repeat("─", total-len(tableIndent)))
	titles := make([]cell, len(columns))
	for i, c := range columns {
		titles[i] = cell{c.title, dim}
	}
	lines := []string{line(columns, titles, style), rule}
	rows := len(columns[0].cells)
	for row := range rows {
		if hasTotal && row == rows-1 {
			lines = append(lines, rule)
		}
		cells := make([]cell, len(columns))
		for i, c := range columns {
			cells[i] = c.at(row)
		}
		lines = append(lines, line(columns, cells, style))
	}
	return lines
}

// at returns a row's cell.
func (c *column) at(row int) cell {
	if c.parts == nil {
		return c.cells[row]
	}
	if row >= len(c.parts) {
		return cell{}
	}
	return cell{bar(c.parts[row], slices.MaxFunc(c.parts, providers.Money.Cmp), c.width), accent}
}

func line(columns []column, cells []cell, style style) string {
	var b strings.Builder
	b.WriteString(tableIndent)
	for i, c := range columns {
		if i > 0 {
			b.WriteString(strings.Repeat(" ", gap))
		}
		b.WriteString(style.paint(cells[i].paint, pad(cut(cells[i].text, c.width), c.width, c.right)))
	}
	return b.String()
}
