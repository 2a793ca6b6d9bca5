package volcengine

import (
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"goscan/providers"
	"goscan/providers/internal/call"
	"goscan/providers/internal/linetest"
	"goscan/providers/internal/row"
)

// fuzzDay is the day that the fuzzers ask for.
var fuzzDay = providers.NewDay(2024, 2, 29)

// seedBodies adds every sample as a body, and every row of the samples as an answer of one line of fuzzDay.
func seedBodies(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join(samples, "*.json"))
	if err != nil || len(files) == 0 {
		f.Fatalf("%d samples, %v", len(files), err)
	}
	date := regexp.MustCompile(`"ExpenseDate":\s*"[^"]*"`)
	period := regexp.MustCompile(`"BillPeriod":\s*"[^"]*"`)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
		var sample struct {
			Result struct{ List []json.RawMessage }
		}
		if ok, _ := filepath.Match(pattern, filepath.Base(name)); !ok {
			continue
		}
		if err := json.Unmarshal(raw, &sample); err != nil {
			f.Fatalf("%s: %v", name, err)
		}
		for _, one := range sample.Result.List {
			one = date.ReplaceAll(period.ReplaceAll(one, []byte(`"BillPeriod":"2024-02"`)), []byte(`"ExpenseDate":"2024-02-29"`))
			f.Add([]byte(`{"ResponseMetadata":{"RequestId":"R"},"Result":{"Total":1,"Limit":300,"Offset":0,"List":[` + string(one) + `]}}`))
		}
	}
	for _, list := range []string{"null", "[]", "[{}]", "[null]", "[[]]", "{}", `[{"PayableAmount":1e-12},{"PayableAmount":"-"}]`,
		`[{"Tag":"{\"a\":[\"<&>\"]}","New":{"k":["<&>",1.10,null]},"Count":"1.0","RoundAmount":0.032000000000000001}]`} {
		for _, total := range []string{"0", "1", `"2"`, "-1", "301", "1e0"} {
			f.Add([]byte(`{"ResponseMetadata":{},"Result":{"Total":` + total + `,"List":` + list + `}}`))
		}
	}
}

// decodePage reads a body as the first page of fuzzDay, without a network.
func decodePage(body []byte) (all []providers.Line, total int, err error) {
	verdict, result := judge(call.Answer{Status: 200, Body: body})
	if verdict.Err != nil {
		return nil, 0, verdict.Err
	}
	l, err := decodeResult(result)
	if err != nil {
		return nil, 0, err
	}
	if err := echoes(l, 0); err != nil {
		return nil, 0, err
	}
	f := &fetch{of: oneDay{fuzzDay}, emit: func(page []providers.Line) error { all = append(all, page...); return nil }}
	if f.total, err = announced(l); err != nil {
		return nil, 0, err
	}
	return all, f.total, f.take(l, 0)
}

// listed reads the rows of a body by encoding/json alone.
func listed(t *testing.T, body []byte) []map[string]any {
	t.Helper()
	var answer struct {
		Result struct{ List json.RawMessage }
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("a body that is no JSON was taken: %v", err)
	}
	return linetest.Decode(t, answer.Result.List)
}

// FuzzPage holds that a body becomes all of its lines, which give back every scalar, or an error.
func FuzzPage(f *testing.F) {
	seedBodies(f, "ListBillDetail.*")
	f.Fuzz(func(t *testing.T, body []byte) {
		if !json.Valid(body) {
			return // such answers end in providers/internal/call
		}
		lines, total, err := decodePage(body)
		if err != nil {
			if len(lines) != 0 {
				t.Fatalf("%d lines were handed over before %v", len(lines), err)
			}
			return
		}
		rows := listed(t, body)
		if len(lines) != len(rows) || len(lines) != min(total, pageSize) {
			t.Fatalf("%d lines of %d rows, %d announced", len(lines), len(rows), total)
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
	seedBodies(f, "ListBill*")
	f.Fuzz(func(t *testing.T, body []byte) {
		if !json.Valid(body) {
			return
		}
		verdict, result := judge(call.Answer{Status: 200, Body: body})
		l, err := decodeResult(result)
		if verdict.Err != nil || err != nil {
			return
		}
		var sums totals
		if total, err := sums.page(l, fuzzDay.Month(), 0); err != nil || total > pageSize {
			return
		}
		rows, want := listed(t, body), new(big.Rat)
		for _, fields := range rows {
			want.Add(want, row.NewReader(linetest.Row(t, fields), 0).Money("PayableAmount").Rat())
		}
		n, got := 0, new(big.Rat)
		for _, s := range sums.list {
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
