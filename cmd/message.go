package cmd

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"goscan/cmd/config"
	"goscan/notify"
	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/anomaly"
	"goscan/store/report/render"
)

// told is what a message about a period tells, as the outbox remembers it: enough to see later that it was restated.
type told struct {
	From   providers.Day     `json:"from"`
	To     providers.Day     `json:"to"`
	Where  []string          `json:"where,omitempty"`
	Cost   string            `json:"cost"`
	Totals map[string]string `json:"totals"` // by currency, with all digits
}

func toldBy(r *report.Report) told {
	t := told{From: r.Period.From, To: r.Period.To, Where: filterTexts(r.Where), Cost: r.Amount.String(), Totals: map[string]string{}}
	for _, s := range r.Sections {
		if s.Total != nil {
			t.Totals[s.Currency] = s.Total.String()
		}
	}
	return t
}

func (t told) text() (string, error) {
	b, err := json.Marshal(t)
	return string(b), err
}

func filterTexts(where []store.Filter) []string {
	var all []string
	for _, f := range where {
		all = append(all, f.String())
	}
	return all
}

// messageID identifies what a report tells: its kind, its period, and what it is limited to, as in
// "daily-2026-11-21,account=prod".
func messageID(kind notify.Kind, r *report.Report) string {
	when := r.Period.From.String()
	if r.Kind == report.Monthly {
		when = r.Period.From.Month().String()
		if r.Period.To < r.Period.From.Month().Last() {
			when = "to-" + r.Period.To.String()
		}
	}
	parts := append([]string{string(kind) + "-" + when}, filterTexts(r.Where)...)
	if r.Amount != store.CostBeforeVoucher {
		parts = append(parts, r.Amount.String())
	}
	return strings.Join(parts, ",")
}

// kindOf returns the kind of message that a kind of report is.
func kindOf(kind report.Kind) notify.Kind { return notify.Kind(kind) }

// severityOf says how much a report asks of its reader.
func severityOf(r *report.Report) notify.Severity {
	worst := notify.Info
	if r.State == report.Missing {
		worst = notify.Warning
	}
	for _, m := range r.Months {
		if m.Reconciled == report.Differs {
			worst = notify.Warning
		}
	}
	for _, s := range r.Sections {
		for _, b := range s.Budgets {
			switch {
			case b.Spent.GreaterThan(b.Amount):
				worst = notify.Critical
			case b.Over || b.Reached > 0:
				worst = max(worst, notify.Warning)
			}
		}
		if len(alarming(s.Anomalies)) > 0 {
			worst = max(worst, notify.Warning)
		}
	}
	return worst
}

// alarming returns the alerts that somebody has to hear of now: those that are new or were revised, and that nobody
// expects, and those that are over.
func alarming(all []anomaly.Alert) []anomaly.Alert {
	return slices.DeleteFunc(slices.Clone(all), func(a anomaly.Alert) bool {
		return a.Planned != "" || a.State == anomaly.Ongoing
	})
}

// reportMessage returns the message that tells a report.
func reportMessage(r *report.Report, ch channel, font string) (notify.Message, error) {
	lang := render.Lang(ch.common.Lang)
	m := digestMessage(render.NewDigest(r, lang))
	m.ID, m.Kind, m.Severity, m.Lang = messageID(kindOf(r.Kind), r), kindOf(r.Kind), severityOf(r), ch.common.Lang
	name := "goscan-" + string(r.Kind) + "-" + r.Period.From.String()
	var chart bytes.Buffer
	if err := render.PNG(&chart, r, render.PNGOptions{Lang: lang, FontFile: font}); err != nil {
		return m, fmt.Errorf("chart: %w", err)
	}
	m.Chart = &notify.File{Name: name + ".png", Type: "image/png", Data: chart.Bytes()}
	m.Series = trendSeries(r)
	if r.Kind != report.Daily || ch.kind == "email" {
		var sheet bytes.Buffer
		if err := render.XLSX(&sheet, r, lang); err != nil {
			return m, fmt.Errorf("workbook: %w", err)
		}
		m.Files = []notify.File{{Name: name + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Data: sheet.Bytes()}}
	}
	return m, nil
}

// alertMessage returns the message that tells the alerts of a report, to channels that get no reports.
func alertMessage(r *report.Report, ch channel) (m notify.Message, any bool) {
	var alerts []anomaly.Alert
	var budgets []report.Budget
	for _, s := range r.Sections {
		alerts = append(alerts, alarming(s.Anomalies)...)
		for _, b := range s.Budgets {
			if b.Reached > 0 || b.Over {
				budgets = append(budgets, b)
			}
		}
	}
	if len(alerts)+len(budgets) == 0 {
		return m, false
	}
	m = digestMessage(render.AlertDigest(alerts, budgets, r.Period.To, render.Lang(ch.common.Lang)))
	m.ID, m.Kind, m.Severity, m.Lang = messageID(notify.KindAnomalies, r), notify.KindAnomalies, max(severityOf(r), notify.Warning), ch.common.Lang
	return m, true
}

// digestMessage puts what a digest says into the words of channels.
func digestMessage(d render.Digest) notify.Message {
	m := notify.Message{Title: d.Title, Summary: d.Summary, Notes: d.Notes}
	for _, s := range d.Sections {
		section := notify.Section{Heading: s.Heading, Lines: s.Lines}
		if s.Table != nil {
			section.Table = &notify.Table{Rows: s.Table.Rows, Total: s.Table.Total}
			for _, c := range s.Table.Columns {
				section.Table.Columns = append(section.Table.Columns, notify.Column(c))
			}
		}
		m.Sections = append(m.Sections, section)
	}
	return m
}

// trendSeries returns the trend of the largest section, for channels that draw charts themselves.
func trendSeries(r *report.Report) *notify.Series {
	if len(r.Sections) == 0 {
		return nil
	}
	largest := slices.MaxFunc(r.Sections, func(a, b report.Section) int { return cmp.Compare(a.Lines, b.Lines) })
	s := &notify.Series{Title: r.Amount.String() + ", " + largest.Currency}
	for _, p := range largest.Trend {
		point := notify.Point{Label: p.Period.From.String()[len("2006-"):]}
		if r.Kind == report.Monthly {
			point.Label = p.Period.From.Month().String()
		}
		if p.Amount != nil {
			point.Value, point.Known = p.Amount.StringFixed(2), true
		}
		s.Points = append(s.Points, point)
	}
	return s
}

// corrections returns letters about periods that were told to the channels and that were restated since, by more than a
// hundredth and by more than what is unusual at all.
func (m *mailroom) corrections(ctx context.Context, cfg *config.Config, source store.Reader) ([]letter, error) {
	var letters []letter
	for _, ch := range m.channels {
		sent, err := m.state.Messages(ctx, ch.name)
		if err != nil {
			return nil, err
		}
		for id, last := range lastTold(sent) {
			now, err := currentTotals(ctx, source, last)
			if err != nil {
				return nil, err
			}
			if l, ok := correction(cfg, ch, id, last, now); ok {
				letters = append(letters, l)
			}
		}
	}
	slices.SortFunc(letters, func(a, b letter) int { return cmp.Compare(a.message.ID, b.message.ID) })
	return letters, nil
}
