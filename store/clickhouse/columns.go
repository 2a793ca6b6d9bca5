package clickhouse

import (
	"encoding/binary"
	"math"
	"strings"

	"github.com/ClickHouse/ch-go/proto"
)

// The columns of text of a block are not ch-go's: those keep what they are given until the block is sent, 16 bytes for every
// text and the pages of the cloud that the texts are parts of. These hold what will be on the wire.

// textColumn is a column String.
type textColumn struct {
	rows int
	wire []byte // each text behind its length
}

func (c *textColumn) append(text string) {
	c.wire = append(binary.AppendUvarint(c.wire, uint64(len(text))), text...)
	c.rows++
}

func (c *textColumn) Type() proto.ColumnType       { return proto.ColumnTypeString }
func (c *textColumn) Rows() int                    { return c.rows }
func (c *textColumn) Reset()                       { c.rows, c.wire = 0, c.wire[:0] }
func (c *textColumn) EncodeColumn(b *proto.Buffer) { b.PutRaw(c.wire) }
func (c *textColumn) WriteColumn(w *proto.Writer)  { w.ChainWrite(c.wire) }
func (c *textColumn) size() int                    { return len(c.wire) }

// dictionary is a column LowCardinality(String): each different text once, and of every row the number of its text.
type dictionary struct {
	numbers map[string]uint32
	texts   []string   // by number
	wire    textColumn // the same
	after   []uint32   // by number: which number came next when this one came last
	last    uint32

	narrow []uint8  // of each row, while a byte holds the number
	wide   []uint32 // of each row, from then on
}

func (c *dictionary) append(text string) {
	number := c.number(text)
	c.after[c.last], c.last = number, number
	switch {
	case c.wide != nil:
		c.wide = append(c.wide, number)
	case number <= math.MaxUint8:
		c.narrow = append(c.narrow, uint8(number))
	default:
		c.wide = make([]uint32, 0, 2*len(c.narrow))
		for _, n := range c.narrow {
			c.wide = append(c.wide, uint32(n))
		}
		c.wide = append(c.wide, number)
	}
}

// number returns the number of a text. What followed the text before the last time is tried first: the names of native
// fields come in the same order, line after line, and names of other columns do not change for many lines.
func (c *dictionary) number(text string) uint32 {
	if len(c.texts) > 0 {
		if guess := c.after[c.last]; c.texts[guess] == text {
			return guess
		}
	}
	if number, known := c.numbers[text]; known {
		return number
	}
	number := uint32(len(c.texts))
	text = strings.Clone(text) // it is a part of a page
	if c.numbers == nil {
		c.numbers = map[string]uint32{}
	}
	c.numbers[text] = number
	c.texts = append(c.texts, text)
	c.after = append(c.after, number)
	c.wire.append(text)
	return number
}

func (c *dictionary) Type() proto.ColumnType {
	return proto.ColumnTypeLowCardinality.Sub(proto.ColumnTypeString)
}

func (c *dictionary) Rows() int {
	if c.wide != nil {
		return len(c.wide)
	}
	return len(c.narrow)
}

func (c *dictionary) Reset() {
	clear(c.numbers)
	clear(c.texts)
	c.wire.Reset()
	c.texts, c.after, c.last = c.texts[:0], c.after[:0], 0
	c.narrow, c.wide = c.narrow[:0], nil
}

// size returns about how many bytes the column takes.
func (c *dictionary) size() int { return len(c.narrow) + 4*len(c.wide) + 3*c.wire.size() }

// What ClickHouse's format Native says of a column LowCardinality: before all blocks that its dictionary comes with each, and
// in each block that it does, and how wide the numbers are.
const (
	dictionaryInBlock = 1
	newDictionary     = 1<<9 | 1<<10
	byteNumbers       = 0
	wordNumbers       = 2
)

func (c *dictionary) EncodeState(b *proto.Buffer) { b.PutInt64(dictionaryInBlock) }

func (c *dictionary) EncodeColumn(b *proto.Buffer) {
	if c.Rows() == 0 {
		return
	}
	width := int64(byteNumbers)
	if c.wide != nil {
		width = wordNumbers
	}
	b.PutInt64(newDictionary | width)
	b.PutInt64(int64(c.wire.Rows()))
	c.wire.EncodeColumn(b)
	b.PutInt64(int64(c.Rows()))
	b.PutRaw(c.narrowOnly())
	for _, number := range c.wide {
		b.PutUInt32(number)
	}
}

// narrowOnly returns the numbers of all rows when they are bytes.
func (c *dictionary) narrowOnly() []uint8 {
	if c.wide != nil {
		return nil
	}
	return c.narrow
}

func (c *dictionary) WriteColumn(w *proto.Writer) { w.ChainBuffer(c.EncodeColumn) }

// textMap is a column Map(LowCardinality(String), String).
type textMap struct {
	ends   proto.ColUInt64 // of each row's pairs
	keys   dictionary
	values textColumn
}

// append adds a row of pairs, whose keys are in order: what is stored then does not depend on Go's map order.
func (c *textMap) append(keys, values []string) {
	for i, key := range keys {
		c.keys.append(key)
		c.values.append(values[i])
	}
	c.ends.Append(uint64(c.values.Rows()))
}

func (c *textMap) Type() proto.ColumnType {
	return proto.ColumnTypeMap.Sub(c.keys.Type(), c.values.Type())
}
func (c *textMap) Rows() int                   { return c.ends.Rows() }
func (c *textMap) EncodeState(b *proto.Buffer) { c.keys.EncodeState(b) }
func (c *textMap) size() int                   { return 8*len(c.ends) + c.keys.size() + c.values.size() }

func (c *textMap) Reset() {
	c.ends.Reset()
	c.keys.Reset()
	c.values.Reset()
}

func (c *textMap) EncodeColumn(b *proto.Buffer) {
	c.ends.EncodeColumn(b)
	c.keys.EncodeColumn(b)
	c.values.EncodeColumn(b)
}

func (c *textMap) WriteColumn(w *proto.Writer) {
	c.ends.WriteColumn(w)
	c.keys.WriteColumn(w)
	c.values.WriteColumn(w)
}
