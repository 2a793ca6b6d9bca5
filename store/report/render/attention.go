package render

import (
	"fmt"
	"strings"

	"goscan/providers"
	"goscan/store/report"
	"goscan/store/report/anomaly"
)

// A concern is something that a reader should act on.
type concern struct {
	words string
	paint paint // red: money is lost or numbers are missing; yellow: it should be looked at
}

// mostAlerts is how many unusual costs of a currency are told one by one before the others are counted.
const mostAlerts = 3

// concerns lists what needs attention, of all currencies: unusual costs that nobody planned, budgets, accounts without
// data, and months that differ from the cloud's own overview.
func (v view) concerns() []concern {
	var all []concern
	for i := range v.r.Sections {
		all = append(all, v.p.unusual(v.r.Sections[i].Anomalies)...)
	}
	for i := range v.r.Sections {
		all = append(all, v.p.atRisk(v.r.Sections[i].Budgets, v.seen())...)
	}
	all = append(all, v.p.atRisk(v.r.Idle, v.seen())...)
	if names := unstored(v.r); len(names) > 0 {
		all = append(all, concern{fmt.Sprintf(v.p.frame.unstored, len(names), v.p.list(names)), red})
	}
	for _, m := range v.r.Months {
		if m.Reconciled == report.Differs {
			words := fmt.Sprintf(v.p.closing.attend, m.Month, v.p.name(m.Account), v.p.differences(m.Difference))
			all = append(all, concern{words, yellow})
		}
	}
	return all
}

// unusual words the alerts that are neither planned nor over.
func (p *phrases) unusual(alerts []anomaly.Alert) []concern {
	var all []concern
	n := 0
	for _, a := range alerts {
		if !pressing(a) {
			continue
		}
		if n++; n <= mostAlerts {
			all = append(all, concern{p.alert(a), alertPaint(a)})
		}
	}
	if n > mostAlerts {
		all = append(all, concern{fmt.Sprintf(p.frame.moreBelow, n-mostAlerts), yellow})
	}
	return all
}

// pressing tells whether an alert asks somebody to act: nobody planned it, and it goes on.
func pressing(a anomaly.Alert) bool {
	return a.Planned == "" && a.State != anomaly.Resolved && a.State != anomaly.Retracted
}

// atRisk words the budgets that are spent, will be, or have reached a threshold.
func (p *phrases) atRisk(budgets []report.Budget, seen providers.Day) []concern {
	var all []concern
	for _, b := range budgets {
		if _, paint := p.standing(b, seen); paint != bare {
			all = append(all, concern{p.budget(b, seen), paint})
		}
	}
	return all
}

// unstored names the accounts of which no day, or not every day, of the period is stored.
func unstored(r *report.Report) []string {
	var names []string
	for _, a := range r.Accounts {
		if r.Stored != nil && !a.Retired && a.State == report.Missing {
			names = append(names, a.Name)
		}
	}
	return names
}

const mostNames = 6

// list names several things; of many only the first.
func (p *phrases) list(names []string) string {
	told := make([]string, 0, mostNames)
	for i, name := range names {
		if i == mostNames {
			return strings.Join(told, p.comma) + p.comma + fmt.Sprintf(p.more, len(names)-i)
		}
		told = append(told, p.name(name))
	}
	return strings.Join(told, p.comma)
}
