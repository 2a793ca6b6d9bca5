package clickhouse_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	driver "github.com/ClickHouse/clickhouse-go/v2"

	"goscan/providers"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
	"goscan/store/report"
)

// The benchmarks of this file fill their tables on the server and run only with -bench:
//
//	go test ./store/clickhouse -run '^$' -bench . -benchtime 5x

// firstLoad is an id in the past, from which made-up loads count up: one for each account and day.
func firstLoad() store.LoadID { return store.FirstLoadID(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)) }

// fill stores the lines of some accounts and days, as a sync would have: all are current.
func fill(t testing.TB, server *chtest.Server, from, to providers.Day, accounts, linesOfDay int) {
	t.Helper()
	days := int(to-from) + 1
	conn := server.Conn(t)
	ctx := context.Background()
	shape := fmt.Sprintf(`WITH intDiv(number, %d) AS load, intDiv(load, %d) AS offset, cityHash64(number) AS hash, hash %% 1920 AS resource, resource %% 320 AS kind, intDiv(kind, 40) AS place`, linesOfDay, accounts)
	day := fmt.Sprintf("(toDate(%d) + offset)", uint16(from))
	for first := 0; first < days; first += 30 { // a month or so at a time: the server has little memory
		some := min(30, days-first) * accounts * linesOfDay
		statement := fmt.Sprintf(`INSERT INTO DB.bill_lines (account, provider, dataset, month, day, line, load_id, billing_account_id, sub_account_id,
    sub_account_name, charge_period_start, charge_period_end, charge_category, service_code, service_name, sku_id, sku_meter, resource_id,
    resource_name, region_id, region_name, availability_zone, billing_mode, pricing_quantity, pricing_unit, list_unit_price, list_cost,
    contracted_cost, billed_cost, effective_cost, cost_before_voucher, cost_after_voucher, paid_amount, currency, cost_unit, tags, native)
%s
SELECT concat('account-', toString(load %% %d)), if(load %% 2, 'volcengine', 'alicloud'), 'bill', toStartOfMonth(%[3]s), %[3]s,
    toUInt32(number %% %[4]d), %[5]d + load, concat('10000', toString(load %% %[2]d)), toString(place), concat('team ', toString(place)),
    toDateTime(%[3]s, 'UTC') - 28800, toDateTime(%[3]s, 'UTC') + 57600, if(hash %% 50 = 0, 'Purchase', 'Usage'), concat('svc-', toString(kind %% 40)),
    concat('Service ', toString(kind %% 40)), concat('sku-', toString(hash %% 300)), concat('meter ', toString(hash %% 120)),
    concat('i-', hex(sipHash64(resource, load %% %[2]d))), concat('node ', toString(resource)), concat('cn-', toString(place)),
    concat('Region ', toString(place)), concat('zone-', toString(resource %% 12)), if(place %% 3, 'PayAsYouGo', 'Subscription'),
    toDecimal128(hash %% 86400, 12) / 3600, 'Hour', toDecimal128(hash %% 1000, 12) / 1000, toDecimal128(hash %% 1000000, 12) / 10000 AS cost,
    cost, cost, cost, cost, cost, cost, 'CNY', concat('project-', toString(kind %% 15)),
    map('app', concat('app-', toString(resource %% 200)), 'env', if(resource %% 4, 'prod', 'test')),
    map('InstanceConfig', concat('cpu:', toString(resource %% 64)), 'BillID', toString(hash))
FROM numbers(%[6]d, %[7]d) SETTINGS async_insert = 0, max_partitions_per_insert_block = 0`,
			shape, accounts, day, linesOfDay, firstLoad(), first*accounts*linesOfDay, some)
		if err := conn.Exec(ctx, strings.ReplaceAll(statement, "DB", server.Database)); err != nil {
			t.Fatal(err)
		}
	}
	commits := `INSERT INTO DB.bill_days SELECT account, any(provider), 'bill', month, day, load_id, now64(6) - 86400, now64(6) - 86400, 'final',
    sum(lines), map('CNY', sum(billed_cost)), 1, 'made up' FROM DB.bill_daily GROUP BY account, month, day, load_id SETTINGS async_insert = 0`
	for _, statement := range []string{commits, "OPTIMIZE TABLE DB.bill_lines FINAL", "OPTIMIZE TABLE DB.bill_daily FINAL"} {
		if err := conn.Exec(ctx, strings.ReplaceAll(statement, "DB", server.Database)); err != nil {
			t.Fatal(err)
		}
	}
}

