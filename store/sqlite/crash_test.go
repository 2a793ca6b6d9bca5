package sqlite

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
)

// After a panic within a transaction nothing of it is there, and the next one goes on.
func TestAPanicGivesTheFileBack(t *testing.T) {
	l, err := OpenLedger(t.Context(), t.TempDir(), store.Run{ID: "r", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	crash := func() (err error) {
		defer providers.Recover(&err)
		return l.db.update(t.Context(), func(tx *sql.Tx) error {
			if _, err := tx.Exec("INSERT INTO ledger_id VALUES ('another')"); err != nil {
				return err
			}
			panic("a mistake")
		})
	}()
	if _, crashed := errors.AsType[*providers.Crash](crash); !crashed {
		t.Errorf("the panic became %v", crash)
	}
	var ids int
	err = l.db.update(t.Context(), func(tx *sql.Tx) error { return tx.QueryRow("SELECT count(*) FROM ledger_id").Scan(&ids) })
	if err != nil || ids != 1 {
		t.Errorf("%d identities afterwards, %v", ids, err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}
