package render

import (
	"goscan/store"
	"goscan/store/report"
)

func english() *phrases {
	return &phrases{
		kinds: map[report.Kind]string{report.Daily: "Daily cost", report.Monthly: "Monthly cost"},
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
			report.MonthBefore: "vs the month before",
		},
		notes: map[report.NoteKind]string{
			report.NoteMissing:     "%[1]s: %[2]s not stored yet, so not counted; it is not a zero",
			report.NoteProvisional: "%[1]s: %[2]s provisional, the cloud may still add charges",
			report.NoteNotCompared: "%[1]s: left out of the comparison %[3]s, %[2]s not stored",
			report.NoteNewer:       "%[1]s%[2]s: stored already, but not complete for every account yet, so not reported on",
		},
		weekdays: [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},

		total: "Total", amount: "Amount", share: "Share", change: "Change", relativeTitle: "Change %", account: "Account",
		provider: "Cloud", state: "State", lines: "Lines", unnamed: "(none)", fresh: "new", retired: "retired",
		notesTitle: "Notes",

		by: "By %s", tag: "tag %s", other: "%s others", lineCount: "%s lines", to: "%s to %s", when: "%s (%s)", without: ", without %s",
		notCompared: "%s: no comparison, no account is stored whole in both", lackDays: "%d missing",
		trend:     map[report.Kind]string{report.Daily: "Last 30 days", report.Monthly: "Last 13 months"},
		trendGaps: " (· not all stored)",
		extremes:  "low %s (%s) · high %s (%s) · mean %s",
		more:      "%d more", comma: ", ",

		emptyStore: "No bill is stored yet. Run goscan sync first, then look again.",
		notStored:  "%s is not stored. Stored: %s.",
		noCharges:  "%s: no charges.",
	}
}
