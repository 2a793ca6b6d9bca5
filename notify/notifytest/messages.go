package notifytest

import (
	"fmt"
	"strings"

	"goscan/notify"
)

// Hostile are names that are markup somewhere, or break lines, tables and cards.
func Hostile() []string {
	return []string{
		"<script>alert(1)</script>", "[free](https://evil.example/x)", "a | b || c", "**bold** _it_ `code`", "one\ntwo\r\nthree",
		"<@all> <!channel> <at user_id=\"all\"></at> <at id=all></at>", `quote " back\slash`, "\u202eevil\u202c\x00\x1b[31m", "👨‍👩‍👧‍👦 emoji", "# heading",
		"--- ", "&lt;b&gt;", "<font color=\"warning\">red</font>", strings.Repeat("很长的名字", 300), "\xff\xfe", "",
	}
}

// Sample is a usual message.
func Sample() notify.Message {
	return notify.Message{
		ID: "daily-2026-11-22", Kind: notify.KindDaily, Severity: notify.Warning, Lang: "zh",
		Title:   "云费用日报 2026-11-22",
		Summary: []string{"昨天共 1,234.56 元，比前天多 5.0%", "本月至今 23,456.78 元"},
		Sections: []notify.Section{{
			Heading: "按服务", Lines: []string{"前三名"},
			Table: &notify.Table{
				Columns: []notify.Column{{Title: "服务"}, {Title: "昨天", Right: true}, {Title: "变化", Right: true}},
				Rows:    [][]string{{"云服务器", "1,000.00", "+5.0%"}, {"对象存储", "234.56", "-"}},
				Total:   []string{"合计", "1,234.56", "+4.0%"},
			},
		}},
		Notes: []string{"按抵扣代金券前的费用统计"},
		Link:  "https://example.com/report?day=2026-11-22",
		Series: &notify.Series{Title: "费用，元", Points: []notify.Point{
			{Label: "11-20", Value: "1100", Known: true}, {Label: "11-21"}, {Label: "11-22", Value: "1234.56", Known: true},
		}},
	}
}

func manyRows(n int) notify.Message {
	m := Sample()
	table := &notify.Table{Columns: []notify.Column{{Title: "资源"}, {Title: "区域"}, {Title: "费用", Right: true}, {Title: "变化", Right: true}}}
	for i := range n {
		table.Rows = append(table.Rows, []string{rowName(i), "华北二（北京）可用区", fmt.Sprintf("%d.00", i), "+1.0%"})
	}
	table.Total = []string{"合计", "", "124,750.00", "+1.0%"}
	m.Sections = append(m.Sections, notify.Section{Heading: "全部资源明细", Table: table})
	return m
}

func rowName(i int) string { return fmt.Sprintf("生产环境云服务器实例编号%03d号", i) }

// odd are messages of every shape that a report can have.
func odd() map[string]notify.Message {
	columns := []notify.Column{{Title: "甲"}, {Title: "乙", Right: true}}
	wide := notify.Section{Heading: "wide", Table: &notify.Table{}}
	for i := range 18 {
		wide.Table.Columns = append(wide.Table.Columns, notify.Column{Title: fmt.Sprint("c", i)})
	}
	wide.Table.Rows = [][]string{{"few", "cells"}, strings.Split(strings.Repeat("x,", 40), ",")}
	many := notify.Message{Lang: "zh", Title: "十二个表"}
	for i := range 12 {
		many.Sections = append(many.Sections, notify.Section{Heading: fmt.Sprint("表", i), Table: &notify.Table{Columns: columns, Rows: [][]string{{"一", "1"}}}})
	}
	long := Sample()
	long.Title = strings.Repeat("标题", 500)
	long.Summary = []string{strings.Repeat("很长的段落", 2000)}
	crowd := Sample()
	for range 2000 {
		crowd.Notes = append(crowd.Notes, "又一条说明，"+strings.Repeat("内容", 40))
	}
	return map[string]notify.Message{
		"title only":            {Title: "only", Lang: "en"},
		"nothing at all":        {},
		"a table without rows":  {Title: "t", Lang: "zh", Sections: []notify.Section{{Heading: "h", Table: &notify.Table{Columns: columns}}}},
		"a table of a total":    {Title: "t", Lang: "en", Sections: []notify.Section{{Table: &notify.Table{Columns: columns, Total: []string{"all", "0"}}}}},
		"a heading alone":       {Title: "t", Lang: "en", Sections: []notify.Section{{Heading: "h"}, {}}},
		"a wide table":          {Title: "t", Lang: "en", Sections: []notify.Section{wide}},
		"twelve tables":         many,
		"long texts":            long,
		"too many paragraphs":   crowd,
		"a link that is no URL": {Title: "t", Link: "javascript:alert(1)"},
	}
}
