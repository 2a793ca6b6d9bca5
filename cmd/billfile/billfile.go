// Package billfile keeps stored days in files: a row for each line, as CSV, as JSON lines or as Parquet, and beside each
// file a manifest, which tells what days it has, as of which commits, and how to know that all of it is there.
//
// The columns are those of the view bills, or, to be read elsewhere only, those of the view focus. Values are exact: an amount
// has all its digits, a text all its bytes. A file that has days in the same commits has the same bytes.
//
//   - CSV: RFC 4180 with a line of names; an unknown quantity is an empty field; tags and native are JSON objects. Texts are
//     not altered for spreadsheets: one that begins with = is a formula to them.
//   - JSON lines: an object for each line; amounts, and load_id, which has more digits than JavaScript's numbers, are strings.
//   - Parquet: amounts are DECIMAL(38, 12), instants TIMESTAMP in UTC, days DATE, tags and native MAP.
package billfile

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"goscan/providers"
	"goscan/store"
)

// A Format is how a file is written.
type Format string

// The formats. Each is also the extension of its files.
const (
	CSV     Format = "csv"
	JSONL   Format = "jsonl"
	Parquet Format = "parquet"
)

// ParseFormat returns the format of a name.
func ParseFormat(name string) (Format, error) {
	switch f := Format(name); f {
	case CSV, JSONL, Parquet:
		return f, nil
	}
	return "", fmt.Errorf("%q is no format (csv, jsonl, parquet)", name)
}

// FormatOf returns the format that a file's extension names.
func FormatOf(file string) (f Format, ok bool) {
	f, err := ParseFormat(strings.ToLower(strings.TrimPrefix(filepath.Ext(file), ".")))
	return f, err == nil
}

// A kind is the type of a column.
type kind uint8

const (
	text    kind = iota
	object       // texts by their names
	integer      // not negative
	amount
	date
	instant // in seconds
)

// A cell is the value of a column in a row: the field that the column's kind names.
type cell struct {
	null   bool
	text   string
	object providers.Pairs
	number int64 // of an integer; days or seconds since 1970
	amount providers.Money
}

// A column is one of a file.
type column struct {
	name     string
	kind     kind
	optional bool // it may be null
	get      func(m *store.Mark, l *providers.Line) cell
	set      func(l *providers.Line, c cell) // nil where the column tells nothing that the line's commit does not
}

// An encoder writes rows in a format.
type encoder interface {
	row(cells []cell) error
	close() error // writes what the format ends with
}

// A decoder reads rows of a format.
type decoder interface {
	// row fills in the cells of the next row, which are valid until the next call. After the last row it returns io.EOF.
	row(cells []cell) error
	close() error
}

// errShape says that a file does not look as this package writes it.
var errShape = errors.New("this is not what goscan export writes")
