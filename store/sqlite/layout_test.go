package sqlite

import (
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
)

func TestALedgerHasLargePages(t *testing.T) {
	dir := t.TempDir()
	run := store.Run{ID: "r", Now: time.Now, State: func(providers.Bill, providers.Day, time.Time) providers.State { return providers.Final }}
	for range 2 { // new, and opened again
		l, err := OpenLedger(t.Context(), dir, run)
		if err != nil {
			t.Fatal(err)
		}
		var size int
		if err := l.db.read.QueryRowContext(t.Context(), "PRAGMA page_size").Scan(&size); err != nil || size != ledgerPage {
			t.Errorf("pages of %d bytes (%v), want %d", size, err, ledgerPage)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
