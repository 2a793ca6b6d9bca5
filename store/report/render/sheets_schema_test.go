package render_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"goscan/store/report/render"
)

func TestReportsFitTheirSchema(t *testing.T) {
	schema := schemaOf(t)
	all := models(t)
	all["every key"] = everyKey()
	for name, r := range all {
		document := decoded(t, func(w io.Writer) error { return render.JSON(w, r) })
		for _, wrong := range schema.check("", schema.root, document) {
			t.Errorf("%s: %s", name, wrong)
		}
	}
	document := decoded(t, func(w io.Writer) error { return render.AnomaliesJSON(w, 1, 2, alerts()) }).(map[string]any)
	anomaly := map[string]any{"$ref": "#/$defs/anomaly"}
	for i, a := range document["anomalies"].([]any) {
		for _, wrong := range schema.check(fmt.Sprint("/anomalies/", i), anomaly, a) {
			t.Error(wrong)
		}
	}
}

func TestSchemaRefusesWhatIsWrong(t *testing.T) {
	schema := schemaOf(t)
	for name, spoil := range map[string]func(d, currency map[string]any){
		"/total: pattern":       func(_, c map[string]any) { c["total"] = "1,234.50" },
		"/lines: type":          func(_, c map[string]any) { c["lines"] = "3" },
		"usage is missing":      func(_, c map[string]any) { delete(c, "usage") },
		"surprise is not known": func(_, c map[string]any) { c["surprise"] = nil },
		"/kind: enum":           func(d, _ map[string]any) { d["kind"] = "yearly" },
		"/schema: const":        func(d, _ map[string]any) { d["schema"] = "goscan.report/2" },
	} {
		document := decoded(t, func(w io.Writer) error { return render.JSON(w, whole()) }).(map[string]any)
		spoil(document, document["currencies"].([]any)[0].(map[string]any))
		wrong := strings.Join(schema.check("", schema.root, document), "\n")
		if !strings.Contains(wrong, name) {
			t.Errorf("found %q, want %s", wrong, name)
		}
	}
}

func decoded(t *testing.T, write func(io.Writer) error) any {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(&b)
	d.UseNumber()
	var document any
	if err := d.Decode(&document); err != nil {
		t.Fatal(err)
	}
	return document
}

// A schema checks documents by as much of JSON Schema as ours uses. It is stricter in one thing: every key must be known.
type schema struct{ root map[string]any }

func schemaOf(t *testing.T) schema {
	t.Helper()
	var s schema
	if err := json.Unmarshal(render.JSONSchema(), &s.root); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s schema) check(at string, rule map[string]any, v any) []string {
	if ref, ok := rule["$ref"].(string); ok {
		rule = s.root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	if choices, ok := rule["anyOf"].([]any); ok {
		var wrong []string
		for _, one := range choices {
			found := s.check(at, one.(map[string]any), v)
			if len(found) == 0 {
				return nil
			}
			wrong = append(wrong, found...)
		}
		return wrong
	}
	if types := rule["type"]; types != nil && !strings.Contains(fmt.Sprint(types), typeOf(v)) {
		return []string{fmt.Sprintf("%s: type is %s, not %s", at, typeOf(v), types)}
	}
	if values, ok := rule["enum"].([]any); ok && !slices.Contains(values, v) {
		return []string{fmt.Sprintf("%s: enum has no %v", at, v)}
	}
	if value, ok := rule["const"]; ok && value != v {
		return []string{fmt.Sprintf("%s: const is not %v", at, v)}
	}
	switch v := v.(type) {
	case string:
		if pattern, ok := rule["pattern"].(string); ok && !regexp.MustCompile(pattern).MatchString(v) {
			return []string{fmt.Sprintf("%s: pattern does not match %s", at, v)}
		}
	case []any:
		var wrong []string
		for i, element := range v {
			wrong = append(wrong, s.check(fmt.Sprint(at, "/", i), rule["items"].(map[string]any), element)...)
		}
		return wrong
	case map[string]any:
		return s.object(at, rule, v)
	}
	return nil
}

func (s schema) object(at string, rule, v map[string]any) []string {
	var wrong []string
	required, _ := rule["required"].([]any)
	for _, key := range required {
		if _, ok := v[key.(string)]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s: %s is missing", at, key))
		}
	}
	properties, _ := rule["properties"].(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(v)) {
		of, ok := properties[key].(map[string]any)
		if !ok {
			of, ok = rule["additionalProperties"].(map[string]any)
		}
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s: %s is not known", at, key))
			continue
		}
		wrong = append(wrong, s.check(at+"/"+key, of, v[key])...)
	}
	return wrong
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "integer"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}
