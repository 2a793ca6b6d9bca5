package render_test

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rivo/uniseg"

	"goscan/providers"
	"goscan/store/report"
	"goscan/store/report/anomaly"
	"goscan/store/report/render"
)

// digestText writes a digest as a test can compare it, with its fields apart.
func digestText(d render.Digest) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n%d pressing\n", d.Title, d.Pressing)
	for _, line := range d.Summary {
		fmt.Fprintln(&b, "-", line)
	}
	for _, s := range d.Sections {
		fmt.Fprintf(&b, "\n# %s\n", s.Heading)
		for _, line := range s.Lines {
			fmt.Fprintln(&b, "-", line)
		}
		if s.Table == nil {
			continue
		}
		for _, c := range s.Table.Columns {
			fmt.Fprint(&b, "| ", c.Title, " ")
		}
		fmt.Fprintln(&b)
		for _, row := range slices.Concat(s.Table.Rows, [][]string{s.Table.Total}) {
			fmt.Fprintln(&b, strings.Join(row, " | "))
		}
	}
	for _, note := range d.Notes {
		fmt.Fprintln(&b, "*", note)
	}
	return b.Bytes()
}

func alertsOf(r *report.Report) ([]anomaly.Alert, []report.Budget) {
	return r.Sections[0].Anomalies, r.Sections[0].Budgets
}

func TestDigests(t *testing.T) {
	for _, lang := range []render.Lang{render.Chinese, render.English} {
		for _, name := range []string{"everything", "weekly", "everything-monthly", "account-missing", "two-currencies", "empty", "no-charges", "hostile-names"} {
			d := render.NewDigest(scenes()[name].report(t), lang)
			compareGolden(t, filepath.Join(golden, name+"."+string(lang)+".digest"), digestText(d))
		}
		alerts, budgets := alertsOf(scenes()["everything"].report(t))
		d := render.AlertDigest(alerts, budgets, providers.NewDay(2026, 10, 20), lang)
		compareGolden(t, filepath.Join(golden, "alerts."+string(lang)+".digest"), digestText(d))
	}
}

func TestDigestsFitAPhone(t *testing.T) {
	for name, scene := range scenes() {
		d := render.NewDigest(scene.report(t), render.English)
		for _, s := range d.Sections {
			if len(s.Table.Columns) > 4 {
				t.Errorf("%s %s: %d columns, want at most 4", name, s.Heading, len(s.Table.Columns))
			}
			for _, row := range append(s.Table.Rows, s.Table.Total) {
				if row != nil && len(row) != len(s.Table.Columns) {
					t.Errorf("%s %s: a row of %d cells under %d titles: %q", name, s.Heading, len(row), len(s.Table.Columns), row)
				}
				if row != nil && uniseg.StringWidth(row[0]) > 40 {
					t.Errorf("%s %s: %q is too wide for a phone", name, s.Heading, row[0])
				}
			}
		}
	}
}

func TestADigestCountsWhatAsksToAct(t *testing.T) {
	alerts, budgets := alertsOf(scenes()["everything"].report(t))
	day := providers.NewDay(2026, 10, 20)
	// Of six alerts one is over and one was planned; of four budgets two are at risk.
	if d := render.AlertDigest(alerts, budgets, day, render.English); d.Pressing != 4+2 {
		t.Errorf("%d things press, want 6", d.Pressing)
	}
	quiet := render.AlertDigest(nil, budgets[:1], day, render.English)
	if quiet.Pressing != 0 || len(quiet.Sections) != 0 || len(quiet.Summary) != 1 {
		t.Errorf("on a quiet day the digest is %+v", quiet)
	}
}

func TestAnomalyLists(t *testing.T) {
	alerts, _ := alertsOf(scenes()["everything"].report(t))
	list := render.AnomalyList{From: providers.NewDay(2026, 10, 1), To: providers.NewDay(2026, 10, 20), Alerts: alerts}
	none := render.AnomalyList{From: list.From, To: list.To}
	for name, l := range map[string]render.AnomalyList{"anomalies": list, "anomalies-none": none} {
		for _, lang := range []render.Lang{render.Chinese, render.English} {
			for suffix, write := range map[string]func(io.Writer) error{
				".txt": func(w io.Writer) error { return render.Anomalies(w, l, render.TextOptions{Lang: lang}) },
				".md":  func(w io.Writer) error { return render.AnomaliesMarkdown(w, l, lang) },
			} {
				var got bytes.Buffer
				if err := write(&got); err != nil {
					t.Fatal(err)
				}
				compareGolden(t, filepath.Join(golden, name+"."+string(lang)+suffix), got.Bytes())
			}
		}
	}
}

func TestAnomalyListsFit(t *testing.T) {
	alerts, _ := alertsOf(scenes()["everything"].report(t))
	l := render.AnomalyList{From: providers.NewDay(2025, 10, 1), To: providers.NewDay(2026, 10, 20), Alerts: alerts}
	for _, width := range []int{60, 80, 120} {
		var b bytes.Buffer
		if err := render.Anomalies(&b, l, render.TextOptions{Width: width, Lang: render.English}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if got := uniseg.StringWidth(strings.TrimSuffix(line, "\n")); got > width {
				t.Errorf("%d columns wide, want at most %d:\n%s", got, width, line)
			}
		}
	}
}
