//go:build unix

package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/sqlite"
)

// A recorder keeps the questions that a report asks.
type recorder struct {
	*sqlite.Ledger
	mu    sync.Mutex // some are asked side by side
	asked []store.Query
}

func (r *recorder) Costs(ctx context.Context, q store.Query) ([]store.Cost, error) {
	r.mu.Lock()
	r.asked = append(r.asked, q)
	r.mu.Unlock()
	return r.Ledger.Costs(ctx, q)
}

// The reports of a ledger of 1,000,000 lines, 60 days of one account, of one of a tenth, and their questions. A daily report
// is to take less than a second. All work is done in this process, so what it computed is known on a busy machine too.
//
//	go test ./store/sqlite -run '^$' -bench Reports -benchtime 5x
func BenchmarkReports(b *testing.B) {
	for _, linesOfDay := range []int{1667, 16_667} {
		b.Run(fmt.Sprint(60*linesOfDay), func(b *testing.B) {
			dir := b.TempDir()
			l := openLedger(b, dir)
			mustReplace(b, l, manyLines(linesOfDay))
			repeat(b, dir, 59)
			for _, kind := range []report.Kind{report.Daily, report.Monthly} {
				r := &recorder{Ledger: l}
				b.Run(string(kind), func(b *testing.B) {
					measure(b, func() error {
						r.asked = nil
						_, err := report.Build(b.Context(), r, report.Options{Kind: kind})
						return err
					})
				})
				for _, q := range r.asked {
					b.Run(fmt.Sprintf("%s/%d_days_by_%s", kind, q.To-q.From+1, q.By), func(b *testing.B) {
						measure(b, func() error {
							_, err := l.Costs(b.Context(), q)
							return err
						})
					})
				}
			}
		})
	}
}

// measure tells the shortest time of some work, and what this process computed for it.
func measure(b *testing.B, work func() error) {
	var best time.Duration
	before, n := cpu(), 0
	for b.Loop() {
		began := time.Now()
		if err := work(); err != nil {
			b.Fatal(err)
		}
		if took := time.Since(began); n == 0 || took < best {
			best = took
		}
		n++
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(best.Milliseconds()), "ms(best)")
	b.ReportMetric(float64((cpu()-before).Milliseconds())/float64(n), "CPU_ms")
}

// cpu returns what this process has computed.
func cpu() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// manyLines returns lines as a cloud's are: of 40 services, 2000 resources, 120 meters.
func manyLines(n int) []providers.Line {
	all := lines(n, "1.25")
	for i := range all {
		l := &all[i]
		l.CostBeforeVoucher, l.ChargeCategory = l.BilledCost, providers.ChargeUsage
		l.ResourceID, l.ResourceName = fmt.Sprintf("i-%016x", uint64(i%2000)*0x9E3779B97F4A7C15), fmt.Sprintf("node %d", i%2000)
		l.ServiceCode, l.ServiceName = fmt.Sprintf("svc-%d", i%40), fmt.Sprintf("Service %d", i%40)
		l.SkuMeter, l.PricingUnit = fmt.Sprintf("meter %d", i%120), "Hour"
		l.PricingQuantity = providers.Quantity{Decimal: decimal.New(int64(i%86400), -2), Valid: true}
		l.RegionID, l.RegionName = fmt.Sprintf("cn-%d", i%6), fmt.Sprintf("Region %d", i%6)
		l.CostUnit, l.SubAccountID = fmt.Sprintf("project-%d", i%15), fmt.Sprint(i%8)
		l.Tags = map[string]string{"app": fmt.Sprintf("app-%d", i%200), "env": "prod"}
	}
	return all
}

// repeat copies the only day of a ledger to as many days before it, inside the file.
func repeat(b *testing.B, dir string, days int) {
	b.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, sqlite.LedgerFile))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"bill_lines", "bill_daily", "bill_days"} {
		columns := columnsOf(b, db, table)
		values := slices.Clone(columns)
		for i, column := range columns {
			switch column {
			case "load_id":
				values[i] = "load_id - d.value"
			case "day":
				values[i] = "date(day, -d.value || ' days')"
			case "month":
				values[i] = "substr(date(day, -d.value || ' days'), 1, 7)"
			}
		}
		_, err := db.ExecContext(b.Context(), fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM (WITH RECURSIVE n(value) AS "+
			"(SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < %d) SELECT value FROM n) AS d CROSS JOIN (SELECT * FROM %[1]s)",
			table, strings.Join(columns, ", "), strings.Join(values, ", "), days))
		if err != nil {
			b.Fatal(err)
		}
	}
}

func columnsOf(b *testing.B, db *sql.DB, table string) (columns []string) {
	b.Helper()
	rows, err := db.QueryContext(b.Context(), "SELECT name FROM pragma_table_info(?)", table)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			b.Fatal(err)
		}
		columns = append(columns, name)
	}
	return columns
}
