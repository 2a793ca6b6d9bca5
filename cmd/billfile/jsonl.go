package billfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// A jsonEncoder writes an object for each row.
type jsonEncoder struct {
	w       io.Writer
	columns []column
	line    []byte
}

func (e *jsonEncoder) row(cells []cell) (err error) {
	e.line = append(e.line[:0], '{')
	for i, c := range cells {
		column := e.columns[i]
		if i > 0 {
			e.line = append(e.line, ',')
		}
		e.line = append(append(append(e.line, '"'), column.name...), '"', ':')
		switch {
		case c.null:
			e.line = append(e.line, "null"...)
		case column.kind == text:
			e.line, err = appendString(e.line, c.text)
		case column.kind == object:
			e.line, err = appendObject(e.line, c.object)
		case column.isNumber():
			e.line = appendPlain(e.line, column.kind, c)
		default:
			e.line = append(appendPlain(append(e.line, '"'), column.kind, c), '"')
		}
		if err != nil {
			return fmt.Errorf("%s: %w", column.name, err)
		}
	}
	_, err = e.w.Write(append(e.line, '}', '\n'))
	return err
}

func (e *jsonEncoder) close() error { return nil }

// isNumber tells whether JSON has the column's values as numbers. The id of a load has more digits than JavaScript's.
func (c column) isNumber() bool { return c.name == "line" || c.name == "x_Line" }

// A jsonDecoder reads what a jsonEncoder wrote.
type jsonDecoder struct {
	r       *bufio.Reader
	columns []column
	long    []byte
}

func newJSONDecoder(r io.Reader, columns []column) *jsonDecoder {
	return &jsonDecoder{r: bufio.NewReaderSize(r, bufferSize), columns: columns}
}

func (d *jsonDecoder) row(cells []cell) error {
	line, err := d.line()
	if err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		return err
	}
	if len(fields) != len(d.columns) {
		return fmt.Errorf("%w: %d fields instead of %d", errShape, len(fields), len(d.columns))
	}
	for i, c := range d.columns {
		if cells[i], err = parseJSON(fields[c.name], c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func (d *jsonDecoder) close() error { return nil }

// line reads a line without its end. One that has none is cut off.
func (d *jsonDecoder) line() ([]byte, error) {
	d.long = d.long[:0]
	for {
		part, err := d.r.ReadSlice('\n')
		d.long = append(d.long, part...)
		switch err {
		case nil:
			return bytes.TrimSuffix(d.long, []byte{'\n'}), nil
		case bufio.ErrBufferFull:
		case io.EOF:
			if len(d.long) > 0 {
				return nil, io.ErrUnexpectedEOF
			}
			return nil, io.EOF
		default:
			return nil, err
		}
	}
}

func parseJSON(value json.RawMessage, c column) (cell, error) {
	switch {
	case value == nil:
		return cell{}, fmt.Errorf("%w: it is missing", errShape)
	case string(value) == "null":
		if !c.optional {
			return cell{}, fmt.Errorf("%w: it is null", errShape)
		}
		return cell{null: true}, nil
	case c.kind == object:
		m, err := parseObject(value)
		return cell{object: m}, err
	case c.isNumber():
		return parsePlain(string(value), c.kind)
	}
	var s string
	if err := json.Unmarshal(value, &s); err != nil {
		return cell{}, err
	}
	if c.kind == text {
		return cell{text: s}, nil
	}
	return parsePlain(s, c.kind)
}
