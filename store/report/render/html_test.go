package render_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"goscan/store/report"
	"goscan/store/report/render"
)

func htmlOf(t *testing.T, r *report.Report, lang render.Lang) string {
	t.Helper()
	var b bytes.Buffer
	if err := render.HTML(&b, r, render.HTMLOptions{Lang: lang}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// pages returns pages of every situation in both languages.
func pages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, lang := range []render.Lang{render.Chinese, render.English} {
		all["whole "+string(lang)] = htmlOf(t, whole(), lang)
		for name, scene := range scenes() {
			all[name+" "+string(lang)] = htmlOf(t, scene.report(t), lang)
		}
	}
	return all
}

func TestPagesAreWellFormed(t *testing.T) {
	void := []string{"meta", "br", "link", "img", "input", "hr"}
	for name, page := range pages(t) {
		var open []string
		for z := html.NewTokenizer(strings.NewReader(page)); ; {
			kind := z.Next()
			if kind == html.ErrorToken {
				break
			}
			token := z.Token()
			switch {
			case kind == html.StartTagToken && !slices.Contains(void, token.Data):
				open = append(open, token.Data)
			case kind == html.EndTagToken:
				if len(open) == 0 || open[len(open)-1] != token.Data {
					t.Fatalf("%s: </%s> ends %v", name, token.Data, open)
				}
				open = open[:len(open)-1]
			}
		}
		if len(open) > 0 {
			t.Errorf("%s: %v are not ended", name, open)
		}
		for _, wrong := range []string{"ZgotmplZ", "%!", "<no value>", "NaN", "Inf%"} {
			if strings.Contains(page, wrong) {
				t.Errorf("%s: the page holds %q", name, wrong)
			}
		}
	}
}

func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestPagesNeedNothingElse(t *testing.T) {
	allowed := []string{
		"html", "head", "meta", "title", "style", "body", "main", "header", "section", "figure", "figcaption", "div", "span", "i", "p",
		"h1", "h2", "h3", "ul", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td",
		"svg", "defs", "pattern", "rect", "line", "text",
	}
	for name, page := range pages(t) {
		for n := range parse(t, page).Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if !slices.Contains(allowed, n.Data) {
				t.Errorf("%s: there is a <%s>", name, n.Data)
			}
			for _, a := range n.Attr {
				if a.Key == "href" || a.Key == "src" || strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.Contains(a.Val, "//") {
					t.Errorf("%s: <%s> has %s=%q", name, n.Data, a.Key, a.Val)
				}
			}
			if n.Data == "style" && (strings.Contains(n.FirstChild.Data, "//") || strings.Contains(n.FirstChild.Data, "@import")) {
				t.Errorf("%s: the style sheet loads something", name)
			}
		}
	}
}

// textOf returns the text of an element, without what is below a name or a mark's title.
func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode && hasClass(n, "below") {
			return
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(n)
	return strings.TrimSpace(b.String())
}

func hasClass(n *html.Node, class string) bool {
	for _, a := range n.Attr {
		if a.Key == "class" {
			return slices.Contains(strings.Fields(a.Val), class)
		}
	}
	return false
}

// tablesIn returns the rows of the tables of a page by their titles, without those of titles and details.
func tablesIn(t *testing.T, page string) map[string][][]string {
	t.Helper()
	all := map[string][][]string{}
	for n := range parse(t, page).Descendants() {
		if n.Type != html.ElementNode || n.Data != "table" {
			continue
		}
		title := ""
		for e := range n.Descendants() {
			switch {
			case e.Data == "caption" && e.Type == html.ElementNode:
				title = textOf(e)
			case e.Data == "tr" && e.Type == html.ElementNode && e.Parent.Data == "tbody" && !hasClass(e, "detail"):
				var cells []string
				for c := range e.ChildNodes() {
					if c.Type == html.ElementNode {
						cells = append(cells, textOf(c))
					}
				}
				all[title] = append(all[title], cells)
			}
		}
	}
	return all
}

