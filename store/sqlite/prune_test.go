package sqlite_test

import (
	"os"
	"testing"

	"goscan/store"
)

// A month goes in one transaction: when its last part cannot be deleted, all of it is still there.
func TestAPruningThatFailsLeavesTheMonthWhole(t *testing.T) {
	l := openLedger(t, t.TempDir())
	mustReplace(t, l, lines(7, "1.25"))
	total := billed(t, l)
	row := store.MonthRow{Account: "prod", Provider: "alicloud", Dataset: "bill", Month: october, Amount: store.BilledCost}
	must(t, l.RecordMonth(t.Context(), []store.MonthRow{row}))
	if _, err := l.Writer().ExecContext(t.Context(),
		"CREATE TRIGGER keep BEFORE DELETE ON bill_months BEGIN SELECT raise(ABORT, 'not this one'); END"); err != nil {
		t.Fatal(err)
	}
	wantOneLine(t, l.Prune(t.Context(), "prod", october+1), l.File(), "not this one")
	if got := billed(t, l); got != total {
		t.Errorf("the ledger has %s after a pruning that failed, want %s", got, total)
	}
	for _, table := range []string{"bill_lines", "bill_daily", "bill_days", "bill_months"} {
		if n := count(t, l.File(), table); n == 0 {
			t.Errorf("%s is empty", table)
		}
	}
}

func TestCompactGivesBackWhatPruningFreed(t *testing.T) {
	l := openLedger(t, t.TempDir())
	mustReplace(t, l, lines(2000, "1.25"))
	if freed, err := l.Compact(t.Context()); freed != 0 || err != nil {
		t.Errorf("%d bytes of a full file were given back, %v", freed, err)
	}
	must(t, l.Prune(t.Context(), "prod", october+1))
	freed, err := l.Compact(t.Context())
	if freed < 100_000 || err != nil {
		t.Errorf("%d bytes were given back, %v", freed, err)
	}
	if again, err := l.Compact(t.Context()); again != 0 || err != nil {
		t.Errorf("%d bytes were given back again, %v", again, err)
	}
	mustReplace(t, l, lines(3, "2"))
	must(t, l.Close())
	info, err := os.Stat(l.File())
	if err != nil || info.Size() > freed {
		t.Errorf("the file has %d bytes after %d were given back, %v", info.Size(), freed, err)
	}
}
