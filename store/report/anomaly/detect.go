package anomaly

import (
	"slices"

	"goscan/providers"
	"goscan/store/report/series"
)

// Detect returns the alerts of which a day is within from to to, as they were known on the last of these days: each day
// is judged by the days before it alone. They are ordered by their first day, then by impact. Planned alerts are returned
// too and say why they are planned. A series should begin long before from: eight weeks are the base of a day, and a
// year knows the holidays of the year before.
func Detect(all []Scoped, from, to providers.Day, p Parameters, planned []Planned, calendar series.Calendar) []Alert {
	return alertsWithin(walk(all, to, p, calendar), from, to, planned)
}

func alertsWithin(accounts []*account, from, to providers.Day, planned []Planned) []Alert {
	var found []Alert
	for _, account := range accounts {
		for _, a := range account.alerts(planned) {
			if a.From <= to && a.To >= from {
				found = append(found, a)
			}
		}
	}
	slices.SortFunc(found, compareAlerts)
	return found
}
