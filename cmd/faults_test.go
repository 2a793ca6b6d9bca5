package cmd_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"goscan/cmd"
	"goscan/providers"
	"goscan/providers/alicloud"
	"goscan/providers/all"
	"goscan/providers/simulator"
	"goscan/providers/volcengine"
	"goscan/store"
	"goscan/store/sqlite"
	"goscan/sync"
)

// A faultCase is a fault in a phase of a day that is stored already and was restated since.
type faultCase struct {
	cloud  string
	effect simulator.Effect
	phase  string
	met    func(simulator.Request) bool
	once   bool // else for good
}

func (c faultCase) String() string {
	often := "for good"
	if c.once {
		often = "once"
	}
	return fmt.Sprintf("%s, %s on the %s page, %s", c.cloud, c.effect, c.phase, often)
}

// passes tells whether a fault is one that another attempt may not meet again: a single one must not fail a day.
func (c faultCase) passes() bool {
	return c.effect >= simulator.TooMany && c.effect <= simulator.Stall
}

// faultCases returns every fault in every phase, once and for good.
func faultCases() []faultCase {
	var cases []faultCase
	for _, cloud := range []string{simulator.Volcengine, simulator.Alicloud} {
		for effect := simulator.TooMany; effect <= simulator.Forbidden; effect++ {
			if effect == simulator.EndlessToken && cloud != simulator.Alicloud {
				continue
			}
			for _, once := range []bool{true, false} {
				cases = append(cases,
					faultCase{cloud, effect, "first", simulator.Request.First, once},
					faultCase{cloud, effect, "middle", simulator.Request.Middle, once},
					faultCase{cloud, effect, "last", simulator.Request.Last, once})
			}
		}
	}
	return cases
}

// TestAFaultLeavesTheNewBillOrTheOldOne takes a few cases of the matrix; `make prove` takes them all.
func TestAFaultLeavesTheNewBillOrTheOldOne(t *testing.T) {
	const every = 11 // has no factor in common with the phases and the two ways of meeting them
	b := ledgerBench(t)
	met := 0
	t.Run("cases", func(t *testing.T) {
		for i, c := range faultCases() {
			if i%every == 0 {
				met++
				b.meet(t, c)
			}
		}
	})
	t.Logf("%d of %d cases", met, len(faultCases()))
}

// A bench is what the cases of a matrix share: a store and its marks. Every case has an account and a cloud of its own.
type bench struct {
	sink interface {
		sync.Sink
		store.Reader
	}
	marks    sync.Marks
	day      providers.Day
	old, new map[string][]simulator.Row // the day's bill before its restatement and after, by cloud
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{day: providers.DayOf(time.Now()) - 5, old: map[string][]simulator.Row{}, new: map[string][]simulator.Row{}}
	for _, cloud := range []string{simulator.Volcengine, simulator.Alicloud} {
		b.old[cloud] = slim(draftRows(t, cloud, 1, b.day, oldLines))
		b.new[cloud] = slim(draftRows(t, cloud, 2, b.day, newLines))
	}
	return b
}

// The old bill and the new one have three pages each and no amount in common.
const (
	oldLines = 605
	newLines = 640
)

// slim returns rows with little more than their amounts: a thousand of them are read in no time.
func slim(rows []simulator.Row) []simulator.Row {
	needed := strings.Fields(`BillPeriod ExpenseDate Product ProductZh InstanceNo BillingMode BillCategory SettlementType
		OriginalBillAmount PreferentialBillAmount RoundAmount DiscountBillAmount CouponAmount PayableAmount PaidAmount UnpaidAmount Tax
		BillingDate ProductCode ProductName InstanceID SubscriptionType Item PretaxGrossAmount InvoiceDiscount AfterDiscountAmount
		DeductedByCoupons PretaxAmount DeductedByCashCoupons PaymentAmount OutstandingAmount Currency`)
	for _, row := range rows {
		maps.DeleteFunc(row, func(field string, _ any) bool { return !slices.Contains(needed, field) })
	}
	return rows
}

func ledgerBench(t *testing.T) *bench {
	t.Helper()
	folder := t.TempDir()
	ledger, err := sqlite.OpenLedger(t.Context(), folder, testRun())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ledger.Close() })
	b := newBench(t)
	b.sink, b.marks = ledger, openMarks(t, folder, ledger.ID())
	return b
}

