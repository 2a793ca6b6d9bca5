package simulator_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/providers/simulator"
)

func kinds() []string { return []string{simulator.Volcengine, simulator.Alicloud} }

// forEachCloud runs a test against a cloud of each kind.
func forEachCloud(t *testing.T, o simulator.Options, test func(t *testing.T, kind string, c *simulator.Cloud)) {
	for _, kind := range kinds() {
		t.Run(kind, func(t *testing.T) { test(t, kind, start(t, kind, o)) })
	}
}

func TestMadeUpDaysArePlausible(t *testing.T) {
	forEachCloud(t, simulator.Options{Seed: 7}, func(t *testing.T, kind string, c *simulator.Cloud) {
		refunds, negative := 0, decimal.Decimal{}
		for d := providers.NewDay(2025, 10, 1); d <= providers.NewDay(2026, 11, 21); d += 4 {
			sums := c.Truth(d).Total("CNY")
			if sums.Lines < 40 || sums.Lines > 80 || sums.CostBeforeVoucher.LessThan(decimal.NewFromInt(300)) {
				t.Fatalf("%s has %d lines that cost %s", d, sums.Lines, sums.CostBeforeVoucher)
			}
		}
		for m := providers.NewMonth(2026, 1); m <= providers.NewMonth(2026, 10); m++ {
			for _, row := range c.Day(m.First() + 16) {
				if cost := number(t, row, "DiscountBillAmount", "PretaxAmount"); cost.IsNegative() {
					refunds, negative = refunds+1, negative.Add(cost)
				}
			}
		}
		if refunds == 0 {
			t.Error("no refund in 13 months")
		}
		before, spike := c.Truth(providers.NewDay(2026, 11, 19)), c.Truth(providers.NewDay(2026, 11, 20))
		if kind == simulator.Volcengine {
			service := simulator.Service{Code: "ark_bd", Currency: "CNY"}
			if !spike[service].BilledCost.GreaterThan(before[service].BilledCost.Mul(decimal.NewFromInt(2))) {
				t.Errorf("no spike: %s after %s", spike[service].BilledCost, before[service].BilledCost)
			}
		}
	})
}

func TestRowsHaveEveryDocumentedFieldAndKeepTheIdentities(t *testing.T) {
	forEachCloud(t, simulator.Options{Seed: 3}, func(t *testing.T, kind string, c *simulator.Cloud) {
		for d := providers.NewDay(2026, 10, 1); d <= providers.NewDay(2026, 10, 31); d++ {
			for i, row := range c.Day(d) {
				for _, field := range documentedFields(kind) {
					if _, ok := row[field]; !ok {
						t.Fatalf("%s row %d has no %s", d, i, field)
					}
				}
				if len(row) != len(documentedFields(kind)) {
					t.Fatalf("%s row %d has %d fields, want the %d documented ones", d, i, len(row), len(documentedFields(kind)))
				}
				checkIdentities(t, kind, row)
			}
		}
	})
}

func checkIdentities(t *testing.T, kind string, row simulator.Row) {
	t.Helper()
	for _, identity := range map[string][][]string{
		simulator.Volcengine: {
			{"DiscountBillAmount", "OriginalBillAmount", "PreferentialBillAmount", "RoundAmount"},
			{"PayableAmount", "DiscountBillAmount", "CouponAmount"},
		},
		simulator.Alicloud: {
			{"PretaxAmount", "PretaxGrossAmount", "InvoiceDiscount", "DeductedByCoupons"},
			{"AfterDiscountAmount", "PretaxGrossAmount", "InvoiceDiscount"},
			{"PaymentAmount", "PretaxAmount", "DeductedByCashCoupons", "OutstandingAmount"},
		},
	}[kind] {
		want := number(t, row, identity[1])
		for _, field := range identity[2:] {
			want = want.Sub(number(t, row, field))
		}
		if got := number(t, row, identity[0]); !got.Equal(want) {
			t.Errorf("%s is %s, want %s: %v", identity[0], got, want, row)
		}
	}
}

