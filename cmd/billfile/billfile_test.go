package billfile_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"goscan/cmd/billfile"
	"goscan/providers"
	"goscan/store"
)

var formats = []billfile.Format{billfile.CSV, billfile.JSONL, billfile.Parquet}

// Texts on which quoting shows. The first ones are formulas to a spreadsheet.
var texts = [...]string{
	"=1+1", "+1", "-1", "@x", "", " ", "云服务器，ECS", "🧾", `"`, `""`, `it's "quoted", twice`, "two\nlines", "a\r\nb\rc\n", ",", "\t", "null", `\N`,
	`{"a":[1]}`, "<b>&", "\u2028\ufeff", "\x01\x1f\x7f", `back\slash`,
}

var awkward = [...]string{
	"0", "-0.01", "0.000000000001", "-0.000000000001", "99999999999999999999999999.999999999999",
	"-99999999999999999999999999.999999999999", "1e-5", "12", "1000000", "-18446744073709551616.5",
}

func money(text string) providers.Money {
	m, err := providers.ParseMoney(text)
	if err != nil {
		panic(err)
	}
	return m
}

func line(i int) providers.Line {
	text := func(shift int) string { return texts[(i+shift)%len(texts)] }
	l := providers.Line{
		Offset: i, BillingAccountID: text(0), BillingAccountName: text(1), SubAccountID: text(2), SubAccountName: text(3),
		ChargePeriodStart: day.Start(), ChargePeriodEnd: (day + 1).Start().Add(time.Duration(i) * time.Second),
		ChargeCategory: text(4), ChargeClass: text(5), ServiceCode: text(6), ServiceName: text(7), SkuID: text(8), SkuMeter: text(9),
		ResourceID: text(10), ResourceName: text(11), RegionID: text(12), RegionName: text(13), AvailabilityZone: text(14), BillingMode: text(15),
		PricingUnit: text(16), Currency: []string{"CNY", "USD"}[i%2], CostUnit: text(17), InvoiceIssuer: text(18),
		Tags:   map[string]string{text(0) + "k": text(1), "b": text(2), "a": ""},
		Native: providers.PairsOf(map[string]string{"字段": text(3), "x": fmt.Sprint(i)}),
	}
	if i%3 > 0 {
		l.PricingQuantity, l.ListUnitPrice = providers.ParseQuantity(awkward[i%len(awkward)]), providers.ParseQuantity("0")
	}
	if i%5 == 4 {
		l.Tags, l.Native = nil, providers.Pairs{}
	}
	for j, to := range store.AmountFields(&l) {
		*to = money(awkward[(i+j)%len(awkward)])
	}
	if i%2 == 1 { // the sums of a day must fit
		for _, to := range store.AmountFields(&l) {
			*to = to.Neg()
		}
	}
	return l
}

var day = providers.NewDay(2026, time.October, 31)

// A shelf is days with their lines, which reads as a store does.
type shelf struct {
	days  []store.Mark
	lines map[store.Key][]providers.Line
}

func newShelf(counts ...int) *shelf {
	s := &shelf{lines: map[store.Key][]providers.Line{}}
	for i, n := range counts {
		m := store.Mark{
			Account: "prod", Provider: "volcengine", Dataset: providers.DatasetBill, Day: day - 1 + providers.Day(i), LoadID: 1<<62 + store.LoadID(i),
			Version:     time.Date(2026, 11, 3, 1, 2, 3, 456_000, time.UTC),
			CommittedAt: time.Date(2026, 11, 3, 1, 2, 4, 0, time.UTC), State: providers.State(i % 3), RunID: "run",
		}
		m.Month = m.Day.Month()
		var tally store.Tally
		for j := range n {
			l := line(i + j)
			tally.Add(&l)
			s.lines[m.Key()] = append(s.lines[m.Key()], l)
		}
		m.Lines, m.BilledCost, m.Checksum = tally.Lines, tally.BilledCost(), tally.Checksum
		s.days = append(s.days, m)
	}
	return s
}

func (s *shelf) read(m store.Mark, emit providers.Emit) error {
	for page := range slices.Chunk(s.lines[m.Key()], 7) {
		if err := emit(page); err != nil {
			return err
		}
	}
	return nil
}

func (s *shelf) fill(w *billfile.Writer) error {
	for _, m := range s.days {
		if err := w.Day(m, s.read); err != nil {
			return err
		}
	}
	w.Reconciled([]store.MonthRow{{
		Account: "prod", Month: day.Month(), Currency: "CNY", Amount: store.CostBeforeVoucher, Stored: money("1.10"), Announced: money("1.1"),
		RecordedAt: time.Date(2026, 11, 3, 0, 0, 0, 1000, time.UTC), Accepted: "汇率",
	}})
	return nil
}

// written writes a shelf to a file of the test.
func (s *shelf) written(t *testing.T, o billfile.Options) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bills."+string(o.Format))
	if _, err := billfile.Write(file, o, s.fill); err != nil {
		t.Fatal(err)
	}
	return file
}

