package row

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"

	"goscan/providers"
)

// A Row is one row of a page: a JSON object whose values were not decoded further than texts.
type Row struct {
	shape  *shape
	values []value
	page   *page
	sum    uint64 // of its text
}

// A shape is the names of a row's fields. Rows of a page usually share one.
type shape struct {
	names []string
	index map[string]int // of a name that occurs twice, the last one
	asked []place        // what the row before was asked for, in that order: the next one is asked for the same

	repeated []byte // by field: 1 where a later one has the same name
	sorted   []int  // the places of the other fields, in the order of their names
	kept     map[string]kept
}

// kept are the fields of a row that are native: their places and names, in the order of these.
type kept struct {
	places []int
	keys   []string
}

// A place is where a field is, -1 when it is not there.
type place struct {
	field string
	at    int
}

// find returns where a field is that is the nth that is asked for of a row.
func (s *shape) find(field string, nth int) int {
	if nth < len(s.asked) && s.asked[nth].field == field {
		return s.asked[nth].at
	}
	at, present := s.index[field]
	if !present {
		at = -1
	}
	s.asked = append(s.asked[:min(nth, len(s.asked))], place{field, at})
	return at
}

// keptOf returns the fields of a row that are not exact, 1, in their columns. Rows have few different ones.
func (s *shape) keptOf(exact []byte) kept {
	if known, ok := s.kept[string(exact)]; ok {
		return known
	}
	var k kept
	for _, at := range s.sorted {
		if exact[at] == 0 {
			k.places, k.keys = append(k.places, at), append(k.keys, strings.Clone(s.names[at])) // the name is a part of the page
		}
	}
	s.kept[string(exact)] = k
	return k
}

// A value is a text and what kind of JSON value it was.
type value struct {
	kind kind
	text string // what a string says; the JSON text of anything else
}

type kind uint8

const (
	aString kind = iota
	aNumber
	aBool
	null
	nested
)

// page is what the rows of a page share. One goroutine reads them.
type page struct {
	shapes []*shape
	exact  []byte // of the row that is being read: see Reader
}

const rememberedShapes = 8

// Decode splits a page, which is valid JSON, into its rows. null is an empty page. The rows refer to the text.
func Decode(rows string) ([]Row, error) {
	if !utf8.ValidString(rows) {
		rows = string([]rune(rows)) // one replacement character for every wrong byte, as encoding/json has it
	}
	s := &scanner{text: rows}
	switch s.peek() {
	case '[':
	case 'n':
		return nil, nil
	default:
		return nil, &providers.Error{Kind: providers.Malformed, Message: "the rows are no list of objects"}
	}
	d := &decoder{scanner: s, page: &page{}, values: make([]value, 0, len(rows)/32)}
	if err := s.elements(d.row); err != nil {
		return nil, err
	}
	at := 0
	for i := range d.rows { // only now: appending moves values
		end := at + len(d.rows[i].shape.names)
		d.rows[i].values = d.values[at:end:end]
		at = end
	}
	return d.rows, nil
}

type decoder struct {
	*scanner
	page   *page
	rows   []Row
	values []value  // of all rows
	names  []string // of the present row as far as it is no known shape
}

func (d *decoder) row() error {
	switch d.peek() {
	case '{':
	case 'n':
		return &providers.Error{Kind: providers.Malformed, Message: fmt.Sprintf("row %d of a page is null", len(d.rows))}
	default:
		return &providers.Error{Kind: providers.Malformed, Message: "the rows are no list of objects"}
	}
	begin := d.at
	d.names = d.names[:0]
	if err := d.elements(d.field); err != nil {
		return err
	}
	d.rows = append(d.rows, Row{shape: d.page.shapeOf(d.names), page: d.page, sum: xxhash.Sum64String(d.text[begin:d.at])})
	return nil
}

func (d *decoder) field() error {
	d.names = append(d.names, d.name())
	d.values = append(d.values, valueOf(d.next()))
	return nil
}

// shapeOf returns the shape of these names, of which it keeps a copy.
func (p *page) shapeOf(names []string) *shape {
	for _, known := range p.shapes {
		if slices.Equal(known.names, names) {
			return known
		}
	}
	s := newShape(slices.Clone(names))
	if len(p.shapes) < rememberedShapes {
		p.shapes = append(p.shapes, s)
	}
	return s
}

func newShape(names []string) *shape {
	s := &shape{names: names, index: make(map[string]int, len(names)), repeated: make([]byte, len(names)), kept: map[string]kept{}}
	for i, name := range names {
		if before, again := s.index[name]; again {
			s.repeated[before] = 1
		}
		s.index[name] = i
	}
	for i := range names {
		if s.repeated[i] == 0 {
			s.sorted = append(s.sorted, i)
		}
	}
	slices.SortFunc(s.sorted, func(a, b int) int { return strings.Compare(names[a], names[b]) })
	return s
}

func valueOf(text string) value {
	if text == "" {
		return value{kind: null, text: "null"} // no JSON
	}
	switch text[0] {
	case '"':
		return value{aString, unquote(text)}
	case '{', '[':
		return value{nested, text}
	case 't', 'f':
		return value{aBool, text}
	case 'n':
		return value{null, text}
	default:
		return value{aNumber, text}
	}
}

// scalar returns the text of a value that is not nested; that of null is empty.
func (v value) scalar() (text string, scalar bool) {
	switch v.kind {
	case null:
		return "", true
	case nested:
		return "", false
	}
	return v.text, true
}

// Count parses a count that a cloud writes as a number or as a string.
func Count(name, text string) (int, error) {
	n, err := strconv.Atoi(strings.Trim(text, `"`))
	if err != nil {
		return 0, &providers.Error{Kind: providers.Malformed, Message: fmt.Sprintf("%s is %.20q, not a count", name, text)}
	}
	return n, nil
}

// Scalar returns what a JSON string, number or switch says that a cloud writes as one or the other: an id, a token. null and
// a field that is not there say nothing; ok is false for a nested value.
func Scalar(text string) (said string, ok bool) {
	if text == "" {
		return "", true
	}
	return valueOf(strings.ToValidUTF8(text, "\uFFFD")).scalar()
}

// Pages remembers the pages of one day, to notice one that the cloud sends twice, also when it sends only its beginning:
// the last page is shorter than the others. It may be used from several goroutines.
type Pages struct {
	mu   sync.Mutex
	seen [][]uint64 // of each page, the hash of each row's text
}

// Repeats tells whether an earlier page began, byte for byte, with the same rows. Bills have rows that are legitimately
// equal, so a page that consists of a single row, however often, repeats nothing.
func (p *Pages) Repeats(rows []Row) bool {
	if len(rows) == 0 {
		return false
	}
	page := make([]uint64, len(rows))
	uniform := true
	for i := range rows {
		page[i] = rows[i].sum
		uniform = uniform && page[i] == page[0]
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, other := range p.seen {
		if n := min(len(other), len(page)); slices.Equal(other[:n], page[:n]) {
			return !uniform
		}
	}
	p.seen = append(p.seen, page)
	return false
}
