package render

// pageWords are the words that only pages and pictures have.
type pageWords struct {
	language string // for browsers
	gaps     string // what a hatched column means

	// What the parts of a drawing mean: the cost of a month so far, what else is expected of it, where the truth is in 80
	// of 100 cases, and the month before.
	soFar, expected, interval, before string
}

func pageWordsOf(lang Lang) *pageWords {
	if lang == Chinese {
		return &pageWords{
			language: "zh-CN", gaps: "未入库或不全",
			soFar: "已发生", expected: "预计还将发生", interval: "80% 预测区间", before: "上月全月",
		}
	}
	return &pageWords{
		language: "en", gaps: "not all stored",
		soFar: "so far", expected: "still expected", interval: "80% interval", before: "whole month before",
	}
}