// The questions of reports over 10,000,000 lines of 13 months and 10 accounts: those that a daily and a monthly report ask,
// and others. Of the dimensions of bill_daily each is to take the server less than 100 ms; one month by resource or tag
// less than 300 ms. On a busy machine look at what the server computed, on all of its threads together.
func BenchmarkReports(b *testing.B) {
	server, cfg := migrated(b)
	last := providers.NewDay(2026, time.October, 31)
	from := providers.NewMonth(2025, time.October).First()
	fill(b, server, from, last, 10, 2532) // 10,026,720 lines, 1,367,006 sums
	s := open(b, cfg, time.Now)
	for _, table := range []string{"bill_lines", "bill_daily", "bill_days"} {
		b.Logf("%s: %d rows, %d MB", table, count(b, server, "SELECT count() FROM DB."+table), count(b, server,
			"SELECT intDiv(sum(bytes_on_disk), 1000000) FROM system.parts WHERE active AND database = 'DB' AND table = '"+table+"'"))
	}
	for _, q := range append(reportQueries(from, last), askedQueries(b, s)...) {
		b.Run(q.name, func(b *testing.B) { benchmarkCosts(b, s, q.query) })
	}
	b.Run("daily/changed", func(b *testing.B) {
		benchmarkQuestion(b, func(ctx context.Context) (int, error) {
			before, after, err := s.Changed(ctx, store.ChangeQuery{Day: last, Amount: store.CostBeforeVoucher})
			return len(before) + len(after), err
		})
	})
	b.Run("clean", func(b *testing.B) {
		median := medianOf(b, func() {
			if _, err := s.Clean(b.Context()); err != nil {
				b.Fatal(err)
			}
		})
		b.ReportMetric(float64(median.Milliseconds()), "ms(median)")
	})
}

func benchmarkCosts(b *testing.B, s *clickhouse.Store, q store.Query) {
	benchmarkQuestion(b, func(ctx context.Context) (int, error) {
		costs, err := s.Costs(ctx, q)
		return len(costs), err
	})
}

// benchmarkQuestion tells what a question takes: the server, from its statements' begin to their end and in computing, and
// until all costs are here.
func benchmarkQuestion(b *testing.B, ask func(ctx context.Context) (costs int, err error)) {
	var took, server, computed, asked time.Duration
	rows := 0
	ctx := driver.Context(b.Context(), driver.WithProgress(func(p *driver.Progress) { asked += p.Elapsed }),
		driver.WithProfileEvents(func(events []driver.ProfileEvent) {
			for _, e := range events {
				if e.Name == "UserTimeMicroseconds" || e.Name == "SystemTimeMicroseconds" {
					computed += time.Duration(e.Value) * time.Microsecond
				}
			}
		}))
	runs := 0
	for b.Loop() {
		asked = 0
		began := time.Now()
		costs, err := ask(ctx)
		if err != nil {
			b.Fatal(err)
		}
		if t := time.Since(began); runs == 0 || t < took {
			took = t
		}
		if runs == 0 || asked < server {
			server = asked
		}
		rows, runs = costs, runs+1
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(took.Milliseconds()), "ms(best)")
	b.ReportMetric(float64(server.Milliseconds()), "server_ms(best)")
	b.ReportMetric(float64(computed.Milliseconds())/float64(runs), "server_CPU_ms")
	b.ReportMetric(float64(rows), "rows")
}

