// Package row turns the rows of a cloud's answer into columns without losing anything: every amount is exact, and a
// field whose column would not give its text back to the letter is kept beside the columns (providers.Line.Native).
package row

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"goscan/providers"
)

// A Reader reads the fields of one row into columns. Methods whose names begin with Kept read a field that has no
// column of its own: it stays among the native ones. The rows of a page are read one after the other.
type Reader struct {
	row    Row
	offset int
	exact  []byte // by field: 1 where its column gives the text back, or where a later field has the same name
	asked  int    // fields so far
	err    error  // the first
}

// NewReader returns a reader of a row that Decode returned; offset is the row's position, for errors.
func NewReader(r Row, offset int) *Reader {
	if cap(r.page.exact) < len(r.values) {
		r.page.exact = make([]byte, len(r.values))
	}
	exact := r.page.exact[:len(r.values)]
	copy(exact, r.shape.repeated)
	return &Reader{row: r, offset: offset, exact: exact}
}

// find returns where a field is. One that is not there is null.
func (r *Reader) find(field string) (at int, v value, present bool) {
	at = r.row.shape.find(field, r.asked)
	r.asked++
	if at < 0 {
		return -1, value{kind: null, text: "null"}, false
	}
	return at, r.row.values[at], true
}

// Text returns a field for a column of text. "-" means none to both clouds, and so do null and nested values.
func (r *Reader) Text(field string) string {
	at, v, present := r.find(field)
	text := textOf(v)
	if present {
		r.gives(at, text == v.text)
	}
	return text
}

// KeptText is Text for a field without a column.
func (r *Reader) KeptText(field string) string {
	_, v, _ := r.find(field)
	return textOf(v)
}

func textOf(v value) string {
	text, scalar := v.scalar()
	if !scalar || text == "-" {
		return ""
	}
	return text
}

// Money returns an amount for a column. An amount that the store cannot keep exactly, or that is none, is an error.
func (r *Reader) Money(field string) providers.Money {
	return r.columnMoney(field, providers.ParseMoney)
}

// RoundedMoney is Money for an amount that the cloud computes in floating point: it is rounded to the column's digits.
func (r *Reader) RoundedMoney(field string) providers.Money {
	return r.columnMoney(field, providers.RoundMoney)
}

func (r *Reader) columnMoney(field string, parse func(string) (providers.Money, error)) providers.Money {
	at, v, present := r.find(field)
	if !present {
		return providers.Money{}
	}
	amount := r.parseMoney(field, v, parse)
	r.gives(at, plain(v.text))
	return amount
}

// KeptMoney is Money for a field without a column.
func (r *Reader) KeptMoney(field string) providers.Money {
	_, v, present := r.find(field)
	if !present {
		return providers.Money{}
	}
	return r.parseMoney(field, v, providers.ParseMoney)
}

// Derived checks an amount that was computed from fields: it has to fit its column as well.
func (r *Reader) Derived(column string, amount providers.Money) providers.Money {
	if !providers.FitsMoney(amount) {
		r.fail(column, fmt.Errorf("amount %s: %w", amount, providers.ErrPrecision))
	}
	return amount
}

// Quantity returns a quantity or a unit price for a column, unknown when the text is no number that the store keeps.
func (r *Reader) Quantity(field string) providers.Quantity {
	at, v, present := r.find(field)
	text, scalar := v.scalar()
	if !present || !scalar {
		return providers.Quantity{}
	}
	q := providers.ParseQuantity(text)
	if q.Valid {
		r.gives(at, plain(text))
	}
	return q
}

// Gives says that a column gives this text back for a field that was read by a Kept method.
func (r *Reader) Gives(field, text string) {
	if at, v, present := r.find(field); present {
		r.gives(at, text == nativeText(v))
	}
}

func (r *Reader) gives(at int, exactly bool) {
	r.exact[at] = 0
	if exactly {
		r.exact[at] = 1
	}
}

// Native returns every field whose column does not give its text back exactly, and every field without a column.
func (r *Reader) Native() providers.Pairs {
	kept := r.row.shape.keptOf(r.exact)
	values := make([]string, len(kept.places))
	for i, at := range kept.places {
		values[i] = nativeText(r.row.values[at])
	}
	return providers.Pairs{Keys: kept.keys, Values: values}
}

// Err returns the first error, of kind Malformed. It names the row and the field.
func (r *Reader) Err() error { return r.err }

func (r *Reader) parseMoney(field string, v value, parse func(string) (providers.Money, error)) providers.Money {
	text, scalar := v.scalar()
	if v.kind == aBool || !scalar {
		r.fail(field, fmt.Errorf("%s is not an amount", nativeText(v)))
		return providers.Money{}
	}
	amount, err := parse(text)
	if err != nil {
		r.fail(field, err)
	}
	return amount
}

func (r *Reader) fail(field string, err error) {
	if r.err == nil {
		r.err = &providers.Error{Kind: providers.Malformed, Message: fmt.Sprintf("line %d: %s", r.offset, field), Err: err}
	}
}

// plain tells whether a number is written as a decimal's String writes it, "0.5" and not ".50" or "5e-1", with no more digits
// than a column has: then a column of that number gives the text back.
func plain(number string) bool {
	digits := strings.TrimPrefix(number, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	switch {
	case whole == "" || !allDigits(whole) || !allDigits(fraction):
		return false
	case whole[0] == '0' && len(whole) > 1:
		return false
	case point:
		return fraction != "" && len(fraction) <= providers.MoneyScale && fraction[len(fraction)-1] != '0'
	default:
		return number != "-0"
	}
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// nativeText returns a scalar's text, and a nested value as compact JSON with its names in order.
func nativeText(v value) string {
	if v.kind != nested {
		return v.text
	}
	var decoded any
	d := json.NewDecoder(strings.NewReader(v.text))
	d.UseNumber()
	if err := d.Decode(&decoded); err != nil {
		return v.text // no JSON
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(decoded); err != nil { // Decode made it: it can be encoded
		return v.text
	}
	return string(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
}
