package anomaly

import (
	"runtime"
	"sync"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store/report/series"
)

// Chosen is the name, in a Trial, of the rule that each series chooses by its own past.
const Chosen = "chosen"

// A Trial is what one rule would have said of the days that were replayed.
type Trial struct {
	Rule   string  // one of Rules, Chosen, or what other tools do: "day-over-day 20%"
	K      float64 // the threshold; zero for the rules of other tools, which have their own
	Alerts int
	// SeriesDays is how many days of how many series were judged, Days on how many days at least one was.
	SeriesDays, Days int
}

// Per100 returns the alerts in 100 days, rounded to two digits; zero when no day was judged.
func (t Trial) Per100() providers.Money {
	if t.Days == 0 {
		return decimal.Zero
	}
	return decimal.NewFromInt(int64(t.Alerts)).Mul(decimal.NewFromInt(100)).DivRound(decimal.NewFromInt(int64(t.Days)), 2)
}

// A Replay is what alerts a range of stored days would have had.
type Replay struct {
	From, To providers.Day
	Trials   []Trial // the rules by threshold: Chosen first, the rules of other tools last
	Alerts   []Alert // what Detect says by the parameters that are set
}

// Backtest replays the days from from to to as they are known now: each is judged by the days before it. An alert counts
// when it begins within them. Of the rules of other tools an alert is a run of days of one series in one direction; they
// have our smallest amount, or the smallest series would be most of their alerts.
func Backtest(all []Scoped, from, to providers.Day, p Parameters, planned []Planned, calendar series.Calendar) Replay {
	r := Replay{From: from, To: to, Alerts: Detect(all, from, to, p, planned, calendar)}
	for _, name := range append([]string{Chosen}, Rules()...) {
		for _, k := range []float64{3, 3.5, 4, 5} {
			r.Trials = append(r.Trials, Trial{Rule: name, K: k})
		}
	}
	replayAll(r.Trials, func(t *Trial) {
		tried := p
		tried.Rule, tried.K = t.Rule, t.K
		t.replay(walk(all, to, tried, calendar), from, to)
	})
	for _, b := range baselines() {
		t := Trial{Rule: b.name}
		t.compare(b, open(all, to, p, calendar), from, to)
		r.Trials = append(r.Trials, t)
	}
	return r
}

// replayAll runs the trials, as many at once as there are processors.
func replayAll(trials []Trial, replay func(t *Trial)) {
	var running sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range trials {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			replay(&trials[i])
		})
	}
	running.Wait()
}

func (t *Trial) replay(accounts []*account, from, to providers.Day) {
	for _, a := range alertsWithin(accounts, from, to, nil) {
		if a.From >= from {
			t.Alerts++
		}
	}
	days := map[int]bool{}
	for _, a := range accounts {
		for _, w := range a.leaves {
			t.count(w.judged, a.span, from, days)
		}
	}
	t.Days = len(days)
}

// count adds the days that were judged.
func (t *Trial) count(judged []bool, s *span, from providers.Day, days map[int]bool) {
	for i := max(int(from-s.from), 0); i < len(judged); i++ {
		if judged[i] {
			t.SeriesDays++
			days[i] = true
		}
	}
}

// compare replays a rule of other tools.
func (t *Trial) compare(b baseline, accounts []*account, from, to providers.Day) {
	days := map[int]bool{}
	for _, a := range accounts {
		for _, w := range a.leaves {
			signs, judged := b.signs(w.cost, w.known, w.floor)
			t.count(judged, a.span, from, days)
			previous := 0
			for i, sign := range signs {
				if !judged[i] {
					continue
				}
				if sign != 0 && sign != previous && a.day(i) >= from && a.day(i) <= to {
					t.Alerts++
				}
				previous = sign
			}
		}
	}
	t.Days = len(days)
}
