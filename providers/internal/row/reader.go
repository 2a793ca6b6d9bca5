// Package row turns the rows of a cloud's answer into columns without losing anything: every amount is exact, and a
// field whose column would not give its text back to the letter is kept beside the columns (providers.Line.Native).
package row

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"goscan/providers"
)

// A Reader reads the fields of one row into columns. Methods whose names begin with Kept read a field that has no
// column of its own: it stays among the native ones.
type Reader struct {
	fields map[string]any
	offset int
	given  map[string]string // by field: the text that its column gives back
	err    error             // the first
}

// NewReader returns a reader of a row that Decode returned; offset is the row's position, for errors.
func NewReader(fields map[string]any, offset int) *Reader {
	return &Reader{fields: fields, offset: offset, given: make(map[string]string, 40)}
}

// Text returns a field for a column of text. "-" means none to both clouds, and so do null and nested values.
func (r *Reader) Text(field string) string {
	text := r.KeptText(field)
	r.given[field] = text
	return text
}

// KeptText is Text for a field without a column.
func (r *Reader) KeptText(field string) string {
	text, scalar := scalarText(r.fields[field])
	if !scalar || text == "-" {
		return ""
	}
	return text
}

// Money returns an amount for a column. An amount that the store cannot keep exactly, or that is none, is an error.
func (r *Reader) Money(field string) providers.Money {
	return r.giveMoney(field, r.KeptMoney(field))
}

// KeptMoney is Money for a field without a column.
func (r *Reader) KeptMoney(field string) providers.Money {
	return r.parseMoney(field, providers.ParseMoney)
}

// RoundedMoney is Money for an amount that the cloud computes in floating point: it is rounded to the column's digits.
func (r *Reader) RoundedMoney(field string) providers.Money {
	return r.giveMoney(field, r.parseMoney(field, providers.RoundMoney))
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
	text, scalar := scalarText(r.fields[field])
	if !scalar {
		return providers.Quantity{}
	}
	q := providers.ParseQuantity(text)
	if q.Valid {
		r.given[field] = q.Decimal.String()
	}
	return q
}

// Gives says that a column gives this text back for a field that was read by a Kept method.
func (r *Reader) Gives(field, text string) { r.given[field] = text }

// Native returns every field whose column does not give its text back exactly, and every field without a column.
func (r *Reader) Native() map[string]string {
	native := make(map[string]string, len(r.fields))
	for field, value := range r.fields {
		text := nativeText(value)
		if given, ok := r.given[field]; !ok || given != text {
			native[field] = text
		}
	}
	return native
}

// Err returns the first error, of kind Malformed. It names the row and the field.
func (r *Reader) Err() error { return r.err }

func (r *Reader) parseMoney(field string, parse func(string) (providers.Money, error)) providers.Money {
	value, present := r.fields[field]
	if !present {
		return providers.Money{}
	}
	text, scalar := scalarText(value)
	if _, isBool := value.(bool); isBool || !scalar {
		r.fail(field, fmt.Errorf("%s is not an amount", nativeText(value)))
		return providers.Money{}
	}
	amount, err := parse(text)
	if err != nil {
		r.fail(field, err)
	}
	return amount
}

func (r *Reader) giveMoney(field string, amount providers.Money) providers.Money {
	r.given[field] = amount.String()
	return amount
}

func (r *Reader) fail(field string, err error) {
	if r.err == nil {
		r.err = &providers.Error{Kind: providers.Malformed, Message: fmt.Sprintf("line %d: %s", r.offset, field), Err: err}
	}
}

// scalarText returns the text of a value that is not nested; that of null is empty.
func scalarText(value any) (text string, scalar bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	case nil:
		return "", true
	default:
		return "", false
	}
}

// nativeText returns a string as it is, and anything else as compact JSON.
func nativeText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil { // Decode made it: it can be encoded
		return fmt.Sprint(value)
	}
	return string(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
}
