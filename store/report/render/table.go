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

	graphic bool // drawn with blocks: of use only where all characters are of one width

	parts []providers.Money // of a column of bars: what each row's bar shows; the longest is the largest
	lists [][]string        // of a column of lists: each row shows as many elements as have room
	width int
}

func (c *column) add(text string, p paint) { c.cells = append(c.cells, cell{text, p}) }

// rows returns how many rows the column's table has; the first column of a table is one of cells.
func (c *column) rows() int { return len(c.cells) }

// A cell is a text and how it is painted.
type cell struct {
	text  string
	paint paint
}

const (
	gap         = 2  // columns between two columns of a table
	leastName   = 16 // a name is not cut below it while another column can be left out
	leastBar    = 6
	leastList   = 24
	longestBar  = 28
	tableIndent = "  "

	detailIndent = "      "
)

// layout returns the columns with widths that make the table exactly so many columns wide, without those that have no
// room. A table has one flexible column and at most one of bars or lists.
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
			case c.lists != nil:
				least += min(c.width, leastList)
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
// names take what is left. Beside lists, names get what they need to be read, then the lists, then names again.
func spread(columns []column, room, wanted int) {
	lists := slices.IndexFunc(columns, func(c column) bool { return c.lists != nil })
	if lists >= 0 {
		c := &columns[lists]
		c.width = max(min(c.width, room-min(wanted, leastName)), 1)
		room -= c.width
	}
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
	for _, list := range c.lists {
		w = max(w, width(strings.Join(list, joint)))
	}
	return w
}

// draw returns the lines of a block's table: titles, a rule, and the rows with the details below them, the last row after a
// second rule when it is a total.
func draw(b block, total int, style style) []string {
	columns := layout(b.columns, total-len(tableIndent))
	rule := tableIndent + style.paint(dim, strings.Repeat("─", total-len(tableIndent)))
	titles := make([]cell, len(columns))
	for i, c := range columns {
		titles[i] = cell{c.title, dim}
	}
	lines := []string{line(columns, titles, style), rule}
	rows := b.columns[0].rows()
	for row := range rows {
		if b.total && row == rows-1 {
			lines = append(lines, rule)
		}
		cells := make([]cell, len(columns))
		for i, c := range columns {
			cells[i] = c.at(row)
		}
		lines = append(lines, line(columns, cells, style))
		for _, d := range b.details {
			if d.row == row {
				lines = append(lines, indented(d.words, total, style)...)
			}
		}
	}
	return lines
}

// indented breaks a detail into lines that stand below its row.
func indented(words string, total int, style style) []string {
	lines := wrap(words, total-len(detailIndent))
	for i, line := range lines {
		lines[i] = detailIndent + style.paint(dim, line)
	}
	return lines
}

// at returns a row's cell.
func (c *column) at(row int) cell {
	if c.lists != nil {
		return cell{fitting(c.lists[row], c.width), bare}
	}
	if c.parts == nil {
		return c.cells[row]
	}
	if row >= len(c.parts) {
		return cell{}
	}
	return cell{bar(c.parts[row], slices.MaxFunc(c.parts, providers.Money.Cmp), c.width), accent}
}

// fitting joins as many elements of a list as have room; an ellipsis stands for the others.
func fitting(list []string, columns int) string {
	all := strings.Join(list, joint)
	for n := len(list); width(all) > columns && n > 1; n-- {
		all = strings.Join(list[:n-1], joint) + " " + ellipsis
	}
	return all
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