func openMarks(t *testing.T, folder, storeID string) sync.Marks {
	t.Helper()
	state, err := sqlite.OpenState(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = state.Close() })
	return state.Marks(storeID)
}

func testRun() store.Run {
	return store.Run{ID: "test", Now: time.Now, State: func(providers.Bill, providers.Day, time.Time) providers.State {
		return providers.Complete
	}}
}

// A trial is one case under way.
type trial struct {
	*testing.T
	*bench
	faultCase
	account string
	faulty  *simulator.Cloud
	engine  *sync.Engine
}

// meet stores a day, restates it, and runs a sync that meets the case's fault: the day then has exactly its new bill and
// the run succeeded, or exactly its old one and the exit code says so. A run without the fault brings the new bill.
func (b *bench) meet(t *testing.T, c faultCase) {
	t.Run(c.String(), func(t *testing.T) {
		t.Parallel()
		f := b.newTrial(t, c)
		f.setBill(b.old)
		was := f.faulty.Truth(f.day)
		if code, err := f.sync(); code != 0 {
			t.Fatalf("without a fault: exit code %d, %v", code, err)
		}
		f.wantBill("at first", was)
		before := f.mark()

		f.setBill(b.new)
		hits := f.faulty.Inject(simulator.Fault{When: c.met, Times: map[bool]int{true: 1}[c.once], Effect: c.effect})
		code, err := f.sync()
		if hits() == 0 {
			t.Fatal("the fault was never met")
		}
		f.judge(before, was, code, err)

		f.faulty.Heal()
		if code, err := f.sync(); code != 0 {
			t.Fatalf("after the fault: exit code %d, %v", code, err)
		}
		f.wantBill("after the fault", f.faulty.Truth(f.day))
	})
}

// judge asserts that nothing between success and failure came of the fault.
func (f *trial) judge(before store.Mark, was simulator.Truth, code int, err error) {
	f.Helper()
	stored := code == 0
	switch {
	case stored:
		f.wantBill("after success", f.faulty.Truth(f.day))
	case f.mark().LoadID != before.LoadID:
		f.Errorf("exit code %d, but another load is current", code)
	default:
		f.wantBill("after failure", was)
	}
	switch {
	case f.passes() && stored != f.once:
		f.Errorf("exit code %d: %v", code, err)
	case f.effect == simulator.Forbidden && code != 12:
		f.Errorf("exit code %d, want 12: %v", code, err)
	case f.effect != simulator.Forbidden && code != 0 && code != 1:
		f.Errorf("exit code %d, want 0 or 1: %v", code, err)
	}
}

func (b *bench) newTrial(t *testing.T, c faultCase) *trial {
	t.Helper()
	cloud, err := simulator.Start(c.cloud, simulator.Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cloud.Close)
	f := &trial{T: t, bench: b, faultCase: c, faulty: cloud, account: c.String()}
	f.engine = &sync.Engine{
		Sink: b.sink, Marks: b.marks, Workers: 1, Now: time.Now,
		Providers: map[string]providers.Provider{f.account: f.open()},
	}
	return f
}

// open opens the real provider. Its patience is short where waiting is what the case is about.
func (f *trial) open() providers.Provider {
	f.Helper()
	settings := all.Registry()[f.cloud].Settings()
	switch s := settings.(type) {
	case *volcengine.Settings:
		s.AccessKey, s.SecretKey = simulator.AccessKey, simulator.SecretKey
	case *alicloud.Settings:
		s.AccessKeyID, s.AccessKeySecret = simulator.AccessKey, simulator.SecretKey
	}
	settings.Base().Endpoint, settings.Base().Rate = f.faulty.URL(), 1000
	patience := providers.Patience{Attempt: time.Minute, First: time.Millisecond, Longest: 5 * time.Millisecond, Total: time.Minute}
	if f.effect == simulator.Stall {
		patience.Attempt = time.Second
	}
	if !f.once {
		patience.Total = 100 * time.Millisecond
	}
	p, err := settings.Open(providers.Options{
		Account: f.account, UserAgent: "goscan/test", Getenv: func(string) string { return "" }, Now: time.Now,
		Log: slog.New(slog.DiscardHandler), Patience: patience,
	})
	if err != nil {
		f.Fatal(err)
	}
	return p
}

func (f *trial) setBill(rows map[string][]simulator.Row) {
	f.Helper()
	if err := f.faulty.SetDay(f.day, rows[f.cloud]); err != nil {
		f.Fatal(err)
	}
}

