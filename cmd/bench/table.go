package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// A table is what the program prints: of every measure the values at the sizes of a month, and how the value grew from the first
// size to the second, which is ten times as large.
type table struct {
	sizes []int
	rows  []row
}

type row struct {
	name   string
	format string
	values []float64 // by size; those that were not measured are missing at the end
}

// add adds a measure. format writes one value.
func (t *table) add(name, format string, values ...float64) {
	t.rows = append(t.rows, row{name, format, values})
}

func (t *table) print(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := "lines of the month\t"
	for _, size := range t.sizes {
		head += grouped(size) + "\t"
	}
	fmt.Fprintln(w, head+"x10 takes\t")
	for _, r := range t.rows {
		fmt.Fprintln(w, r.name+"\t"+strings.Join(r.cells(len(t.sizes)), "\t")+"\t")
	}
	return w.Flush()
}

// cells are the values as texts, and the growth.
func (r row) cells(sizes int) []string {
	cells := make([]string, sizes+1)
	for i, v := range r.values {
		cells[i] = fmt.Sprintf(r.format, v)
	}
	if len(r.values) > 1 && r.values[0] > 0 {
		cells[sizes] = fmt.Sprintf("%.2fx", r.values[1]/r.values[0])
	}
	return cells
}

// grouped writes a number with commas between its thousands.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
