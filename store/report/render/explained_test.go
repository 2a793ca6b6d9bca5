package render_test

import (
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/anomaly"
)

// explain puts something of everything that explains sums into a report of two clouds.
func explain(r *report.Report) {
	s := &r.Sections[0]
	day := r.Period.To
	s.Usage = new(s.Total.Sub(money("860.5")))
	s.Movers = explainedMovers(s.Comparisons[0])
	s.Events = []report.Event{
		{Kind: report.EventPurchase, Day: day, Account: "prod-ali", Provider: "alicloud", Service: "ecs", ServiceName: "云服务器 ECS",
			Resource: "i-bp1f0shop", Name: "shop-web-07", Amount: money("1200")},
		{Kind: report.EventRenewal, Day: r.Period.From, Account: "volc", Provider: "volcengine", Service: "veDB_for_MySQL",
			ServiceName: "云数据库 veDB MySQL 版", Resource: "vedb-0a1b2c3d4e5f", Amount: money("360.5")},
		{Kind: report.EventRefund, Day: day, Account: "prod-ali", Provider: "alicloud", Service: "slb", Amount: money("-688")},
	}
	s.EventsOther = &report.Other{Count: 3, Amount: money("-12")}
	s.Forecast, s.Budgets = nil, explainedBudgets(day)
	if r.Kind == report.Daily {
		s.Forecast = &report.Forecast{
			Month: day.Month(), SoFar: money("81234.56"), Through: day, Days: 10, Renewals: money("4200"),
			Range80: report.Range80{Expected: money("120543.2"), Low: money("114210.11"), High: money("128002.7")},
			Before:  new(money("113980.45")), Method: "weekday-level level=14d damp=0.9 calendar=cn", LeftOut: []string{"prod-new"},
		}
	}
	s.Anomalies = explainedAlerts(day)
	compared := time.Date(2026, 10, 4, 2, 0, 0, 0, time.UTC)
	r.Months = []report.MonthState{
		{Account: "intl", Month: day.Month() - 1, State: report.Complete, Reconciled: report.NotCompared},
		{Account: "prod-ali", Month: day.Month() - 1, State: report.Final, Closed: true, Reconciled: report.Differs,
			Compared: compared, Difference: store.Amounts{"CNY": money("12.34"), "USD": money("-0.004")}},
		{Account: "prod-eu", Month: day.Month() - 1, State: report.Final, Closed: true, Reconciled: report.Agrees, Compared: compared},
		{Account: "test", Month: day.Month() - 1, State: report.Final, Closed: true, Reconciled: report.Accepted, Compared: compared,
			Difference: store.Amounts{"CNY": money("0.5")}, Accepted: "known | rounding of the cloud"},
		{Account: "volc", Month: day.Month() - 1, State: report.Final, Closed: true, Reconciled: report.Agrees, Compared: compared},
	}
	r.Restated = &report.Restated{
		Since: time.Date(2026, 10, 31, 1, 0, 0, 0, time.UTC), Count: 5, Changes: store.Amounts{"CNY": money("-42.8")},
		Days: []report.RestatedDay{
			{Account: "volc", Day: day - 3, Currency: "CNY", Before: money("1402.1"), After: money("1359.3")},
			{Account: "prod-ali", Day: day - 33, Currency: "CNY", Before: money("2511.004"), After: money("2511.01"), Closed: true},
		},
	}
	r.AsOf = time.Date(2026, 11, 1, 1, 30, 0, 0, time.UTC)
	r.Where = []store.Filter{
		{Dimension: store.ByAccount, Values: []string{"prod-ali", "volc"}}, {Dimension: store.Tag("team"), Values: []string{"shop", ""}},
	}
}

// explainedMovers returns movers that add up to the change of a comparison.
func explainedMovers(c report.Comparison) *report.Movers {
	m := &report.Movers{Rows: []report.Mover{
		{Account: "prod-ali", Provider: "alicloud", Service: "ecs", Name: "云服务器 ECS",
			Effects: report.Effects{New: money("420.4"), Vanished: money("-41.2"), Quantity: money("63.02"), Price: money("44.92")},
			Leading: []report.MoverResource{
				{Resource: "i-bp1f0shop", Name: "shop-web-07", Change: money("420.4"), New: true},
				{Resource: "i-bp1old", Change: money("-41.2"), Vanished: true},
				{Resource: "i-bp1search", Name: "search-index-with-a-name-that-is-rather-long-01", Change: money("20.5")},
			}},
		{Account: "volc", Provider: "volcengine", Service: "veDB_for_MySQL", Name: "云数据库 veDB MySQL 版",
			Effects: report.Effects{Quantity: money("-110.3"), Price: money("-10.5")}},
		{Account: "prod-ali", Provider: "alicloud", Service: "rds", Name: "云数据库 RDS MySQL 版（高可用系列，独享型，含备份空间）",
			Effects: report.Effects{Purchases: money("60")}},
	}}
	for i := range m.Rows {
		m.Rows[i].Change = m.Rows[i].Effects.Sum()
		m.Total = m.Total.Add(m.Rows[i].Effects)
	}
	rest := c.Delta.Change.Sub(m.Total.Sum())
	m.Other = &report.MoversOther{Count: 12, Change: rest, Effects: report.Effects{Rest: rest}}
	m.Total = m.Total.Add(m.Other.Effects)
	return m
}

