package render_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"goscan/store/report"
	"goscan/store/report/render"
)

// listed is a report of rows with the given amounts.
func listed(exact ...string) *report.Report {
	r := whole()
	s := &r.Sections[0]
	b := report.Breakdown{By: s.Breakdowns[1].By}
	for i, e := range exact {
		b.Rows = append(b.Rows, report.Row{Key: fmt.Sprint(i), Name: fmt.Sprint(i), Amount: money(e)})
	}
	s.Breakdowns = []report.Breakdown{b}
	return r
}

func TestCellsKeepWhatASpreadsheetCanKeep(t *testing.T) {
	cases := []struct{ exact, kept, shown string }{
		{"0", "0", "0.00"},
		{"-0.004", "-0.004", "0.00"},
		{"0.000000000001", "0.000000000001", "0.00"},
		{"1234.567891", "1234.567891", "1,234.57"},
		{"-1234.5", "-1234.5", "-1,234.50"},
		{"1.125", "1.125", "1.13"},
		{"-1.125", "-1.125", "-1.13"},
		{"123456789012.345", "123456789012.345", "123,456,789,012.35"},
		{"12345678901.123456", "12345678901.1235", "12,345,678,901.12"},
		{"123.004999999999", "123.004999999999", "123.00"},
		{"1234567890.004999999999", "1234567890", "1,234,567,890.00"}, // with 15 digits it would be 0.005 and show 0.01
		{"1234567890123.45", "1234567890123.45", "1,234,567,890,123.45"},
		{"98765432109876543.21", "98,765,432,109,876,543.21", "98,765,432,109,876,543.21"}, // a text
		{"98765432109876000", "98765432109876000", "98,765,432,109,876,000.00"},
	}
	var exact []string
	for _, c := range cases {
		exact = append(exact, c.exact)
	}
	f, _ := bookOf(t, listed(exact...), render.English)
	raw, formatted := rowsOf(t, f, "Service", true), rowsOf(t, f, "Service", false)
	column := slices.Index(raw[0], "Amount")
	for i, c := range cases {
		if got := raw[i+1][column]; got != c.kept {
			t.Errorf("of %s the cell keeps %s, want %s", c.exact, got, c.kept)
		}
		if got := formatted[i+1][column]; got != c.shown {
			t.Errorf("of %s the cell shows %s, want %s", c.exact, got, c.shown)
		}
	}
}

func TestNoTextBecomesAFormula(t *testing.T) {
	hostile := []string{
		"=cmd()|'/c calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u3000＝1", "＋1", "\u200b=1", "\x00=1", "_x003D_1",
		strings.Repeat("=名", 20_000), "a,b\"c", "]]>&lt;",
	}
	r := listed("-1", "2")
	s := &r.Sections[0]
	for i, name := range hostile {
		s.Breakdowns[0].Rows = append(s.Breakdowns[0].Rows, report.Row{Key: name, Name: name, Amount: money(fmt.Sprint(i))})
		s.Accounts = append(s.Accounts, report.AccountRow{Account: report.Account{Name: name, Provider: name}})
		s.Budgets[0].Name, s.Anomalies[0].Rule, r.Notes[0].Account, r.Store = name, name, name, name
	}
	for _, row := range csvOf(t, r, render.Chinese) {
		for column, cell := range row {
			first := strings.TrimLeft(cell, " \u3000\u200b")
			if first != "" && strings.ContainsRune("=+@＝＋－＠\t\r", []rune(first)[0]) {
				t.Errorf("a field begins with %q", first[:1])
			}
			if strings.HasPrefix(first, "-") && !slices.Contains([]int{8, 10, 11, 12, 19, 20, 21, 22}, column) {
				t.Errorf("a text begins with a minus: %.20q", cell)
			}
			if strings.HasPrefix(cell, "'") && column >= 8 && column <= 13 {
				t.Errorf("a number begins with an apostrophe: %q", cell)
			}
		}
	}
	f, file := bookOf(t, r, render.Chinese)
	eachPart(t, file, func(name string, content []byte) {
		if strings.HasPrefix(name, "xl/worksheets/") && bytes.Contains(content, []byte("<f>")) {
			t.Errorf("%s has a formula", name)
		}
	})
	rows := rowsOf(t, f, "服务", true)
	if got, want := rows[3][0], hostile[0]; got != want {
		t.Errorf("the name is %q, want %q", got, want)
	}
	if got := rows[14][0]; got != "_x003D_1" {
		t.Errorf("the name is %q, want _x003D_1", got)
	}
}

