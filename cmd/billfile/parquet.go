package billfile

import (
	"fmt"
	"io"
	"math/big"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
	"github.com/shopspring/decimal"

	"goscan/providers"
)

const (
	rowsPerGroup   = 50_000 // of a row group, which is what is held in memory, compressed
	rowsAtOnce     = 256
	dictionarySize = 1 << 20 // of a column: texts that do not repeat are then written as they are

	decimalDigits = 38
	decimalBytes  = 16

	millis = 1000 // of a second
)

// A table is the schema of a file: a parquet.Group has its fields by name, this one in the order of the columns.
type table struct {
	parquet.Group
	fields []parquet.Field
}

// Fields returns the columns.
func (t table) Fields() []parquet.Field { return t.fields }

func schemaOf(columns []column) *parquet.Schema {
	t := table{Group: parquet.Group{}}
	for _, c := range columns {
		t.Group[c.name] = c.node()
	}
	byName := map[string]parquet.Field{}
	for _, f := range t.Group.Fields() {
		byName[f.Name()] = f
	}
	for _, c := range columns {
		t.fields = append(t.fields, byName[c.name])
	}
	return parquet.NewSchema("bills", t)
}

func (c column) node() parquet.Node {
	n := parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	switch c.kind {
	case object:
		n = parquet.Map(n, n)
	case integer:
		n = parquet.Uint(64)
	case amount:
		n = parquet.Decimal(providers.MoneyScale, decimalDigits, parquet.FixedLenByteArrayType(decimalBytes))
	case date:
		n = parquet.Date()
	case instant:
		n = parquet.Timestamp(parquet.Millisecond)
	}
	if c.optional {
		n = parquet.Optional(n)
	}
	return n
}

// A parquetEncoder collects rows and writes them some at a time.
type parquetEncoder struct {
	w       *parquet.GenericWriter[any]
	columns []column
	rows    []parquet.Row
}

func newParquetEncoder(w io.Writer, columns []column) *parquetEncoder {
	return &parquetEncoder{columns: columns, w: parquet.NewGenericWriter[any](w, schemaOf(columns),
		parquet.Compression(&zstd.Codec{}), parquet.MaxRowsPerRowGroup(rowsPerGroup), parquet.DictionaryMaxBytes(dictionarySize),
		parquet.CreatedBy("goscan", "1", "0"),
	)}
}

func (e *parquetEncoder) row(cells []cell) error {
	n := len(e.rows)
	e.rows = slices.Grow(e.rows, 1)[:n+1] // the memory of rows that were written is used again
	row, leaf := e.rows[n][:0], 0
	for i, c := range e.columns {
		var err error
		if row, leaf, err = c.appendValues(row, leaf, cells[i]); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	if e.rows[n] = row; n+1 < rowsAtOnce {
		return nil
	}
	return e.flush()
}

func (e *parquetEncoder) flush() error {
	_, err := e.w.WriteRows(e.rows)
	e.rows = e.rows[:0]
	return err
}

func (e *parquetEncoder) close() error {
	if err := e.flush(); err != nil {
		return err
	}
	return e.w.Close()
}

// appendValues appends the values of a cell, whose first leaf column is given, and returns the next leaf column. An object has
// two leaf columns, its names and their texts. A definition level counts what is there of what may be missing.
func (c column) appendValues(row parquet.Row, leaf int, v cell) (parquet.Row, int, error) {
	there := 0
	if c.optional && !v.null {
		there = 1
	}
	if c.kind == object {
		pairs := v.object
		if v.null {
			pairs = providers.Pairs{}
		}
		return appendTexts(appendTexts(row, leaf, there, pairs.Keys), leaf+1, there, pairs.Values), leaf + 2, nil
	}
	if v.null {
		return append(row, parquet.NullValue().Level(0, 0, leaf)), leaf + 1, nil
	}
	value, err := c.value(v)
	return append(row, value.Level(0, there, leaf)), leaf + 1, err
}

func appendTexts(row parquet.Row, leaf, there int, texts []string) parquet.Row {
	if len(texts) == 0 {
		return append(row, parquet.NullValue().Level(0, there, leaf))
	}
	for i, text := range texts {
		row = append(row, parquet.ByteArrayValue([]byte(text)).Level(min(i, 1), there+1, leaf))
	}
	return row
}

func (c column) value(v cell) (parquet.Value, error) {
	switch c.kind {
	case text:
		return parquet.ByteArrayValue([]byte(v.text)), nil
	case amount:
		b, err := decimalOf(v.amount)
		return parquet.FixedLenByteArrayValue(b), err
	case date:
		return parquet.Int32Value(int32(v.number)), nil
	case instant:
		return parquet.Int64Value(v.number * millis), nil
	}
	return parquet.Int64Value(v.number), nil
}

// decimalOf returns an amount times 10^12 in two's complement, the highest byte first.
func decimalOf(d providers.Money) ([]byte, error) {
	b := make([]byte, decimalBytes)
	if d.IsZero() {
		return b, nil
	}
	if !providers.FitsMoney(d) {
		return nil, fmt.Errorf("%s: %w", d, providers.ErrPrecision)
	}
	v := d.Shift(providers.MoneyScale).BigInt()
	if v.Sign() < 0 {
		v.Add(v, twoTo128())
	}
	return v.FillBytes(b), nil
}

// moneyOf is the inverse of decimalOf.
func moneyOf(b []byte) providers.Money {
	v := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		v.Sub(v, twoTo128())
	}
	return decimal.NewFromBigInt(v, -providers.MoneyScale)
}

