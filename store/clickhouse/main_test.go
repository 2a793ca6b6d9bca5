package clickhouse_test

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"goscan/providers"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
	"goscan/store/storetest"
)

func TestMain(m *testing.M) {
	storetest.Child(func(_ context.Context, address string, run store.Run) (storetest.Store, error) {
		return openImpatient(address, run)
	})
	goleak.VerifyTestMain(m)
}

// configOf returns the configuration of an address protocol://host:port/database, or with #cluster.
func configOf(address string) (clickhouse.Config, error) {
	u, err := url.Parse(address)
	if err != nil {
		return clickhouse.Config{}, err
	}
	port, err := strconv.Atoi(u.Port())
	return clickhouse.Config{
		Hosts: []string{u.Hostname()}, Port: port, Protocol: clickhouse.Protocol(u.Scheme),
		Username: "default", Database: strings.TrimPrefix(u.Path, "/"), Cluster: clickhouse.Keeperless(u.Fragment),
	}, err
}

// protocols are how the store can reach a server.
func protocols() []clickhouse.Protocol {
	return []clickhouse.Protocol{clickhouse.Native, clickhouse.HTTP}
}

// over returns the configuration for another protocol.
func over(s *chtest.Server, cfg clickhouse.Config, protocol clickhouse.Protocol) clickhouse.Config {
	cfg.Protocol, cfg.Port = protocol, s.Port
	if protocol == clickhouse.HTTP {
		cfg.Port = s.HTTPPort
	}
	return cfg
}

func config(s *chtest.Server) clickhouse.Config {
	return clickhouse.Config{Hosts: []string{s.Host}, Port: s.Port, Username: "default", Database: s.Database}
}

// migrated returns a server with a migrated database, and how to reach it.
func migrated(t testing.TB) (*chtest.Server, clickhouse.Config) {
	t.Helper()
	server := chtest.Start(t)
	cfg := config(server)
	if _, err := clickhouse.Migrate(t.Context(), cfg, "test"); err != nil {
		t.Fatal(err)
	}
	return server, cfg
}

func open(t testing.TB, cfg clickhouse.Config, now func() time.Time) *clickhouse.Store {
	t.Helper()
	s := clickhouse.Open(cfg, store.Run{
		ID: "run", Now: now,
		State: func(providers.Bill, providers.Day, time.Time) providers.State { return providers.Complete },
	})
	t.Cleanup(func() { s.Close() })
	return s
}

var (
	october31 = providers.NewDay(2026, time.October, 31)
	october   = providers.Bill{Account: "prod", Provider: "alicloud", Dataset: providers.DatasetBill, Month: october31.Month()}
)

// line returns a line whose billed cost is the amount.
func line(offset int, amount string) providers.Line {
	m, err := providers.ParseMoney(amount)
	if err != nil {
		panic(err)
	}
	return providers.Line{
		Offset: offset, BillingAccountID: "1001", ChargeCategory: providers.ChargeUsage, ServiceCode: "ecs",
		ChargePeriodStart: october31.Start(), ChargePeriodEnd: (october31 + 1).Start(),
		BilledCost: m, CostBeforeVoucher: m, Currency: "CNY", ResourceID: fmt.Sprintf("i-%d", offset),
	}
}

func lines(n int, amount string) []providers.Line {
	all := make([]providers.Line, n)
	for i := range all {
		all[i] = line(i, amount)
	}
	return all
}

func filling(lines []providers.Line) func(put providers.Emit) error {
	return func(put providers.Emit) error { return put(lines) }
}

func replace(t testing.TB, s *clickhouse.Store, lines []providers.Line) store.Change {
	t.Helper()
	change, err := s.Replace(t.Context(), october, october31, filling(lines))
	if err != nil {
		t.Fatal(err)
	}
	return change
}

// total returns the billed cost of the day in the report's eyes: "" when there is none.
func total(t testing.TB, s *clickhouse.Store) string {
	t.Helper()
	costs, err := s.Costs(context.Background(), store.Query{From: october31, To: october31, Amount: store.BilledCost})
	if err != nil {
		t.Fatal(err)
	}
	sum := store.Amounts{}
	for _, c := range costs {
		sum.Add(c.Currency, c.Amount)
	}
	return sum.String()
}

// count returns the number that a statement of the test's own connection selects.
func count(t testing.TB, server *chtest.Server, statement string) uint64 {
	t.Helper()
	var n uint64
	conn := server.Conn(t)
	defer conn.Close() // a test may ask very often
	if err := conn.QueryRow(context.Background(), strings.ReplaceAll(statement, "DB", server.Database)).Scan(&n); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return n
}

// eventually waits for what the server does in the background.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("not within 30 s: %s", what)
}
