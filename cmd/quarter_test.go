//go:build prove

package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/providers/all"
	"goscan/providers/simulator"
	"goscan/store"
	"goscan/store/sqlite"
)

// A quarter is a simulated time in which goscan is run day by day on two clouds that restate their bills.
type quarter struct {
	t      *testing.T
	folder string
	now    time.Time
	random *rand.Rand
	clouds map[string]*simulator.Cloud
	since  providers.Day
}

func newQuarter(t *testing.T, seed uint64, since providers.Day) *quarter {
	q := &quarter{
		t: t, folder: t.TempDir(), random: rand.New(rand.NewPCG(seed, 1)), since: since,
		now: since.Start(), clouds: map[string]*simulator.Cloud{},
	}
	yaml := fmt.Sprintf("state: %s\nproviders:\n", filepath.Join(q.folder, "state"))
	for kind, o := range map[string]simulator.Options{
		simulator.Volcengine: {IssuedAfter: 3 * time.Hour},
		simulator.Alicloud:   {IssuedAfter: 20 * time.Hour},
	} {
		o.Seed, o.Now, o.First = seed, func() time.Time { return q.now }, since-40
		c, err := simulator.Start(kind, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		q.clouds[kind] = c
		keys := map[string]string{simulator.Volcengine: "access_key: %s, secret_key: %s", simulator.Alicloud: "access_key_id: %s, access_key_secret: %s"}[kind]
		yaml += fmt.Sprintf("  %s: {"+keys+", endpoint: %q, since: %s, rate: 1000}\n", kind, simulator.AccessKey, simulator.SecretKey, c.URL(), since)
	}
	if err := os.WriteFile(filepath.Join(q.folder, "goscan.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	return q
}

// run runs goscan in this process at the simulated instant.
func (q *quarter) run(args ...string) (int, string, string) {
	var out, errs bytes.Buffer
	a := &app{
		program: "goscan", out: &out, err: &errs, getenv: func(string) string { return "" }, now: func() time.Time { return q.now },
		width: narrow, mask: &mask{}, clouds: all.Registry(),
	}
	code := a.run(q.t.Context(), append([]string{"-c", filepath.Join(q.folder, "goscan.yaml")}, args...))
	return code, out.String(), errs.String()
}

// restate changes some days of a cloud that it has issued: of the last days, of the last month, or of any month before.
func (q *quarter) restate(c *simulator.Cloud) {
	yesterday := providers.DayOf(q.now) - 1
	for range q.random.IntN(3) {
		span := []int{4, 35, 85}[q.random.IntN(3)]
		d := max(yesterday-providers.Day(q.random.IntN(span)), q.since)
		rows := c.Day(d)
		if len(rows) < 4 {
			continue
		}
		switch q.random.IntN(4) {
		case 0: // lines vanish, fewer than half
			rows = rows[:len(rows)-1-q.random.IntN(len(rows)/3)]
		case 1: // lines come late
			rows = append(rows, c.Rows(d, 1+q.random.IntN(3))...)
		case 2: // an amount changes
			rows = append(rows[1:], c.Rows(d, 5)[q.random.IntN(5)])
		case 3: // a refund, of something two months ago
			rows = append(rows, c.Row(d, simulator.Charge{
				Category: simulator.Refund, Product: "ECS", ProductName: "云服务器", Item: "计算型", ItemCode: "g1", Resource: "i-refunded",
				Quantity: "1", Unit: "台", Price: "1", List: decimal.New(-1-q.random.Int64N(90_000), -2),
			}))
		}
		if err := c.SetDay(d, rows); err != nil {
			q.t.Fatal(err)
		}
	}
}

// days returns what the ledger holds of an account: lines and billed cost by day.
func (q *quarter) days(account string) map[providers.Day]store.Mark {
	q.t.Helper()
	ledger, err := sqlite.OpenLedger(q.t.Context(), filepath.Join(q.folder, "state"), store.Run{Now: time.Now})
	if err != nil {
		q.t.Fatal(err)
	}
	defer ledger.Close()
	marks, err := ledger.Days(q.t.Context(), account)
	if err != nil {
		q.t.Fatal(err)
	}
	days := map[providers.Day]store.Mark{}
	for _, m := range marks {
		days[m.Day] = m
	}
	return days
}

// assertDay asserts that the ledger holds a day as the cloud shows it.
func (q *quarter) assertDay(account string, stored map[providers.Day]store.Mark, d providers.Day) {
	q.t.Helper()
	want := q.clouds[account].Truth(d).Total("CNY")
	got, ok := stored[d]
	if !ok && want.Lines == 0 {
		return // not issued yet: nothing is stored, not even a zero
	}
	if got.Lines != want.Lines || !got.BilledCost["CNY"].Equal(want.BilledCost) {
		q.t.Errorf("%s: %s %s holds %d lines, %s; the cloud shows %d, %s", providers.Clock(q.now), account, d,
			got.Lines, got.BilledCost, want.Lines, want.BilledCost)
	}
}

func TestProveAQuarterOfRestatements(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	since := providers.NewDay(2026, time.January, 1)
	q := newQuarter(t, seed, since)
	moved := 0
	for today := since + 1; today <= providers.NewDay(2026, time.April, 5); today++ {
		q.now = today.Start().Add(12*time.Hour + time.Duration(q.random.IntN(60))*time.Minute)
		before := map[string]map[providers.Day]store.Mark{}
		for account, c := range q.clouds {
			q.restate(c)
			before[account] = q.days(account)
		}
		if code, out, errs := q.run("sync", "--quiet"); code != 0 {
			t.Fatalf("%s: exit code %d\n%s%s", providers.Clock(q.now), code, out, errs)
		}
		moved += q.assertChanges(before)
		for account := range q.clouds {
			stored := q.days(account)
			for d := since; d < today; d++ {
				if d >= today-3 || d.Month() < today.Month() {
					q.assertDay(account, stored, d)
				}
				if _, ok := stored[d]; !ok && d < today-1 {
					t.Errorf("%s: %s %s is not stored", providers.Clock(q.now), account, d)
				}
			}
		}
		if t.Failed() {
			return
		}
	}
	if moved < 20 {
		t.Errorf("only %d days were restated: the test tests too little", moved)
	}
	t.Logf("%d restatements", moved)
}

// assertChanges asserts that `changes` lists exactly the days that the last sync changed, and returns how many.
func (q *quarter) assertChanges(before map[string]map[providers.Day]store.Mark) int {
	q.t.Helper()
	want := map[string]bool{}
	for account := range q.clouds {
		for d, mark := range q.days(account) {
			if old, ok := before[account][d]; ok && old.LoadID != mark.LoadID {
				want[account+" "+d.String()] = true
			}
		}
	}
	code, out, errs := q.run("changes", "--since", "0s", "--json")
	if code != 0 {
		q.t.Fatalf("changes: exit code %d\n%s", code, errs)
	}
	var document struct{ Changes []change }
	if err := json.Unmarshal([]byte(out), &document); err != nil {
		q.t.Fatal(err)
	}
	got := map[string]bool{}
	for _, c := range document.Changes {
		got[c.Account+" "+c.Day.String()] = true
	}
	if !maps.Equal(got, want) {
		q.t.Errorf("%s: changes lists %v, want %v", providers.Clock(q.now), slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
	return len(want)
}

func TestProveAnOutageOfSevenWeeksLeavesNoHole(t *testing.T) {
	since := providers.NewDay(2026, time.January, 1)
	q := newQuarter(t, 7, since)
	for _, today := range []providers.Day{since + 5, since + 6, since + 55, since + 56} {
		q.now = today.Start().Add(13 * time.Hour)
		for _, c := range q.clouds {
			q.restate(c)
		}
		if code, out, errs := q.run("sync", "--quiet"); code != 0 {
			t.Fatalf("exit code %d\n%s%s", code, out, errs)
		}
	}
	for account := range q.clouds {
		stored := q.days(account)
		for d := since; d < since+55; d++ {
			q.assertDay(account, stored, d)
		}
	}
}
