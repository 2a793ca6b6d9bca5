package row

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"sync"

	"github.com/cespare/xxhash/v2"

	"goscan/providers"
)

// Decode decodes the rows of a page; numbers stay texts. null is an empty page.
func Decode(rows json.RawMessage) ([]map[string]any, error) {
	var decoded []map[string]any
	d := json.NewDecoder(bytes.NewReader(rows))
	d.UseNumber()
	if err := d.Decode(&decoded); err != nil {
		return nil, &providers.Error{Kind: providers.Malformed, Message: "the rows are no list of objects"}
	}
	for i, r := range decoded {
		if r == nil {
			return nil, &providers.Error{Kind: providers.Malformed, Message: fmt.Sprintf("row %d of a page is null", i)}
		}
	}
	return decoded, nil
}

// Count parses a count that a cloud writes as a number or as a string.
func Count(name string, raw json.RawMessage) (int, error) {
	n, err := strconv.Atoi(string(bytes.Trim(raw, `"`)))
	if err != nil {
		return 0, &providers.Error{Kind: providers.Malformed, Message: fmt.Sprintf("%s is %.20q, not a count", name, raw)}
	}
	return n, nil
}

// Pages remembers the pages of one day, to notice one that the cloud sends twice, also when it sends only its beginning:
// the last page is shorter than the others. It may be used from several goroutines.
type Pages struct {
	mu   sync.Mutex
	seen [][]uint64 // of each page, the hash of each row's text
}

// Repeats tells whether an earlier page began, byte for byte, with the same rows. Bills have rows that are legitimately
// equal, so a page that consists of a single row, however often, repeats nothing.
func (p *Pages) Repeats(raw json.RawMessage, rows []map[string]any) bool {
	var texts []json.RawMessage
	if json.Unmarshal(raw, &texts) != nil || len(texts) == 0 {
		return false // Decode has refused it, or will
	}
	page := make([]uint64, len(texts))
	for i, text := range texts {
		page[i] = xxhash.Sum64(text)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, other := range p.seen {
		if n := min(len(other), len(page)); slices.Equal(other[:n], page[:n]) {
			return !uniform(rows)
		}
	}
	p.seen = append(p.seen, page)
	return false
}

func uniform(rows []map[string]any) bool {
	for _, r := range rows[min(1, len(rows)):] {
		if !reflect.DeepEqual(r, rows[0]) {
			return false
		}
	}
	return true
}

// Text is a scalar that a cloud writes as a string or as a number: an id, a token. null is "".
type Text string

// UnmarshalJSON accepts strings, numbers and null.
func (t *Text) UnmarshalJSON(raw []byte) error {
	var value any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return err
	}
	text, scalar := scalarText(value)
	if !scalar {
		return &json.UnmarshalTypeError{Value: "nested value", Type: reflect.TypeFor[Text]()}
	}
	*t = Text(text)
	return nil
}
