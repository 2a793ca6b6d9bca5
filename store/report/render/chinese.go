package render

import (
	"goscan/store"
	"goscan/store/report"
)

func chinese() *phrases {
	return &phrases{
		kinds: map[report.Kind]string{report.Daily: "每日费用", report.Monthly: "月度费用"},
		costs: map[store.Amount]string{
			store.ListCost: "目录价", store.ContractedCost: "合同价", store.BilledCost: "应付金额",
			store.EffectiveCost: "有效成本", store.CostBeforeVoucher: "抵扣代金券前的费用",
			store.CostAfterVoucher: "抵扣代金券后的费用", store.CouponAmount: "优惠券", store.VoucherAmount: "代金券",
			store.PaidAmount: "已付金额", store.UnpaidAmount: "未付金额", store.TaxAmount: "税额", store.RoundingAmount: "抹零",
		},
		dimensions: map[store.Dimension]string{
			store.ByDay: "日期", store.ByMonth: "月份", store.ByProvider: "云", store.ByAccount: "账号",
			store.BySubAccount: "子账号", store.ByService: "服务", store.ByRegion: "地域", store.ByProject: "项目",
			store.ByCategory: "费用类型", store.ByBillingMode: "计费方式", store.ByResource: "资源",
		},
		states: map[report.State]string{
			report.Missing: "未入库", report.Provisional: "暂定", report.Complete: "完整", report.Final: "已定稿",
		},
		summaries: map[report.State]string{
			report.Missing: "数据有缺", report.Provisional: "数据暂定", report.Complete: "数据完整", report.Final: "账单已定稿",
		},
		against: map[report.Against]string{
			report.DayBefore: "较前一日", report.SameWeekday: "较上周同日", report.MonthBefore: "较上月同期",
		},
		notes: map[report.NoteKind]string{
			report.NoteMissing:     "%[1]s 的 %[2]s 尚未入库：未计入，并非零费用",
			report.NoteProvisional: "%[1]s 的 %[2]s 为暂定数据：云厂商可能还会补账",
			report.NoteNotCompared: "%[1]s 不参与“%[3]s”的比较：%[2]s 未入库",
			report.NoteNewer:       "%[2]s 已有部分数据，但并非每个账号都完整，故未作为报告日期%[1]s",
		},
		weekdays: [7]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"},

		total: "合计", amount: "金额", share: "占比", change: "变化", relativeTitle: "变化率", account: "账号", provider: "云",
		state: "状态", lines: "明细行", unnamed: "（无）", fresh: "新增", retired: "已停用", notesTitle: "说明",

		by: "按%s", tag: "标签 %s", other: "其余 %s 项", lineCount: "%s 行明细", to: "%s 至 %s", when: "%s %s", without: "（不含 %s）",
		notCompared: "%s：没有两期都完整入库的账号，不作比较", lackDays: "缺 %d 天",
		trend:     map[report.Kind]string{report.Daily: "近 30 天", report.Monthly: "近 13 个月"},
		trendGaps: "（· 未入库或不全）",
		extremes:  "最低 %s (%s) · 最高 %s (%s) · 平均 %s",
		more:      "另 %d 段", comma: "、",

		emptyStore: "还没有任何账单入库。先运行 goscan sync，再看报告。",
		notStored:  "%s 的账单尚未入库。已入库：%s。",
		noCharges:  "%s 没有产生任何费用。",
	}
}