// eachPart reads the parts of a workbook.
func eachPart(t *testing.T, file []byte, check func(name string, content []byte)) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		check(part.Name, content)
	}
}

func TestWorkbookIsWellFormedAndTheSameEachTime(t *testing.T) {
	for name, r := range models(t) {
		f, file := bookOf(t, r, render.Chinese)
		if _, again := bookOf(t, r, render.Chinese); !bytes.Equal(file, again) {
			t.Errorf("%s: two workbooks of one report differ", name)
		}
		eachPart(t, file, func(part string, content []byte) {
			for d := xml.NewDecoder(bytes.NewReader(content)); ; {
				if _, err := d.Token(); err == io.EOF {
					return
				} else if err != nil {
					t.Errorf("%s: %s: %v", name, part, err)
					return
				}
			}
		})
		for _, sheet := range f.GetSheetList() {
			layout, err := f.GetPageLayout(sheet)
			if err != nil || str(layout.Orientation) != "landscape" || *layout.FitToWidth != 1 {
				t.Errorf("%s: %s is not printed landscape on one page's width (%v)", name, sheet, err)
			}
			props, err := f.GetSheetProps(sheet)
			if err != nil || props.FitToPage == nil || !*props.FitToPage {
				t.Errorf("%s: %s is not fitted to the page (%v)", name, sheet, err)
			}
		}
	}
}

func TestDetailSheetsHaveAFrozenTitleAFilterAndAChart(t *testing.T) {
	f, file := bookOf(t, whole(), render.English)
	want := []string{"Summary", "Trend", "Cloud", "Service", "tag team", "Account", "What changed", "Purchases and renewals"}
	if got := f.GetSheetList(); !slices.Equal(got, want) {
		t.Errorf("sheets are %q, want %q", got, want)
	}
	filters := map[string]string{}
	for _, name := range f.GetDefinedName() {
		if name.Name == "_xlnm._FilterDatabase" {
			filters[name.Scope] = name.RefersTo
		}
	}
	for _, sheet := range want[1:] {
		if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: panes are %+v, %v", sheet, panes, err)
		}
		if filters[sheet] == "" {
			t.Errorf("%s has no filter", sheet)
		}
	}
	if got, want := filters["Service"], "'Service'!$A$1:$I$10"; got != want {
		t.Errorf("the filter is over %s, want %s: not over the total", got, want)
	}
	charts := 0
	eachPart(t, file, func(name string, content []byte) {
		if strings.HasPrefix(name, "xl/charts/chart") {
			charts++
			if !bytes.Contains(content, []byte("'Trend'!$E$2:$E$31")) && !bytes.Contains(content, []byte("&#39;Trend&#39;!$E$2:$E$31")) {
				t.Errorf("the chart does not show the trend: %s", content)
			}
		}
	})
	if charts != 1 {
		t.Errorf("%d charts, want 1", charts)
	}
}

func TestSheetNamesAreAllowedAndUnique(t *testing.T) {
	r := whole()
	s := &r.Sections[0]
	rows := s.Breakdowns[0].Rows
	s.Breakdowns = nil
	keys := []string{
		"a/b:c[d]*?\\", "A B C D", "'quoted'", strings.Repeat("很", 60), strings.Repeat("很", 61), strings.Repeat("🚀", 40), "", "history",
	}
	for _, key := range keys {
		s.Breakdowns = append(s.Breakdowns, report.Breakdown{By: tag(key), Rows: rows})
	}
	f, _ := bookOf(t, r, render.Chinese)
	names := f.GetSheetList()
	if want := 5 + len(keys); len(names) != want {
		t.Errorf("%d sheets, want %d: %q", len(names), want, names)
	}
	seen := map[string]bool{}
	for _, name := range names {
		if lower := strings.ToLower(name); seen[lower] {
			t.Errorf("two sheets are %q", name)
		} else {
			seen[lower] = true
		}
		if strings.ContainsAny(name, `[]:*?/\'`) || len([]rune(name)) > 31 {
			t.Errorf("sheet %q", name)
		}
	}
}
