package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"goscan/providers"
)

// Texts on which escaping shows.
var awkwardTexts = [...]string{
	"", " ", "云服务器 ECS", "🧾💰", `it's "quoted"`, "`tick`", `back\slash\n`, "two\nlines\r\n\ttabbed", "null", "NULL", `\N`,
	`{"a":[1,2]}`, "a.b", "$.a", "[0]", "%s ? $1 :x @y {z:String}", "-- ; /* */", "<b>&amp;", "e\u0301 é", "\u2028\ufeff", "\x01\x1f\x7f",
}

func testRoundTrip(_ *testing.T, f *fixture) {
	s := f.open("run-1")
	lines := samples(30)
	bare := providers.Line{
		Offset: 30, Currency: "CNY",
		ChargePeriodStart: october31.Start(), ChargePeriodEnd: (october31 + 1).Start(),
	}
	odd := sample(31)
	odd.ChargeClass = providers.ClassCorrection
	odd.ChargePeriodStart = time.Date(2024, 2, 29, 23, 59, 59, 0, time.FixedZone("UTC+8", 8*60*60))
	odd.ChargePeriodEnd = time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	odd.ListUnitPrice = providers.Quantity{}
	odd.PricingQuantity = quantity("0")
	f.replace(s, "prod", october31, append(lines, bare, odd))
	f.wantLines(s, "prod", october31, append(lines, bare, odd))
}

func testTexts(_ *testing.T, f *fixture) {
	s := f.open("run-1")
	lines := awkwardLines()
	f.replace(s, "prod", october31, lines)
	f.wantLines(s, "prod", october31, lines)
}

// awkwardLines returns lines with awkward texts, one with very many and one without any.
func awkwardLines() (lines []providers.Line) {
	for i, text := range awkwardTexts {
		l := sample(i)
		l.Native = providers.PairsOf(map[string]string{"k": text, text: "v", "": text})
		l.Tags = map[string]string{text + "k": text, "t": text}
		l.ResourceName, l.ServiceName, l.CostUnit = text, text+"x", text
		l.ServiceCode, l.ResourceID = fmt.Sprint("code", i), fmt.Sprint("id", i)
		lines = append(lines, l)
	}
	many := sample(len(lines))
	fields := map[string]string{}
	for i := range 300 {
		fields[fmt.Sprint("字段 ", i)] = strings.Repeat("值", i)
		many.Tags[fmt.Sprint("tag ", i)] = fmt.Sprint(i)
	}
	many.Native = providers.PairsOf(fields)
	none := sample(len(lines) + 1)
	none.Native, none.Tags = providers.Pairs{}, nil
	return append(lines, many, none)
}
