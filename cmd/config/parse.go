package config

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

const largestFile = 1 << 20

// parse returns the YAML node of the file's one document. What the YAML parser says is put into our words: its texts
// may quote the file, count lines from 0 or from 1, and leave the first line out.
func parse(path string, text []byte) (*yaml.Node, *Error) {
	refuse := func(line int, problem, hint string) (*yaml.Node, *Error) {
		return nil, &Error{Path: path, Line: line, Problem: problem, Hint: hint}
	}
	if len(text) > largestFile {
		return refuse(0, "is larger than 1 MiB", "")
	}
	if line := firstLine(text, func(l []byte) bool { return !utf8.Valid(l) }); line > 0 {
		return refuse(line, "is not valid UTF-8", "save the file as UTF-8")
	}
	var document, second yaml.Node
	in := yaml.NewDecoder(bytes.NewReader(text))
	switch err := in.Decode(&document); {
	case errors.Is(err, io.EOF):
		return refuse(0, "is empty", "goscan config init --force writes an example")
	case err != nil:
		line, problem, hint := explain(err.Error(), text)
		return refuse(line, problem, hint)
	}
	switch err := in.Decode(&second); {
	case err == nil:
		return refuse(second.Line, "has a second document (---)", "one file is one document")
	case !errors.Is(err, io.EOF):
		line, problem, hint := explain(err.Error(), text)
		return refuse(line, problem, hint)
	}
	root := document.Content[0]
	switch {
	case root.Kind == yaml.ScalarNode && root.Tag == "!!null":
		return refuse(0, "is empty", "goscan config init --force writes an example")
	case root.Kind != yaml.MappingNode:
		return refuse(root.Line, "is no map of keys (key: value)", "")
	}
	return root, nil
}

// A phrase is what the YAML parser says, and what it means to somebody who writes a configuration.
type phrase struct{ says, problem, hint string }

const flowHint = "inside { } and [ ], quote a value that holds ${NAME}"

func phrases() []phrase {
	return []phrase{
		{"control characters are not allowed", "has a control character", ""},
		{"mapping values are not allowed", "a second colon, or a line before it that is no key: value", "quote a value that holds a colon and a space"},
		{"did not find expected key", "the indentation does not fit the lines above", "keys of one map begin in one column"},
		{"did not find expected <document start>", "the indentation does not fit the lines above", "keys of one map begin in one column"},
		{"did not find expected node content", "a [ or { is not closed", flowHint},
		{"did not find expected '-' indicator", "the indentation does not fit the list above", "items of one list begin in one column"},
		{"did not find expected ',' or", "a [ or { is not closed", flowHint},
		{"unexpected end of stream", "a quote is not closed", ""},
		{"unknown escape character", "a backslash inside double quotes begins no known escape", "use single quotes"},
		{"could not find expected ':'", "a key without a colon", ""},
		{"found character that cannot start any token", "a value begins with a character that YAML reserves", "quote values that begin with @, ` or %"},
		{"unknown anchor", "a value begins with * and names no anchor", "quote values that begin with *"},
		{"exceeded max depth", "is nested too deeply", ""},
	}
}

func explain(said string, text []byte) (line int, problem, hint string) {
	line = statedLine(said)
	if tab := firstLine(text, hasTabIndent); tab > 0 && (strings.Contains(said, "tab") || strings.Contains(said, "cannot start any token")) {
		return tab, "a tab in the indentation", "indent with spaces"
	}
	if name, found := strings.CutPrefix(said, "yaml: unknown anchor '"); found {
		name, _, _ = strings.Cut(name, "'")
		alias := []byte("*" + name)
		line = firstLine(text, func(l []byte) bool { return bytes.Contains(l, alias) })
	}
	for _, p := range phrases() {
		if strings.Contains(said, p.says) {
			return line, p.problem, p.hint
		}
	}
	return line, "is no valid YAML", ""
}

// statedLine returns the line that the parser means, from 1. Its scanner counts from 1, its grammar from 0, and neither
// names the first line.
func statedLine(said string) int {
	if strings.Contains(said, "exceeded max depth") || strings.Contains(said, "incompatible YAML document") {
		return 0
	}
	line := 0
	if m := regexp.MustCompile(`^yaml: line (\d+): `).FindStringSubmatch(said); m != nil {
		line, _ = strconv.Atoi(m[1]) // digits only; too many of them are 0
	}
	if line == 0 || strings.Contains(said, "did not find expected") {
		line++
	}
	return line
}

// firstLine returns the number of the first line that matches, 0 when none does.
func firstLine(text []byte, matches func(line []byte) bool) int {
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if matches(line) {
			return number
		}
	}
	return 0
}

func hasTabIndent(line []byte) bool {
	indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
	return bytes.ContainsRune(indent, '\t')
}