// A recorder keeps the questions that a report asks.
type recorder struct {
	*clickhouse.Store
	mu    sync.Mutex // some are asked side by side
	asked []store.Query
}

func (r *recorder) Costs(ctx context.Context, q store.Query) ([]store.Cost, error) {
	r.mu.Lock()
	r.asked = append(r.asked, q)
	r.mu.Unlock()
	return r.Store.Costs(ctx, q)
}

// askedQueries returns what a daily and a monthly report ask of Costs.
func askedQueries(b *testing.B, s *clickhouse.Store) (all []namedQuery) {
	b.Helper()
	for _, kind := range []report.Kind{report.Daily, report.Monthly} {
		r := &recorder{Store: s}
		if _, err := report.Build(b.Context(), r, report.Options{Kind: kind}); err != nil {
			b.Fatal(err)
		}
		for _, q := range r.asked {
			all = append(all, namedQuery{fmt.Sprintf("%s/%d_days_by_%s", kind, q.To-q.From+1, q.By), q})
		}
	}
	return all
}

// A namedQuery is a question of a report.
type namedQuery struct {
	name  string
	query store.Query
}

func reportQueries(from, last providers.Day) []namedQuery {
	month := last.Month().First()
	account := []store.Filter{{Dimension: store.ByAccount, Values: []string{"account-3"}}}
	all := []namedQuery{
		{"13months/day,provider", store.Query{From: from, To: last, By: []store.Dimension{store.ByDay, store.ByProvider}}},
		{"13months/day,service", store.Query{From: from, To: last, By: []store.Dimension{store.ByDay, store.ByService}}},
		{"13months/day,provider,account,service,category", store.Query{From: from, To: last, By: []store.Dimension{
			store.ByDay, store.ByProvider, store.ByAccount, store.ByService, store.ByCategory}}},
		{"13months/month,account", store.Query{From: from, To: last, By: []store.Dimension{store.ByMonth, store.ByAccount}}},
		{"13months/month,region,mode", store.Query{From: from, To: last, By: []store.Dimension{store.ByMonth, store.ByRegion, store.ByBillingMode}}},
		{"13months/month,project", store.Query{From: from, To: last, By: []store.Dimension{store.ByMonth, store.ByProject}}},
		{"13months/month,subaccount", store.Query{From: from, To: last, By: []store.Dimension{store.ByMonth, store.BySubAccount}}},
		{"13months/one_account/day,service", store.Query{From: from, To: last, By: []store.Dimension{store.ByDay, store.ByService}, Where: account}},
		{"month/day,service", store.Query{From: month, To: last, By: []store.Dimension{store.ByDay, store.ByService}}},
		{"month/resource", store.Query{From: month, To: last, By: []store.Dimension{store.ByResource}}},
		{"month/service,resource", store.Query{From: month, To: last, By: []store.Dimension{store.ByProvider, store.ByService, store.ByResource}}},
		{"month/tag", store.Query{From: month, To: last, By: []store.Dimension{store.Tag("app")}}},
		{"month/one_account/resource", store.Query{From: month, To: last, By: []store.Dimension{store.ByResource}, Where: account}},
		{"month/meter_quantity", store.Query{From: month, To: last, By: []store.Dimension{store.ByMeter, store.ByUnit}, Quantity: true}},
	}
	for i := range all {
		all[i].query.Amount = store.CostBeforeVoucher
	}
	return all
}