// wholeTables are rows that a page of the report that whole returns must have, by what the titles of their tables begin with.
func wholeTables() map[string][][]string {
	return map[string][][]string{
		"By service": {
			{"云服务器 ECS", "¥1,508.17", "", "35.8%", "+¥287.14", "▲ 23.5%"},
			{"云数据库 veDB MySQL 版", "¥482.10", "", "11.4%", "-¥120.80", "▼ 20.0%"},
			{"27 others", "¥105.00", "", "2.5%", "+¥84.41", "▲ 410.0%"},
			{"Total", "¥4,215.87", "", "100.0%", "+¥344.85", "▲ 8.9%"},
		},
		"What changed vs the day before (11-19 Thu)": {
			{"new", "+¥220.40", ""}, {"quantity", "-¥47.28", ""}, {"Total", "+¥344.85", ""},
			{"云服务器 ECS", "+¥287.14", "", "new +220.40 · quantity +63.02 · price +44.92 · gone -41.20"},
		},
	}
}

func checkWhole(t *testing.T, page string) {
	t.Helper()
	got := tablesIn(t, page)
	for prefix, wanted := range wholeTables() {
		var rows [][]string
		for title := range got {
			if strings.HasPrefix(title, prefix) {
				rows = append(rows, got[title]...)
			}
		}
		for _, want := range wanted {
			if !slices.ContainsFunc(rows, func(row []string) bool { return slices.Equal(row, want) }) {
				t.Errorf("%s: there is no row %q in %q", prefix, want, rows)
			}
		}
	}
	text := textOf(parse(t, page))
	for _, want := range []string{
		"¥4,215.87", "¥3,355.87", "18,342", // the total, its usage and lines
		"¥71,234.56", "+¥5,222.26", // month to date
		"¥110,543.20", "80% interval ¥104,210.11 to ¥118,002.70", "+¥6,562.75", // forecast
		"59.4%", "87.8%", "105.3%", "≥ ¥18,950.01", // budgets
		"¥1,190.50", "+¥317.67", "weekday-mad k=4 level=14d min=15% floor=100 CNY", "旧桶迁移", // unusual costs
		"-¥688.00", "shop-web-07", // events
		"-¥12.34", "¥1,447.70", "+¥45.60", // closed months and what was restated
		"11-18  ¥3,887.05", // a column's title
	} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q on the page", want)
		}
	}
}

func TestPageShowsTheReportsNumbers(t *testing.T) {
	checkWhole(t, htmlOf(t, whole(), render.English))
}

// In every situation the rows of breakdowns show the amounts that JSON does.
func TestPageShowsWhatJSONDoes(t *testing.T) {
	for name, scene := range scenes() {
		if len(scene.options.By) > 0 || name == "two-currencies" {
			continue // several tables, or one of each currency, have the same title
		}
		p := pageOf(t, scene)
		if len(p.Currencies) == 0 {
			continue
		}
		var want, got []string
		for _, b := range p.Currencies[0].Breakdowns {
			for _, row := range b.Rows {
				want = append(want, forPeople(row.Amount))
			}
		}
		for title, rows := range tablesIn(t, htmlOf(t, scene.report(t), render.English)) {
			if strings.HasPrefix(title, "By service") {
				for _, row := range rows {
					got = append(got, firstFigure(row[1]))
				}
			}
		}
		if len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
			t.Errorf("%s: the page shows %v, JSON %v", name, got, want)
		}
	}
}

func TestNamesAreNoMarkup(t *testing.T) {
	page := htmlOf(t, scenes()["hostile-names"].report(t), render.English)
	names := tablesIn(t, page)["By service"]
	for _, want := range []string{"*bold* _under_ `code` [link](http://x) <b>", `quo"te's`, "=cmd()|'/c calc'!A0", "云服务器 🚀 火箭"} {
		if !slices.ContainsFunc(names, func(row []string) bool { return row[0] == want }) {
			t.Errorf("there is no %q in %q", want, names)
		}
	}
	if strings.ContainsAny(page, "\x1b\u202e\u0085") {
		t.Error("the page holds marks that command or reorder")
	}
}

func TestPagesSayTheirLanguage(t *testing.T) {
	for lang, want := range map[render.Lang]string{render.Chinese: `<html lang="zh-CN">`, render.English: `<html lang="en">`} {
		if page := htmlOf(t, whole(), lang); !strings.HasPrefix(page, "<!DOCTYPE html>\n"+want) {
			t.Errorf("%s: the page begins with %q", lang, page[:60])
		}
	}
}