var everything = store.LineQuery{To: day + 1000}

// read returns the lines of some days of a file.
func read(t *testing.T, f *billfile.File, wanted func(store.Mark) bool) (map[store.Key][]providers.Line, error) {
	t.Helper()
	lines := map[store.Key][]providers.Line{}
	err := f.Lines(t.Context(), everything, func(days []store.Mark, read store.ReadLines) error {
		for _, m := range days {
			if !wanted(m) {
				continue
			}
			if err := read(m, func(page []providers.Line) error {
				lines[m.Key()] = append(lines[m.Key()], page...)
				return nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return lines, err
}

func utc(lines map[store.Key][]providers.Line) map[store.Key][]providers.Line {
	for _, some := range lines {
		for i := range some {
			some[i].ChargePeriodStart, some[i].ChargePeriodEnd = some[i].ChargePeriodStart.UTC(), some[i].ChargePeriodEnd.UTC()
		}
	}
	return lines
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	for _, format := range formats {
		t.Run(string(format), func(t *testing.T) {
			s := newShelf(3, 0, 600)
			f, err := billfile.Open(s.written(t, billfile.Options{Format: format}))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s.days, f.Days(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("days (-want +got):\n%s", diff)
			}
			got, err := read(t, f, func(store.Mark) bool { return true })
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(utc(s.lines), got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			got, err = read(t, f, func(m store.Mark) bool { return m.Day == day+1 })
			if diff := cmp.Diff(s.lines[s.days[2].Key()], got[s.days[2].Key()], cmpopts.EquateEmpty()); err != nil || diff != "" {
				t.Errorf("the last day alone: %v\n%s", err, diff)
			}
			rows, _ := f.Months(t.Context(), "prod")
			if none, _ := f.Months(t.Context(), "test"); len(rows) != 1 || rows[0].Accepted != "汇率" || len(none) != 0 {
				t.Errorf("what was reconciled: %+v", rows)
			}
		})
	}
}

func TestTheSameDaysAreTheSameBytes(t *testing.T) {
	for _, format := range formats {
		a, b := newShelf(50, 30).written(t, billfile.Options{Format: format}), newShelf(50, 30).written(t, billfile.Options{Format: format})
		for _, suffix := range []string{"", billfile.Suffix} {
			if !bytes.Equal(content(t, a+suffix), content(t, b+suffix)) {
				t.Errorf("%s%s: different bytes", format, suffix)
			}
		}
	}
}

func content(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestADamagedFileIsRefused(t *testing.T) {
	for _, format := range formats {
		file := newShelf(20, 5).written(t, billfile.Options{Format: format})
		whole := content(t, file)
		damage := map[string][]byte{
			"cut off": whole[:len(whole)-1], "empty": nil, "half": whole[:len(whole)/2], "longer": append(slices.Clone(whole), '\n'),
		}
		for _, at := range []int{0, len(whole) / 3, len(whole) - 1} {
			changed := slices.Clone(whole)
			changed[at] ^= 1
			damage[fmt.Sprint("byte ", at)] = changed
		}
		for name, b := range damage {
			write(t, file, b)
			if _, err := billfile.Open(file); !errors.Is(err, billfile.ErrDamaged) || !strings.Contains(err.Error(), file) {
				t.Errorf("%s, %s: %v", format, name, err)
			}
			if _, whole, err := billfile.Refresh(file, billfile.Options{Format: format}, newShelf(20, 5).days, nil); whole || err != nil {
				t.Errorf("%s, %s: taken for whole (%v)", format, name, err)
			}
		}
		write(t, file, whole)
		if _, err := billfile.Open(file); err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func write(t *testing.T, file string, b []byte) {
	t.Helper()
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Whoever changes a file and its manifest's hash is found out by what the manifest says of the days.
func TestTheManifestKnowsItsDays(t *testing.T) {
	s := newShelf(20, 5)
	file := s.written(t, billfile.Options{Format: billfile.JSONL})
	whole := string(content(t, file+billfile.Suffix))
	for name, change := range map[string][2]string{
		"a checksum":    {fmt.Sprintf("%016x", s.days[1].Checksum), fmt.Sprintf("%016x", s.days[1].Checksum+1)},
		"no checksum":   {`"checksum": "`, `"checksum": "x`},
		"a count":       {`"lines": 20,`, `"lines": 19,`},
		"another day":   {`"day": "2026-10-31"`, `"day": "2026-10-30"`},
		"no load":       {`"load_id": "4611686018427387904"`, `"load_id": "0"`},
		"a newer one":   {billfile.Schema, "goscan.export/2"},
		"another shape": {`"format": "jsonl"`, `"format": "xml"`},
		"a sum":         {`"billed_cost": "`, `"billed_cost": "1`},
	} {
		changed := strings.Replace(whole, change[0], change[1], 1)
		if changed == whole {
			t.Fatalf("%s: nothing to change in\n%s", name, whole)
		}
		write(t, file+billfile.Suffix, []byte(changed))
		f, err := billfile.Open(file)
		if err == nil {
			_, err = read(t, f, func(store.Mark) bool { return true })
		}
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestLinesOfAnotherDayAreFoundOut(t *testing.T) {
	s := newShelf(4, 4)
	for _, format := range formats {
		swapped := &shelf{days: slices.Clone(s.days), lines: map[store.Key][]providers.Line{}}
		for i, account := range []string{"a", "b"} {
			swapped.days[i].Account = account
			swapped.lines[swapped.days[i].Key()] = s.lines[s.days[i].Key()]
		}
		file := swapped.written(t, billfile.Options{Format: format})
		var m billfile.Manifest
		if err := json.Unmarshal(content(t, file+billfile.Suffix), &m); err != nil {
			t.Fatal(err)
		}
		m.Days[0].Account, m.Sums = "aa", nil
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		write(t, file+billfile.Suffix, text)
		f, err := billfile.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read(t, f, func(store.Mark) bool { return true }); !errors.Is(err, billfile.ErrDamaged) || !strings.Contains(err.Error(), "account") {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func TestAFileWithoutManifestIsRefused(t *testing.T) {
	file := newShelf(1).written(t, billfile.Options{Format: billfile.CSV})
	if err := os.Remove(file + billfile.Suffix); err != nil {
		t.Fatal(err)
	}
	if _, err := billfile.Open(file); err == nil || !strings.Contains(err.Error(), "manifest") {
		t.Errorf("%v", err)
	}
	if _, err := billfile.Find(filepath.Dir(file)); err == nil {
		t.Error("a folder without manifests has files")
	}
}

func TestAFocusFileIsNotReadBack(t *testing.T) {
	file := newShelf(1).written(t, billfile.Options{Format: billfile.CSV, Focus: true})
	if _, err := billfile.Open(file); err == nil || !strings.Contains(err.Error(), "FOCUS") {
		t.Errorf("%v", err)
	}
}

// A device that is full after some bytes.
type full struct{ room int }

var errFull = errors.New("no space left on device")

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestAFullDiskIsAnError(t *testing.T) {
	for _, format := range formats {
		for _, room := range []int{0, 3, 5000} {
			w, err := billfile.NewWriter(&full{room}, billfile.Options{Format: format})
			if err == nil {
				err = newShelf(400).fill(w)
			}
			if err == nil {
				err = w.Close()
			}
			if !errors.Is(err, errFull) {
				t.Errorf("%s with room for %d: %v", format, room, err)
			}
		}
	}
}

func TestWhatFailsLeavesTheFileAsItWas(t *testing.T) {
	o := billfile.Options{Format: billfile.CSV}
	file := newShelf(2).written(t, o)
	before, manifest := content(t, file), content(t, file+billfile.Suffix)
	_, err := billfile.Write(file, o, func(w *billfile.Writer) error {
		s := newShelf(9)
		return w.Day(s.days[0], func(_ store.Mark, emit providers.Emit) error {
			return errors.Join(emit(s.lines[s.days[0].Key()]), context.Canceled)
		})
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if !bytes.Equal(content(t, file), before) || !bytes.Equal(content(t, file+billfile.Suffix), manifest) {
		t.Error("the file changed")
	}
	if names, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*")); len(names) != 2 {
		t.Errorf("left are %s", names)
	}
	if hidden, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".*")); len(hidden) != 0 {
		t.Errorf("left are %s", hidden)
	}
}

func TestRefresh(t *testing.T) {
	o := billfile.Options{Format: billfile.Parquet}
	s := newShelf(5, 2)
	file := s.written(t, o)
	s.days[1].State, s.days[1].Version = providers.Final, s.days[1].Version.Add(time.Hour) // confirmed
	m, whole, err := billfile.Refresh(file, o, s.days, nil)
	if err != nil || !whole || m.Days[1].State != providers.Final {
		t.Fatalf("a confirmed day: %v, %v", whole, err)
	}
	if f, err := billfile.Open(file); err != nil || f.Days()[1].State != providers.Final {
		t.Errorf("after it: %v", err)
	}
	other := o
	other.Focus = true
	if _, whole, _ := billfile.Refresh(file, other, s.days, nil); whole {
		t.Error("other columns are the same file")
	}
	s.days[1].LoadID++
	if _, whole, _ := billfile.Refresh(file, o, s.days, nil); whole {
		t.Error("another load is the same file")
	}
	if _, whole, _ := billfile.Refresh(file, o, s.days[:1], nil); whole {
		t.Error("fewer days are the same file")
	}
}

func TestNoUTF8IsAnError(t *testing.T) {
	s := newShelf(1)
	s.lines[s.days[0].Key()][0].Tags = map[string]string{"a": "\xff"}
	for _, format := range []billfile.Format{billfile.CSV, billfile.JSONL} {
		w, err := billfile.NewWriter(io.Discard, billfile.Options{Format: format})
		if err == nil {
			err = s.fill(w)
		}
		if err == nil || !strings.Contains(err.Error(), "UTF-8") {
			t.Errorf("%s: %v", format, err)
		}
	}
}
