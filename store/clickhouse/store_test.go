package clickhouse_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/clickhouse"
)

func TestAmountsAtTheBoundsOfTheColumn(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	s := open(t, cfg, time.Now)
	amounts := []string{
		"99999999999999999999999999.999999999999", "-99999999999999999999999999.999999999999", "0.000000000001", "-0.000000000001",
		"9223372036854775807", "-9223372036854775808", "9223372.036854775807", "9223372.036854775808", "999999999999999999", "1e25",
		"1E-12", "-1.000000000000", "18446744073709551616", "0.1",
	}
	for _, text := range amounts {
		l := line(0, text)
		replace(t, s, []providers.Line{l})
		var billed, daily string
		if err := server.Conn(t).QueryRow(t.Context(), "SELECT (SELECT toString(billed_cost) FROM "+server.Database+".bills), (SELECT toString(billed_cost) FROM "+
			server.Database+".bills_daily)").Scan(&billed, &daily); err != nil {
			t.Fatal(err)
		}
		if want := l.BilledCost.String(); billed != want || daily != want {
			t.Errorf("%s: the line says %s, the sums %s", want, billed, daily)
		}
		if got := total(t, s); got != l.BilledCost.String()+" CNY" {
			t.Errorf("%s: the report says %s", text, got)
		}
	}
	_, err := s.Replace(t.Context(), october, october31, filling(lines(2, amounts[0])))
	if !errors.Is(err, providers.ErrPrecision) || !strings.Contains(err.Error(), "billed_cost") {
		t.Errorf("a sum that leaves the column: %v", err)
	}
	// Across loads nothing is added in the column.
	nine := providers.Bill{Account: "other", Provider: "alicloud", Dataset: october.Dataset, Month: october.Month}
	for _, b := range []providers.Bill{october, nine} {
		if _, err := s.Replace(t.Context(), b, october31, filling(lines(1, amounts[0]))); err != nil {
			t.Fatal(err)
		}
	}
	if got := total(t, s); got != "199999999999999999999999999.999999999998 CNY" {
		t.Errorf("the sum of two accounts is %s", got)
	}
}

func TestBytesThatAreNoTextSurvive(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	s := open(t, cfg, time.Now)
	l := line(0, "1")
	odd := "\xff\xfe\x00'\\ 云\r\n"
	l.Native, l.Tags = providers.PairsOf(map[string]string{odd: odd, "": ""}), map[string]string{odd: odd}
	replace(t, s, []providers.Line{l})
	var native, tags map[string]string
	if err := server.Conn(t).QueryRow(t.Context(), "SELECT native, tags FROM "+server.Database+".bills").Scan(&native, &tags); err != nil {
		t.Fatal(err)
	}
	if len(native) != 2 || native[odd] != odd || native[""] != "" || len(tags) != 1 || tags[odd] != odd {
		t.Errorf("native %q, tags %q", native, tags)
	}
	costs, err := s.Costs(t.Context(), store.Query{From: october31, To: october31, By: []store.Dimension{store.Tag(odd)}})
	if err != nil || len(costs) != 1 || costs[0].Keys[0] != odd {
		t.Errorf("costs by that tag: %+v, %v", costs, err)
	}
}

func TestLinesAreInsertedInBlocks(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	cfg.Limits.BlockLines = 10
	inserted := func() uint64 { return count(t, server, "SELECT count() FROM DB.bill_lines") }
	_, err := open(t, cfg, time.Now).Replace(t.Context(), october, october31, func(put providers.Emit) error {
		for i, want := range []uint64{0, 10, 30} {
			if err := put(lines([]int{9, 3, 22}[i], "1")); err != nil {
				return err
			}
			if got := inserted(); got != want {
				t.Errorf("after page %d: %d lines are inserted, want %d", i, got, want)
			}
		}
		return nil
	})
	if err != nil || inserted() != 34 {
		t.Errorf("%d lines, %v, want 34", inserted(), err)
	}
}