func medianOf(b *testing.B, work func()) time.Duration {
	var took []time.Duration
	work() // what comes first reads from the disk
	for b.Loop() {
		began := time.Now()
		work()
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// What storing a day costs, by the size of its INSERTs, the protocol and the compression.
func BenchmarkReplace(b *testing.B) {
	const n = 100_000
	day := manyLines(n)
	for _, block := range []int{10_000, 100_000} {
		for _, protocol := range protocols() {
			for _, compression := range []clickhouse.Compression{clickhouse.LZ4, clickhouse.ZSTD, clickhouse.NoCompression} {
				b.Run(fmt.Sprintf("%d/%s/%s", block, protocol, compression), func(b *testing.B) {
					server, cfg := migrated(b)
					cfg = over(server, cfg, protocol)
					cfg.Compression, cfg.Limits.BlockLines = compression, block
					s := open(b, cfg, time.Now)
					before := cpu()
					i := 0
					for b.Loop() {
						i++
						day[0].ResourceID = fmt.Sprintf("another %d", i) // not the lines that are stored already
						if _, err := s.Replace(b.Context(), october, october31, paged(day)); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(n*i)/b.Elapsed().Seconds(), "lines/s")
					b.ReportMetric(float64((cpu()-before).Microseconds())/float64(n*i), "CPU_us/line")
					b.ReportMetric(0, "ns/op")
				})
			}
		}
	}
}

// Replacing two days of a month of 5,000,000 lines, and the same two days of an empty table: by as many lines as the
// month's days have, and by ten, which shows what is not the lines.
func BenchmarkReplaceInAMonth(b *testing.B) {
	const linesOfDay = 5_000_000 / 31
	all := manyLines(linesOfDay)
	for _, month := range []string{"empty", "5000000"} {
		b.Run(month, func(b *testing.B) {
			server, cfg := migrated(b)
			if month != "empty" {
				fill(b, server, october31.Month().First(), october31, 1, linesOfDay)
			}
			s := open(b, cfg, time.Now)
			account := providers.Bill{Account: "account-0", Provider: "alicloud", Dataset: october.Dataset, Month: october.Month}
			i := 0
			for _, day := range [][]providers.Line{all[:10], all} {
				b.Run(fmt.Sprint(len(day)), func(b *testing.B) {
					median := medianOf(b, func() {
						i++
						day[0].ResourceID = fmt.Sprintf("another %d", i) // not the lines that are stored already
						for _, d := range []providers.Day{october31 - 1, october31} {
							if _, err := s.Replace(b.Context(), account, d, paged(day)); err != nil {
								b.Fatal(err)
							}
						}
					})
					b.ReportMetric(float64(median.Milliseconds()), "ms(median)")
				})
			}
		})
	}
}

// manyLines returns lines as a cloud's are: names that repeat, ids that do not, tags and native fields.
func manyLines(n int) []providers.Line {
	all := lines(n, "1.25")
	for i := range all {
		l := &all[i]
		l.ResourceID = fmt.Sprintf("i-%016x", uint64(i%2000)*0x9E3779B97F4A7C15)
		l.ResourceName = fmt.Sprintf("node %d", i%2000)
		l.ServiceCode, l.ServiceName = fmt.Sprintf("svc-%d", i%40), fmt.Sprintf("Service %d", i%40)
		l.SkuID, l.SkuMeter = fmt.Sprintf("sku-%d", i%300), fmt.Sprintf("meter %d", i%120)
		l.RegionID, l.RegionName = fmt.Sprintf("cn-%d", i%6), fmt.Sprintf("Region %d", i%6)
		l.Tags = map[string]string{"app": fmt.Sprintf("app-%d", i%200), "env": "prod"}
		l.Native = providers.PairsOf(map[string]string{"InstanceConfig": fmt.Sprintf("cpu:%d", i%64), "BillID": fmt.Sprint(i)})
	}
	return all
}

// paged puts lines as clouds answer: 300 at a time.
func paged(all []providers.Line) func(put providers.Emit) error {
	return func(put providers.Emit) error {
		for page := range slices.Chunk(all, 300) {
			if err := put(page); err != nil {
				return err
			}
		}
		return nil
	}
}

// cpu returns what this process has computed.
func cpu() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
