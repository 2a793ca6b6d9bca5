package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
	"goscan/store/sqlite"
)

var day = providers.NewDay(2026, time.October, 31)

func run() store.Run {
	return store.Run{
		ID: "run-1", Now: time.Now,
		State: func(providers.Bill, providers.Day, time.Time) providers.State { return providers.Complete },
	}
}

func openLedger(t testing.TB, dir string) *sqlite.Ledger {
	t.Helper()
	l, err := sqlite.OpenLedger(t.Context(), dir, run())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func lines(n int, amount string) []providers.Line {
	page := make([]providers.Line, n)
	for i := range page {
		page[i] = providers.Line{
			Offset: i, ServiceCode: "ecs", ResourceID: fmt.Sprint("i-", i), Currency: "CNY",
			BilledCost: decimal.RequireFromString(amount), ChargePeriodStart: day.Start(), ChargePeriodEnd: (day + 1).Start(),
			Native: providers.PairsOf(map[string]string{"ExpandField": strings.Repeat("x", 100)}),
		}
	}
	return page
}

func replace(ctx context.Context, l *sqlite.Ledger, page []providers.Line) (store.Change, error) {
	b := providers.Bill{Account: "prod", Provider: "alicloud", Dataset: providers.DatasetBill, Month: day.Month()}
	return l.Replace(ctx, b, day, func(put providers.Emit) error { return put(page) })
}

func mustReplace(t testing.TB, l *sqlite.Ledger, page []providers.Line) store.Change {
	t.Helper()
	change, err := replace(t.Context(), l, page)
	if err != nil {
		t.Fatal(err)
	}
	return change
}

func billed(t testing.TB, l *sqlite.Ledger, by ...store.Dimension) string {
	t.Helper()
	costs, err := l.Costs(t.Context(), store.Query{From: day, To: day, Amount: store.BilledCost, By: by})
	if err != nil {
		t.Fatal(err)
	}
	total := decimal.Decimal{}
	for _, c := range costs {
		total = total.Add(c.Amount)
	}
	return total.String()
}

func TestLedgerIDStaysAndDiffersBetweenLedgers(t *testing.T) {
	dir := t.TempDir()
	l := openLedger(t, dir)
	if again := openLedger(t, dir); l.ID() == "" || again.ID() != l.ID() {
		t.Errorf("the ledger's id was %q and is %q", l.ID(), again.ID())
	}
	if other := openLedger(t, t.TempDir()); other.ID() == l.ID() {
		t.Errorf("two ledgers have the id %q", l.ID())
	}
}

func TestLedgerInAFolderWithAnAwkwardName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b?c#d%41 云", "new")
	l := openLedger(t, dir)
	mustReplace(t, l, lines(3, "1.1"))
	if got := billed(t, openLedger(t, dir)); got != "3.3" {
		t.Errorf("stored 3.3, found %s", got)
	}
	if want := filepath.Join(dir, "ledger.db"); l.File() != want {
		t.Errorf("the file is %s, want %s", l.File(), want)
	}
}

func TestAnAmountTooLargeForTheLedgerIsNamed(t *testing.T) {
	l := openLedger(t, t.TempDir())
	mustReplace(t, l, lines(1, "9223372036854775807.999999999999"))
	for _, amount := range []string{"9223372036854775808", "-9223372036854775808.000000000001"} {
		_, err := replace(t.Context(), l, append(lines(2, "1"), lines(1, amount)...))
		if err == nil || !strings.Contains(err.Error(), "billed_cost: "+amount) || !strings.Contains(err.Error(), "prod 2026-10-31 line 0") {
			t.Errorf("%s: %v", amount, err)
		}
	}
	if _, err := replace(t.Context(), l, lines(2, "9000000000000000000")); err == nil || !strings.Contains(err.Error(), "overflow") {
		t.Errorf("a sum that overflows: %v", err)
	}
	if got := billed(t, l); got != "9223372036854775807.999999999999" {
		t.Errorf("the old amount became %s", got)
	}
}