func twoTo128() *big.Int { return new(big.Int).Lsh(big.NewInt(1), 8*decimalBytes) }

// A parquetDecoder reads what a parquetEncoder wrote.
type parquetDecoder struct {
	groups  []parquet.RowGroup
	columns []column
	rows    parquet.Rows // of the group that is being read; nil between two
	page    []parquet.Row
	at, end int // the rows of the page that were not taken yet
}

func newParquetDecoder(r io.ReaderAt, size int64, columns []column) (*parquetDecoder, error) {
	f, err := parquet.OpenFile(r, size)
	if err != nil {
		return nil, err
	}
	if f.Schema().String() != schemaOf(columns).String() {
		return nil, fmt.Errorf("%w: it has other columns", errShape)
	}
	return &parquetDecoder{groups: f.RowGroups(), columns: columns, page: make([]parquet.Row, rowsAtOnce)}, nil
}

func (d *parquetDecoder) row(cells []cell) error {
	for d.at == d.end {
		if err := d.fill(); err != nil {
			return err
		}
	}
	values := d.page[d.at]
	d.at++
	leaf := 0
	for i, c := range d.columns {
		leaves := 1
		if c.kind == object {
			leaves = 2
		}
		end := 0
		for end < len(values) && values[end].Column() < leaf+leaves {
			end++
		}
		if end == 0 {
			return fmt.Errorf("%w: %s is missing", errShape, c.name)
		}
		cells[i] = c.cell(values[:end])
		values, leaf = values[end:], leaf+leaves
	}
	return nil
}

// fill reads the next rows, if there are any in the group.
func (d *parquetDecoder) fill() (err error) {
	if d.rows == nil {
		if len(d.groups) == 0 {
			return io.EOF
		}
		d.rows, d.groups = d.groups[0].Rows(), d.groups[1:]
	}
	d.at = 0
	d.end, err = d.rows.ReadRows(d.page)
	if err != io.EOF {
		return err
	}
	err, d.rows = d.rows.Close(), nil
	return err
}

func (d *parquetDecoder) close() error {
	if d.rows == nil {
		return nil
	}
	return d.rows.Close()
}

// cell is the inverse of appendValues.
func (c column) cell(values []parquet.Value) cell {
	there := 0
	if c.optional {
		there = 1
	}
	first := values[0]
	if first.DefinitionLevel() < there {
		return cell{null: true}
	}
	switch c.kind {
	case text:
		return cell{text: string(first.ByteArray())}
	case object:
		if first.DefinitionLevel() == there {
			return cell{}
		}
		names, texts := values[:len(values)/2], values[len(values)/2:]
		m := make(map[string]string, len(names))
		for i := range names {
			m[string(names[i].ByteArray())] = string(texts[i].ByteArray())
		}
		return cell{object: providers.PairsOf(m)}
	case amount:
		return cell{amount: moneyOf(first.ByteArray())}
	case date:
		return cell{number: int64(first.Int32())}
	case instant:
		return cell{number: first.Int64() / millis}
	}
	return cell{number: first.Int64()}
}
