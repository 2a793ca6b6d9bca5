package render_test

import (
	"cmp"
	"fmt"
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/anomaly"
)

// whole returns a daily report in which there is something of everything.
func whole() *report.Report {
	day := providers.NewDay(2026, 11, 20)
	at := func(d providers.Day) report.Range { return report.Range{From: d, To: d} }
	ali := report.Account{Name: "prod-ali", Provider: "alicloud", State: report.Complete, Days: 1, Stored: 1}
	volc := report.Account{Name: "volc", Provider: "volcengine", State: report.Provisional, Days: 1, Stored: 1}
	late := report.Account{Name: "prod-new", Provider: "alicloud", State: report.Missing, Days: 1}
	r := &report.Report{
		Kind: report.Daily, Period: at(day), Amount: store.CostBeforeVoucher, Store: "embedded ledger ~/.local/state/goscan/ledger.db",
		Stored: &report.Range{From: providers.NewDay(2025, 10, 1), To: day}, State: report.Missing,
		AsOf:     time.Date(2026, 11, 21, 1, 30, 0, 0, time.UTC),
		Where:    []store.Filter{{Dimension: store.ByAccount, Values: []string{"prod-ali", "volc", "prod-new"}}},
		Accounts: []report.Account{ali, late, volc},
		Sections: []report.Section{{Currency: "CNY", Total: new(money("4215.873")), Lines: 18342}},
		Notes: []report.Note{
			{Kind: report.NoteMissing, Account: "prod-new", Days: []report.Range{at(day)}},
			{Kind: report.NoteProvisional, Account: "volc", Days: []report.Range{at(day)}},
			{Kind: report.NoteNotCompared, Account: "prod-new", With: report.DayBefore, Days: []report.Range{at(day), at(day - 1)}},
		},
	}
	s := &r.Sections[0]
	compared := func(with report.Against, of, period report.Range, amount, base, percent string) report.Comparison {
		return report.Comparison{With: with, Of: of, Period: period, Amount: new(money(amount)), Compared: []string{"prod-ali", "volc"},
			LeftOut: []string{"prod-new"}, Delta: &report.Delta{Base: money(base), Change: money(amount).Sub(money(base)), Percent: new(money(percent))}}
	}
	month := report.Range{From: providers.NewDay(2026, 11, 1), To: day}
	s.Comparisons = []report.Comparison{
		compared(report.DayBefore, at(day), at(day-1), "4215.873", "3871.02", "8.9"),
		compared(report.SameWeekday, at(day), at(day-7), "4215.873", "4290.4", "-1.7"),
		compared(report.MonthToDate, month, report.Range{From: providers.NewDay(2026, 10, 1), To: providers.NewDay(2026, 10, 20)},
			"71234.56", "66012.3", "7.9"),
	}
	for d := day - 29; d <= day; d++ {
		p := report.Point{Period: at(d)}
		switch {
		case d == day:
			p.Amount = s.Total
		case d == day-9: // not stored
		default:
			p.Amount = new(money("3400.5").Add(money("97.31").Mul(money(fmt.Sprint(int(d) * 7 % 11)))).Sub(money("700").Mul(money(fmt.Sprint(int(d.Weekday()) % 6 / 5)))))
			p.Partial = d == day-17
		}
		s.Trend = append(s.Trend, p)
	}
	s.Breakdowns = []report.Breakdown{
		{By: store.ByProvider, Rows: []report.Row{
			row("alicloud", "", "", "2672.373", "63.4", "310.2", "13.1"), row("volcengine", "", "", "1543.5", "36.6", "34.653", "2.3"),
		}},
		{By: store.ByService, Rows: []report.Row{
			row("ecs", "云服务器 ECS", "alicloud", "1508.17", "35.8", "287.14", "23.5"), row("ecs", "云服务器", "volcengine", "812.34", "19.3", "0", "0"),
			row("rds", "云数据库 RDS MySQL 版（高可用系列，独享型，含备份空间）", "alicloud", "611", "14.5", "70.5", "13.0"),
			row("veDB_for_MySQL", "云数据库 veDB MySQL 版", "volcengine", "482.1", "11.4", "-120.8", "-20.0"),
			row("oss", "对象存储 OSS", "alicloud", "420.203", "10.0", "-0.1", "0.0"), row("vke", "容器服务", "volcengine", "156.2", "3.7", "35.2", "29.1"),
			row("cdn", "CDN", "alicloud", "133", "3.2", "12.5", "10.4"), row("slb", "负载均衡 SLB", "alicloud", "-12.14", "-0.3", "-24", "-202.4"),
		}, Other: &report.Other{Count: 27, Amount: money("105"), Share: new(money("2.5")), Delta: delta("84.413", "410.0")}},
		{By: store.Tag("team"), Rows: []report.Row{
			row("shop", "shop", "", "2101.37", "49.8", "210", "11.1"), row("search", "search", "", "1402.5", "33.3", "100.853", "7.7"), row("", "", "", "712.003", "16.9", "34", "5.0"),
		}},
	}
	s.Accounts = []report.AccountRow{
		{Account: ali, Amount: new(money("2672.373")), Share: new(money("63.4")), Delta: delta("310.2", "13.1"), Lines: 12001},
		{Account: volc, Amount: new(money("1543.5")), Share: new(money("36.6")), Delta: delta("34.653", "2.3"), Lines: 6341},
		{Account: late},
	}
	s.Usage = new(s.Total.Sub(money("860")))
	s.Movers = moversOf(s.Comparisons[0].Delta.Change)
	s.Events = []report.Event{
		{Kind: report.EventPurchase, Day: r.Period.To, Account: "prod-ali", Provider: "alicloud", Service: "ecs", ServiceName: "云服务器 ECS",
			Resource: "i-bp1f0shop", Name: "shop-web-07", Amount: money("1200")},
		{Kind: report.EventRenewal, Day: r.Period.To, Account: "volc", Provider: "volcengine", Service: "veDB_for_MySQL",
			ServiceName: "云数据库 veDB MySQL 版", Resource: "vedb-q7", Amount: money("360.5")},
		{Kind: report.EventRefund, Day: r.Period.To, Account: "prod-ali", Provider: "alicloud", Service: "ecs", ServiceName: "云服务器 ECS",
			Resource: "i-bp1old", Name: "shop-web-02", Amount: money("-688")},
	}
	s.EventsOther = &report.Other{Count: 3, Amount: money("-12.5")}
	s.Forecast = &report.Forecast{
		Month: providers.NewMonth(2026, 11), SoFar: money("71234.56"), Through: providers.NewDay(2026, 11, 20), Days: 10,
		Renewals: money("4200"), Range80: report.Range80{Expected: money("110543.2"), Low: money("104210.11"), High: money("118002.7")},
		Before: new(money("103980.45")), Method: "weekday profile x damped level, alpha 0.3", LeftOut: []string{"prod-new"},
	}
	s.Budgets = budgets()
	s.Anomalies = alerts()
	r.Months = []report.MonthState{
		{Account: "prod-ali", Provider: "alicloud", Month: providers.NewMonth(2026, 10), State: report.Final, Closed: true, Reconciled: report.Differs,
			Compared: time.Date(2026, 11, 4, 2, 0, 0, 0, time.UTC), Difference: store.Amounts{"CNY": money("-12.34")}},
		{Account: "volc", Provider: "volcengine", Month: providers.NewMonth(2026, 10), State: report.Final, Closed: true, Reconciled: report.Agrees,
			Compared: time.Date(2026, 11, 4, 2, 0, 0, 0, time.UTC)},
	}
	r.Restated = &report.Restated{
		Since: time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC), Count: 4, Changes: store.Amounts{"CNY": money("45.6")},
		Days: []report.RestatedDay{
			{Account: "volc", Day: providers.NewDay(2026, 11, 17), Currency: "CNY", Before: money("1402.1"), After: money("1447.7")},
			{Account: "volc", Day: providers.NewDay(2026, 10, 30), Currency: "CNY", Before: money("1380"), After: money("1379.2"), Closed: true},
		},
	}
	return r
}

