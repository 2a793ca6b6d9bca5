package sqlite

import (
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
)

// wideColumns are those of bill_lines before version 4 of the ledger.
const wideColumns = `load_id, line, account, provider, dataset, month, day,
	billing_account_id, billing_account_name, sub_account_id, sub_account_name,
	charge_period_start, charge_period_end, charge_category, charge_class,
	service_code, service_name, sku_id, sku_meter, resource_id, resource_name,
	region_id, region_name, availability_zone, billing_mode, pricing_quantity, pricing_unit, list_unit_price,
	currency, cost_unit, invoice_issuer, tags, native`

// A ledger of version 3 kept everything of a line with the line. Its lines are the same ones after the update, whatever
// native fields they have: their checksum says so.
func TestWideLinesBecomeNarrowOnes(t *testing.T) {
	dir := t.TempDir()
	day := providers.NewDay(2026, time.October, 31)
	want := oddLines(day)
	m := store.Mark{Account: "a", Provider: "p", Dataset: providers.DatasetBill, Month: day.Month(), Day: day,
		LoadID: 7, Version: time.Now().Truncate(time.Microsecond), CommittedAt: time.Now().Truncate(time.Microsecond), State: providers.Final, RunID: "r"}
	writeWide(t, filepath.Join(dir, LedgerFile), &m, want)

	l, err := OpenLedger(t.Context(), dir, store.Run{ID: "r", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var got []providers.Line
	err = l.Lines(t.Context(), store.LineQuery{From: day, To: day}, func(days []store.Mark, read store.ReadLines) error {
		if len(days) != 1 {
			return fmt.Errorf("%d days", len(days))
		}
		return read(days[0], func(page []providers.Line) error { got = append(got, page...); return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if !reflect.DeepEqual(got[i].Native, want[i].Native) || !reflect.DeepEqual(got[i].Tags, want[i].Tags) {
			t.Errorf("line %d has %v and %v, want %v and %v", i, got[i].Native, got[i].Tags, want[i].Native, want[i].Tags)
		}
	}
	for _, q := range []struct {
		dimension store.Dimension
		want      map[string]string
	}{
		{store.Native("Zone"), map[string]string{"可用区A": "1", "": "9", `a "b" \c`: "2"}},
		{store.Tag("team"), map[string]string{"数据": "1", "": "11"}},
		{store.ByService, map[string]string{"ecs": "5", "oss": "7"}},
	} {
		costs, err := l.Costs(t.Context(), store.Query{From: day, To: day, Amount: store.BilledCost, By: []store.Dimension{q.dimension}})
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, c := range costs {
			found[c.Keys[0]] = c.Amount.String()
		}
		if !reflect.DeepEqual(found, q.want) {
			t.Errorf("by %s: %v, want %v", q.dimension, found, q.want)
		}
	}
}

func oddLines(day providers.Day) []providers.Line {
	begin := day.Start()
	all := []providers.Line{
		{ServiceCode: "ecs", Native: providers.PairsOf(map[string]string{"Zone": "可用区A", "Item": ""}), Tags: map[string]string{"team": "数据"}},
		{ServiceCode: "ecs", Native: providers.PairsOf(map[string]string{"Zone": `a "b" \c`, "Item": "tab\there\u2028"})},
		{ServiceCode: "ecs", Native: providers.PairsOf(map[string]string{"Item": "1", `a "key"`: "2", "line\nend": "3", "": "4"})},
		{ServiceCode: "oss"}, // no native field at all
		{ServiceCode: "oss", Native: providers.PairsOf(map[string]string{"Item": "no other"})},
	}
	for i := range all {
		l := &all[i]
		l.Offset, l.Currency, l.ChargePeriodStart, l.ChargePeriodEnd = i, "CNY", begin, begin.Add(24*time.Hour)
		l.BilledCost = decimal.NewFromInt(int64(i + 1))
	}
	all[2].BilledCost, all[3].BilledCost, all[4].BilledCost = decimal.RequireFromString("2"), decimal.RequireFromString("-0.01"), decimal.RequireFromString("7.01")
	return all
}

// writeWide writes a ledger of version 3 with one committed day.
func writeWide(t *testing.T, file string, m *store.Mark, lines []providers.Line) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	exec := func(text string, args ...any) {
		t.Helper()
		if _, err := db.Exec(text, args...); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := fs.Sub(schemas, "schema/ledger")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{"0001_bills.sql", "0002_focus.sql", "0003_identity.sql"} {
		text, err := renderStep(schema, step, func(string, string) (bool, error) { return false, nil })
		if err != nil {
			t.Fatal(err)
		}
		exec(text)
	}
	exec("PRAGMA user_version = 3")
	columns := wideColumns
	for _, a := range store.AmountColumns() {
		columns += ", " + a + "_whole, " + a + "_pico"
	}
	var tally store.Tally
	for i := range lines {
		l := &lines[i]
		tags := tally.Add(l)
		begin, end := l.ChargePeriodStart.UTC().Format(second), l.ChargePeriodEnd.UTC().Format(second)
		row := []any{int64(m.LoadID), l.Offset, m.Account, m.Provider, m.Dataset, m.Month.String(), m.Day.String(), "", "", "", "", begin, end, "", "",
			l.ServiceCode, "", "", "", "", "", "", "", "", "", nil, "", nil, l.Currency, "", "", pairsText(tags), pairsText(l.Native)}
		for _, amount := range store.LineAmounts(l) {
			whole, pico, err := splitMoney(amount)
			if err != nil {
				t.Fatal(err)
			}
			row = append(row, whole, pico)
		}
		exec("INSERT INTO bill_lines ("+columns+") VALUES (?"+strings.Repeat(", ?", len(row)-1)+")", row...)
	}
	exec("INSERT INTO bill_daily SELECT load_id, account, provider, dataset, month, day, service_code, service_name, region_id, region_name, " +
		"charge_category, billing_mode, sub_account_id, sub_account_name, cost_unit, currency" +
		func() (sums string) {
			for _, a := range store.AmountColumns() {
				sums += fmt.Sprintf(", sum(%[1]s_whole) + sum(%[1]s_pico) / 1000000000000, sum(%[1]s_pico) %% 1000000000000", a)
			}
			return sums
		}() + ", count(*) FROM bill_lines GROUP BY service_code")
	m.Lines, m.BilledCost, m.Checksum = tally.Lines, tally.BilledCost(), tally.Checksum
	args, err := markArgs(*m)
	if err != nil {
		t.Fatal(err)
	}
	exec("INSERT INTO bill_days ("+markColumns+") VALUES (?"+strings.Repeat(", ?", len(args)-1)+")", args...)
}
