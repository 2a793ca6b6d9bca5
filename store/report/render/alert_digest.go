package render

import (
	"fmt"
	"slices"
	"strings"

	"goscan/providers"
	"goscan/store/report"
	"goscan/store/report/anomaly"
)

// AlertDigest words unusual costs and budgets that need attention, as they are seen from a day. Budgets of which all is
// well are left out.
func AlertDigest(alerts []anomaly.Alert, budgets []report.Budget, day providers.Day, lang Lang) Digest {
	p := phrasesOf(lang)
	d := Digest{Title: p.alerts.list + " " + day.String() + " " + p.weekdays[day.Weekday()]}
	for _, c := range append(p.unusual(alerts), p.atRisk(budgets, day)...) {
		d.Summary = append(d.Summary, c.words)
	}
	risky := slices.DeleteFunc(slices.Clone(budgets), func(b report.Budget) bool {
		_, paint := p.standing(b, day)
		return paint == bare
	})
	d.Pressing = len(risky) + len(slices.DeleteFunc(slices.Clone(alerts), func(a anomaly.Alert) bool { return !pressing(a) }))
	if len(alerts) > 0 {
		d.Sections = append(d.Sections, p.digestedAlerts(alerts, day))
	}
	if len(risky) > 0 {
		d.Sections = append(d.Sections, DigestSection{Heading: p.plans.title, Table: p.digestBudgets(risky, day)})
	}
	switch {
	case len(d.Summary) > 0:
	case len(alerts) > 0:
		d.Summary = []string{fmt.Sprintf(p.alerts.settled, len(alerts))}
	default:
		d.Summary = []string{fmt.Sprintf(p.alerts.none, day)}
	}
	return d
}

// digestedAlerts tells of every alert what it is made of.
func (p *phrases) digestedAlerts(alerts []anomaly.Alert, day providers.Day) DigestSection {
	s := DigestSection{Heading: p.alerts.title, Table: p.digestAlerts(alerts)}
	rule := commonRule(alerts)
	for _, a := range alerts {
		words := strings.Join(p.explainedBeside(told{rule: rule != ""}, a, day), joint)
		s.Lines = append(s.Lines, p.scope(a)+p.alerts.colon+words)
	}
	if rule != "" {
		s.Lines = append(s.Lines, fmt.Sprintf(p.alerts.rule, plain(rule)))
	}
	return s
}

// digestAlerts returns a table of unusual costs for a phone.
func (p *phrases) digestAlerts(alerts []anomaly.Alert) *DigestTable {
	w := p.alerts
	t := &DigestTable{Columns: []DigestColumn{{w.service, false}, {w.actual, true}, {w.impact, true}, {p.state, false}}}
	for _, a := range alerts {
		t.Rows = append(t.Rows, []string{
			cut(p.services(a), longestTitle), money(&a.Actual, a.Currency), signed(a.Impact, a.Currency),
			w.kinds[a.Kind] + joint + p.alertState(a),
		})
	}
	return t
}

func (p *phrases) digestBudgets(budgets []report.Budget, day providers.Day) *DigestTable {
	w := p.plans
	t := &DigestTable{Columns: []DigestColumn{{w.name, false}, {w.spent, true}, {w.used, true}, {w.standing, false}}}
	for _, b := range budgets {
		words, _ := p.standing(b, day)
		t.Rows = append(t.Rows, []string{cut(p.name(b.Name), longestTitle), atLeast(p, b), share(&b.Used), words})
	}
	return t
}
