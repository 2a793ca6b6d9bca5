//go:build prove

package clickhouse_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"

	"goscan/providers"
	"goscan/store"
	"goscan/store/clickhouse"
)

const (
	sumsReplacements = 100 // days stored anew, not counting what was cut
	sumsWriters      = 3   // at once, each with an account of its own
	sumsDays         = 6   // of an account, on both sides of a month's end
	sumsLines        = 600 // of a day, at most
)

// TestProveSumsStayExact stores days anew, of any size, a hundred times, while connections are cut, the server is killed,
// and what was superseded is cleaned away. Afterwards the daily sums are the sums of the lines in every dimension, to the
// last digit, and both are what the commit log says.
func TestProveSumsStayExact(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	server, cfg := migrated(t)
	server.NeedsProcess(t)
	r := newRelay(t, "127.0.0.1:0", server.Addr(), nil)
	_, err := fmt.Sscanf(r.listener.Addr().String(), "127.0.0.1:%d", &cfg.Port)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Limits = clickhouse.Limits{BlockLines: 100, Dial: time.Second, Superseded: time.Nanosecond}
	s := open(t, cfg, time.Now)

	var stored, lost atomic.Int64
	var writers errgroup.Group
	over := make(chan error, 1)
	for i := range sumsWriters {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		writers.Go(func() error {
			for deadline := time.Now().Add(10 * time.Minute); stored.Load() < sumsReplacements; {
				if replaceAny(t.Context(), s, random, i) == nil {
					stored.Add(1)
				} else {
					lost.Add(1)
					time.Sleep(50 * time.Millisecond)
				}
				if time.Now().After(deadline) {
					return fmt.Errorf("only %d days were stored in time, and %d were not", stored.Load(), lost.Load())
				}
			}
			return nil
		})
	}
	go func() { over <- writers.Wait() }()

	random := rand.New(rand.NewPCG(seed, sumsWriters))
	cuts, kills := 0, 0
	for ended, next := false, int64(1); !ended; {
		select {
		case err := <-over:
			if ended = true; err != nil {
				t.Error(err)
			}
		case <-time.After(time.Duration(random.IntN(100)) * time.Millisecond):
			if stored.Load() < next { // so that the writers get on
				continue
			}
			next = stored.Load() + 1 + random.Int64N(3)
			switch random.IntN(8) {
			case 0:
				kills++
				server.Kill(t)
				server.Restart(t)
			case 1:
				_, _ = s.Clean(t.Context()) // it may meet a cut, too
			default:
				cuts++
				r.cut()
			}
		}
	}
	server.Kill(t)
	server.Restart(t)
	t.Logf("%d days stored, %d attempts lost, %d cuts, %d kills", stored.Load(), lost.Load(), cuts, kills+1)
	if lost.Load() == 0 || kills == 0 {
		t.Error("nothing was lost: it proves little")
	}
	db := newAside(t, server)
	t.Logf("%d lines are current, of %d loads in the log", db.count("SELECT count() FROM DB.bills"), db.count("SELECT uniqExact(load_id) FROM DB.bill_days"))
	db.wantExactSums()

	// What the comparison is worth: one sum that is wrong in its last digit.
	wrong := "INSERT INTO DB.bill_daily (account, provider, dataset, month, day, load_id, tax_amount) SELECT account, provider, dataset, month, day, load_id, '0.000000000001' " +
		"FROM DB.bills LIMIT 1 SETTINGS async_insert = 0"
	if err := db.conn.Exec(t.Context(), strings.ReplaceAll(wrong, "DB", db.database)); err != nil {
		t.Fatal(err)
	}
	if n := db.differences("account, day"); n != 2 {
		t.Errorf("%d rows differ after one sum was spoiled, want both forms of one", n)
	}
}

// cut closes all connections.
func (r *relay) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, conn := range r.open {
		conn.Close()
	}
	r.open = nil
}

