package cmd

import (
	"strings"

	"goscan/store/report/render"
)

// words are what messages about runs say, in one language. What a cloud or a store said stays as it was said.
type words struct {
	failed, recovered, restated, hint     string
	since                                 string // "since %s": an instant
	titleFailed                           string // "%s": accounts
	titleRecovered, titleRestated         string
	run, account, stale, month            string // kinds of troubles; "%s" in month
	correction                            string // "%s, %s": day, difference
	correctionTitle, told, now, testTitle string
	testLine, testNote, cost, item        string
}

func wordsOf(lang render.Lang) words {
	if lang == render.English {
		return words{
			failed: "Failed", recovered: "Recovered", restated: "Restated by the cloud", hint: "What helps: ", since: "since %s (UTC+8)",
			titleFailed: "Bill sync failed: %s", titleRecovered: "Bill sync is well again", titleRestated: "The cloud restated bills",
			run: "the run failed", account: "days could not be fetched", stale: "nothing new was issued", month: "%s differed from the cloud's overview",
			correction: "%s changed by %s since it was reported", correctionTitle: "Correction: %s was restated", told: "Reported", now: "Now",
			testTitle: "Test message of goscan", testLine: "If you can read this table, this channel works.",
			testNote: "Sent by goscan notify test. Nothing is wrong and nothing needs to be done.", cost: "Cost", item: "Service",
		}
	}
	return words{
		failed: "失败", recovered: "已恢复", restated: "云厂商重述账单", hint: "处理建议：", since: "自 %s（UTC+8）起",
		titleFailed: "账单同步失败：%s", titleRecovered: "账单同步已恢复", titleRestated: "云厂商重述了账单",
		run: "运行失败", account: "部分日期未能获取", stale: "没有新账单", month: "%s 与云厂商账单总览不一致",
		correction: "%s 的费用在报告之后变动 %s", correctionTitle: "更正：%s 的账单已被重述", told: "报告时", now: "现在",
		testTitle: "goscan 测试消息", testLine: "如果能看到下面的表格，说明此通知渠道可用。",
		testNote: "由 goscan notify test 发送，无需处理。", cost: "费用", item: "服务",
	}
}

// trouble names a kind of trouble.
func (w words) trouble(kind string) string {
	month, isMonth := strings.CutPrefix(kind, troubleUnreconciled)
	switch {
	case isMonth:
		return strings.ReplaceAll(w.month, "%s", month)
	case kind == troubleRun:
		return w.run
	case kind == troubleStale:
		return w.stale
	}
	return w.account
}
