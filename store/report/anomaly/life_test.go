package anomaly

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

// alert makes one of days from a first one, each of which is so much above what was expected.
func alert(id string, from providers.Day, above ...float64) Alert {
	a := Alert{ID: id, Kind: Rise, Account: "prod", Currency: "CNY", From: from, To: from + providers.Day(len(above)) - 1}
	for i, x := range above {
		a.Days = append(a.Days, Unusual{from + providers.Day(i), decimal.NewFromFloat(1000 + x), decimal.NewFromInt(1000)})
		a.Impact = a.Impact.Add(decimal.NewFromFloat(x))
	}
	return a
}

func ended(a Alert, day providers.Day) Alert {
	a.Ended = day
	return a
}

func states(alerts []Alert) string {
	var out []string
	for _, a := range alerts {
		out = append(out, fmt.Sprintf("%s %s", a.ID, a.State))
	}
	return strings.Join(out, ", ")
}

func TestStates(t *testing.T) {
	const day = 100
	one := func(a ...Alert) []Alert { return a }
	renamed := alert("y", 99, 500, 500)
	other := renamed
	other.Kind = New
	for _, c := range []struct {
		what        string
		now, before []Alert
		want        string
	}{
		{"nothing", nil, nil, ""},
		{"began today", one(alert("x", 100, 500)), nil, "x new"},
		{"goes on", one(alert("x", 99, 500, 500)), one(alert("x", 99, 500)), "x ongoing"},
		{"is over since today", one(ended(alert("x", 98, 500, 500), 100)), one(alert("x", 98, 500, 500)), "x resolved"},
		{"was not over when days are missing", one(alert("x", 96, 500, 500)), nil, "x ongoing"},
		{"was over yesterday", one(ended(alert("x", 97, 500, 500), 99)), one(alert("x", 97, 500, 500)), ""},
		{"is of later days", one(alert("x", 101, 500)), nil, ""},
		{"costs more than was told", one(alert("x", 99, 506, 500)), one(alert("x", 99, 500)), "x revised"},
		{"costs a little more", one(alert("x", 99, 504, 500)), one(alert("x", 99, 500)), "x ongoing"},
		{"costs cents more", one(alert("x", 99, 10.9, 10)), one(alert("x", 99, 10)), "x ongoing"},
		{"was over and costs less", one(ended(alert("x", 90, 300), 91)), one(ended(alert("x", 90, 500), 91)), "x revised"},
		{"is shorter than was told", one(ended(alert("x", 98, 500), 99)), one(alert("x", 98, 500, 500)), ""},
		{"is none", nil, one(alert("x", 98, 500)), "x retracted"},
		{"is led by another service", one(renamed), one(alert("x", 99, 500)), "y ongoing"},
		{"is of another kind", one(other), one(alert("x", 99, 500)), "y ongoing, x retracted"},
		{"one of two is left", one(renamed), one(alert("x", 99, 500), alert("y", 99, 500)), "y ongoing, x retracted"},
	} {
		if got := states(Life(c.now, c.before, day)); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestARevisedAlertTellsWhatWasTold(t *testing.T) {
	now := []Alert{alert("x", 99, 700, 500)}
	got := Life(now, []Alert{alert("x", 99, 500)}, 100)
	if got[0].Before == nil || !got[0].Before.Equal(decimal.NewFromInt(500)) || !got[0].Impact.Equal(decimal.NewFromInt(1200)) {
		t.Errorf("%+v", got[0])
	}
	if now[0].State != "" || now[0].Before != nil {
		t.Errorf("Life changed what it was given: %+v", now[0])
	}
}

func TestStatesInAWeek(t *testing.T) {
	now := []Alert{
		ended(alert("a", 90, 1), 93), ended(alert("b", 92, 1, 1), 95), ended(alert("c", 97, 1), 98), alert("d", 99, 1), alert("e", 90, 1, 1),
	}
	if got := states(LifeWithin(now, now, 94, 100)); got != "b resolved, c resolved, d new, e ongoing" {
		t.Error(got)
	}
}

// A restatement takes the rise away, as it is told by the two detections that a report makes.
func TestARestatementRetracts(t *testing.T) {
	told := []Scoped{of("ecs", costs(62, but(steady(1000), 60, 61, 1600)))}
	known := []Scoped{of("ecs", costs(62, steady(1000)))}
	of := func(all []Scoped) []Alert {
		return Detect(all, firstDay+30, firstDay+61, Parameters{}, nil, weekends)
	}
	if got := Life(of(known), of(told), firstDay+61); len(got) != 1 || got[0].State != Retracted {
		t.Errorf("%s", states(got))
	}
	if got := Life(of(told), of(told), firstDay+61); len(got) != 1 || got[0].State != Ongoing {
		t.Errorf("%s", states(got))
	}
}
