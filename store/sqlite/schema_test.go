package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"goscan/store/sqlite"
)

// All steps are one transaction: when the last fails, those before it did not happen.
func TestAnUpdateThatFailsLeavesTheFileAsItWas(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, sqlite.StateFile)
	step, err := os.ReadFile("schema/state/0001_marks.sql")
	if err != nil {
		t.Fatal(err)
	}
	execute(t, file, string(step)+"; CREATE TABLE troubles (x); PRAGMA user_version = 1") // the third step makes it too
	for range 2 {
		_, err := sqlite.OpenState(t.Context(), dir)
		wantOneLine(t, err, file, "troubles already exists")
		p, err := sqlite.Examine(t.Context(), dir, sqlite.StateFile)
		if err != nil || p.Version != 1 || p.Known < 4 {
			t.Errorf("the file is %+v, %v", p, err)
		}
		if n := count(t, file, "sqlite_schema WHERE name IN ('runs', 'messages')"); n != 0 {
			t.Errorf("%d tables of the steps in between are there", n)
		}
	}
	execute(t, file, "DROP TABLE troubles")
	openState(t, dir)
}