func explainedBudgets(day providers.Day) []report.Budget {
	budget := func(name, amount, spent, used string) report.Budget {
		return report.Budget{
			Plan:  report.Plan{Name: name, Amount: money(amount), Currency: "CNY", Thresholds: []int{80, 100}},
			Month: day.Month(), Spent: money(spent), Used: money(used), Elapsed: money("64.5"), DaysLeft: 11,
		}
	}
	total, team, small, late := budget("total", "150000", "81234.56", "54.2"), budget("搜索团队", "40000", "34120.1", "85.3"),
		budget("sandbox", "500", "612.4", "122.5"), budget("a budget | with a rather long name, of the data platform", "20000", "12000", "60")
	total.Forecast = &report.Range80{Expected: money("120543.2")}
	team.Forecast, team.Over, team.RunsOut, team.Reached = &report.Range80{Expected: money("52800")}, true, new(day+4), 80
	small.Over, small.Reached = true, 100
	late.Partial = []string{"prod-new"}
	return []report.Budget{total, team, small, late}
}

func explainedAlerts(day providers.Day) []anomaly.Alert {
	const rule = "weekday-mad k=4 level=14d min=15% floor=100 CNY"
	alert := func(id string, kind anomaly.Kind, state anomaly.State, account, actual, expected, low, high, impact string) anomaly.Alert {
		return anomaly.Alert{
			ID: id, Kind: kind, State: state, Account: account, Currency: "CNY", From: day, To: day, Rule: rule,
			Actual: money(actual), Expected: money(expected), Low: money(low), High: money(high), Impact: money(impact),
		}
	}
	part := func(service, name, actual, expected string) anomaly.Contributor {
		return anomaly.Contributor{
			Service: service, ServiceName: name, Actual: money(actual), Expected: money(expected), Delta: money(actual).Sub(money(expected)),
		}
	}
	rise := alert("a1f0c3", anomaly.Rise, anomaly.Ongoing, "prod-ali", "1920.51", "1201.3", "1080", "1322.6", "2140.77")
	rise.From = day - 2
	rise.Contributors = []anomaly.Contributor{
		part("ecs", "云服务器 ECS", "1660.51", "1001.3"), part("yundisk", "云盘", "240", "180"), part("eip", "", "20", "20"),
	}
	fresh := alert("b7e2d9", anomaly.New, anomaly.Fresh, "volc", "150", "0", "0", "100", "150")
	fresh.Contributors = []anomaly.Contributor{part("ml_platform", "机器学习平台", "150", "0")}
	drop := alert("c09b11", anomaly.Drop, anomaly.Revised, "volc", "102.4", "402.9", "350", "455.1", "-300.5")
	drop.Contributors = []anomaly.Contributor{part("veDB_for_MySQL", "云数据库 veDB MySQL 版", "102.4", "402.9")}
	drop.Before = new(money("-320"))
	creep := alert("d4", anomaly.Creep, anomaly.Ongoing, "prod-ali", "300", "240", "210", "270", "410")
	creep.Contributors = []anomaly.Contributor{part("oss", "对象存储 OSS", "300", "240")}
	over := alert("e5", anomaly.Rise, anomaly.Resolved, "volc", "250", "99.5", "80", "120", "150.5")
	over.To, over.From = day-1, day-1
	over.Contributors = []anomaly.Contributor{part("", "", "250", "99.5")}
	planned := alert("f6", anomaly.Rise, anomaly.Fresh, "prod-ali", "700", "240", "200", "280", "460")
	planned.Planned = "双十一大促 | sale"
	planned.Contributors = []anomaly.Contributor{part("cdn", "CDN", "700", "240")}
	return []anomaly.Alert{rise, drop, creep, fresh, over, planned}
}
