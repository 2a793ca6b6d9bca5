package render

import (
	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/anomaly"
)

func chinese() *phrases {
	return &phrases{
		kinds: map[report.Kind]string{report.Daily: "每日费用", report.Weekly: "每周费用", report.Monthly: "月度费用"},
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
			report.DayBefore: "较前一日", report.SameWeekday: "较上周同日", report.WeekBefore: "较上周",
			report.MonthToDate: "较上月同期", report.MonthBefore: "较上月同期",
		},
		notes: map[report.NoteKind]string{
			report.NoteMissing:      "%[1]s 的 %[2]s 尚未入库：未计入，并非零费用",
			report.NoteProvisional:  "%[1]s 的 %[2]s 为暂定数据：云厂商可能还会补账",
			report.NoteNotCompared:  "%[1]s 不参与“%[3]s”的比较：%[2]s 未入库",
			report.NoteUnclosed:     "%[1]s 的 %[4]s 账期尚未关账：费用可能还会变动",
			report.NoteUnreconciled: "%[1]s 的 %[4]s 账单与云厂商账单不一致",
			report.NoteNewer:        "%[2]s 已有部分数据，但尚未结束或并非每个账号都完整，故未列入报告%[1]s",
		},
		weekdays: [7]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"},

		total: "合计", amount: "金额", share: "占比", change: "变化", relativeTitle: "变化率", account: "账号", provider: "云",
		state: "状态", lines: "明细行", unnamed: "（无）", fresh: "新增", retired: "已停用", notesTitle: "说明",

		by: "按%s", tag: "标签 %s", other: "其余 %s 项", lineCount: "%s 行明细", to: "%s 至 %s", when: "%s %s", without: "（不含 %s）",
		notCompared: "%s：没有两期都完整入库的账号，不作比较", lackDays: "缺 %d 天",
		trend:     map[report.Kind]string{report.Daily: "近 30 天", report.Weekly: "近 13 周", report.Monthly: "近 13 个月"},
		trendGaps: "（· 未入库或不全）",
		extremes:  "最低 %s (%s) · 最高 %s (%s) · 平均 %s",
		more:      "另 %d 段", comma: "、",

		emptyStore: "还没有任何账单入库。先运行 goscan sync，再看报告。",
		notStored:  "%s 的账单尚未入库。已入库：%s。",
		noCharges:  "%s 没有产生任何费用。",

		clouds: map[string]string{"volcengine": "火山引擎", "alicloud": "阿里云"},
		values: map[store.Dimension]map[string]string{
			store.ByCategory: {
				providers.ChargeUsage: "用量", providers.ChargePurchase: "购买", providers.ChargeTax: "税费",
				providers.ChargeCredit: "抵扣", providers.ChargeAdjustment: "调整",
			},
			store.ByBillingMode: {providers.BillingModePayAsYouGo: "按量计费", providers.BillingModeSubscription: "包年包月"},
		},
		frame: frameWords{
			asOf: "数据截至 %s", limited: "仅含 %s", oneOf: "%s：%s", week: "%d-W%02d（%s）",
			attention: "需要关注", unstored: "%[1]d 个账号有数据尚未入库，未计入合计：%[2]s", usage: "用量", purchases: "购买、续费等",
			toDate: "本月累计 %s，%s", before: "较上月全月", moreBelow: "另有 %d 项费用异常，详见下文",
			item: "项目", day: "日期", kind: "类型", resource: "资源", semicolon: "；", brackets: "（%s）",
		},
		moves: moverWords{
			title: "变动归因", heading: "%s（%s）", parts: "构成", sum: "变动构成：%s",
			effects: map[effect]string{
				effectNew: "新增", effectVanished: "下线", effectQuantity: "用量", effectPrice: "单价",
				effectPurchases: "购买续费", effectRest: "其他",
			},
			leading: "主要是 %s", fresh: "%s（新增）", gone: "%s（下线）", others: "其余 %s 项", base: "此前", resource: "%s\u00a0%s",
		},
		spent: eventWords{
			title: "购买与续费", other: "其余 %s 笔",
			kinds: map[report.EventKind]string{
				report.EventPurchase: "购买", report.EventRenewal: "续费", report.EventRefund: "退款",
			},
		},
		outlook: outlookWords{
			title: "月末预测", month: "预计 %s 全月", expected: "预计", interval: "80%% 区间 %s 至 %s", against: "较上月全月 %s",
			soFar: "截至 %[2]s 已发生 %[1]s", days: "其余 %d 天为预测", renewals: "含待续费 %s", leftOut: "不含 %s", method: "方法：%s",
		},
		plans: budgetWords{
			title: "预算", heading: "%s（%s，时间已过 %s，剩余 %d 天）", name: "预算", spent: "已用", amount: "预算额", used: "使用率", elapsed: "时间进度",
			forecast: "月末预测", standing: "状态", fine: "正常", reached: "已达 %d%%", exceeded: "已超支", expected: "预计超支",
			outOn: "%s 用尽", runsOut: "预计 %s 用尽", partial: "%s：%s 缺数据，已用金额为下限", atLeast: "≥ %s",
			attend: "预算 %s：已用 %s / %s（%s），%s", atRisk: "%d 项预算超支或有超支风险",
		},
		alerts: alertWords{
			title: "费用异常",
			kinds: map[anomaly.Kind]string{
				anomaly.Rise: "突增", anomaly.Drop: "突降", anomaly.New: "新增服务", anomaly.Vanished: "费用消失",
				anomaly.Creep: "持续攀升",
			},
			states: map[anomaly.State]string{
				anomaly.Fresh: "新发", anomaly.Ongoing: "持续", anomaly.Resolved: "已恢复", anomaly.Revised: "已修正",
				anomaly.Retracted: "已撤销",
			},
			planned: "计划内", reason: "计划内：%s", service: "服务", actual: "实际", band: "预期区间",
			expected: "预期", impact: "影响", id: "编号", days: "日期", whole: "其他服务", several: "%[1]s 等 %[3]d 项", scope: "%s（%s）",
			attend:  "%s %s：%s，预期 %s，影响\u00a0%s",
			leading: "主要来自 %s", part: "%s\u00a0%s", since: "自 %s 起", before: "此前报告的影响 %s",
			between: "%s 至 %s", list: "费用异常", none: "%s 没有费用异常。", count: "%d 项费用异常",
			rule: "规则 %s", rest: "其余 %d 项见 goscan report anomalies", settled: "%d 项费用异常，均已恢复或属计划内", colon: "：",
		},
		closing: monthWords{
			title: "关账与核对", line: "%s %s：%s", open: "尚未关账，%s", closed: "已关账，%s", final: "已关账定稿",
			both: "%s，%s",
			results: map[report.Reconciled]string{
				report.Agrees: "与云厂商账单一致", report.Differs: "与云厂商账单不一致，差额 %s",
				report.Accepted: "与云厂商账单的差额 %s 已确认：%s", report.NotCompared: "尚未与云厂商账单核对",
			},
			compared: "%s（%s 核对）", attend: "%[2]s 的 %[1]s 账单与云厂商不一致，差额 %[3]s",
		},
		restated: restatedWords{
			title: "账单修订", since: "自 %[2]s 以来，%[1]s 天的账单有修订，合计 %[3]s", before: "修订前", after: "修订后",
			closed: "已关账", other: "其余 %s 天",
		},
	}
}
