package cmd

import (
	"goscan/store/report/forecast"
	"goscan/store/report/render"
)

// backtestWords are the words of a backtest's tables, in one language.
type backtestWords struct {
	replayed                    string // "%s, %s": days
	alerts                      string
	alertTitles, forecastTitles []string
	forecasts                   string // "%s": currency
	noForecast, all             string
	names                       map[string]string // of rules and methods; what has none keeps its own
}

func (said *backtestWords) of(name string) string {
	if word, ok := said.names[name]; ok {
		return word
	}
	return name
}

func backtestWordsOf(lang render.Lang) *backtestWords {
	if lang == render.English {
		return &backtestWords{
			replayed:    "Replayed %s to %s",
			alerts:      "Alerts by rule and threshold (in force: anomalies.rule and anomalies.sensitivity)",
			alertTitles: []string{"rule", "threshold", "alerts", "per 100 days"}, forecastTitles: []string{"method", "on day", "forecasts", "WAPE", "coverage"},
			forecasts: "Month-end forecasts of usage, %s", noForecast: "no month is known to its end yet, with two weeks of history before", all: "all",
		}
	}
	return &backtestWords{
		replayed:    "回放区间：%s 至 %s",
		alerts:      "各规则与阈值的告警数（生效的设置见 anomalies.rule 与 anomalies.sensitivity）",
		alertTitles: []string{"规则", "阈值", "告警", "每百天"}, forecastTitles: []string{"方法", "预测日", "次数", "WAPE", "覆盖率"},
		forecasts: "月末用量费用预测，%s", noForecast: "尚无已知到月末、且此前有两周历史的月份", all: "全部",
		names: map[string]string{
			"day-over-day 20%": "日环比 20%", "mean of 7 days +30%": "7 日均值 +30%", "3 sigma of 28 days": "28 日 3 倍标准差",
			forecast.SeasonalNaive: "重复上周", forecast.RunRate: "日均外推", forecast.StraightLine: "直线趋势",
		},
	}
}
