package render

// bookWords are the words that only a workbook has.
type bookWords struct {
	language, font string

	summary, trend, currency, code, period, from, to, partial, remark, low, high, month, soFar, monthBefore string

	page string // "%s of %s": a page, all pages; in a spreadsheet's own codes
}

func bookWordsOf(lang Lang) bookWords {
	if lang == Chinese {
		return bookWords{
			language: "zh-CN", font: "Microsoft YaHei",
			summary: "概览", trend: "趋势", currency: "币种", code: "代码", period: "期间", from: "起", to: "止",
			partial: "不全", remark: "说明", low: "下限", high: "上限", month: "账期", soFar: "本月累计", monthBefore: "上月全月",
			page: "第 %s 页，共 %s 页",
		}
	}
	return bookWords{
		language: "en-US", font: "Calibri",
		summary: "Summary", trend: "Trend", currency: "Currency", code: "Code", period: "Period", from: "From", to: "To",
		partial: "Incomplete", remark: "Remarks", low: "Low", high: "High", month: "Month", soFar: "Month to date", monthBefore: "Month before",
		page: "Page %s of %s",
	}
}
