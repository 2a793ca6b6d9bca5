package render_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"goscan/providers"
	"goscan/store/report/render"
)

// A page is what the tests read back of a JSON document.
type page struct {
	Schema     string
	Currencies []struct {
		Currency  string
		Total     *string
		Budgets   []struct{ Spent *string }
		Anomalies []struct{ Actual *string }
		Movers    *struct {
			Rows  []amount
			Other *amount
			Total map[string]string
		}
		Events      []amount
		EventsOther *amount `json:"events_other"`
		Breakdowns  []struct {
			By    string
			Rows  []amount
			Other *amount
		}
		Accounts []amount
	}
	Idle     []struct{ Spent *string }
	Restated *struct{ Days []struct{ Before *string } }
}

type amount struct{ Amount, Change *string }

func pageOf(t *testing.T, s *scene) (p page) {
	t.Helper()
	var b bytes.Buffer
	if err := render.JSON(&b, s.report(t)); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if p.Schema != "goscan.report/1" {
		t.Errorf("schema is %q", p.Schema)
	}
	return p
}

// forPeople rounds an exact amount to what a table shows of it, without commas or currency.
func forPeople(exact *string) string {
	if exact == nil {
		return "–"
	}
	return money(*exact).StringFixed(2)
}

var figure = regexp.MustCompile(`(-?)(?:¥|\$|EUR )([\d,]+\.\d\d)|–`)

// firstFigure returns the amount in a row of a table.
func firstFigure(line string) string {
	found := figure.FindStringSubmatch(line)
	if found == nil {
		return "no amount in " + line
	}
	if found[0] == "–" {
		return found[0]
	}
	return found[1] + strings.ReplaceAll(found[2], ",", "")
}

func markdownRows(markdown string) []string {
	var rows []string
	inTable := false
	for line := range strings.Lines(markdown) {
		if !strings.HasPrefix(line, "| ") {
			inTable = false
			continue
		}
		if inTable && !strings.HasPrefix(line, "| :--") {
			rows = append(rows, firstFigure(line))
		}
		inTable = true
	}
	return rows
}

