package clickhouse_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
	"goscan/store/report"
)

// A report says the same whether the store tells what changed or has to list everything, over lines that change in every
// way and lines that do not.
func TestAReportOfWhatChangedIsThatOfEverything(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	storeRestless(t, open(t, cfg, time.Now))
	for _, protocol := range protocols() {
		s := open(t, over(server, cfg, protocol), time.Now)
		t.Run(string(protocol), func(t *testing.T) { wantSameReports(t, s) })
	}
}

func TestAReportOfWhatChangedInACluster(t *testing.T) {
	t.Parallel()
	servers := flat(chtest.StartCluster(t, duo, 1, 1))
	migrateAll(t, servers)
	s := open(t, clusterConfig(servers[0]), time.Now)
	storeRestless(t, s)
	for i, server := range servers {
		if count(t, server, "SELECT count() FROM DB.bill_lines_local") == 0 {
			t.Errorf("no line is on shard %d: the accounts prove little", i)
		}
	}
	wantSameReports(t, s)
}

// storeRestless stores two days of two accounts.
func storeRestless(t *testing.T, s *clickhouse.Store) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for _, account := range []string{"prod", "test"} {
		bill := providers.Bill{Account: account, Provider: october.Provider, Dataset: october.Dataset, Month: october.Month}
		all := restlessLines(random, 300)
		for back := range 2 {
			if _, err := s.Replace(t.Context(), bill, october31-providers.Day(back), filling(all)); err != nil {
				t.Fatal(err)
			}
			for i := range all {
				if i%3 == 0 && !twoNamed[all[i].ResourceID] { // the others stay as they are
					unsettle(random, &all[i])
				}
			}
			all = append(all[7:], restlessLines(random, 5)...)
			for i := range all {
				all[i].Offset = i
			}
		}
	}
}

func wantSameReports(t *testing.T, s *clickhouse.Store) {
	t.Helper()
	for _, where := range [][]store.Filter{
		nil,
		{{Dimension: store.ByAccount, Values: []string{"test"}}, {Dimension: store.Tag("env"), Values: []string{"prod"}}},
		{{Dimension: store.ByService, Values: []string{"svc-1", "only a name"}}},
	} {
		o := report.Options{Day: october31, Top: -1, Where: where}
		want, err := report.Build(t.Context(), struct{ report.Source }{s}, o)
		if err != nil {
			t.Fatal(err)
		}
		got, err := report.Build(t.Context(), s, o)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("where %v (-of everything +of what changed):\n%s", where, diff)
		}
		var all report.Effects
		for _, section := range want.Sections {
			all = all.Add(section.Movers.Total)
		}
		if where == nil && (len(want.Sections) != 2 || all.New.IsZero() || all.Vanished.IsZero() || all.Quantity.IsZero() ||
			all.Price.IsZero() || all.Purchases.IsZero() || all.Rest.IsZero()) {
			t.Errorf("%d sections, effects %+v: the lines prove little", len(want.Sections), all)
		}
	}
	wantChangesToAddUp(t, s)
}

// wantChangesToAddUp checks that what changed and what did not are together the costs of both days, in fewer rows.
func wantChangesToAddUp(t *testing.T, s *clickhouse.Store) {
	t.Helper()
	before, after, err := s.Changed(t.Context(), store.ChangeQuery{Day: october31, Amount: store.BilledCost})
	if err != nil {
		t.Fatal(err)
	}
	for day, changed := range map[providers.Day][]store.Cost{october31 - 1: before, october31: after} {
		q := store.Query{From: day, To: day, Amount: store.BilledCost, By: store.ChangeDimensions(), Quantity: true}
		costs, err := s.Costs(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(changed) >= len(costs)*3/4 {
			t.Errorf("%s: %d rows of what changed, %d of everything", day, len(changed), len(costs))
		}
		if got, want := byService(changed), byService(costs); !cmp.Equal(got, want) {
			t.Errorf("%s: %s", day, cmp.Diff(want, got))
		}
	}
}

func byService(costs []store.Cost) map[string]string {
	sums, lines := map[string]providers.Money{}, map[string]int64{}
	for _, c := range costs {
		key := c.Currency + " " + c.Keys[0] + " " + c.Keys[1]
		sums[key], lines[key] = sums[key].Add(c.Amount), lines[key]+c.Lines
	}
	texts := map[string]string{}
	for key, sum := range sums {
		texts[key] = fmt.Sprintf("%s of %d lines", sum, lines[key])
	}
	return texts
}

// restlessLines returns lines of resources that have several: of all kinds that a report of changes tells apart.
func restlessLines(random *rand.Rand, n int) []providers.Line {
	all := lines(n, "1.25")
	for i := range all {
		l := &all[i]
		resource, meter := random.IntN(90), random.IntN(2)
		l.ServiceCode, l.ServiceName = fmt.Sprintf("svc-%d", resource%4), fmt.Sprintf("Service %d", resource%4)
		l.ResourceID, l.ResourceName = fmt.Sprintf("i-%d", resource), fmt.Sprintf("node %d", resource)
		l.SkuMeter, l.PricingUnit = fmt.Sprintf("meter %d", meter), "Hour"
		l.PricingQuantity = providers.Quantity{Decimal: decimal.New(int64(1+resource%5), 0), Valid: resource%7 != 0}
		l.Tags = map[string]string{"env": []string{"prod", "test"}[resource%2]}
		switch resource % 11 {
		case 0:
			l.ServiceCode, l.ServiceName = "", "only a name"
		case 1:
			l.ResourceID = ""
		case 2:
			l.ResourceID, l.ResourceName = "", ""
		case 3:
			l.ChargeCategory = providers.ChargePurchase
		case 4:
			l.Currency = "USD"
		case 5:
			l.BilledCost, l.CostBeforeVoucher = decimal.Zero, decimal.Zero
		}
		if twoNamed[l.ResourceID] && meter == 1 {
			l.ServiceName = "A service"
		}
	}
	return all
}

// twoNamed are resources, one of each service, that stay as they are and whose service has another name on some lines.
var twoNamed = map[string]bool{"i-17": true, "i-18": true, "i-19": true, "i-20": true}

// unsettle changes one thing of a line.
func unsettle(random *rand.Rand, l *providers.Line) {
	switch random.IntN(8) {
	case 0:
		l.CostBeforeVoucher = l.CostBeforeVoucher.Add(decimal.New(int64(random.IntN(3)), -12))
	case 1:
		l.CostBeforeVoucher = l.CostBeforeVoucher.Neg()
	case 2:
		l.PricingQuantity.Decimal = l.PricingQuantity.Decimal.Add(decimal.New(1, 0))
	case 3:
		l.PricingQuantity = providers.Quantity{}
	case 4:
		l.PricingUnit = "Day"
	case 5:
		l.ServiceName = "Another"
	case 6:
		l.ResourceName = "another"
	case 7:
		l.ResourceID += "-new"
	}
}
