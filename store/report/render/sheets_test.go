package render_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"goscan/providers"
	"goscan/store/report"
	"goscan/store/report/render"
)

// models are all scenes, and one report of everything.
func models(t *testing.T) map[string]*report.Report {
	t.Helper()
	all := map[string]*report.Report{"whole": whole()}
	for name, s := range scenes() {
		all[name] = s.report(t)
	}
	return all
}

// A ledger is what the tests read back of a JSON document: every number in it.
type ledger struct {
	Currencies []struct {
		Currency    string
		Total       *string
		Usage       *string
		Lines       int64
		Comparisons []amounts
		Trend       []amounts
		Breakdowns  []struct {
			By    string
			Rows  []amounts
			Other *amounts
		}
		Accounts []amounts
		Movers   *struct {
			Rows  []amounts
			Other *amounts
		}
		Events      []amounts
		EventsOther *amounts `json:"events_other"`
		Forecast    *struct {
			SoFar string `json:"so_far"`
			amounts
			Before *string
		}
		Budgets   []budgetNumbers
		Anomalies []struct {
			Actual, Expected, Low, High, Impact string
			Contributors                        []struct{ Actual, Expected, Delta string }
		}
	}
	Idle     []budgetNumbers
	Months   []struct{ Difference map[string]string }
	Restated *struct {
		Changes map[string]string
		Days    []struct{ Before, After string }
	}
}

type amounts struct {
	Amount, Share, Base, Change, Percent, Expected, Low, High *string
	Effects                                                   map[string]string
}

type budgetNumbers struct {
	Amount, Spent string
	Used          *string
	Forecast      *amounts
}

func ledgerOf(t *testing.T, r *report.Report) (l ledger) {
	t.Helper()
	var b bytes.Buffer
	if err := render.JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.Bytes(), &l); err != nil {
		t.Fatal(err)
	}
	return l
}

func csvOf(t *testing.T, r *report.Report, lang render.Lang) [][]string {
	t.Helper()
	var b bytes.Buffer
	if err := render.CSV(&b, r, lang); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(b.String(), "\ufeff")
	if !ok {
		t.Error("the file does not begin with a byte order mark")
	}
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Error("a line does not end with CR LF")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func bookOf(t *testing.T, r *report.Report, lang render.Lang) (*excelize.File, []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := render.XLSX(&b, r, lang); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, b.Bytes()
}

func rowsOf(t *testing.T, f *excelize.File, sheet string, raw bool) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: raw})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// lines lists what a table of comma separated values must hold, section by section, in the order of the document:
// currency, amount, share, base, change, percent, expected, low, high, impact.
func (l ledger) lines() []string {
	var all []string
	add := func(section, currency string, numbers ...string) {
		all = append(all, section+" "+currency+" "+strings.TrimRight(strings.Join(numbers, "|"), "|"))
	}
	part := func(section, currency string, a amounts) {
		add(section, currency, str(a.Amount), str(a.Share), str(a.Base), str(a.Change), str(a.Percent))
		for _, effect := range []string{"new", "vanished", "quantity", "price", "purchases", "rest"} {
			if c := a.Effects[effect]; c != "" && c != "0" {
				add("mover_effect", currency, "", "", "", c)
			}
		}
	}
	parts := func(section, currency string, rows []amounts) {
		for _, a := range rows {
			part(section, currency, a)
		}
	}
	budgets := func(currency string, all []budgetNumbers) {
		for _, b := range all {
			var f amounts
			if b.Forecast != nil {
				f = *b.Forecast
			}
			add("budget", currency, b.Spent, str(b.Used), b.Amount, "", "", str(f.Expected), str(f.Low), str(f.High))
		}
	}
	for _, c := range l.Currencies {
		add("total", c.Currency, str(c.Total))
		if c.Usage != nil {
			add("usage", c.Currency, *c.Usage)
		}
		parts("comparison", c.Currency, c.Comparisons)
		parts("trend", c.Currency, c.Trend)
		for _, b := range c.Breakdowns {
			parts("breakdown", c.Currency, b.Rows)
			if b.Other != nil {
				part("breakdown_other", c.Currency, *b.Other)
			}
		}
		parts("account", c.Currency, c.Accounts)
		if c.Movers != nil {
			parts("mover", c.Currency, c.Movers.Rows)
			if c.Movers.Other != nil {
				part("mover_other", c.Currency, *c.Movers.Other)
			}
		}
		parts("event", c.Currency, c.Events)
		if c.EventsOther != nil {
			add("event_other", c.Currency, str(c.EventsOther.Amount), str(c.EventsOther.Share))
		}
		if f := c.Forecast; f != nil {
			add("forecast", c.Currency, f.SoFar, "", str(f.Before), "", "", str(f.Expected), str(f.Low), str(f.High))
		}
		budgets(c.Currency, c.Budgets)
		for _, a := range c.Anomalies {
			add("anomaly", c.Currency, a.Actual, "", "", "", "", a.Expected, a.Low, a.High, a.Impact)
			for _, p := range a.Contributors {
				add("anomaly_contributor", c.Currency, p.Actual, "", "", p.Delta, "", p.Expected)
			}
		}
	}
	return all
}