func TestEveryFormatShowsTheSameNumbers(t *testing.T) {
	for name, scene := range scenes() {
		var want []string
		page := pageOf(t, scene)
		for _, c := range page.Currencies {
			for _, b := range c.Budgets {
				want = append(want, forPeople(b.Spent))
			}
			for _, a := range c.Anomalies {
				want = append(want, forPeople(a.Actual))
			}
			if m := c.Movers; m != nil && len(m.Rows) > 0 {
				var total providers.Money
				for _, row := range m.Rows {
					want = append(want, forPeople(row.Change))
				}
				if m.Other != nil {
					want = append(want, forPeople(m.Other.Change))
				}
				for _, effect := range m.Total {
					total = total.Add(money(effect))
				}
				want = append(want, forPeople(new(total.String())))
			}
			for _, e := range c.Events {
				want = append(want, forPeople(e.Amount))
			}
			if c.EventsOther != nil {
				want = append(want, forPeople(c.EventsOther.Amount))
			}
			for _, b := range c.Breakdowns {
				for _, row := range b.Rows {
					want = append(want, forPeople(row.Amount))
				}
				if b.Other != nil {
					want = append(want, forPeople(b.Other.Amount))
				}
				if len(b.Rows) > 0 {
					want = append(want, forPeople(c.Total))
				}
			}
			for _, a := range c.Accounts {
				want = append(want, forPeople(a.Amount))
			}
		}
		for _, b := range page.Idle {
			want = append(want, forPeople(b.Spent))
		}
		if page.Restated != nil {
			for _, d := range page.Restated.Days {
				want = append(want, forPeople(d.Before))
			}
		}
		r := scene.report(t)
		var got []string
		for _, table := range tables(text(t, r, render.TextOptions{Lang: render.English})) {
			for _, line := range table[1:] {
				got = append(got, firstFigure(line))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: text shows %v, JSON %v", name, got, want)
		}
		var b bytes.Buffer
		if err := render.Markdown(&b, r, render.English); err != nil {
			t.Fatal(err)
		}
		if got := markdownRows(b.String()); !slices.Equal(got, want) {
			t.Errorf("%s: Markdown shows %v, JSON %v", name, got, want)
		}
	}
}

func TestJSONKeepsEveryDigit(t *testing.T) {
	s := &scene{}
	s.store.Put("volc", "volcengine", "2026-10-31", providers.Complete,
		cost("a", "", "CNY", "12345678901.123456"), cost("b", "", "CNY", "0.000000000001"), cost("c", "", "CNY", "-0.01"))
	c := pageOf(t, s).Currencies[0]
	if want := "12345678901.113456000001"; *c.Total != want {
		t.Errorf("total is %s, want %s", *c.Total, want)
	}
	var got []string
	for _, row := range c.Breakdowns[0].Rows {
		got = append(got, *row.Amount)
	}
	if want := []string{"12345678901.123456", "0.000000000001", "-0.01"}; !slices.Equal(got, want) {
		t.Errorf("amounts are %q, want %q", got, want)
	}
}

func TestJSONRowsAddUpToTheTotal(t *testing.T) {
	for name, scene := range scenes() {
		for _, c := range pageOf(t, scene).Currencies {
			if c.Total == nil {
				if len(c.Breakdowns[0].Rows) > 0 {
					t.Errorf("%s %s: rows without a total", name, c.Currency)
				}
				continue
			}
			for i, b := range c.Breakdowns {
				var sum providers.Money
				for _, row := range b.Rows {
					sum = sum.Add(money(*row.Amount))
				}
				if b.Other != nil {
					sum = sum.Add(money(*b.Other.Amount))
				}
				if !sum.Equal(money(*c.Total)) {
					t.Errorf("%s %s: breakdown %d adds up to %s, the total is %s", name, c.Currency, i, sum, *c.Total)
				}
			}
		}
	}
}

func TestMarkdownCellsAreNeitherSplitNorMarkup(t *testing.T) {
	var b bytes.Buffer
	s := scenes()["hostile-names"]
	if err := render.Markdown(&b, s.report(t), render.English); err != nil {
		t.Fatal(err)
	}
	unescaped := regexp.MustCompile(`(^|[^\\])\|`)
	columns := 0
	for line := range strings.Lines(b.String()) {
		if !strings.HasPrefix(line, "|") {
			columns = 0
			continue
		}
		n := len(unescaped.FindAllString(line, -1))
		if columns != 0 && n != columns {
			t.Errorf("a row has %d bars, its table %d: %s", n, columns, line)
		}
		columns = n
	}
	want := `| \*bold\* \_under\_ \` + "`code\\`" + ` \[link\](http://x) &lt;b> |`
	if !strings.Contains(b.String(), want) {
		t.Errorf("there is no %s in:\n%s", want, b.String())
	}
}

func TestAmountAndCountForPeople(t *testing.T) {
	for exact, want := range map[string]string{
		"0": "0.00", "-0.004": "0.00", "0.005": "0.01", "-0.005": "-0.01", "999.995": "1,000.00", "-1234567.891": "-1,234,567.89",
	} {
		if got := render.Amount(money(exact)); got != want {
			t.Errorf("%s is shown as %s, want %s", exact, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := render.Count(n); got != want {
			t.Errorf("%d is shown as %s, want %s", n, got, want)
		}
	}
}

// A digest shows the rows of the breakdown by service, and what changed, of every currency.
func TestDigestsShowTheSameNumbers(t *testing.T) {
	for name, scene := range scenes() {
		var want, got []string
		for _, c := range pageOf(t, scene).Currencies {
			for _, b := range c.Breakdowns {
				if b.By != "service" || len(b.Rows) == 0 {
					continue
				}
				for _, row := range b.Rows {
					want = append(want, forPeople(row.Amount), forPeople(row.Change))
				}
				if b.Other != nil {
					want = append(want, forPeople(b.Other.Amount), forPeople(b.Other.Change))
				}
				want = append(want, forPeople(c.Total))
			}
			if m := c.Movers; m != nil {
				for _, row := range m.Rows {
					want = append(want, forPeople(row.Change))
				}
			}
		}
		for _, s := range render.NewDigest(scene.report(t), render.English).Sections {
			movers := strings.HasPrefix(s.Heading, "What changed")
			if !movers && !strings.HasPrefix(s.Heading, "By service") {
				continue
			}
			for _, row := range s.Table.Rows {
				if movers && strings.HasSuffix(row[0], " others") {
					continue
				}
				for _, cell := range row[1:min(len(row), 3)] {
					if figure.MatchString(cell) {
						got = append(got, firstFigure(cell))
					}
				}
			}
			if !movers {
				got = append(got, firstFigure(s.Table.Total[1]))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: the digest shows %v, JSON %v", name, got, want)
		}
	}
}
