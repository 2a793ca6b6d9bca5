package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"goscan/providers"
	"goscan/store/report"
	"goscan/store/report/anomaly"
)

// An AnomalyList is the unusual costs of a range of days, both inclusive.
type AnomalyList struct {
	From, To providers.Day
	Alerts   []anomaly.Alert
}

// Anomalies writes unusual costs for a terminal.
func Anomalies(w io.Writer, l AnomalyList, o TextOptions) error {
	t := newText(l.report(), o)
	title, count := l.words(t.p)
	t.say(t.style.paint(bold, title))
	t.say(t.style.paint(dim, count))
	if len(l.Alerts) > 0 {
		t.say("")
		for _, line := range draw(t.list(l, false), t.width, t.style) {
			t.say(line)
		}
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// AnomaliesMarkdown writes unusual costs as Markdown.
func AnomaliesMarkdown(w io.Writer, l AnomalyList, lang Lang) error {
	m := &markdown{view: view{l.report(), phrasesOf(lang)}}
	title, count := l.words(m.p)
	m.say("## "+title, "", escape(count))
	if b := m.list(l, true); len(l.Alerts) > 0 {
		m.say("")
		m.table(b)
		m.bullets(m.told(b))
	}
	_, err := io.WriteString(w, m.b.String())
	return err
}

// report is the list as something from whose last day others are seen.
func (l AnomalyList) report() *report.Report {
	return &report.Report{Period: report.Range{From: l.From, To: l.To}}
}

func (l AnomalyList) words(p *phrases) (title, count string) {
	days := p.full(report.Range{From: l.From, To: l.To})
	if len(l.Alerts) == 0 {
		return p.alerts.list + " " + days, fmt.Sprintf(p.alerts.none, days)
	}
	return p.alerts.list + " " + days, fmt.Sprintf(p.alerts.count, len(l.Alerts))
}

// list returns a table of all that is known of the alerts. Ids stand in it, or below, where there is room for them.
func (v view) list(l AnomalyList, ids bool) block {
	p := v.p
	id, days := column{title: p.alerts.id}, column{title: p.alerts.days}
	b := block{}
	for i, a := range l.Alerts {
		id.add(plain(a.ID), dim)
		days.add(p.span(report.Range{From: a.From, To: a.To}, l.To), bare)
		words := strings.Join(p.explainedBeside(told{days: true, id: ids}, a, l.To), joint)
		b.details = append(b.details, detail{i, p.alerts.kinds[a.Kind] + " " + p.scope(a), words})
	}
	b.columns = append([]column{days}, p.alertColumns(l.Alerts)...)
	if ids {
		b.columns = slices.Insert(b.columns, 0, id)
	}
	return b
}
