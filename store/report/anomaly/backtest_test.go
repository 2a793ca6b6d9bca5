package anomaly

import (
	"reflect"
	"testing"

	"github.com/shopspring/decimal"
)

func TestBacktestCountsWhatEachRuleWouldHaveSent(t *testing.T) {
	weekly := func(i int) float64 {
		if i%7 >= 5 {
			return 550
		}
		return 1000
	}
	all := []Scoped{of("ecs", costs(120, but(weekly, 100, 102, 1700))), of("oss", costs(120, but(weekly, 80, 80, 1600)))}
	from, to := firstDay+60, firstDay+119
	r := Backtest(all, from, to, Parameters{}, nil, weekends)
	expect(t, "alerts", r.Alerts, "rise 80..80, rise 100..102")
	byRule := map[string]Trial{}
	for _, trial := range r.Trials {
		if trial.K == 4 || trial.K == 0 {
			byRule[trial.Rule] = trial
		}
		if trial.Days != 60 || trial.SeriesDays != 120 {
			t.Errorf("%s k=%g judged %d days of %d", trial.Rule, trial.K, trial.SeriesDays, trial.Days)
		}
	}
	if r.Trials[0].Rule != Chosen || len(r.Trials) != 4*(1+len(Rules()))+len(baselines()) {
		t.Errorf("%d trials, the first %s", len(r.Trials), r.Trials[0].Rule)
	}
	if got := byRule[Chosen]; got.Alerts != 2 || !got.Per100().Equal(decimal.RequireFromString("3.33")) {
		t.Errorf("chosen: %+v, %s in 100 days", got, got.Per100())
	}
	// Up on each of 9 Mondays and down on each of 9 Saturdays, for both; the events hide and add some.
	if got := byRule["day-over-day 20%"].Alerts; got < 30 || got > 40 {
		t.Errorf("day over day: %d", got)
	}
	if again := Backtest(all, from, to, Parameters{}, nil, weekends); !reflect.DeepEqual(again, r) {
		t.Error("a second backtest differs")
	}
	if got := (Trial{Alerts: 3}).Per100(); !got.IsZero() {
		t.Errorf("of no day: %s", got)
	}
}

func TestBaselinesNeedTheirHistory(t *testing.T) {
	for _, b := range baselines() {
		cost, known := make([]float64, 60), make([]bool, 60)
		for i := range cost {
			cost[i], known[i] = 1000+float64(i%3), true
		}
		cost[50], known[40] = 2000, false
		signs, judged := b.signs(cost, known, 100)
		for i := range cost {
			if judged[i] != (i >= b.days && known[i]) {
				t.Errorf("%s: day %d is judged: %v", b.name, i, judged[i])
			}
			if signs[i] > 0 != (i == 50) {
				t.Errorf("%s: day %d is %d", b.name, i, signs[i])
			}
		}
	}
}
