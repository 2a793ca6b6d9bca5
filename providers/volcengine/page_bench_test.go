package volcengine

import (
	"encoding/json"
	"reflect"
	"testing"

	"goscan/providers"
	"goscan/providers/internal/call"
	"goscan/providers/internal/row"
	"goscan/providers/simulator"
)

// benchBody is a full page of fuzzDay with all documented fields.
func benchBody(b *testing.B) []byte {
	b.Helper()
	c, err := simulator.Start(simulator.Volcengine, simulator.Options{Empty: true})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	body, err := json.Marshal(map[string]any{
		"ResponseMetadata": map[string]any{"RequestId": "R"},
		"Result":           map[string]any{"List": c.Rows(fuzzDay, pageSize), "Total": pageSize, "Limit": pageSize, "Offset": 0},
	})
	if err != nil {
		b.Fatal(err)
	}
	return body
}

// BenchmarkPage takes a page of 300 lines from the answer to the lines.
func BenchmarkPage(b *testing.B) {
	body := benchBody(b)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		lines := 0
		f := &fetch{of: oneDay{fuzzDay}, total: pageSize, emit: func(page []providers.Line) error { lines += len(page); return nil }}
		if !json.Valid(body) { // as package call does
			b.Fatal("no JSON")
		}
		_, result := judge(call.Answer{Status: 200, Body: body})
		l, err := decodeResult(result)
		if err != nil {
			b.Fatal(err)
		}
		if err := f.take(l, 0); err != nil || lines != pageSize {
			b.Fatal(lines, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/pageSize, "us/line")
}

func BenchmarkTags(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if got := tags(`{"team":["交易"],"env":["prod"],"业务线":["电商平台"],"k8s:cluster":["ccq7:prod-1"]}`); len(got) != 4 {
			b.Fatal(got)
		}
	}
}

// BenchmarkPageFloor decodes the same page into structs by encoding/json and does nothing else: no amounts, no native fields.
func BenchmarkPageFloor(b *testing.B) {
	body := benchBody(b)
	fields, _ := row.Fields(string(body), "Result")
	fields, _ = row.Fields(fields[0], "List")
	rows, err := row.Decode(fields[0])
	if err != nil {
		b.Fatal(err)
	}
	var of []reflect.StructField
	for _, name := range row.NewReader(rows[0], 0).Native().Keys {
		of = append(of, reflect.StructField{Name: name, Type: reflect.TypeFor[any]()})
		if name != "RoundAmount" { // the only number
			of[len(of)-1].Type = reflect.TypeFor[string]()
		}
	}
	list := reflect.SliceOf(reflect.StructOf(of))
	result := reflect.StructOf([]reflect.StructField{{Name: "List", Type: list}})
	answer := reflect.StructOf([]reflect.StructField{{Name: "Result", Type: result}})
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if err := json.Unmarshal(body, reflect.New(answer).Interface()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/pageSize, "us/line")
}
