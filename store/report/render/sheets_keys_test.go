package render_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/anomaly"
)

func tag(key string) store.Dimension { return store.Tag(key) }

// everyKey is a report whose document has every key that a document may have.
func everyKey() *report.Report {
	r := whole()
	r.Sections[0].Breakdowns[0].Other = &report.Other{Count: 1}
	r.Idle = budgets()
	r.Notes = append(r.Notes, report.Note{Kind: report.NoteUnclosed, Account: "volc", Month: providers.NewMonth(2026, 10)})
	r.Sections[0].Budgets[0].Match = []store.Filter{{Dimension: store.ByAccount, Values: []string{"volc"}}}
	a := &r.Sections[0].Anomalies[0]
	a.Ended, a.Days = a.To+1, []anomaly.Unusual{{Day: a.To, Actual: a.Actual, Expected: a.Expected}}
	return r
}

// docWords returns the words of the comments in a package's files.
func docWords(t *testing.T, files ...string) []string {
	t.Helper()
	var words []string
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(source)) {
			if strings.HasPrefix(line, "//") {
				words = append(words, regexp.MustCompile(`[a-z_]+`).FindAllString(line, -1)...)
			}
		}
	}
	return words
}

// keysOf returns the keys of a JSON document, but not those of objects whose keys are currencies.
func keysOf(t *testing.T, document []byte) []string {
	t.Helper()
	var value any
	if err := json.Unmarshal(document, &value); err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, element := range v {
				walk(element)
			}
		case map[string]any:
			for key, element := range v {
				if key != strings.ToUpper(key) {
					keys[key] = true
				}
				walk(element)
			}
		}
	}
	walk(value)
	return slices.Sorted(maps.Keys(keys))
}
