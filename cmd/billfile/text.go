package billfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"goscan/providers"
)

// appendPlain appends a value that is neither a text nor an object as CSV and JSON lines write it.
func appendPlain(b []byte, k kind, c cell) []byte {
	switch k {
	case integer:
		return strconv.AppendInt(b, c.number, 10)
	case amount:
		return append(b, c.amount.String()...)
	case date:
		return append(b, providers.Day(c.number).String()...)
	}
	return time.Unix(c.number, 0).UTC().AppendFormat(b, time.RFC3339)
}

// parsePlain is the inverse of appendPlain.
func parsePlain(s string, k kind) (c cell, err error) {
	switch k {
	case integer:
		var n uint64
		n, err = strconv.ParseUint(s, 10, 63)
		c.number = int64(n)
	case amount:
		if s == "" {
			return c, errors.New("the amount is empty")
		}
		c.amount, err = providers.ParseMoney(s)
	case date:
		var d providers.Day
		d, err = providers.ParseDay(s)
		c.number = int64(d)
	default:
		var t time.Time
		t, err = time.Parse(time.RFC3339, s)
		c.number = t.Unix()
	}
	return c, err
}

// appendObject appends a JSON object.
func appendObject(b []byte, p providers.Pairs) ([]byte, error) {
	b = append(b, '{')
	var err error
	for i, name := range p.Keys {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendString(b, name); err != nil {
			return b, err
		}
		b = append(b, ':')
		if b, err = appendString(b, p.Values[i]); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

// parseObject is the inverse of appendObject. An object without names is none.
func parseObject(text []byte) (providers.Pairs, error) {
	if string(text) == "{}" {
		return providers.Pairs{}, nil
	}
	var m map[string]string
	err := json.Unmarshal(text, &m)
	if err == nil && m == nil {
		err = errShape
	}
	return providers.PairsOf(m), err
}

const digits = "0123456789abcdef"

// appendString appends a JSON string in which nothing is escaped that JSON does not demand. What is no UTF-8 is an error:
// JSON cannot hold it.
func appendString(b []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return b, fmt.Errorf("%q is no UTF-8", s)
	}
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&0xf])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"'), nil
}