func delta(change, percent string) *report.Delta {
	return &report.Delta{Change: money(change), Percent: new(money(percent))}
}

func row(key, name, provider, amount, share, change, percent string) report.Row {
	return report.Row{Key: key, Name: cmp.Or(name, key), Provider: provider, Amount: money(amount), Share: new(money(share)), Delta: delta(change, percent)}
}

// moversOf returns movers whose changes and effects add up to a change.
func moversOf(change providers.Money) *report.Movers {
	rows := []report.Mover{
		{Account: "prod-ali", Provider: "alicloud", Service: "ecs", Name: "云服务器 ECS", Amount: money("1508.17"), Base: money("1221.03"),
			Effects: report.Effects{New: money("220.4"), Vanished: money("-41.2"), Quantity: money("63.02"), Price: money("44.92")},
			Leading: []report.MoverResource{{Resource: "i-bp1f0shop", Name: "shop-web-07", Change: money("220.4"), New: true},
				{Resource: "i-bp1old", Change: money("-41.2"), Vanished: true}}},
		{Account: "volc", Provider: "volcengine", Service: "veDB_for_MySQL", Name: "云数据库 veDB MySQL 版", Amount: money("282.1"),
			Base: money("402.9"), Effects: report.Effects{Quantity: money("-110.3"), Price: money("-10.5")}},
		{Account: "prod-ali", Provider: "alicloud", Service: "rds", Name: "云数据库 RDS MySQL 版（高可用系列，独享型，含备份空间）", Amount: money("611"),
			Base: money("540.5"), Effects: report.Effects{Purchases: money("60"), Rest: money("10.5")}},
	}
	m := &report.Movers{Other: &report.MoversOther{Count: 5}}
	for i := range rows {
		rows[i].Change = rows[i].Effects.Sum()
		m.Total = m.Total.Add(rows[i].Effects)
	}
	m.Rows = rows
	m.Other.Change = change.Sub(m.Total.Sum())
	m.Other.Effects = report.Effects{Rest: m.Other.Change}
	m.Total = m.Total.Add(m.Other.Effects)
	return m
}

