package row

import (
	"encoding/json"
	"strings"

	"goscan/providers/internal/quote"
)

// A scanner walks over a text that is known to be valid JSON: package call lets nothing else through. So it looks for the
// ends of values only, which is several times cheaper than to decode them. Of other texts it makes nonsense, but it ends.
type scanner struct {
	text string
	at   int
}

// peek returns the next byte that is no white space, 0 at the end.
func (s *scanner) peek() byte {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// next returns the text of the next value and goes behind it. The text of a string has its quotes.
func (s *scanner) next() string {
	switch c := s.peek(); c {
	case '"':
		begin := s.at
		s.skipString()
		return s.text[begin:s.at]
	case '{', '[':
		begin := s.at
		s.skipNest()
		return s.text[begin:s.at]
	}
	begin := s.at
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ',', ']', '}', ' ', '\t', '\r', '\n', ':':
			return s.text[begin:s.at]
		}
		s.at++
	}
	return s.text[begin:]
}

// skipString goes behind the string that begins here.
func (s *scanner) skipString() {
	for at := s.at + 1; at < len(s.text); at++ {
		if at = quote.Next(s.text, at); at == len(s.text) {
			break
		}
		switch s.text[at] {
		case '"':
			s.at = at + 1
			return
		case '\\':
			at++
		}
	}
	s.at = len(s.text)
}

// skipNest goes behind the object or list that begins here.
func (s *scanner) skipNest() {
	for depth := 0; s.at < len(s.text); {
		switch s.text[s.at] {
		case '"':
			s.skipString()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		s.at++
		if depth == 0 {
			return
		}
	}
}

// elements calls each with the scanner before every element of the list, or every name of the object, that begins here,
// and goes behind it. each has to go behind the element.
func (s *scanner) elements(each func() error) error {
	s.at++
	for {
		switch s.peek() {
		case ']', '}', 0:
			s.at = min(s.at+1, len(s.text))
			return nil
		case ',', ':':
			s.at++
			continue
		}
		before := s.at
		if err := each(); err != nil {
			return err
		}
		if s.at == before { // no JSON
			s.at = len(s.text)
		}
	}
}

// name returns the name of a field and goes behind its colon.
func (s *scanner) name() string {
	name := unquote(s.next())
	if s.peek() == ':' {
		s.at++
	}
	return name
}

// Fields returns the texts of the fields of a JSON object that have these names, in their order, as package encoding/json
// tells names: in upper or lower case, and the last field of a name counts. The text of a field that is not there is empty.
// null is an object without fields; ok is false when the text is anything else.
func Fields(object string, names ...string) (values []string, ok bool) {
	values = make([]string, len(names))
	s := &scanner{text: object}
	if s.peek() != '{' {
		return values, s.next() == "null"
	}
	_ = s.elements(func() error {
		name, value := s.name(), s.next()
		for i := range names {
			if strings.EqualFold(names[i], name) {
				values[i] = value
			}
		}
		return nil
	})
	return values, true
}

// Texts returns the fields of a JSON object of lists of strings, joined by a separator. It is not ok when the text is anything
// else; null is no list, and no string, of anything.
func Texts(object, separator string) (texts map[string]string, ok bool) {
	s := &scanner{text: object}
	if s.peek() != '{' || !json.Valid([]byte(object)) {
		return nil, false
	}
	texts, ok = map[string]string{}, true
	_ = s.elements(func() error {
		name := s.name()
		joined, isList := s.joined(separator)
		texts[name] = joined
		ok = ok && isList
		return nil
	})
	return texts, ok
}

// joined returns the strings of the list that is the next value.
func (s *scanner) joined(separator string) (text string, ok bool) {
	if s.peek() != '[' {
		return "", s.next() == "null"
	}
	ok = true
	n := 0
	_ = s.elements(func() error {
		v := valueOf(s.next())
		ok = ok && (v.kind == aString || v.kind == null)
		if n++; n > 1 {
			text += separator
		}
		if v.kind == aString {
			text += v.text
		}
		return nil
	})
	return text, ok
}

// unquote returns what a JSON string says.
func unquote(quoted string) string {
	if len(quoted) < 2 {
		return ""
	}
	inner := quoted[1 : len(quoted)-1]
	if strings.IndexByte(inner, '\\') < 0 {
		return inner
	}
	var said string
	if json.Unmarshal([]byte(quoted), &said) != nil {
		return inner // no JSON
	}
	return said
}
