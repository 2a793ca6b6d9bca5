package alicloud

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"goscan/providers"
	"goscan/providers/internal/call"
	"goscan/providers/internal/linetest"
	"goscan/providers/internal/row"
)

// fuzzDay is the day that the fuzzers ask for.
var fuzzDay = providers.NewDay(2026, 2, 28)

// seedBodies adds every sample as a body, and every row of the samples as an answer of one line of fuzzDay.
func seedBodies(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join(samples, "*.json"))
	if err != nil || len(files) == 0 {
		f.Fatalf("%d samples, %v", len(files), err)
	}
	date := regexp.MustCompile(`"BillingDate":\s*"[^"]*",?`)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
		if ok, _ := filepath.Match(pattern, filepath.Base(name)); !ok {
			continue
		}
		var sample struct {
			Data struct{ Items json.RawMessage }
		}
		if err := json.Unmarshal(raw, &sample); err != nil {
			f.Fatalf("%s: %v", name, err)
		}
		var rows []json.RawMessage
		if err := json.Unmarshal(list(sample.Data.Items), &rows); err != nil {
			f.Fatalf("%s: %v", name, err)
		}
		for _, one := range rows {
			one = append([]byte(`{"BillingDate":"2026-02-28",`), date.ReplaceAll(one, nil)[1:]...)
			f.Add([]byte(`{"Code":"Success","Success":true,"RequestId":"R","Data":{"BillingCycle":"2026-02","AccountID":"1","TotalCount":1,"NextToken":"","Items":[` + string(one) + `]}}`))
		}
	}
	for _, items := range []string{"null", "[]", `{"Item":[]}`, `{"Item":null}`, "[{}]", "[null]", `[{"BillingDate":"2026-02-28"}]`,
		`{"Item":[{"BillingDate":"2026-02-28","PretaxAmount":1e-12}]}`,
		`[{"BillingDate":"2026-02-28","Tag":"key:a value:<&>; key:b value:1","New":{"k":["<&>",1.10,null]},"Usage":"1.0"}]`} {
		for _, total := range []string{"0", "1", `"1"`, "-1", "301", "-0", "1e0"} {
			f.Add([]byte(`{"Success":true,"Data":{"TotalCount":` + total + `,"Items":` + items + `}}`))
		}
	}
}

// list unwraps the rows: {"Item": [...]} or the list itself.
func list(items json.RawMessage) json.RawMessage {
	var wrapped struct{ Item json.RawMessage }
	if len(items) > 0 && items[0] == '{' && json.Unmarshal(items, &wrapped) == nil {
		return wrapped.Item
	}
	return items
}

// decodePage reads a body as the only page of fuzzDay, without a network. A page that names a token is no whole day.
func decodePage(body []byte) (all []providers.Line, whole bool, err error) {
	verdict, data := judge(call.Answer{Status: 200, Body: body})
	if verdict.Err != nil {
		return nil, false, verdict.Err
	}
	p, err := decodeData(data)
	if err != nil {
		return nil, false, err
	}
	f := &fetch{of: oneDay{fuzzDay}, emit: func(page []providers.Line) error { all = append(all, page...); return nil }}
	if err := f.count(p, true); err != nil {
		return nil, false, err
	}
	got, err := f.put(p)
	if err == nil && (p.NextToken == "" || got == 0) {
		return all, true, f.complete()
	}
	return all, false, err
}

// listed reads the rows of a body by encoding/json alone, and the count that it announces: -1 if it is no number. JSON has
// many spellings of one (1e0, -0).
func listed(t *testing.T, body []byte) (rows []map[string]any, total float64) {
	t.Helper()
	var answer struct {
		Data struct {
			Items      json.RawMessage
			TotalCount any
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("a body that is no JSON was taken: %v", err)
	}
	if items := list(answer.Data.Items); items != nil {
		rows = linetest.Decode(t, items)
	}
	total, err := strconv.ParseFloat(fmt.Sprint(answer.Data.TotalCount), 64)
	if err != nil {
		total = -1
	}
	return rows, total
}

// FuzzPage holds that a body becomes all of its lines, which give back every scalar, or an error.
func FuzzPage(f *testing.F) {
	seedBodies(f, "DescribeInstanceBill.*")
	f.Fuzz(func(t *testing.T, body []byte) {
		if !json.Valid(body) {
			return // such answers end in providers/internal/call
		}
		lines, whole, err := decodePage(body)
		if err != nil {
			if len(lines) != 0 && providers.KindOf(err) != providers.Changed {
				t.Fatalf("%d lines were handed over before %v", len(lines), err)
			}
			return
		}
		rows, total := listed(t, body)
		if len(lines) != len(rows) || whole && float64(len(lines)) != total {
			t.Fatalf("%d lines of %d rows, %v announced", len(lines), len(rows), total)
		}
		for i, l := range lines {
			if l.Offset != i {
				t.Fatalf("line %d has the offset %d", i, l.Offset)
			}
			linetest.Lossless(t, rows[i], l, columns())
		}
	})
}

// FuzzOverview holds that the totals of a body are the sums of its rows, to the last digit.
func FuzzOverview(f *testing.F) {
	seedBodies(f, "*Bill*")
	f.Fuzz(func(t *testing.T, body []byte) {
		if !json.Valid(body) {
			return
		}
		verdict, data := judge(call.Answer{Status: 200, Body: body})
		if verdict.Err != nil || len(data) == 0 || string(data) == "null" {
			return
		}
		sums, err := totals(data, fuzzDay.Month())
		if err != nil {
			return
		}
		rows, _ := listed(t, body)
		want := new(big.Rat)
		for _, fields := range rows {
			want.Add(want, row.NewReader(linetest.Row(t, fields), 0).Money("PretaxAmount").Rat())
		}
		n, got := 0, new(big.Rat)
		for _, s := range sums {
			n += s.Rows
			got.Add(got, s.BilledCost.Rat())
			if s.Rows == 0 {
				t.Errorf("the total of %q is of no row", s.ServiceCode)
			}
		}
		if n != len(rows) || got.Cmp(want) != 0 {
			t.Fatalf("totals of %d rows, %s; the body has %d rows, %s", n, got.FloatString(12), len(rows), want.FloatString(12))
		}
	})
}
