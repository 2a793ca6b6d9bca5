package billfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A csvEncoder writes CSV. Package encoding/csv is not used because its reader turns \r\n inside of a field into \n.
type csvEncoder struct {
	w       io.Writer
	columns []column
	line    []byte
	object  []byte
}

func newCSVEncoder(w io.Writer, columns []column) (*csvEncoder, error) {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	_, err := io.WriteString(w, strings.Join(names, ",")+"\n")
	return &csvEncoder{w: w, columns: columns}, err
}

func (e *csvEncoder) row(cells []cell) (err error) {
	e.line = e.line[:0]
	for i, c := range cells {
		if i > 0 {
			e.line = append(e.line, ',')
		}
		if c.null {
			continue
		}
		switch k := e.columns[i].kind; k {
		case text:
			e.line = appendField(e.line, []byte(c.text))
		case object:
			if e.object, err = appendObject(e.object[:0], c.object); err != nil {
				return fmt.Errorf("%s: %w", e.columns[i].name, err)
			}
			e.line = appendField(e.line, e.object)
		default:
			e.line = appendPlain(e.line, k, c)
		}
	}
	_, err = e.w.Write(append(e.line, '\n'))
	return err
}

func (e *csvEncoder) close() error { return nil }

// appendField appends a field, in quotes where it needs them.
func appendField(line, field []byte) []byte {
	if !bytes.ContainsAny(field, ",\"\r\n") {
		return append(line, field...)
	}
	line = append(line, '"')
	for _, c := range field {
		if c == '"' {
			line = append(line, '"')
		}
		line = append(line, c)
	}
	return append(line, '"')
}

// A csvDecoder reads what a csvEncoder wrote.
type csvDecoder struct {
	r       *bufio.Reader
	columns []column
	fields  [][]byte
}

func newCSVDecoder(r io.Reader, columns []column) (*csvDecoder, error) {
	d := &csvDecoder{r: bufio.NewReaderSize(r, bufferSize), columns: columns}
	if err := d.read(); err != nil {
		return nil, errors.Join(errShape, err)
	}
	if !slices.EqualFunc(d.fields, columns, func(f []byte, c column) bool { return string(f) == c.name }) {
		return nil, fmt.Errorf("%w: the first line has other columns", errShape)
	}
	return d, nil
}

func (d *csvDecoder) row(cells []cell) error {
	if err := d.read(); err != nil {
		return err
	}
	if len(d.fields) != len(d.columns) {
		return fmt.Errorf("%w: %d fields instead of %d", errShape, len(d.fields), len(d.columns))
	}
	for i, c := range d.columns {
		var err error
		if cells[i], err = parseField(d.fields[i], c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func (d *csvDecoder) close() error { return nil }

func parseField(field []byte, c column) (cell, error) {
	switch {
	case c.optional && len(field) == 0:
		return cell{null: true}, nil
	case c.kind == text:
		return cell{text: string(field)}, nil
	case c.kind == object:
		m, err := parseObject(field)
		return cell{object: m}, err
	}
	return parsePlain(string(field), c.kind)
}

// read reads the fields of a line, which ends with \n outside of quotes.
func (d *csvDecoder) read() error {
	fields := d.fields[:0]
	for {
		fields = slices.Grow(fields, 1)[:len(fields)+1] // the memory of the line before is used again
		field, last, err := d.field(fields[len(fields)-1][:0])
		if err != nil {
			if err == io.EOF && (len(fields) > 1 || len(field) > 0) {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		fields[len(fields)-1] = field
		if last {
			d.fields = fields
			return nil
		}
	}
}

// field reads a field into b and what ends it.
func (d *csvDecoder) field(b []byte) (field []byte, last bool, err error) {
	quoted := false
	for first := true; ; first = false {
		c, err := d.r.ReadByte()
		switch {
		case err == io.EOF && quoted:
			return b, false, io.ErrUnexpectedEOF
		case err != nil:
			return b, false, err
		case c == '"' && first:
			quoted = true
		case c == '"' && quoted:
			next, err := d.r.ReadByte()
			if err == nil && next == '"' {
				b = append(b, '"')
				continue
			}
			if err == nil && (next == ',' || next == '\n') {
				return b, next == '\n', nil
			}
			return b, false, errors.Join(errShape, err)
		case !quoted && (c == ',' || c == '\n'):
			return b, c == '\n', nil
		default:
			b = append(b, c)
		}
	}
}
