package render

import (
	"fmt"
	"strings"

	"goscan/providers"
	"goscan/store/report"
	"goscan/store/report/anomaly"
)

const joint = " · "

// mostParts is how many contributors of an alert or a change are named.
const mostParts = 3

// mostListed is how many unusual costs a report lists; there is a list of all of them.
const mostListed = 10

// alerts lists the unusual costs of a section.
func (v view) alerts(s *report.Section) block {
	if len(s.Anomalies) == 0 {
		return block{}
	}
	listed := s.Anomalies[:min(len(s.Anomalies), mostListed)]
	b := block{title: v.p.alerts.title, columns: v.p.alertColumns(listed)}
	rule := commonRule(listed)
	for i, a := range listed {
		about := v.p.alerts.kinds[a.Kind] + " " + v.p.scope(a)
		b.details = append(b.details, detail{i, about, strings.Join(v.p.explainedBeside(told{rule: rule != ""}, a, v.seen()), joint)})
	}
	if rest := len(s.Anomalies) - len(listed); rest > 0 {
		b.after = []string{fmt.Sprintf(v.p.alerts.rest, rest)}
	}
	if rule != "" {
		b.after = append(b.after, fmt.Sprintf(v.p.alerts.rule, plain(rule)))
	}
	return b
}

// commonRule returns the rule that found all alerts; empty when several did.
func commonRule(alerts []anomaly.Alert) string {
	for _, a := range alerts[1:] {
		if a.Rule != alerts[0].Rule {
			return ""
		}
	}
	return alerts[0].Rule
}

// alertColumns returns a table of alerts.
func (p *phrases) alertColumns(alerts []anomaly.Alert) []column {
	w := p.alerts
	kind := column{title: p.frame.kind}
	scope := column{title: w.service, flexible: true}
	actual := column{title: w.actual, right: true, drop: dropShare}
	expected := column{title: w.expected, right: true, drop: dropBar}
	impact := column{title: w.impact, right: true}
	state := column{title: p.state}
	for _, a := range alerts {
		kind.add(w.kinds[a.Kind], alertPaint(a))
		scope.add(p.scope(a), bare)
		actual.add(money(&a.Actual, a.Currency), bare)
		expected.add(money(&a.Expected, a.Currency), dim)
		impact.add(signed(a.Impact, a.Currency), alertPaint(a))
		state.add(p.alertState(a), bare)
	}
	return []column{kind, scope, actual, expected, impact, state}
}

// alertPaint is that of a rise or a fall; what is over or planned is dim.
func alertPaint(a anomaly.Alert) paint {
	switch {
	case !pressing(a):
		return dim
	case a.Kind == anomaly.Drop || a.Kind == anomaly.Vanished:
		return yellow
	}
	return red
}

func (p *phrases) alertState(a anomaly.Alert) string {
	if a.Planned != "" {
		return p.alerts.planned
	}
	return p.alerts.states[a.State]
}

// band names the amounts between which a cost was expected.
func (p *phrases) band(a anomaly.Alert) string {
	return fmt.Sprintf(p.alerts.between, money(&a.Low, a.Currency), money(&a.High, a.Currency))
}

// scope names the services and the account of an alert.
func (p *phrases) scope(a anomaly.Alert) string {
	if services := p.services(a); services != "" {
		return fmt.Sprintf(p.alerts.scope, services, p.name(a.Account))
	}
	return p.name(a.Account)
}

// services names the leading service of an alert, and how many there are.
func (p *phrases) services(a anomaly.Alert) string {
	switch n := len(a.Contributors); n {
	case 0:
		return ""
	case 1:
		return p.contributor(a.Contributors[0])
	default:
		return fmt.Sprintf(p.alerts.several, p.contributor(a.Contributors[0]), n-1, n)
	}
}

// contributor names a contributor: a service, or the rest of an account.
func (p *phrases) contributor(c anomaly.Contributor) string {
	if c.Service == "" && c.ServiceName == "" {
		return p.alerts.whole
	}
	if strings.TrimSpace(c.ServiceName) != "" {
		return p.name(c.ServiceName)
	}
	return p.name(c.Service)
}

// alert words an alert in one sentence.
func (p *phrases) alert(a anomaly.Alert) string {
	return fmt.Sprintf(p.alerts.attend, p.alerts.kinds[a.Kind], p.scope(a), money(&a.Actual, a.Currency),
		money(&a.Expected, a.Currency), signed(a.Impact, a.Currency))
}

// explained says why an alert is one and what it is made of: who planned it, its band and days, what was told before, the
// largest contributors, the id by which it is found again, and the rule.
func (p *phrases) explained(a anomaly.Alert, seen providers.Day) []string {
	return p.explainedBeside(told{}, a, seen)
}

// told says what of an alert's explanation the reader is told elsewhere.
type told struct{ days, id, rule bool }

// explainedBeside leaves out what is told elsewhere.
func (p *phrases) explainedBeside(told told, a anomaly.Alert, seen providers.Day) []string {
	var all []string
	if a.Planned != "" {
		all = append(all, fmt.Sprintf(p.alerts.reason, plain(a.Planned)))
	}
	all = append(all, p.alerts.band+" "+p.band(a))
	switch days := (report.Range{From: a.From, To: a.To}); {
	case told.days:
	case a.To < seen:
		all = append(all, p.span(days, seen))
	case a.From < seen:
		all = append(all, fmt.Sprintf(p.alerts.since, short(a.From, seen)))
	}
	if a.Before != nil {
		all = append(all, fmt.Sprintf(p.alerts.before, signed(*a.Before, a.Currency)))
	}
	if len(a.Contributors) > 1 {
		all = append(all, fmt.Sprintf(p.alerts.leading, p.contributors(a)))
	}
	if a.ID != "" && !told.id {
		all = append(all, p.alerts.id+" "+plain(a.ID))
	}
	if a.Rule != "" && !told.rule {
		all = append(all, fmt.Sprintf(p.alerts.rule, plain(a.Rule)))
	}
	return all
}

// contributors words the largest contributors of an alert.
func (p *phrases) contributors(a anomaly.Alert) string {
	var parts []string
	for _, c := range a.Contributors[:min(len(a.Contributors), mostParts)] {
		if c.Delta.IsZero() {
			continue
		}
		parts = append(parts, fmt.Sprintf(p.alerts.part, cut(p.contributor(c), longestResource), signed(c.Delta, a.Currency)))
	}
	return strings.Join(parts, p.comma)
}
