package billfile_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"goscan/cmd/billfile"
	"goscan/providers"
	"goscan/store/clickhouse/chtest"
)

// ClickHouse, whose reader is not the library that wrote the file, reads what a ledger has in it.
func TestClickHouseReadsParquet(t *testing.T) {
	s := newShelf(3000)
	file := s.written(t, billfile.Options{Format: billfile.Parquet})
	focus := s.written(t, billfile.Options{Format: billfile.Parquet, Focus: true})
	conn := chtest.Start(t).Conn(t)
	var userFiles string
	if err := conn.QueryRow(t.Context(), "SELECT value FROM system.server_settings WHERE name = 'user_files_path'").Scan(&userFiles); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(userFiles, 0o700); err != nil {
		t.Skipf("the server's folder of files is not ours: %v", err)
	}
	ask := func(path, what string) (answer string) {
		t.Helper()
		name := filepath.Join(userFiles, filepath.Base(t.TempDir())+filepath.Base(path))
		write(t, name, content(t, path))
		defer os.Remove(name)
		if err := conn.QueryRow(context.Background(), "SELECT toString("+what+") FROM file('"+name+"', Parquet)").Scan(&answer); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		return answer
	}
	var list, quantity providers.Money
	known, tags, broken := 0, 0, 0
	for _, l := range s.lines[s.days[0].Key()] {
		list = list.Add(l.ListCost)
		tags += len(l.Tags)
		if l.ResourceName == "a\r\nb\rc\n" {
			broken++
		}
		if l.PricingQuantity.Valid {
			known++
			quantity = quantity.Add(l.PricingQuantity.Decimal)
		}
	}
	for what, want := range map[string]string{
		"count()":                         "3000",
		"sum(list_cost::Decimal(76, 12))": list.String(),
		"sum(pricing_quantity::Nullable(Decimal(76, 12)))": quantity.String(),
		"(count(pricing_quantity), sum(length(tags)))":     "(" + fmt.Sprint(known) + "," + fmt.Sprint(tags) + ")",
		"any((toTypeName(billed_cost), toTypeName(pricing_quantity), toTypeName(day), toTypeName(charge_period_start), toTypeName(tags), toTypeName(load_id)))": "('Decimal(38, 12)','Nullable(Decimal(38, 12))','Date32','DateTime64(3, \\'UTC\\')','Map(String, String)','UInt64')",
		"any((account, day, month, load_id))":              "('prod','2026-10-30','2026-10-01',4611686018427387904)",
		"min(charge_period_start)":                         "2026-10-30 16:00:00.000",
		"anyIf(native['字段'], line = 0)":                    s.lines[s.days[0].Key()][0].Native.Map()["字段"],
		"countIf(resource_name = unhex('610d0a620d630a'))": fmt.Sprint(broken),
	} {
		if got := ask(file, what); got != want {
			t.Errorf("%s is %s, want %s", what, got, want)
		}
	}
	if got := ask(focus, "(count(), countIf(Tags = map()), sum(ListCost::Decimal(76, 12)))"); got != "(3000,600,"+list.String()+")" {
		t.Errorf("FOCUS: %s", got)
	}
}
