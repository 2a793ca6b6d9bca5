package call

import (
	"strings"

	"goscan/providers/internal/quote"
)

// valid tells whether a text is valid JSON, as json.Valid does, in a fraction of its time: every answer is checked whole
// before anything of it is believed, and that was an eighth of all the work on it.
func valid(text string) bool {
	c := checker{text: text}
	return c.value(0) && c.peek() == 0 && c.at == len(text)
}

type checker struct {
	text string
	at   int
}

const deepest = 10_000 // as encoding/json has it

// peek returns the next byte that is no white space, 0 at the end.
func (c *checker) peek() byte {
	for ; c.at < len(c.text); c.at++ {
		switch b := c.text[c.at]; b {
		case ' ', '\t', '\r', '\n':
		default:
			return b
		}
	}
	return 0
}

// value goes behind the next value.
func (c *checker) value(depth int) bool {
	switch b := c.peek(); b {
	case '"':
		return c.quoted()
	case '{':
		return c.nest(depth+1, '}')
	case '[':
		return c.nest(depth+1, ']')
	case 't':
		return c.word("true")
	case 'f':
		return c.word("false")
	case 'n':
		return c.word("null")
	default:
		return c.number()
	}
}

func (c *checker) word(word string) bool {
	if !strings.HasPrefix(c.text[c.at:], word) {
		return false
	}
	c.at += len(word)
	return true
}

// nest goes behind the object or list that begins here and ends with end.
func (c *checker) nest(depth int, end byte) bool {
	if depth > deepest {
		return false
	}
	c.at++
	if c.peek() == end {
		c.at++
		return true
	}
	for {
		if end == '}' && !c.name() {
			return false
		}
		if !c.value(depth) {
			return false
		}
		switch c.peek() {
		case ',':
			c.at++
		case end:
			c.at++
			return true
		default:
			return false
		}
	}
}

// name goes behind a field's name and its colon.
func (c *checker) name() bool {
	if c.peek() != '"' || !c.quoted() || c.peek() != ':' {
		return false
	}
	c.at++
	return true
}

// quoted goes behind the string that begins here.
func (c *checker) quoted() bool {
	for at := c.at + 1; ; {
		if at = quote.Next(c.text, at); at == len(c.text) {
			return false
		}
		switch c.text[at] {
		case '"':
			c.at = at + 1
			return true
		case '\\':
			n := escaped(c.text[at+1:])
			if n == 0 {
				return false
			}
			at += 1 + n
		default:
			return false
		}
	}
}

// escaped returns how many bytes belong to the backslash before them, 0 when they are no escape.
func escaped(text string) int {
	if text == "" {
		return 0
	}
	if strings.IndexByte(`"\/bfnrt`, text[0]) >= 0 {
		return 1
	}
	const digits = 4
	if text[0] != 'u' || len(text) <= digits {
		return 0
	}
	for _, d := range []byte(text[1 : 1+digits]) {
		if !('0' <= d && d <= '9' || 'a' <= d|0x20 && d|0x20 <= 'f') {
			return 0
		}
	}
	return 1 + digits
}

// number goes behind the number that begins here.
func (c *checker) number() bool {
	c.skip('-')
	if !c.skip('0') && !c.digits() {
		return false
	}
	if c.skip('.') && !c.digits() {
		return false
	}
	if c.skip('e') || c.skip('E') {
		if !c.skip('+') {
			c.skip('-')
		}
		return c.digits()
	}
	return true
}

func (c *checker) skip(b byte) bool {
	if c.at < len(c.text) && c.text[c.at] == b {
		c.at++
		return true
	}
	return false
}

// digits goes behind one digit or more.
func (c *checker) digits() bool {
	begin := c.at
	for c.at < len(c.text) && '0' <= c.text[c.at] && c.text[c.at] <= '9' {
		c.at++
	}
	return c.at > begin
}
