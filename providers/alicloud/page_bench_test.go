package alicloud

import (
	"encoding/json"
	"testing"

	"goscan/providers"
	"goscan/providers/internal/call"
	"goscan/providers/simulator"
)

// benchBody is a full page of fuzzDay with all documented fields.
func benchBody(b *testing.B) []byte {
	b.Helper()
	c, err := simulator.Start(simulator.Alicloud, simulator.Options{Empty: true})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	body, err := json.Marshal(map[string]any{
		"Code": "Success", "Success": true, "RequestId": "R",
		"Data": map[string]any{
			"BillingCycle": fuzzDay.Month().String(), "AccountID": "1", "AccountName": "a", "TotalCount": pageSize, "NextToken": "",
			"Items": c.Rows(fuzzDay, pageSize),
		},
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
		f := &fetch{of: oneDay{fuzzDay}, emit: func(page []providers.Line) error { lines += len(page); return nil }}
		if !json.Valid(body) { // as package call does
			b.Fatal("no JSON")
		}
		_, data := judge(call.Answer{Status: 200, Body: body})
		p, err := decodeData(data)
		if err != nil {
			b.Fatal(err)
		}
		if err := f.count(p, true); err != nil {
			b.Fatal(err)
		}
		if _, err := f.put(p); err != nil || lines != pageSize {
			b.Fatal(lines, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/pageSize, "us/line")
}

func BenchmarkTags(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if got := tags("key:team value:交易; key:env value:prod; key:业务线 value:电商平台; key:k8s:cluster value:ccq7:prod-1"); len(got) != 4 {
			b.Fatal(got)
		}
	}
}
