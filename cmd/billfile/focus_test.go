package billfile_test

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"goscan/cmd/billfile"
	"goscan/providers"
	"goscan/store"
	"goscan/store/sqlite"
)

// The rows of --focus are those of the ledger's view focus, which the conformance suite compares with FOCUS 1.2.
func TestFocusIsTheView(t *testing.T) {
	dir := t.TempDir()
	view := ledgerOf(t, dir)
	lines, days := focusLines(t, view), []store.Mark{}
	ledger, err := sqlite.OpenLedger(t.Context(), dir, store.Run{
		ID: "run", Now: time.Now, State: func(providers.Bill, providers.Day, time.Time) providers.State { return providers.Final },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer ledger.Close()
	for kind, some := range lines {
		b := providers.Bill{Account: "my-" + kind, Provider: kind, Dataset: providers.DatasetBill, Month: day.Month()}
		change, err := ledger.Replace(t.Context(), b, day, func(put providers.Emit) error { return put(some) })
		if err != nil {
			t.Fatal(err)
		}
		days = append(days, change.After)
	}
	var out bytes.Buffer
	w, err := billfile.NewWriter(&out, billfile.Options{Format: billfile.CSV, Focus: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.Lines(t.Context(), everything, func(days []store.Mark, read store.ReadLines) error {
		for _, m := range days {
			if err := w.Day(m, read); err != nil {
				return err
			}
		}
		return w.Close()
	}); err != nil {
		t.Fatal(err)
	}
	columns, want := rows(t, view, "SELECT * FROM focus ORDER BY x_Account, x_Line")
	got, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got[0], columns) {
		t.Fatalf("columns are %s, want %s", got[0], columns)
	}
	if len(got) != len(want)+1 || len(want) < 100 {
		t.Fatalf("%d rows of %d days, want %d", len(got)-1, len(days), len(want))
	}
	for i, row := range got[1:] {
		for j, name := range columns {
			if !same(row[j], want[i][j]) {
				t.Fatalf("row %d: %s is %q, in the view %q", i, name, row[j], want[i][j])
			}
		}
	}
}

// ledgerOf creates a ledger and opens it for a look of our own.
func ledgerOf(t *testing.T, dir string) *sql.DB {
	t.Helper()
	l, err := sqlite.OpenLedger(t.Context(), dir, store.Run{Now: time.Now})
	if err == nil {
		err = l.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, sqlite.LedgerFile))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// focusLines returns lines of every service whose category is known, of some that are not, and of awkward texts, by cloud.
func focusLines(t *testing.T, view *sql.DB) map[string][]providers.Line {
	t.Helper()
	lines := map[string][]providers.Line{"nimbus": nil}
	add := func(kind, code string) {
		n := len(lines[kind])
		l := line(n)
		l.Offset, l.ServiceCode = n, code
		for j, to := range store.AmountFields(&l) {
			*to = money([]string{"0", "-0.01", "12.5", "-3"}[(n+j)%4])
		}
		lines[kind] = append(lines[kind], l)
	}
	_, known := rows(t, view, "SELECT provider, service_code FROM service_categories ORDER BY 1, 2")
	for _, k := range known {
		add(k[0], k[1])
		add(k[0], strings.ToUpper(k[1]))
		add("nimbus", k[1])
	}
	for _, kind := range []string{"volcengine", "alicloud"} {
		for i := range 30 {
			add(kind, texts[i%len(texts)])
		}
	}
	return lines
}

// rows returns the texts of a statement's rows, empty where they are null.
func rows(t *testing.T, db *sql.DB, statement string) (columns []string, all [][]string) {
	t.Helper()
	found, err := db.QueryContext(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	if columns, err = found.Columns(); err != nil {
		t.Fatal(err)
	}
	for found.Next() {
		values, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(columns))
		for i, v := range values {
			if row[i] = v.String; v.Valid && v.String == "" {
				row[i] = "empty, not null"
			}
		}
		all = append(all, row)
	}
	return columns, all
}

// same tells whether two texts are the same, as decimals and as JSON objects too. That \r\n survives is seen elsewhere:
// encoding/csv, which the test reads with, makes \n of it.
func same(a, b string) bool {
	b = strings.ReplaceAll(b, "\r\n", "\n")
	if a == b || a == "" && b == "empty, not null" {
		return true
	}
	var m, n map[string]string
	if json.Unmarshal([]byte(a), &m) == nil && json.Unmarshal([]byte(b), &n) == nil && maps.Equal(m, n) {
		return true
	}
	x, errX := decimal.NewFromString(a)
	y, errY := decimal.NewFromString(b)
	return errX == nil && errY == nil && fmt.Sprint(x) == fmt.Sprint(y)
}
