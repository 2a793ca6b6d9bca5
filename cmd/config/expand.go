package config

import (
	"errors"
	"fmt"
	"strings"
)

// An expansion is a scalar of the file with its variables replaced.
type expansion struct {
	text    string
	literal bool // a part of the text stands in the file itself
}

// expand replaces ${NAME}, ${NAME:-default} and ${NAME:?message} by environment variables, and $$ by $; any other $ is
// kept, so that most passwords need no care. A variable that is set but empty counts as unset, because an empty secret
// is a mistake more often than a wish; ${NAME:-} allows it. A default is taken as it stands and ends at the first }.
// What a variable holds is not expanded again.
func expand(text string, getenv func(string) string) (expansion, error) {
	var out strings.Builder
	literal := false
	for {
		before, rest, found := strings.Cut(text, "$")
		out.WriteString(before)
		literal = literal || before != ""
		if !found {
			return expansion{out.String(), literal}, nil
		}
		switch {
		case strings.HasPrefix(rest, "{"):
			inner, after, closed := strings.Cut(rest[1:], "}")
			if !closed {
				return expansion{}, errors.New("${ without }; write $$ for a $")
			}
			value, fromFile, err := variable(inner, getenv)
			if err != nil {
				return expansion{}, err
			}
			out.WriteString(value)
			literal = literal || fromFile
			text = after
		case strings.HasPrefix(rest, "$"):
			out.WriteByte('$')
			literal = true
			text = rest[1:]
		default:
			out.WriteByte('$')
			literal = true
			text = rest
		}
	}
}

// variable returns the value of what stands between ${ and }, and whether the value is a default of the file.
func variable(inner string, getenv func(string) string) (value string, fromFile bool, err error) {
	end := strings.IndexFunc(inner, func(r rune) bool { return !isNameRune(r) })
	if end < 0 {
		end = len(inner)
	}
	name, option := inner[:end], inner[end:]
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return "", false, errors.New("${...} does not begin with the name of an environment variable; write $$ for a $")
	}
	fallback, hasFallback := strings.CutPrefix(option, ":-")
	message, hasMessage := strings.CutPrefix(option, ":?")
	switch {
	case strings.Contains(option, "${"):
		return "", false, fmt.Errorf("${%s...} holds another ${: they do not nest", name)
	case option != "" && !hasFallback && !hasMessage:
		return "", false, fmt.Errorf("${%s...} is none of ${NAME}, ${NAME:-default} and ${NAME:?message}", name)
	}
	if value = getenv(name); value != "" {
		return value, false, nil
	}
	switch {
	case hasFallback:
		return fallback, fallback != "", nil
	case message != "":
		return "", false, unsetError{name, message}
	}
	return "", false, unsetError{name: name}
}

func isNameRune(r rune) bool {
	return r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// unsetError says that a variable that the file asks for has no value.
type unsetError struct{ name, message string }

func (e unsetError) Error() string {
	if e.message != "" {
		return fmt.Sprintf("the environment variable %s is not set: %s", e.name, e.message)
	}
	return fmt.Sprintf("the environment variable %s is not set", e.name)
}

// hintFor returns what to do about an error of expand.
func hintFor(err error) string {
	if unset, ok := errors.AsType[unsetError](err); ok && unset.message == "" {
		return fmt.Sprintf("set %s, or write ${%s:-} if it may be empty", unset.name, unset.name)
	}
	return ""
}
