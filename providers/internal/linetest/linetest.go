// Package linetest helps the clouds' tests to look at lines: rows of sample pages, golden files, and the promise that a
// line and its native fields give back every scalar of the row.
package linetest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/providers/internal/row"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// Golden compares a text with the file of that name, or writes the file when the tests run with -update.
func Golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; the first difference is in\n got: %s\nwant: %s", path, firstDifference(got, string(want)), firstDifference(string(want), got))
	}
}

func firstDifference(a, b string) string {
	lines, others := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i, line := range lines {
		if i >= len(others) || line != others[i] {
			return fmt.Sprintf("line %d: %s", i+1, line)
		}
	}
	return "nothing: it is the shorter one"
}

// Rows returns the rows of a sample page: the list that lies at this path of keys.
func Rows(t *testing.T, file string, path ...string) []map[string]any {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range path {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(raw, &object); err != nil {
			t.Fatalf("%s: %s: %v", file, key, err)
		}
		raw = object[key]
	}
	rows := Decode(t, raw)
	if len(rows) == 0 {
		t.Fatalf("%s has no rows", file)
	}
	return rows
}

// Decode decodes rows by encoding/json alone, with numbers as texts.
func Decode(t *testing.T, raw []byte) (rows []map[string]any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// Row returns fields as the row of a page that has no other.
func Row(t *testing.T, fields map[string]any) row.Row {
	t.Helper()
	raw, err := json.Marshal([]any{fields})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := row.Decode(string(raw))
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d rows, error %v", len(rows), err)
	}
	return rows[0]
}

// Fields returns the names in the first column of a table of documented fields.
func Fields(t *testing.T, file string) []string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n")[1:] {
		name, _, _ := strings.Cut(line, "\t")
		names = append(names, name)
	}
	return names
}

// Render writes lines for a person to read: every column, then the native fields.
func Render(lines []providers.Line) string {
	var b strings.Builder
	for _, l := range lines {
		v := reflect.ValueOf(l)
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			switch value := v.Field(i).Interface().(type) {
			case map[string]string:
				writePairs(&b, name, providers.PairsOf(value))
			case providers.Pairs:
				writePairs(&b, name, value)
			default:
				fmt.Fprintf(&b, "%-20s%s\n", name, column(value))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func writePairs(b *strings.Builder, name string, p providers.Pairs) {
	fmt.Fprintf(b, "%s:\n", name)
	for i, key := range p.Keys {
		fmt.Fprintf(b, "    %s = %q\n", key, p.Values[i])
	}
}

func column(value any) string {
	switch v := value.(type) {
	case string:
		return fmt.Sprintf("%q", v)
	case time.Time:
		return v.Format(time.RFC3339)
	case decimal.NullDecimal:
		if !v.Valid {
			return "unknown"
		}
		return v.Decimal.String()
	default:
		return fmt.Sprint(v)
	}
}

// Lossless checks that the line gives back the text of every field: from Native, or else from its column.
func Lossless(t *testing.T, fields map[string]any, l providers.Line, columns map[string]func(providers.Line) string) {
	t.Helper()
	for name, value := range fields {
		want := wireText(t, value)
		got, native := l.Native.Get(name)
		if !native {
			read, mapped := columns[name]
			if !mapped {
				t.Errorf("%s is lost: neither a column nor native", name)
				continue
			}
			got = read(l)
		}
		if got != want {
			t.Errorf("%s: the line gives back %q, the row had %q (native: %t)", name, got, want, native)
		}
	}
	for _, name := range l.Native.Keys {
		if _, ok := fields[name]; !ok {
			t.Errorf("native %s is not in the row", name)
		}
	}
}

func wireText(t *testing.T, value any) string {
	t.Helper()
	if text, ok := value.(string); ok {
		return text
	}
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(text.String(), "\n")
}
