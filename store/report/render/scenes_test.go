package render_test

import (
	"context"
	"fmt"
	"testing"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/internal/memstore"
)

// A scene is a store and what is asked of it.
type scene struct {
	store   memstore.Store
	options report.Options
	change  func(r *report.Report) // made to the report that is built; nil: none
}

// report builds the scene's report. What rules estimate is left out: the packages of the rules test it, and a change of a
// rule is none of how a report looks. The scenes with everything put their own there.
func (s *scene) report(t *testing.T) *report.Report {
	t.Helper()
	r := s.built(t)
	for i := range r.Sections {
		r.Sections[i].Anomalies, r.Sections[i].Forecast = nil, nil
	}
	if s.change != nil {
		s.change(r)
	}
	return r
}

func (s *scene) built(t *testing.T) *report.Report {
	t.Helper()
	r, err := report.Build(context.Background(), &s.store, s.options)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func money(s string) providers.Money {
	m, err := providers.ParseMoney(s)
	if err != nil {
		panic(err)
	}
	return m
}

func cost(code, name, currency, amount string) providers.Line {
	return providers.Line{
		ServiceCode: code, ServiceName: name, ChargeCategory: providers.ChargeUsage, Currency: currency, CostBeforeVoucher: money(amount), BilledCost: money(amount),
	}
}

// scenes are the situations that every format must tell right.
func scenes() map[string]*scene {
	all := map[string]*scene{
		"two-clouds": twoClouds(), "empty": {}, "one-day": {}, "account-missing": twoClouds(), "provisional": twoClouds(),
		"refunds": {}, "two-currencies": twoClouds(), "many-services": {}, "hostile-names": hostileNames(),
		"zero-base": {}, "not-stored": twoClouds(), "no-charges": {}, "month": twoClouds(), "month-to-date": twoClouds(),
		"huge": {}, "late": twoClouds(), "not-compared": twoClouds(),
	}
	all["one-day"].store.Put("volc", "volcengine", "2026-10-31", providers.Complete,
		cost("ecs", "云服务器", "CNY", "1234.567890123456"), cost("tos", "对象存储", "CNY", "0.004"))

	all["account-missing"].options.Day, _ = providers.ParseDay("2026-11-01")
	all["account-missing"].options.Accounts = map[string]string{"volc": "volcengine", "prod-ali": "alicloud", "prod-new": "alicloud"}
	all["account-missing"].store.Put("volc", "volcengine", "2026-11-01", providers.Complete, cost("ecs", "云服务器", "CNY", "99.5"))

	all["not-compared"].options.Day, _ = providers.ParseDay("2026-10-13")

	all["late"].options.Day, _ = providers.ParseDay("2026-11-01")

	all["provisional"].options.Day, _ = providers.ParseDay("2026-11-01")
	for _, account := range []string{"volc", "prod-ali"} {
		kind := map[string]string{"volc": "volcengine", "prod-ali": "alicloud"}[account]
		all["provisional"].store.Put(account, kind, "2026-11-01", providers.Provisional, cost("ecs", "云服务器 ECS", "CNY", "12"))
	}

	refunds := all["refunds"]
	refunds.store.Put("volc", "volcengine", "2026-10-30", providers.Complete, cost("ecs", "云服务器", "CNY", "10"))
	refunds.store.Put("volc", "volcengine", "2026-10-31", providers.Complete,
		cost("ecs", "云服务器", "CNY", "12.5"), cost("rds", "数据库", "CNY", "-5000.25"), cost("tos", "对象存储", "CNY", "3"))

	two := all["two-currencies"]
	for _, day := range []string{"2026-10-30", "2026-10-31"} {
		two.store.Put("intl", "alicloud", day, providers.Complete,
			cost("ecs", "Elastic Compute Service", "USD", "1234.5"), cost("oss", "Object Storage", "EUR", "7.25"))
	}

	for d := providers.NewDay(2026, 10, 30); d <= providers.NewDay(2026, 10, 31); d++ {
		var lines []providers.Line
		for i := range 500 {
			amount := fmt.Sprintf("%d.%03d", 1000/(i+1), (i*37+int(d))%1000)
			lines = append(lines, cost(fmt.Sprintf("svc-%03d", i), fmt.Sprintf("服务 %03d", i), "CNY", amount))
		}
		all["many-services"].store.Put("volc", "volcengine", d.String(), providers.Final, lines...)
	}

	huge := all["huge"]
	huge.store.Put("a-rather-long-account-name-of-forty-letter", "volcengine", "2026-10-30", providers.Final,
		cost("ecs", "云服务器", "CNY", "-98765432109.25"))
	huge.store.Put("a-rather-long-account-name-of-forty-letter", "volcengine", "2026-10-31", providers.Final,
		cost("ecs", "云服务器", "CNY", "12345678901.123456"), cost("veDB_for_MySQL", "", "CNY", "0.000000000001"))

	zero := all["zero-base"]
	zero.store.Put("volc", "volcengine", "2026-10-30", providers.Complete, cost("ecs", "云服务器", "CNY", "0"))
	zero.store.Put("volc", "volcengine", "2026-10-31", providers.Complete, cost("ecs", "云服务器", "CNY", "8"))

	all["not-stored"].options.Day, _ = providers.ParseDay("2025-01-01")
	all["no-charges"].store.Put("volc", "volcengine", "2026-10-31", providers.Complete)

	all["month"].options.Kind, all["month"].options.Month = report.Monthly, providers.NewMonth(2026, 10)
	all["month-to-date"].options.Kind = report.Monthly
	all["month-to-date"].options.Month = providers.NewMonth(2026, 8)
	for name, kind := range map[string]report.Kind{"everything": report.Daily, "weekly": report.Weekly, "everything-monthly": report.Monthly} {
		all[name] = twoClouds()
		all[name].options.Kind, all[name].change = kind, explain
		all[name].store.Put("prod-ali", "alicloud", "2026-10-12", providers.Complete, cost("ecs", "云服务器 ECS", "CNY", "2400"))
		all[name].store.Put("volc", "volcengine", "2026-09-05", providers.Final, cost("ecs", "云服务器", "CNY", "1500"))
	}
	all["everything"].options.Day = providers.NewDay(2026, 10, 20)
	return all
}

// twoClouds holds the bills of two accounts from 2026-08-17 to 2026-10-31, less one day of one of them.
func twoClouds() *scene {
	s := &scene{options: report.Options{
		Store:    "embedded ledger ~/.local/state/goscan/ledger.db",
		Accounts: map[string]string{"volc": "volcengine", "prod-ali": "alicloud"},
		By:       []store.Dimension{store.ByService, store.ByRegion, store.Tag("team")},
	}}
	type service struct{ code, name, region, team, amount string }
	clouds := map[string][]service{
		"volcengine": {
			{"ecs", "云服务器", "cn-beijing", "search", "812.34"}, {"tos", "对象存储", "cn-beijing", "data", "93.1"},
			{"vke", "容器服务", "cn-shanghai", "", "156.2"}, {"veDB_for_MySQL", "云数据库 veDB MySQL 版", "cn-beijing", "search", "402.999"},
		},
		"alicloud": {
			{"ecs", "云服务器 ECS", "cn-hangzhou", "shop", "1523.4"}, {"oss", "对象存储 OSS", "cn-hangzhou", "data", "64.07"},
			{"rds", "云数据库 RDS MySQL 版（高可用系列，独享型，含备份空间）", "cn-hangzhou", "shop", "611.118"}, {"cdn", "CDN", "", "shop", "240"},
		},
	}
	for d := providers.NewDay(2026, 8, 17); d <= providers.NewDay(2026, 10, 31); d++ {
		for account, kind := range map[string]string{"volc": "volcengine", "prod-ali": "alicloud"} {
			if kind == "alicloud" && d == providers.NewDay(2026, 10, 12) || kind == "volcengine" && d == providers.NewDay(2026, 9, 5) {
				continue
			}
			var lines []providers.Line
			for i, sv := range clouds[kind] {
				factor := money(fmt.Sprint(90 + (int(d)*7+i*13)%20 - 25*(int(d.Weekday())%6/5)))
				line := cost(sv.code, sv.name, "CNY", money(sv.amount).Mul(factor).Shift(-2).String())
				line.RegionID, line.RegionName, line.Tags = sv.region, sv.region, map[string]string{"team": sv.team}
				lines = append(lines, line)
			}
			state := providers.Final
			if d.Month() == providers.NewMonth(2026, 10) {
				state = providers.Complete
			}
			s.store.Put(account, kind, d.String(), state, lines...)
		}
	}
	return s
}

// hostileNames holds names that break tables, terminals and markup.
func hostileNames() *scene {
	s := &scene{options: report.Options{Store: "click|house\n\x1b[2J"}}
	var lines []providers.Line
	for i, name := range []string{
		"plain", "云服务器 🚀 火箭", "👨‍👩‍👧‍👦 family", "🇨🇳 flag", "pipe | in | name", `quo"te's`, "line\nbreak\tand tab",
		"\x1b[31mred\x1b[0m \x1b]0;title\x07", "\u202etxt.exe\u200b", "*bold* _under_ `code` [link](http://x) <b>", "=cmd()|'/c calc'!A0",
		"bad \xff utf-8", "é combining", "\u0085next\u009b31m",
	} {
		lines = append(lines, cost(fmt.Sprint("code", i), name, "CNY", fmt.Sprint(1000-i*7)))
	}
	s.store.Put("acc|ount", "alicloud", "2026-10-31", providers.Complete, lines...)
	s.options.Top = -1
	return s
}