// number reads the first of the fields that the row has.
func number(t *testing.T, row simulator.Row, fields ...string) decimal.Decimal {
	t.Helper()
	for _, field := range fields {
		if v, ok := row[field]; ok {
			d, err := decimal.NewFromString(fmt.Sprint(v))
			if err != nil {
				t.Fatalf("%s: %v", field, err)
			}
			return d
		}
	}
	t.Fatalf("row has none of %v", fields)
	return decimal.Decimal{}
}

func TestEqualSeedsMakeEqualBills(t *testing.T) {
	for _, kind := range kinds() {
		d := providers.NewDay(2026, 11, 3)
		a, b := start(t, kind, simulator.Options{Seed: 1}), start(t, kind, simulator.Options{Seed: 1})
		other := start(t, kind, simulator.Options{Seed: 2})
		if diff := cmp.Diff(a.Day(d), b.Day(d)); diff != "" {
			t.Errorf("%s: equal seeds differ: %s", kind, diff)
		}
		if a.Truth(d).Equal(other.Truth(d)) {
			t.Errorf("%s: seeds 1 and 2 make the same bill", kind)
		}
	}
}

func TestPagesAddUpToTheTruth(t *testing.T) {
	forEachCloud(t, simulator.Options{Empty: true}, func(t *testing.T, kind string, c *simulator.Cloud) {
		for i, n := range []int{0, 1, 299, 300, 301, 1000} {
			d := providers.NewDay(2026, 11, 1) + providers.Day(i)
			if err := c.Fill(d, n); err != nil {
				t.Fatal(err)
			}
			rows := day(t, c, kind, d)
			if diff := cmp.Diff(c.Day(d), append([]simulator.Row{}, rows...)); diff != "" {
				t.Errorf("%d lines: pages differ from the day: %s", n, diff)
			}
			var billed decimal.Decimal
			for _, row := range rows {
				billed = billed.Add(number(t, row, "PayableAmount", "PretaxAmount"))
			}
			if truth := c.Truth(d); truth.Lines() != n || !truth.Total("CNY").BilledCost.Equal(billed) {
				t.Errorf("%d lines: truth is %d lines and %s, pages have %s", n, truth.Lines(), truth.Total("CNY").BilledCost, billed)
			}
		}
	})
}

func TestOverviewAddsUpToTheLines(t *testing.T) {
	m := providers.NewMonth(2026, 10)
	forEachCloud(t, simulator.Options{Seed: 11}, func(t *testing.T, kind string, c *simulator.Cloud) {
		onTheWire := map[string]decimal.Decimal{}
		for _, row := range overview(t, c, kind, m) {
			code, _ := row["Product"].(string)
			if kind == simulator.Alicloud {
				code, _ = row["ProductCode"].(string)
				if !number(t, row, "PretaxAmount").Equal(number(t, row, "PretaxAmount").Truncate(2)) {
					t.Errorf("%s: PretaxAmount %v is not in cents", code, row["PretaxAmount"])
				}
				onTheWire[code] = onTheWire[code].Add(number(t, row, "PretaxAmount")).Add(number(t, row, "RoundDownDiscount"))
				continue
			}
			onTheWire[code] = onTheWire[code].Add(number(t, row, "DiscountBillAmount"))
		}
		truth := c.TruthOfMonth(m)
		if len(truth) != len(onTheWire) || len(truth) == 0 {
			t.Fatalf("%d services on the wire, %d in truth", len(onTheWire), len(truth))
		}
		for service, sums := range truth {
			if !onTheWire[service.Code].Equal(sums.CostBeforeVoucher) {
				t.Errorf("%s: overview %s, lines %s", service.Code, onTheWire[service.Code], sums.CostBeforeVoucher)
			}
		}
		for _, total := range c.Overview(m) {
			want := truth[simulator.Service{Code: total.ServiceCode, Currency: total.Currency}].CostBeforeVoucher
			got := total.CostBeforeVoucher
			if kind == simulator.Alicloud {
				got = got.Add(total.RoundingAmount)
			}
			if !got.Equal(want) || total.ServiceName == "" || total.Rows == 0 {
				t.Errorf("%s: %s, want %s (%+v)", total.ServiceCode, got, want, total)
			}
		}
	})
}