func TestCSVHasTheNumbersOfJSON(t *testing.T) {
	for name, r := range models(t) {
		rows := csvOf(t, r, render.English)
		at := map[string]int{}
		for i, title := range rows[0] {
			at[title] = i
		}
		var got []string
		for _, row := range rows[1:] {
			switch row[0] {
			case "report", "month", "restated", "restated_total", "note":
				continue
			}
			var numbers []string
			for _, column := range []string{"amount", "share", "base", "change", "percent", "expected", "low", "high", "impact"} {
				numbers = append(numbers, row[at[column]])
			}
			got = append(got, row[0]+" "+row[at["currency"]]+" "+strings.TrimRight(strings.Join(numbers, "|"), "|"))
		}
		if want := ledgerOf(t, r).lines(); !slices.Equal(got, want) {
			t.Errorf("%s: CSV has\n%s\nJSON\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// onCells lists the amounts that a workbook must show, sheet by sheet; of the sheet of movers, the changes.
func (l ledger) onCells() map[string][]string {
	all := map[string][]string{}
	add := func(sheet string, exact *string) { all[sheet] = append(all[sheet], forPeople(exact)) }
	titles := map[string]string{
		"service": "Service", "region": "Region", "tag:team": "tag team", "provider": "Cloud", "account": "", "project": "Project",
	}
	var totals []func()
	for _, c := range l.Currencies {
		for _, p := range c.Trend {
			if p.Amount != nil {
				add("Trend", p.Amount)
			}
		}
		for _, b := range c.Breakdowns {
			if len(b.Rows) == 0 || titles[b.By] == "" {
				continue
			}
			for _, row := range b.Rows {
				add(titles[b.By], row.Amount)
			}
			if b.Other != nil {
				add(titles[b.By], b.Other.Amount)
			}
			totals = append(totals, func() { add(titles[b.By], c.Total) })
		}
		for _, a := range c.Accounts {
			add("Account", a.Amount)
		}
		totals = append(totals, func() { add("Account", c.Total) })
		if c.Movers != nil {
			for _, m := range c.Movers.Rows {
				add("What changed", m.Change)
			}
			if c.Movers.Other != nil {
				add("What changed", c.Movers.Other.Change)
			}
			totals = append(totals, func() { add("What changed", c.Comparisons[0].Change) })
		}
		for _, e := range c.Events {
			add("Purchases and renewals", e.Amount)
		}
		if c.EventsOther != nil {
			add("Purchases and renewals", c.EventsOther.Amount)
		}
	}
	for _, total := range totals {
		total()
	}
	return all
}

// shownIn returns the numbers of a column, and of the one that stands in for it, as a reader sees them.
func shownIn(t *testing.T, f *excelize.File, sheet string, titles ...string) []string {
	t.Helper()
	raw, formatted := rowsOf(t, f, sheet, true), rowsOf(t, f, sheet, false)
	var got []string
	for i, row := range raw[1:] {
		for column, title := range raw[0] {
			if !slices.Contains(titles, title) || column >= len(row) || row[column] == "" {
				continue
			}
			seen := strings.TrimPrefix(strings.ReplaceAll(formatted[i+1][column], ",", ""), "+")
			if kept := row[column]; kept != "–" && forPeople(new(strings.ReplaceAll(kept, ",", ""))) != seen {
				t.Errorf("%s: the cell of %s shows %s", sheet, kept, seen)
			}
			got = append(got, seen)
		}
	}
	return got
}

func TestWorkbookShowsTheNumbersOfJSON(t *testing.T) {
	for name, r := range models(t) {
		f, _ := bookOf(t, r, render.English)
		want := ledgerOf(t, r).onCells()
		for _, sheet := range f.GetSheetList()[1:] {
			titles := []string{"Amount", "Incomplete"}
			if sheet == "What changed" {
				titles = []string{"Change"}
			}
			if got := shownIn(t, f, sheet, titles...); !slices.Equal(got, want[sheet]) {
				t.Errorf("%s: sheet %s shows\n%v\nJSON has\n%v", name, sheet, got, want[sheet])
			}
			delete(want, sheet)
		}
		for sheet := range want {
			t.Errorf("%s: there is no sheet %s", name, sheet)
		}
	}
}

func TestSummaryShowsTheNumbersOfJSON(t *testing.T) {
	for name, r := range models(t) {
		f, _ := bookOf(t, r, render.English)
		var cells []string
		for _, row := range rowsOf(t, f, "Summary", true) {
			for _, cell := range row {
				if m, err := providers.ParseMoney(cell); err == nil && cell != "" {
					cells = append(cells, m.StringFixed(2))
				}
			}
		}
		l := ledgerOf(t, r)
		var want []*string
		for _, c := range l.Currencies {
			want = append(want, c.Total, c.Usage)
			for _, d := range c.Comparisons {
				want = append(want, d.Amount, d.Base, d.Change)
			}
			if f := c.Forecast; f != nil {
				want = append(want, &f.SoFar, f.Expected, f.Low, f.High, f.Before)
			}
			for _, b := range c.Budgets {
				want = append(want, &b.Spent, &b.Amount)
			}
			for _, a := range c.Anomalies {
				want = append(want, &a.Actual, &a.Expected, &a.Low, &a.High, &a.Impact)
			}
		}
		if l.Restated != nil {
			for _, d := range l.Restated.Days {
				want = append(want, &d.Before, &d.After)
			}
		}
		for _, exact := range want {
			if exact != nil && !slices.Contains(cells, money(*exact).StringFixed(2)) {
				t.Errorf("%s: the summary does not show %s", name, *exact)
			}
		}
	}
}
