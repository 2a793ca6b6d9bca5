package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// An Error is one thing that is wrong with the configuration. Neither its text nor its hint holds a value of the file
// or of the environment: what is wrong may be a secret in the wrong place.
type Error struct {
	Path    string // of the key: "providers.prod.access_key"; the variable's or the flag's name; or the file
	Line    int    // in the file, from 1; 0 when there is none
	Problem string
	Hint    string // what to do about it, one line; may be empty
	cause   error  // may be nil
}

// Error returns one line: the key, the line and the problem.
func (e *Error) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s (line %d): %s", e.Path, e.Line, e.Problem)
	}
	return e.Path + ": " + e.Problem
}

// Unwrap returns the error of the operating system, when there is one: errors.Is(err, fs.ErrNotExist) tells that there
// is no configuration file.
func (e *Error) Unwrap() error { return e.cause }

// Errors are all the things that are wrong with a configuration, in the order of the file. It is what Load returns.
type Errors []*Error

// Error returns one line for each error.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, one := range e {
		all[i] = one
	}
	return all
}

func (e *Errors) add(at *node, problem, hint string) {
	*e = append(*e, &Error{Path: at.name(), Line: at.line, Problem: problem, Hint: hint})
}

// inOrder sorts by line; what has no line comes last.
func (e Errors) inOrder() Errors {
	slices.SortStableFunc(e, func(a, b *Error) int {
		if (a.Line == 0) != (b.Line == 0) {
			return cmp.Compare(b.Line, a.Line)
		}
		return cmp.Compare(a.Line, b.Line)
	})
	return e
}