func TestRestatementsShowAtOnce(t *testing.T) {
	forEachCloud(t, simulator.Options{Seed: 5}, func(t *testing.T, kind string, c *simulator.Cloud) {
		d := providers.NewDay(2026, 11, 2)
		rows := c.Day(d)
		before := c.TruthOfMonth(d.Month()).Total("CNY")
		added := c.Row(d, simulator.Charge{
			Category: simulator.Refund, Product: "ecs-late", ProductName: "迟到", List: decimal.RequireFromString("-10.5"),
			Tags: []simulator.Tag{{Key: "团队", Value: "a b:c"}},
		})
		added["FieldOfTheFuture"] = json.Number("1e-7")
		if err := c.SetDay(d, append(rows[1:], added, added)); err != nil {
			t.Fatal(err)
		}
		served := day(t, c, kind, d)
		if len(served) != len(rows)+1 || fmt.Sprint(served[len(served)-1]["FieldOfTheFuture"]) != "1e-7" {
			t.Errorf("%d rows served, want %d, the last with its new field", len(served), len(rows)+1)
		}
		first := number(t, rows[0], "DiscountBillAmount", "PretaxAmount")
		want := before.CostBeforeVoucher.Sub(first).Sub(decimal.NewFromInt(21))
		if got := c.TruthOfMonth(d.Month()).Total("CNY").CostBeforeVoucher; !got.Equal(want) {
			t.Errorf("the month is %s, want %s", got, want)
		}
		if err := c.SetDay(d, []simulator.Row{{"PretaxAmount": "x", "PayableAmount": "x"}}); err == nil {
			t.Error("an amount that is none is taken")
		}
	})
}

func TestDaysAppearWithTheClock(t *testing.T) {
	d := providers.NewDay(2026, 2, 28)
	now := d.Start()
	o := simulator.Options{Now: func() time.Time { return now }, IssuedAfter: 2 * time.Hour}
	forEachCloud(t, o, func(t *testing.T, kind string, c *simulator.Cloud) {
		for _, step := range []struct {
			at    time.Time
			empty bool
		}{
			{d.Start().Add(12 * time.Hour), true},
			{(d + 1).Start(), true},
			{(d + 1).Start().Add(2*time.Hour - time.Second), true},
			{(d + 1).Start().Add(2 * time.Hour), false},
		} {
			now = step.at
			if rows := day(t, c, kind, d); (len(rows) == 0) != step.empty || c.Truth(d).Lines() != len(rows) {
				t.Errorf("at %s: %d rows, truth %d", step.at, len(rows), c.Truth(d).Lines())
			}
		}
	})
}

func TestMonthAnswersSumTheDaysAndShowUndatedRows(t *testing.T) {
	m := providers.NewMonth(2026, 9)
	forEachCloud(t, simulator.Options{Seed: 9}, func(t *testing.T, kind string, c *simulator.Cloud) {
		undated := c.Row(m.First(), simulator.Charge{Product: "ghost", ProductName: "无日期", List: decimal.NewFromInt(7)})
		if err := c.SetUndated(m, []simulator.Row{undated}); err != nil {
			t.Fatal(err)
		}
		op, parameters := "DescribeInstanceBill", map[string]any{"BillingCycle": m.String(), "IsBillingItem": true, "MaxResults": 300}
		if kind == simulator.Volcengine {
			op, parameters = "ListBillDetail", map[string]any{"BillPeriod": m.String(), "NeedRecordNum": 1, "Limit": 300}
		}
		r, err := post(c, kind, simulator.AccessKey, op, parameters)
		if err != nil || len(r.rows) != r.total || r.total == 0 {
			t.Fatalf("%d of %d rows, %v: %.200s", len(r.rows), r.total, err, r.text)
		}
		var got decimal.Decimal
		ghosts := 0
		for _, row := range r.rows {
			got = got.Add(number(t, row, "DiscountBillAmount", "PretaxAmount"))
			if row["Product"] == "ghost" || row["ProductCode"] == "ghost" {
				ghosts++
			}
		}
		if want := c.TruthOfMonth(m).Total("CNY").CostBeforeVoucher; !got.Equal(want) || ghosts != 1 {
			t.Errorf("month rows sum to %s, want %s; %d undated rows, want 1", got, want, ghosts)
		}
	})
}