func TestACloudThatPausesKeepsNoStatementOpen(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	cfg.Limits.BlockLines = 4
	s := open(t, cfg, time.Now)
	_, err := s.Replace(t.Context(), october, october31, func(put providers.Emit) error {
		if err := put(lines(6, "1")); err != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
		if n := count(t, server, "SELECT count() FROM system.processes WHERE query NOT LIKE '%system.processes%' AND query LIKE '%DB%'"); n != 0 {
			t.Errorf("%d statements are open while the cloud pauses", n)
		}
		return put(lines(6, "1"))
	})
	if err != nil || total(t, s) != "12 CNY" {
		t.Errorf("total %s, %v, want 12 CNY", total(t, s), err)
	}
}

func TestAServerKilledInMidLoad(t *testing.T) {
	t.Parallel()
	for _, protocol := range protocols() {
		t.Run(string(protocol), func(t *testing.T) { killInMidLoad(t, protocol) })
	}
}

func killInMidLoad(t *testing.T, protocol clickhouse.Protocol) {
	server, cfg := migrated(t)
	server.NeedsProcess(t)
	cfg = over(server, cfg, protocol)
	cfg.Limits.BlockLines = 10
	s := open(t, cfg, time.Now)
	before := replace(t, s, lines(3, "1.5")).After

	_, err := s.Replace(t.Context(), october, october31, func(put providers.Emit) error {
		if err := put(lines(25, "100")); err != nil {
			return err
		}
		server.Kill(t)
		return put(lines(25, "100"))
	})
	if !errors.Is(err, store.ErrUnreachable) {
		t.Errorf("while the server is gone: %v", err)
	}
	server.Restart(t)

	if got := total(t, s); got != "4.5 CNY" {
		t.Errorf("total after the restart %s, want the old 4.5 CNY", got)
	}
	if marks, err := s.Days(t.Context(), "prod"); err != nil || len(marks) != 1 || marks[0].LoadID != before.LoadID {
		t.Errorf("days after the restart: %+v, %v", marks, err)
	}
	if n := count(t, server, "SELECT count() FROM DB.bill_lines"); n <= 3 {
		t.Errorf("%d lines are stored: the kill came too early to prove anything", n)
	}
	replace(t, s, lines(2, "7"))
	if got := total(t, s); got != "14 CNY" {
		t.Errorf("total %s, want 14 CNY", got)
	}
}

func TestTruncatedTablesAreStoredAgain(t *testing.T) {
	t.Parallel()
	for _, tables := range [][]string{{"bill_lines", "bill_daily", "bill_days"}, {"bill_lines"}, {"bill_daily"}} {
		t.Run(strings.Join(tables, ","), func(t *testing.T) {
			server, cfg := migrated(t)
			s := open(t, cfg, time.Now)
			replace(t, s, lines(4, "2.5"))
			for _, table := range tables {
				if err := server.Conn(t).Exec(t.Context(), "TRUNCATE TABLE "+server.Database+"."+table); err != nil {
					t.Fatal(err)
				}
			}
			if marks, err := s.Days(t.Context(), ""); err != nil || len(tables) == 3 && len(marks) != 0 {
				t.Errorf("days: %+v, %v", marks, err)
			}
			if again := replace(t, s, lines(4, "2.5")); again.Confirmed {
				t.Errorf("lines that are gone were confirmed: %+v", again)
			}
			if got := total(t, s); got != "10 CNY" {
				t.Errorf("total %s, want 10 CNY", got)
			}
			if n := count(t, server, "SELECT count() FROM DB.bills"); n != 4 {
				t.Errorf("%d lines, want 4", n)
			}
		})
	}
}

func TestAStoreThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close() // it accepts connections, in the kernel, and never says a word
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for name, cfg := range map[string]clickhouse.Config{
		"nobody listens":            {Port: portOf(closed)},
		"nobody answers":            {Port: portOf(silent)},
		"nobody listens over HTTP":  {Port: portOf(closed), Protocol: clickhouse.HTTP},
		"nobody answers over HTTP":  {Port: portOf(silent), Protocol: clickhouse.HTTP},
		"nobody answers over HTTPS": {Port: portOf(silent), Protocol: clickhouse.HTTP, TLS: &tls.Config{}},
	} {
		cfg.Hosts, cfg.Username, cfg.Password, cfg.Database = []string{"127.0.0.1"}, "u", "hunter2", "d"
		cfg.Limits.Dial = 300 * time.Millisecond
		patient := cfg
		patient.Limits.Dial = time.Minute
		for method, call := range methods() {
			began := time.Now()
			err := call(t.Context(), cfg)
			if !errors.Is(err, store.ErrUnreachable) || strings.Contains(fmt.Sprintf("%+v", err), "hunter2") {
				t.Errorf("%s: %s: %v", name, method, err)
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("%s: %s took %s", name, method, took)
			}
			if strings.HasPrefix(name, "nobody listens") {
				continue
			}
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(100*time.Millisecond, cancel)
			began = time.Now()
			err = call(ctx, patient)
			if took := time.Since(began); !errors.Is(err, context.Canceled) || errors.Is(err, store.ErrUnreachable) || took > 3*time.Second {
				t.Errorf("%s: %s, interrupted, took %s: %v", name, method, took, err)
			}
		}
	}
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

func methods() map[string]func(ctx context.Context, cfg clickhouse.Config) error {
	run := store.Run{Now: time.Now, State: func(providers.Bill, providers.Day, time.Time) providers.State { return providers.Final }}
	return map[string]func(ctx context.Context, cfg clickhouse.Config) error{
		"Migrate": func(ctx context.Context, cfg clickhouse.Config) error {
			_, err := clickhouse.Migrate(ctx, cfg, "test")
			return err
		},
		"Check": func(ctx context.Context, cfg clickhouse.Config) error {
			s := clickhouse.Open(cfg, run)
			return errors.Join(s.Check(ctx), s.Close())
		},
		"Replace": func(ctx context.Context, cfg clickhouse.Config) error {
			cfg.Limits.BlockLines = 1
			s := clickhouse.Open(cfg, run)
			_, err := s.Replace(ctx, october, october31, filling(lines(2, "1")))
			return errors.Join(err, s.Close())
		},
	}
}

func TestAConfigWithoutHostsIsRefused(t *testing.T) {
	t.Parallel()
	for name, call := range methods() {
		if err := call(t.Context(), clickhouse.Config{Database: "d"}); err == nil || !strings.Contains(err.Error(), "host") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALoginThatIsRefusedIsNoSecret(t *testing.T) {
	t.Parallel()
	for _, protocol := range protocols() {
		for doing, call := range map[string]func(s *clickhouse.Store) error{
			"check": func(s *clickhouse.Store) error { return s.Check(t.Context()) },
			"replace": func(s *clickhouse.Store) error {
				_, err := s.Replace(t.Context(), october, october31, filling(lines(1, "1")))
				return err
			},
		} {
			server, cfg := migrated(t)
			cfg.Username, cfg.Password, cfg.Limits.BlockLines = "nobody-we-know", "hunter2", 1
			err := call(open(t, over(server, cfg, protocol), time.Now))
			if !errors.Is(err, store.ErrUnreachable) || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "nobody-we-know") {
				t.Errorf("%s, %s: %v", protocol, doing, err)
			}
			server.Discard(t)
		}
	}
}

func TestADayOfAnotherMonthIsRefused(t *testing.T) {
	t.Parallel()
	_, cfg := migrated(t)
	s := open(t, cfg, time.Now)
	if _, err := s.Replace(t.Context(), october, october31+1, filling(nil)); err == nil {
		t.Error("November 1 was stored in October's bill")
	}
}

func TestAPageAfterTheFetchIsRefused(t *testing.T) {
	t.Parallel()
	_, cfg := migrated(t)
	s := open(t, cfg, time.Now)
	var late providers.Emit
	if _, err := s.Replace(t.Context(), october, october31, func(put providers.Emit) error { late = put; return put(lines(1, "1")) }); err != nil {
		t.Fatal(err)
	}
	if err := late(lines(1, "1")); err == nil {
		t.Error("a page was taken after the day was stored")
	}
}
