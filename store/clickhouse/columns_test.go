package clickhouse

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/ClickHouse/ch-go/proto"

	"goscan/providers"
	"goscan/store"
)

// What a column writes, ch-go's own column reads: texts that repeat, in any order, more of them than a byte counts, none.
func TestADictionaryIsReadByOthers(t *testing.T) {
	for _, different := range []int{1, 2, 256, 257, 70_000} {
		var written dictionary
		for round := range 2 { // a column is used again
			var want []string
			for i := range 2 * different {
				want = append(want, fmt.Sprint("text ", round, i*7%different))
			}
			for _, text := range want {
				written.append(text)
			}
			var b proto.Buffer
			written.EncodeState(&b)
			written.EncodeColumn(&b)
			read := new(proto.ColStr).LowCardinality()
			r := b.Reader()
			if err := read.DecodeState(r); err != nil {
				t.Fatal(err)
			}
			if err := read.DecodeColumn(r, len(want)); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(read.Values, want) || written.Rows() != len(want) || written.Type() != read.Type() {
				t.Errorf("%d different texts are read otherwise", different)
			}
			written.Reset()
		}
	}
}

func TestAMapIsReadByOthers(t *testing.T) {
	var written textMap
	rows := []providers.Pairs{
		{Keys: []string{"a", "b"}, Values: []string{"1", ""}}, {}, {Keys: []string{"b"}, Values: []string{"值"}},
		{Keys: []string{"a", "b"}, Values: []string{"\xff", string(make([]byte, 300))}},
	}
	for _, p := range rows {
		written.append(p.Keys, p.Values)
	}
	var b proto.Buffer
	written.EncodeState(&b)
	written.EncodeColumn(&b)
	read := proto.NewMap[string, string](lowCardinality(), new(proto.ColStr))
	r := b.Reader()
	if err := read.DecodeState(r); err != nil {
		t.Fatal(err)
	}
	if err := read.DecodeColumn(r, len(rows)); err != nil {
		t.Fatal(err)
	}
	for i, p := range rows {
		got := providers.Pairs{}
		for _, pair := range read.RowKV(i) {
			got.Keys, got.Values = append(got.Keys, pair.Key), append(got.Values, pair.Value)
		}
		if !slices.Equal(got.Keys, p.Keys) || !slices.Equal(got.Values, p.Values) {
			t.Errorf("row %d is %q, want %q", i, got, p)
		}
	}
	if written.Type() != read.Type() {
		t.Errorf("a column %s, want %s", written.Type(), read.Type())
	}
}

// A block that is used again for another load writes what a new one writes.
func TestABlockIsUsedAgain(t *testing.T) {
	bill := providers.Bill{Account: "a", Provider: "alicloud", Dataset: providers.DatasetBill, Month: providers.NewMonth(2026, 10)}
	encode := func(k *block) []byte {
		k.begin(bill, bill.Month.First(), 7)
		fillBlock(t, k, 100)
		var b proto.Buffer
		if err := (proto.Block{Columns: len(k.input), Rows: k.rows()}).EncodeRawBlock(&b, 0, k.input); err != nil {
			t.Fatal(err)
		}
		return b.Buf
	}
	r := newRoom()
	first := r.block(providers.Bill{Account: "another"}, 0, 1)
	fillBlock(t, first, 3000)
	r.giveBack(first)
	if !bytes.Equal(encode(first), encode(newBlock())) {
		t.Error("a used block writes something else")
	}
	if per := first.size() / first.rows(); per < 300 || per > 1500 {
		t.Errorf("a line is said to take %d bytes", per)
	}
}

func TestFewLinesWaitInAllLoadsTogether(t *testing.T) {
	r := newRoom()
	var one, other int
	if r.full(&one, mostWaiting) {
		t.Error("the most that may wait is too much")
	}
	if !r.full(&one, mostWaiting+1) {
		t.Error("more than may wait is not too much")
	}
	if r.full(&other, goodPart/2) {
		t.Error("a load of few lines has to insert them")
	}
	if !r.full(&other, 2*goodPart) {
		t.Error("a load of many lines need not insert them")
	}
	r.full(&one, 0)
	if r.full(&other, 2*goodPart) || r.waiting.Load() != 2*goodPart {
		t.Errorf("%d bytes wait", r.waiting.Load())
	}
}

func fillBlock(t testing.TB, k *block, lines int) {
	t.Helper()
	var tally store.Tally
	for i := range lines {
		l := blockLine(i)
		tags := tally.Add(&l)
		if err := k.append(&l, tags); err != nil {
			t.Fatal(err)
		}
	}
}

// blockLine is a line with as many native fields as a cloud has that we have no column for.
func blockLine(i int) providers.Line {
	day := providers.NewDay(2026, 10, 1)
	l := providers.Line{
		Offset: i, ChargePeriodStart: day.Start(), ChargePeriodEnd: (day + 1).Start(), ServiceCode: fmt.Sprint("svc-", i%20),
		ServiceName: "服务", ResourceID: fmt.Sprint("i-", i), RegionID: "cn-beijing", Currency: "CNY", Tags: map[string]string{"team": "a", "env": "b"},
		ListCost: providers.Money{},
	}
	fields := map[string]string{}
	for n := range 40 {
		fields[fmt.Sprintf("Field%02d", n)] = fmt.Sprint("value ", n*i%7)
	}
	l.Native = providers.PairsOf(fields)
	return l
}

// BenchmarkColumns takes lines into the columns of a block, which is what is inserted.
func BenchmarkColumns(b *testing.B) {
	const lines = 1000
	all := make([]providers.Line, lines)
	for i := range all {
		all[i] = blockLine(i)
		all[i].ListCost, _ = providers.ParseMoney(fmt.Sprintf("%d.%06d", i, i*37))
		all[i].BilledCost, all[i].EffectiveCost, all[i].CostBeforeVoucher = all[i].ListCost, all[i].ListCost, all[i].ListCost
	}
	k := newBlock()
	b.ReportAllocs()
	for b.Loop() {
		k.reset()
		var tally store.Tally
		for i := range all {
			tags := tally.Add(&all[i])
			if err := k.append(&all[i], tags); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/lines, "us/line")
}