func budgets() []report.Budget {
	november := providers.NewMonth(2026, 11)
	plan := func(name, amount string) report.Plan {
		return report.Plan{Name: name, Amount: money(amount), Currency: "CNY", Thresholds: []int{80, 100}}
	}
	return []report.Budget{
		{Plan: plan("全公司", "120000"), Month: november, Spent: money("71234.56"), Used: money("59.4"), Elapsed: money("66.7"), DaysLeft: 10,
			Forecast: &report.Range80{Expected: money("110543.2"), Low: money("104210.11"), High: money("118002.7")}},
		{Plan: plan("shop", "40000"), Month: november, Spent: money("35120"), Used: money("87.8"), Elapsed: money("66.7"), Reached: 80, DaysLeft: 10,
			Forecast: &report.Range80{Expected: money("49800"), Low: money("46500"), High: money("53000")}, Over: true,
			RunsOut: new(providers.NewDay(2026, 11, 24))},
		{Plan: plan("search", "18000"), Month: november, Spent: money("18950.01"), Used: money("105.3"), Elapsed: money("66.7"), Reached: 100,
			DaysLeft: 10, Over: true, Partial: []string{"volc"}},
	}
}

func alerts() []anomaly.Alert {
	day := providers.NewDay(2026, 11, 20)
	return []anomaly.Alert{
		{ID: "a1f3c2", Kind: anomaly.Rise, State: anomaly.Fresh, Account: "prod-ali", Provider: "alicloud", Currency: "CNY", From: day, To: day,
			Actual: money("1508.17"), Expected: money("1190.5"), Low: money("1011.9"), High: money("1369.1"), Impact: money("317.67"),
			Rule: "weekday-mad k=4 level=14d min=15% floor=100 CNY",
			Contributors: []anomaly.Contributor{
				{Service: "ecs", ServiceName: "云服务器 ECS", Actual: money("1400"), Expected: money("1100"), Delta: money("300")},
				{Service: "cdn", ServiceName: "CDN", Actual: money("108.17"), Expected: money("90.5"), Delta: money("17.67")},
			}},
		{ID: "b77d10", Kind: anomaly.Creep, State: anomaly.Ongoing, Account: "volc", Provider: "volcengine", Currency: "CNY", From: day - 6, To: day,
			Actual: money("156.2"), Expected: money("121"), Low: money("110"), High: money("140"), Impact: money("201.4"),
			Rule: "creep 7d/28d min=15%", Contributors: []anomaly.Contributor{
				{Service: "vke", ServiceName: "容器服务", Actual: money("156.2"), Expected: money("121"), Delta: money("35.2")}}},
		{ID: "c0ffee", Kind: anomaly.Drop, State: anomaly.Revised, Account: "volc", Provider: "volcengine", Currency: "CNY", From: day - 2, To: day - 1,
			Actual: money("20"), Expected: money("93"), Low: money("80"), High: money("105"), Impact: money("-146"), Before: new(money("-120")),
			Rule: "weekday-mad k=4", Planned: "旧桶迁移", Contributors: []anomaly.Contributor{
				{Service: "tos", ServiceName: "对象存储", Actual: money("20"), Expected: money("93"), Delta: money("-73")}}},
	}
}
