package render

import (
	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/anomaly"
)

func english() *phrases {
	return &phrases{
		kinds: map[report.Kind]string{report.Daily: "Daily cost", report.Weekly: "Weekly cost", report.Monthly: "Monthly cost"},
		costs: map[store.Amount]string{
			store.ListCost: "list price", store.ContractedCost: "contracted price", store.BilledCost: "billed",
			store.EffectiveCost: "effective cost", store.CostBeforeVoucher: "cost before vouchers",
			store.CostAfterVoucher: "cost after vouchers", store.CouponAmount: "coupons", store.VoucherAmount: "vouchers",
			store.PaidAmount: "paid", store.UnpaidAmount: "unpaid", store.TaxAmount: "tax", store.RoundingAmount: "rounding",
		},
		dimensions: map[store.Dimension]string{
			store.ByDay: "Day", store.ByMonth: "Month", store.ByProvider: "Cloud", store.ByAccount: "Account",
			store.BySubAccount: "Sub-account", store.ByService: "Service", store.ByRegion: "Region",
			store.ByProject: "Project", store.ByCategory: "Category", store.ByBillingMode: "Billing mode",
			store.ByResource: "Resource",
		},
		states: map[report.State]string{
			report.Missing: "missing", report.Provisional: "provisional", report.Complete: "complete", report.Final: "final",
		},
		summaries: map[report.State]string{
			report.Missing: "data missing", report.Provisional: "provisional", report.Complete: "complete", report.Final: "final",
		},
		against: map[report.Against]string{
			report.DayBefore: "vs the day before", report.SameWeekday: "vs a week earlier",
			report.WeekBefore: "vs the week before", report.MonthToDate: "vs last month",
			report.MonthBefore: "vs the month before",
		},
		notes: map[report.NoteKind]string{
			report.NoteMissing:      "%[1]s: %[2]s not stored yet, so not counted; it is not a zero",
			report.NoteProvisional:  "%[1]s: %[2]s provisional, the cloud may still add charges",
			report.NoteNotCompared:  "%[1]s: left out of the comparison %[3]s, %[2]s not stored",
			report.NoteUnclosed:     "%[1]s: the cloud has not closed %[4]s, it may still change",
			report.NoteUnreconciled: "%[1]s: %[4]s differs from the cloud's own overview",
			report.NoteNewer:        "%[1]s%[2]s: stored already, but not over or not complete for every account yet, so not reported on",
		},
		weekdays: [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},

		total: "Total", amount: "Amount", share: "Share", change: "Change", relativeTitle: "Change %", account: "Account",
		provider: "Cloud", state: "State", lines: "Lines", unnamed: "(none)", fresh: "new", retired: "retired",
		notesTitle: "Notes",

		by: "By %s", tag: "tag %s", other: "%s others", lineCount: "%s lines", to: "%s to %s", when: "%s (%s)", without: ", without %s",
		notCompared: "%s: no comparison, no account is stored whole in both", lackDays: "%d missing",
		trend:     map[report.Kind]string{report.Daily: "Last 30 days", report.Weekly: "Last 13 weeks", report.Monthly: "Last 13 months"},
		trendGaps: " (· not all stored)",
		extremes:  "low %s (%s) · high %s (%s) · mean %s",
		more:      "%d more", comma: ", ",

		emptyStore: "No bill is stored yet. Run goscan sync first, then look again.",
		notStored:  "%s is not stored. Stored: %s.",
		noCharges:  "%s: no charges.",

		clouds: map[string]string{"volcengine": "Volcengine", "alicloud": "Alibaba"},
		values: map[store.Dimension]map[string]string{
			store.ByCategory:    nil, // FOCUS's own words
			store.ByBillingMode: {providers.BillingModePayAsYouGo: "pay as you go", providers.BillingModeSubscription: "subscription"},
		},
		frame: frameWords{
			asOf: "as known on %s", limited: "only %s", oneOf: "%s: %s", week: "%d-W%02d (%s)",
			attention: "Needs attention", unstored: "Data not stored yet, so not counted: %[2]s", usage: "usage", purchases: "purchases and others",
			toDate: "Month to date %s, %s", before: "vs the whole month before", moreBelow: "And %d more unusual, see below",
			item: "Item", day: "Day", kind: "Kind", resource: "Resource", semicolon: "; ", brackets: " (%s)",
		},
		moves: moverWords{
			title: "What changed", heading: "%s %s", parts: "Made of", sum: "in all: %s",
			effects: map[effect]string{
				effectNew: "new", effectVanished: "gone", effectQuantity: "quantity", effectPrice: "price",
				effectPurchases: "purchases", effectRest: "other",
			},
			leading: "mostly %s", fresh: "%s (new)", gone: "%s (gone)", others: "%s others", base: "Before", resource: "%s\u00a0%s",
		},
		spent: eventWords{
			title: "Purchases and renewals", other: "%s others",
			kinds: map[report.EventKind]string{
				report.EventPurchase: "purchase", report.EventRenewal: "renewal", report.EventRefund: "refund",
			},
		},
		outlook: outlookWords{
			title: "Forecast", month: "Forecast of %s", expected: "Expected", interval: "80%% interval %s to %s",
			against: "vs the whole month before, %s", soFar: "%s stored through %s", days: "%d days estimated",
			renewals: "renewals due %s", leftOut: "without %s", method: "method: %s",
		},
		plans: budgetWords{
			title: "Budgets", heading: "%s (%s, %s of the days passed, %d left)", name: "Budget", spent: "Spent", amount: "Amount", used: "Used",
			elapsed: "Days passed", forecast: "Forecast", standing: "Standing", fine: "on track", reached: "%d%% reached",
			exceeded: "exceeded", expected: "will exceed", outOn: "out on %s", runsOut: "runs out on %s",
			partial: "%s: at least this much, days of %s are missing", atLeast: "≥ %s",
			attend: "Budget %s: %s of %s spent (%s), %s", atRisk: "%d budgets over or at risk",
		},
		alerts: alertWords{
			title: "Unusual costs",
			kinds: map[anomaly.Kind]string{
				anomaly.Rise: "Rise", anomaly.Drop: "Drop", anomaly.New: "New service", anomaly.Vanished: "Vanished",
				anomaly.Creep: "Slow rise",
			},
			states: map[anomaly.State]string{
				anomaly.Fresh: "new", anomaly.Ongoing: "ongoing", anomaly.Resolved: "resolved", anomaly.Revised: "revised",
				anomaly.Retracted: "retracted",
			},
			planned: "planned", reason: "planned: %s", service: "Service", actual: "Actual", band: "Expected range",
			expected: "Expected", impact: "Impact", id: "ID", days: "Days", whole: "all services", several: "%[1]s and %[2]d more", scope: "%s (%s)",
			attend:  "%s: %s %s, expected %s, impact\u00a0%s",
			leading: "mostly %s", part: "%s\u00a0%s", since: "since %s", before: "impact told before: %s",
			between: "%s to %s", list: "Unusual costs", none: "No unusual cost %s.", count: "Unusual costs: %d",
			rule: "rule %s", rest: "%d more: goscan report anomalies", settled: "%d unusual costs, all over or planned", colon: ": ",
		},
		closing: monthWords{
			title: "Closed months", line: "%s %s: %s", open: "not closed yet, %s", closed: "closed, %s", final: "closed and final",
			both: "%s; %s",
			results: map[report.Reconciled]string{
				report.Agrees: "agrees with the cloud's own overview", report.Differs: "differs from the cloud's own overview by %s",
				report.Accepted: "differs from the cloud's own overview by %s, accepted: %s", report.NotCompared: "not compared yet",
			},
			compared: "%s (compared %s)", attend: "%[2]s %[1]s differs from the cloud's own overview by %[3]s",
		},
		restated: restatedWords{
			title: "Restated", since: "%s days restated since %s, in all %s", before: "Before", after: "After",
			closed: "closed month", other: "%s other days",
		},
	}
}
