package clickhouse_test

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"goscan/providers"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
)

// 200 accounts over 36 months are 219,200 account-days, each with a load of its own. What is shown: how many partitions
// and parts that makes before and after a night's sync of three days of every account, and what the filter that selects
// current loads costs.
func BenchmarkManyAccounts(b *testing.B) {
	server, cfg := migrated(b)
	const accounts, linesOfDay = 200, 5
	from, last := providers.NewMonth(2023, time.November).First(), providers.NewDay(2026, time.October, 31)
	fill(b, server, from, last, accounts, linesOfDay)
	b.Logf("%d commits, %d lines, %d sums", count(b, server, "SELECT count() FROM DB.bill_days"),
		count(b, server, "SELECT count() FROM DB.bill_lines"), count(b, server, "SELECT count() FROM DB.bill_daily"))
	logParts(b, server, "filled")
	s := open(b, cfg, time.Now)
	began := time.Now()
	fullest := night(b, server, s, accounts, last)
	b.Logf("3 days of %d accounts stored in %s, at most %d parts in a partition meanwhile", accounts, time.Since(began).Round(100*time.Millisecond), fullest)
	logParts(b, server, "after the night")

	current := func(days string) string {
		return "SELECT load_id FROM DB.bill_days" + days + " ORDER BY account, dataset, day, version DESC, load_id DESC LIMIT 1 BY account, dataset, day"
	}
	for _, q := range []struct{ name, statement string }{
		{"filter/alone", "SELECT count() FROM (" + current("") + ")"},
		{"filter/alone_by_argMax", "SELECT count() FROM (SELECT argMax(load_id, (version, load_id)) FROM DB.bill_days GROUP BY account, dataset, day)"},
		{"filter/of_one_month", "SELECT count() FROM (" + current(" WHERE day BETWEEN '2026-10-01' AND '2026-10-31'") + ")"},
		{"one_month/sums_without", "SELECT toUInt64(sum(lines)) FROM DB.bill_daily WHERE month = '2026-10-01'"},
		{"one_month/view_of_sums", "SELECT toUInt64(sum(lines)) FROM DB.bills_daily WHERE month = '2026-10-01'"},
		{"36_months/sums_without", "SELECT toUInt64(sum(lines)) FROM DB.bill_daily"},
		{"36_months/view_of_sums", "SELECT toUInt64(sum(lines)) FROM DB.bills_daily"},
		{"36_months/lines_without", "SELECT toUInt64(sum(billed_cost)) FROM DB.bill_lines"},
		{"36_months/view_of_lines", "SELECT toUInt64(sum(billed_cost)) FROM DB.bills"},
		{"36_months/lines_sent_along", "SELECT toUInt64(sum(billed_cost)) FROM DB.bill_lines WHERE load_id GLOBAL IN (" + current("") + ")"},
	} {
		b.Run(q.name, func(b *testing.B) {
			for b.Loop() {
				count(b, server, q.statement)
			}
		})
	}
	for _, q := range []struct {
		name  string
		query store.Query
	}{
		{"goscan/one_month", store.Query{From: last.Month().First(), To: last, By: []store.Dimension{store.ByAccount}}},
		{"goscan/36_months_of_one_account", store.Query{From: from, To: last, By: []store.Dimension{store.ByMonth}, Where: []store.Filter{
			{Dimension: store.ByAccount, Values: []string{"account-7"}}}}},
		{"goscan/36_months", store.Query{From: from, To: last, By: []store.Dimension{store.ByAccount}}},
	} {
		b.Run(q.name, func(b *testing.B) { benchmarkCosts(b, s, q.query) })
	}
	b.Run("goscan/clean", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Clean(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// night stores the last three days of every account anew and returns the most parts that a partition had.
func night(b *testing.B, server *chtest.Server, s *clickhouse.Store, accounts int, last providers.Day) (fullest uint64) {
	b.Helper()
	var g errgroup.Group
	g.SetLimit(8)
	for account := range accounts {
		for back := range 3 {
			g.Go(func() error {
				day := last - providers.Day(back)
				bill := providers.Bill{Account: fmt.Sprintf("account-%d", account), Provider: "alicloud", Dataset: providers.DatasetBill, Month: day.Month()}
				_, err := s.Replace(b.Context(), bill, day, filling(lines(5, "1")))
				return err
			})
		}
		if account%20 == 19 {
			fullest = max(fullest, mostParts(b, server, "bill_lines"), mostParts(b, server, "bill_daily"), mostParts(b, server, "bill_days"))
		}
	}
	if err := g.Wait(); err != nil {
		b.Fatal(err)
	}
	return fullest
}

func mostParts(b *testing.B, server *chtest.Server, table string) uint64 {
	return count(b, server, "SELECT max(n) FROM (SELECT count() AS n FROM system.parts WHERE active AND database = 'DB' AND table = '"+table+"' GROUP BY partition)")
}

func logParts(b *testing.B, server *chtest.Server, when string) {
	b.Helper()
	for _, table := range []string{"bill_lines", "bill_daily", "bill_days"} {
		of := " FROM system.parts WHERE active AND database = 'DB' AND table = '" + table + "'"
		b.Logf("%s: %s has %d parts in %d partitions, at most %d in one", when, table,
			count(b, server, "SELECT count()"+of), count(b, server, "SELECT uniqExact(partition)"+of), mostParts(b, server, table))
	}
}