// replaceAny stores some day of a writer's account anew.
func replaceAny(ctx context.Context, s *clickhouse.Store, random *rand.Rand, writer int) error {
	day := october31 - sumsDays/2 + 1 + providers.Day(random.IntN(sumsDays))
	bill := providers.Bill{Account: fmt.Sprintf("account-%d", writer), Provider: "alicloud", Dataset: providers.DatasetBill, Month: day.Month()}
	lines := anyLines(random, day, random.IntN(sumsLines))
	_, err := s.Replace(ctx, bill, day, func(put providers.Emit) error {
		for page := range slices.Chunk(lines, 60) {
			if err := put(page); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// anyLines returns lines that differ in everything that the daily sums are kept by, whose amounts have all digits that a
// column has.
func anyLines(random *rand.Rand, day providers.Day, n int) []providers.Line {
	one := func(word string, of int) string { return fmt.Sprint(word, random.IntN(of)) }
	all := make([]providers.Line, n)
	for i := range all {
		l := &all[i]
		*l = providers.Line{
			Offset: i, BillingAccountID: "1001", ChargePeriodStart: day.Start(), ChargePeriodEnd: (day + 1).Start(),
			ServiceCode: one("svc", 9), ServiceName: one("Service ", 2), RegionID: one("cn-", 4), RegionName: one("地域 ", 2),
			ChargeCategory: []string{providers.ChargeUsage, providers.ChargePurchase}[random.IntN(2)], BillingMode: one("mode", 2),
			SubAccountID: one("sub", 3), SubAccountName: one("team ", 2), CostUnit: one("", 3), ResourceID: one("i-", 500),
			Currency: []string{"CNY", "USD"}[random.IntN(2)],
		}
		for _, amount := range store.AmountFields(l) {
			*amount = decimal.New(random.Int64()-random.Int64(), -12)
		}
	}
	return all
}

// sumsBy are the columns by which daily sums are kept.
func sumsBy() []string {
	return []string{
		"account", "provider", "dataset", "month", "day", "load_id", "service_code", "service_name", "region_id", "region_name",
		"charge_category", "billing_mode", "sub_account_id", "sub_account_name", "cost_unit", "currency",
	}
}

// wantExactSums compares the sums with the lines, in every dimension and in all together, and both with the commit log.
func (a aside) wantExactSums() {
	a.t.Helper()
	for _, by := range append(sumsBy(), strings.Join(sumsBy(), ", ")) {
		if n := a.differences(by); n != 0 {
			a.t.Errorf("by %s %d rows differ between the sums and the lines", by, n)
		}
	}
	const committed = "SELECT account, day, load_id, toUInt64(lines), billed_cost['CNY'], billed_cost['USD'] FROM (SELECT * FROM DB.bill_days " +
		"ORDER BY version DESC, load_id DESC LIMIT 1 BY account, dataset, day) WHERE lines > 0"
	const stored = "SELECT account, day, load_id, count(), sumIf(billed_cost, currency = 'CNY'), sumIf(billed_cost, currency = 'USD') FROM DB.bills GROUP BY account, day, load_id"
	if n := a.count(differing(committed, stored)); n != 0 {
		a.t.Errorf("%d days differ between the commit log and the lines", n)
	}
	if n := a.count("SELECT count() FROM DB.bills"); n == 0 {
		a.t.Error("no line is stored")
	}
}

// differences counts the rows that the sums by some columns have and the lines have not, and the other way round.
func (a aside) differences(by string) uint64 {
	a.t.Helper()
	var amounts string
	for _, column := range store.AmountColumns() {
		amounts += fmt.Sprintf(", sum(toDecimal256(%s, 12))", column)
	}
	return a.count(differing(
		fmt.Sprintf("SELECT %s%s, count() FROM DB.bills GROUP BY %[1]s", by, amounts),
		fmt.Sprintf("SELECT %s%s, sum(lines) FROM DB.bills_daily GROUP BY %[1]s", by, amounts)))
}

func differing(one, other string) string {
	return fmt.Sprintf("SELECT count() FROM ((%s EXCEPT DISTINCT %s) UNION ALL (%[2]s EXCEPT DISTINCT %[1]s))", one, other)
}