func TestViewsShowEveryDigit(t *testing.T) {
	l := openLedger(t, t.TempDir())
	for _, amount := range []string{
		"0", "-0.01", "-1", "-1.5", "1e-12", "-1e-12", "0.1", "10", "12345678901.123456", "-9223372036854775807.1", "100.000000000001",
	} {
		mustReplace(t, l, lines(1, amount))
		want := decimal.RequireFromString(amount).String()
		for _, view := range []string{"bills", "bills_daily"} {
			var got string
			if err := l.Reader().QueryRow("SELECT billed_cost FROM " + view).Scan(&got); err != nil || got != want {
				t.Errorf("%s shows %s as %s (%v)", view, want, got, err)
			}
		}
	}
}

func TestSupersededLinesGoAndTheirSumsStay(t *testing.T) {
	l := openLedger(t, t.TempDir())
	for i := range 3 {
		mustReplace(t, l, lines(5+i, "1"))
	}
	var kept, loads int
	if err := l.Reader().QueryRow("SELECT count(*) FROM bill_lines").Scan(&kept); err != nil || kept != 7 {
		t.Errorf("%d lines are kept of a day of 7 (%v)", kept, err)
	}
	if err := l.Reader().QueryRow("SELECT count(DISTINCT load_id) FROM bill_daily").Scan(&loads); err != nil || loads != 3 {
		t.Errorf("the sums of %d loads are kept of 3 (%v)", loads, err)
	}
}

func TestCleanSparesYoungLoads(t *testing.T) {
	l := openLedger(t, t.TempDir())
	mustReplace(t, l, lines(2, "1"))
	ago := func(age time.Duration) int64 { return int64(store.NewLoadID(time.Now().Add(-age))) }
	for _, load := range []int64{ago(25 * time.Hour), ago(23 * time.Hour)} {
		if _, err := l.Writer().Exec(`CREATE TEMP TABLE copy AS SELECT * FROM bill_lines LIMIT 1; UPDATE copy SET load_id = ?1;
			INSERT INTO bill_lines SELECT * FROM copy; DROP TABLE copy`, load); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int64{1, 0} {
		if n, err := l.Clean(t.Context()); err != nil || n != want {
			t.Errorf("cleaned %d lines, %v, want %d", n, err, want)
		}
	}
	if got := billed(t, l, store.ByResource); got != "2" {
		t.Errorf("cleaning left %s of 2", got)
	}
}

// A cloud that pauses in the middle of a day must not keep others from writing.
func TestNoTransactionIsOpenWhileACloudIsAwaited(t *testing.T) {
	dir := t.TempDir()
	slow, quick := openLedger(t, dir), openLedger(t, dir)
	slow.SetBlock(10)
	b := providers.Bill{Account: "slow", Provider: "alicloud", Dataset: providers.DatasetBill, Month: day.Month()}
	_, err := slow.Replace(t.Context(), b, day, func(put providers.Emit) error {
		for range 3 {
			if err := put(lines(15, "1")); err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			_, err := replace(ctx, quick, lines(4, "2"))
			cancel()
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := billed(t, quick); got != "53" {
		t.Errorf("stored 45 + 8, found %s", got)
	}
}

// A writer that waits for another must end when its context does, and a reader must not wait at all.
func TestWaitingForAnotherWriterIsInterruptible(t *testing.T) {
	dir := t.TempDir()
	holder, waiter := openLedger(t, dir), openLedger(t, dir)
	mustReplace(t, holder, lines(2, "1"))
	tx, err := holder.Writer().Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if got := billed(t, waiter); got != "2" {
		t.Errorf("a reader beside a writer found %s of 2", got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	started := time.Now()
	_, err = replace(ctx, waiter, lines(3, "1"))
	if took := time.Since(started); !errors.Is(err, context.DeadlineExceeded) || took > 2*time.Second {
		t.Errorf("after %s: %v", took, err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	mustReplace(t, waiter, lines(3, "1"))
}

func TestAPagePutAfterTheFetchEndedIsRefused(t *testing.T) {
	l := openLedger(t, t.TempDir())
	var late providers.Emit
	b := providers.Bill{Account: "prod", Provider: "alicloud", Dataset: providers.DatasetBill, Month: day.Month()}
	_, err := l.Replace(t.Context(), b, day, func(put providers.Emit) error { late = put; return put(lines(2, "1")) })
	if err != nil {
		t.Fatal(err)
	}
	if err := late(lines(1, "1")); err == nil {
		t.Error("a late page was taken")
	}
	if got := billed(t, l); got != "2" {
		t.Errorf("stored 2, found %s", got)
	}
}
