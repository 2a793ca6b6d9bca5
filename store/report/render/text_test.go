package render_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/rivo/uniseg"

	"goscan/providers"
	"goscan/store/report"
	"goscan/store/report/render"
)

func text(t *testing.T, r *report.Report, o render.TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := render.Text(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// tables returns the lines of every table of a text, without the rules, and without what is said below a row or the table.
func tables(text string) [][]string {
	isRule := func(line string) bool { return strings.HasPrefix(line, "  ─") }
	var all [][]string
	var table []string
	seen := false
	for line := range strings.SplitSeq(text+"\n", "\n") {
		switch {
		case line == "":
			if seen {
				all = append(all, table[1:]) // the first line is the heading
			}
			table, seen = nil, false
		case isRule(line):
			if !seen {
				table = append(table[:1], table[len(table)-1]) // a paragraph may stand between the heading and the titles
			}
			seen = true
		case seen && (strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "  · ")): // below a row, or the table
		default:
			table = append(table, line)
		}
	}
	return all
}

func TestLinesAreAlignedAndFit(t *testing.T) {
	for name, scene := range scenes() {
		r := scene.report(t)
		for _, lang := range []render.Lang{render.Chinese, render.English} {
			for _, width := range []int{60, 72, 80, 100, 120} {
				out := text(t, r, render.TextOptions{Width: width, Lang: lang})
				for line := range strings.Lines(out) {
					if got := uniseg.StringWidth(strings.TrimSuffix(line, "\n")); got > width {
						t.Errorf("%s %s: %d columns wide, want at most %d:\n%s", name, lang, got, width, line)
					}
				}
				for _, table := range tables(out) {
					for _, line := range table {
						if got := uniseg.StringWidth(line); got != width {
							t.Errorf("%s %s: a row is %d columns wide, want %d:\n%s", name, lang, got, width, line)
						}
					}
				}
			}
		}
	}
}

func TestWidthIsBounded(t *testing.T) {
	s := scenes()["two-clouds"]
	r := s.report(t)
	for asked, want := range map[int]int{0: 80, 1: 60, 80: 80, 500: 120} {
		table := tables(text(t, r, render.TextOptions{Width: asked}))[0]
		if got := uniseg.StringWidth(table[0]); got != want {
			t.Errorf("asked for %d columns, tables have %d, want %d", asked, got, want)
		}
	}
}

func TestEveryTableIsThere(t *testing.T) {
	s := scenes()["two-clouds"]
	got := tables(text(t, s.report(t), render.TextOptions{}))
	var rows []int
	for _, table := range got {
		rows = append(rows, len(table))
	}
	// Titles, rows and total: what changed, services, regions, teams, and accounts, which have no total.
	if want := []int{1 + 8 + 1, 1 + 8 + 1, 1 + 4 + 1, 1 + 4 + 1, 1 + 2}; fmt.Sprint(rows) != fmt.Sprint(want) {
		t.Errorf("tables have %v lines, want %v", rows, want)
	}
}

func TestNamesCannotCommandATerminal(t *testing.T) {
	for name, scene := range scenes() {
		for _, r := range text(t, scene.report(t), render.TextOptions{}) {
			if r != '\n' && unicode.IsControl(r) || r == '\u202e' || r == '\u200b' {
				t.Errorf("%s: the text holds %U", name, r)
			}
		}
	}
}

func TestColourIsOnlyPaint(t *testing.T) {
	paint := regexp.MustCompile("\x1b\\[[0-9]+m")
	for name, scene := range scenes() {
		r := scene.report(t)
		bare, painted := text(t, r, render.TextOptions{}), text(t, r, render.TextOptions{Color: true})
		if bare == painted {
			t.Errorf("%s: nothing is painted", name)
		}
		if paint.ReplaceAllString(painted, "") != bare {
			t.Errorf("%s: without its colours, the painted text differs from the bare one", name)
		}
	}
}

func TestRisesAreRedAndFallsGreen(t *testing.T) {
	for now, want := range map[string]string{"9": "\x1b[32m▼", "11": "\x1b[31m▲", "10": "="} {
		var s scene
		s.store.Put("volc", "volcengine", "2026-10-30", providers.Complete, cost("ecs", "", "CNY", "10"))
		s.store.Put("volc", "volcengine", "2026-10-31", providers.Complete, cost("ecs", "", "CNY", now))
		if out := text(t, s.report(t), render.TextOptions{Color: true}); !strings.Contains(out, want) {
			t.Errorf("from 10 to %s there is no %q in:\n%s", now, want, out)
		}
	}
}

func TestSparklineMarksWhatIsNotStored(t *testing.T) {
	var s scene
	put := func(account, date, amount string) {
		s.store.Put(account, "volcengine", date, providers.Complete, cost("ecs", "", "CNY", amount))
	}
	put("a", "2026-10-25", "7")
	put("a", "2026-10-26", "0")
	// The 27th is not stored.
	put("a", "2026-10-28", "3")
	put("a", "2026-10-29", "7")
	put("b", "2026-10-27", "5")
	put("b", "2026-10-28", "4")
	put("a", "2026-10-30", "1")
	put("b", "2026-10-30", "0")
	put("a", "2026-10-31", "7")
	put("b", "2026-10-31", "0")
	out := text(t, s.report(t), render.TextOptions{Lang: render.English})
	if want := "Last 30 days  █▁·█·▂█  10-25 to 10-31 (· not all stored)"; !strings.Contains(out, want) {
		t.Errorf("there is no %q in:\n%s", want, out)
	}
	if want := "low ¥0.00 (10-26) · high ¥7.00 (10-25) · mean ¥4.40"; !strings.Contains(out, want) {
		t.Errorf("there is no %q in:\n%s", want, out)
	}
}

func TestTheMonthToDateIsNoLowest(t *testing.T) {
	s := scene{options: report.Options{Kind: report.Monthly}}
	for d := providers.NewDay(2026, 8, 1); d <= providers.NewDay(2026, 11, 10); d++ {
		s.store.Put("a", "volcengine", d.String(), providers.Complete, cost("ecs", "", "CNY", "1"))
	}
	out := text(t, s.report(t), render.TextOptions{})
	if want := "low ¥30.00 (2026-09) · high ¥31.00 (2026-08) · mean ¥30.67"; !strings.Contains(out, want) {
		t.Errorf("there is no %q in:\n%s", want, out)
	}
}

func TestDaysOfAnotherYearAreNamedInFull(t *testing.T) {
	var s scene
	for _, date := range []string{"2025-12-31", "2026-01-01"} {
		s.store.Put("a", "volcengine", date, providers.Complete, cost("ecs", "", "CNY", "3"))
	}
	out := text(t, s.report(t), render.TextOptions{})
	for _, want := range []string{"vs the day before (2025-12-31 Wed)", "2025-12-31 to 01-01"} {
		if !strings.Contains(out, want) {
			t.Errorf("there is no %q in:\n%s", want, out)
		}
	}
}

func TestLanguages(t *testing.T) {
	for text, ok := range map[string]bool{"zh": true, "en": true, "fr": false, "": false, "ZH": false} {
		if lang, err := render.ParseLang(text); (err == nil) != ok || ok && string(lang) != text {
			t.Errorf("%q is %q, %v", text, lang, err)
		}
	}
	s := scenes()["month"]
	r := s.report(t)
	for _, write := range []func(lang render.Lang) string{
		func(lang render.Lang) string { return text(t, r, render.TextOptions{Lang: lang}) },
		func(lang render.Lang) string {
			var b bytes.Buffer
			if err := render.Markdown(&b, r, lang); err != nil {
				t.Fatal(err)
			}
			return b.String()
		},
	} {
		if zh := write(render.Chinese); strings.Contains(zh, "%!") || !strings.Contains(zh, "月度费用") {
			t.Errorf("not Chinese, or badly worded:\n%s", zh)
		}
		if en := write(render.English); strings.Contains(en, "%!") || !strings.Contains(en, "Monthly cost") {
			t.Errorf("not English, or badly worded:\n%s", en)
		}
	}
}

func TestManyAnomaliesAreCut(t *testing.T) {
	s := scenes()["everything"]
	r := s.report(t)
	c := &r.Sections[0]
	for len(c.Anomalies) < 25 {
		c.Anomalies = append(c.Anomalies, c.Anomalies[0])
	}
	out := text(t, r, render.TextOptions{Lang: render.English})
	if want := "  · 15 more: goscan report anomalies\n"; !strings.Contains(out, want) {
		t.Errorf("there is no %q in:\n%s", want, out)
	}
	if n := strings.Count(out, "\n  ! Rise"); n > 3 {
		t.Errorf("%d unusual costs are told one by one, want at most 3", n)
	}
}

func TestAQuietDayIsShort(t *testing.T) {
	var s scene
	for _, date := range []string{"2026-10-30", "2026-10-31"} {
		s.store.Put("a", "volcengine", date, providers.Complete, cost("ecs", "", "CNY", "3"))
	}
	out := text(t, s.report(t), render.TextOptions{Lang: render.English})
	for _, heading := range []string{"Needs attention", "Budgets", "Unusual", "Purchases", "Restated", "Notes"} {
		if strings.Contains(out, heading) {
			t.Errorf("there is a heading %q with nothing to say:\n%s", heading, out)
		}
	}
	if n := strings.Count(out, "\n"); n > 25 {
		t.Errorf("%d lines, want at most 25:\n%s", n, out)
	}
}

func TestNoLineBeginsWithTheAmountOfTheLineBefore(t *testing.T) {
	for name, scene := range scenes() {
		for line := range strings.Lines(text(t, scene.report(t), render.TextOptions{Width: 60, Lang: render.Chinese})) {
			if strings.HasPrefix(strings.TrimLeft(line, " "), "\u00a0") {
				t.Errorf("%s: a line begins with the amount of what the line before names: %q", name, line)
			}
		}
	}
}
