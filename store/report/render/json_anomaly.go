package render

import (
	"io"

	"goscan/providers"
	"goscan/store/report/anomaly"
)

// AnomaliesSchema names the schema of AnomaliesJSON's document. Keys are added to it as they are to Schema.
const AnomaliesSchema = "goscan.anomalies/1"

// AnomaliesJSON writes the alerts of a range of days as one indented JSON document:
//
//	schema     "goscan.anomalies/1"
//	from, to   days YYYY-MM-DD in UTC+8, both inclusive
//	anomalies  [{id, kind, state, account, provider, currency, from, to, ended, actual, expected, low, high, impact,
//	           before, rule, planned, days: [{day, actual, expected}], contributors: [{service, name, actual, expected,
//	           delta}]}]
//
// An anomaly's id is the same in every report. Its kind is "rise", "drop", "new", "vanished" or "creep", its state "new",
// "ongoing", "resolved", "revised" or "retracted". From and to are its first and its last unusual day so far, ended
// is the first day known after them, or null; days are all unusual ones. Actual, expected and the band from low to high are
// of the last one (of a creep they are levels, not the cost of the day), and so are the contributors, whose deltas add up
// to actual less expected. Impact sums what was unusual over all days; before is the impact that an earlier report told of
// a revised one, else null. Planned says why the anomaly was expected, or is empty. Amounts are strings with all their
// digits.
func AnomaliesJSON(w io.Writer, from, to providers.Day, alerts []anomaly.Alert) error {
	return encode(w, struct {
		Schema string `json:"schema"`
		days
		Anomalies []alert `json:"anomalies"`
	}{AnomaliesSchema, days{from, to}, each(alerts, alertOf)})
}

type alert struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	State    string `json:"state"`
	Account  string `json:"account"`
	Provider string `json:"provider"`
	Currency string `json:"currency"`
	days
	Ended        *providers.Day `json:"ended"`
	Actual       string         `json:"actual"`
	Expected     string         `json:"expected"`
	Low          string         `json:"low"`
	High         string         `json:"high"`
	Impact       string         `json:"impact"`
	Before       *string        `json:"before"`
	Rule         string         `json:"rule"`
	Planned      string         `json:"planned"`
	Days         []unusual      `json:"days"`
	Contributors []contributor  `json:"contributors"`
}

type unusual struct {
	Day      providers.Day `json:"day"`
	Actual   string        `json:"actual"`
	Expected string        `json:"expected"`
}

type contributor struct {
	Service  string `json:"service"`
	Name     string `json:"name"`
	Actual   string `json:"actual"`
	Expected string `json:"expected"`
	Delta    string `json:"delta"`
}

func alertOf(a anomaly.Alert) alert {
	d := alert{
		ID: a.ID, Kind: string(a.Kind), State: string(a.State), Account: a.Account, Provider: a.Provider, Currency: a.Currency,
		days: days{a.From, a.To}, Actual: a.Actual.String(), Expected: a.Expected.String(), Low: a.Low.String(),
		High: a.High.String(), Impact: a.Impact.String(), Before: exact(a.Before), Rule: a.Rule, Planned: a.Planned,
		Days: each(a.Days, func(u anomaly.Unusual) unusual {
			return unusual{u.Day, u.Actual.String(), u.Expected.String()}
		}),
		Contributors: each(a.Contributors, func(c anomaly.Contributor) contributor {
			return contributor{c.Service, c.ServiceName, c.Actual.String(), c.Expected.String(), c.Delta.String()}
		}),
	}
	if a.Ended != 0 {
		d.Ended = &a.Ended
	}
	return d
}