// draftRows returns rows of a day whose amounts depend on the draft.
func draftRows(t *testing.T, kind string, draft uint64, d providers.Day, n int) []simulator.Row {
	t.Helper()
	c, err := simulator.Start(kind, simulator.Options{Seed: draft, Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.Rows(d, n)
}

// sync runs a sync of the day and returns the exit code that the program would end with.
func (f *trial) sync() (code int, err error) {
	f.Helper()
	outcomes, err := f.engine.Run(f.Context(), []sync.Task{{Bill: f.bill(), Day: f.day}})
	if err != nil {
		f.Fatal(err)
	}
	return cmd.ExitCodeOf(f.Context(), outcomes), outcomes[0].Err
}

func (f *trial) bill() providers.Bill {
	return providers.Bill{Account: f.account, Provider: f.cloud, Dataset: providers.DatasetBill, Month: f.day.Month()}
}

// mark returns the day's current commit, after seeing that the state remembers the same.
func (f *trial) mark() store.Mark {
	f.Helper()
	marks, err := f.sink.Days(f.Context(), f.account)
	if err != nil || len(marks) != 1 {
		f.Fatalf("%d days are stored, %v", len(marks), err)
	}
	remembered, err := f.marks.All(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	for _, m := range remembered {
		if m.Account == f.account && (m.LoadID != marks[0].LoadID || !m.Version.Equal(marks[0].Version)) {
			f.Errorf("the state remembers load %d of %s, the store has %d of %s", m.LoadID, m.Version, marks[0].LoadID, marks[0].Version)
		}
	}
	return marks[0]
}

func (f *trial) wantBill(when string, want simulator.Truth) {
	f.Helper()
	wantTruth(f.T, when, f.sink, f.account, f.day, f.day, func(providers.Day) simulator.Truth { return want })
}

// wantTruth asserts that a store shows exactly the bills of days, each service's count and each of its amounts, in the sums
// and in the lines.
func wantTruth(t *testing.T, when string, r store.Reader, account string, from, to providers.Day, want func(providers.Day) simulator.Truth) {
	t.Helper()
	for _, where := range []string{inSums, inLines} {
		got := truthOf(t, r, account, from, to, where)
		for d := from; d <= to; d++ {
			if !got[d].Equal(want(d)) {
				t.Errorf("%s: the %s of %s are\n%v\nwant\n%v", when, where, d, got[d], want(d))
			}
		}
	}
}

// The two places where a store keeps what it was given.
const (
	inSums  = "daily sums"
	inLines = "lines"
)

// truthOf returns what a store shows of an account's days.
func truthOf(t *testing.T, r store.Reader, account string, from, to providers.Day, where string) map[providers.Day]simulator.Truth {
	t.Helper()
	by := []store.Dimension{store.ByDay, store.ByService}
	if where == inLines {
		by = append(by, store.Tag("no such tag"))
	}
	all := map[providers.Day]simulator.Truth{}
	for amount := range store.Amount(store.AmountCount) {
		if amount == store.EffectiveCost {
			continue // the clouds do not know it
		}
		rows, err := r.Costs(context.WithoutCancel(t.Context()), store.Query{
			From: from, To: to, Amount: amount, By: by,
			Where: []store.Filter{{Dimension: store.ByAccount, Values: []string{account}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			d, err := providers.ParseDay(row.Keys[0])
			if err != nil {
				t.Fatal(err)
			}
			if all[d] == nil {
				all[d] = simulator.Truth{}
			}
			service := simulator.Service{Code: row.Keys[1], Currency: row.Currency}
			sums := all[d][service]
			sums.Lines = int(row.Lines)
			*amountOf(&sums, amount) = row.Amount
			all[d][service] = sums
		}
	}
	return all
}

func amountOf(s *simulator.Sums, a store.Amount) *providers.Money {
	return map[store.Amount]*providers.Money{
		store.ListCost: &s.ListCost, store.ContractedCost: &s.ContractedCost, store.BilledCost: &s.BilledCost,
		store.CostBeforeVoucher: &s.CostBeforeVoucher, store.CostAfterVoucher: &s.CostAfterVoucher,
		store.CouponAmount: &s.CouponAmount, store.VoucherAmount: &s.VoucherAmount, store.PaidAmount: &s.PaidAmount,
		store.UnpaidAmount: &s.UnpaidAmount, store.TaxAmount: &s.TaxAmount, store.RoundingAmount: &s.RoundingAmount,
	}[a]
}
