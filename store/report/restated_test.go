package report_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/internal/memstore"
)

// reported is when the earlier report was made.
var reported = time.Date(2026, 11, 10, 1, 0, 0, 0, time.UTC)

// putAt stores a day so many hours after the earlier report; a negative number is before it.
func putAt(s *memstore.Store, hours int, account, date string, state providers.State, lines ...providers.Line) {
	s.Now = reported.Add(time.Duration(hours) * time.Hour)
	s.Put(account, "volcengine", date, state, lines...)
}

func restatedTexts(r *report.Restated) []string {
	texts := []string{fmt.Sprintf("%d: %s", r.Count, r.Changes)}
	for _, d := range r.Days {
		text := fmt.Sprintf("%s %s %s > %s %s", d.Account, d.Day, d.Before, d.After, d.Currency)
		if d.Closed {
			text += " closed"
		}
		texts = append(texts, text)
	}
	return texts
}

func TestWhatWasRestatedSince(t *testing.T) {
	usd := cost("ecs", "2")
	usd.Currency = "USD"
	var s memstore.Store
	before := func(date, amount string, state providers.State) {
		putAt(&s, -10, "a", date, state, cost("ecs", amount))
	}
	before("2026-06-30", "1", providers.Final)     // too long ago
	before("2026-08-01", "1", providers.Final)     // the oldest that is watched
	before("2026-10-05", "10", providers.Complete) // twice
	before("2026-11-06", "1", providers.Complete)  // confirmed only
	before("2026-11-07", "1", providers.Complete)  // other lines of the same cost
	before("2026-11-08", "1", providers.Provisional)
	before("2026-11-09", "5", providers.Complete) // loses its currency for another
	putAt(&s, -11, "gone", "2026-11-05", providers.Complete, cost("ecs", "3"))
	putAt(&s, -5, "a", "2026-11-05", providers.Complete, cost("ecs", "1"))
	putAt(&s, -4, "a", "2026-11-05", providers.Complete, cost("ecs", "2")) // restated before the earlier report

	putAt(&s, 1, "a", "2026-06-30", providers.Final, cost("ecs", "2"))
	putAt(&s, 1, "a", "2026-08-01", providers.Final, cost("ecs", "2"))
	putAt(&s, 1, "a", "2026-10-05", providers.Complete, cost("ecs", "12"))
	putAt(&s, 2, "a", "2026-10-05", providers.Complete, cost("ecs", "13"))
	putAt(&s, 1, "a", "2026-11-06", providers.Complete, cost("ecs", "1"))
	putAt(&s, 1, "a", "2026-11-07", providers.Complete, cost("ecs", "0.4"), cost("oss", "0.6"))
	putAt(&s, 1, "a", "2026-11-08", providers.Complete, cost("ecs", "100"))
	putAt(&s, 1, "a", "2026-11-09", providers.Complete, usd)
	putAt(&s, 1, "a", "2026-11-10", providers.Complete, cost("ecs", "1")) // stored first since, then replaced
	putAt(&s, 2, "a", "2026-11-10", providers.Complete, cost("ecs", "7"))
	putAt(&s, 3, "gone", "2026-11-05", providers.Complete)

	want := []string{
		"5: -4 CNY, 2 USD",
		"a 2026-11-09 5 > 0 CNY", "a 2026-10-05 10 > 13 CNY", "gone 2026-11-05 3 > 0 CNY", "a 2026-11-09 0 > 2 USD",
		"a 2026-08-01 1 > 2 CNY closed",
	}
	r := build(t, &s, report.Options{Since: reported})
	if got := restatedTexts(r.Restated); !slices.Equal(got, want) {
		t.Errorf("restated %q, want %q", got, want)
	}
	if got := build(t, &s, report.Options{}).Restated; got != nil {
		t.Errorf("restated %+v although nobody asked", got)
	}
	if got := restatedTexts(build(t, &s, report.Options{Since: reported, Top: 1}).Restated); !slices.Equal(got, want[:2]) {
		t.Errorf("the largest of them is %q, want %q", got, want[:2])
	}
	if got := restatedTexts(build(t, &s, report.Options{Since: reported.Add(24 * time.Hour)}).Restated); !slices.Equal(got, []string{"0: "}) {
		t.Errorf("a day later %q were restated, want none", got)
	}
}

func TestRestatedOfAPart(t *testing.T) {
	var s memstore.Store
	tagged := cost("ecs", "1")
	tagged.Tags = map[string]string{"team": "search"}
	putAt(&s, -1, "a", "2026-11-08", providers.Complete, tagged, cost("oss", "5"))
	putAt(&s, -1, "b", "2026-11-08", providers.Complete, cost("ecs", "1"))
	putAt(&s, 1, "a", "2026-11-08", providers.Complete, tagged, cost("oss", "6"))
	putAt(&s, 1, "b", "2026-11-08", providers.Complete, cost("ecs", "2"))
	for name, c := range map[string]struct {
		where store.Filter
		want  []string
	}{
		"an account":                    {only(store.ByAccount, "b"), []string{"1: 1 CNY", "b 2026-11-08 1 > 2 CNY"}},
		"a service":                     {only(store.ByService, "oss"), []string{"1: 1 CNY", "a 2026-11-08 5 > 6 CNY"}},
		"a service that did not change": {only(store.ByService, "vpc"), []string{"0: "}},
	} {
		r := build(t, &s, report.Options{Since: reported, Where: []store.Filter{c.where}})
		if got := restatedTexts(r.Restated); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	r := build(t, &s, report.Options{Since: reported, Where: []store.Filter{only(store.Tag("team"), "search")}})
	if r.Restated != nil {
		t.Errorf("of a tag %+v was restated: nobody can know", r.Restated)
	}
}

func TestAChangeAfterTheMonthClosed(t *testing.T) {
	closes := func(at time.Time, ok bool) func(string, providers.Month) (time.Time, bool) {
		return func(string, providers.Month) (time.Time, bool) { return at, ok }
	}
	for name, c := range map[string]struct {
		closes func(string, providers.Month) (time.Time, bool)
		want   bool
	}{
		"nobody knows":               {nil, false},
		"not of this account":        {closes(reported, false), false},
		"closed before":              {closes(reported, true), true},
		"closed at that instant":     {closes(reported.Add(time.Hour), true), true},
		"closed after":               {closes(reported.Add(2*time.Hour), true), false},
		"confirmed after it closed":  {closes(reported.Add(2*time.Hour), true), false},
		"closed before Since itself": {closes(reported.Add(-time.Hour), true), true},
	} {
		var s memstore.Store
		putAt(&s, -1, "a", "2026-10-31", providers.Complete, cost("ecs", "1"))
		putAt(&s, 1, "a", "2026-10-31", providers.Complete, cost("ecs", "2"))
		putAt(&s, 3, "a", "2026-10-31", providers.Final, cost("ecs", "2"))
		days := build(t, &s, report.Options{Since: reported, Closes: c.closes}).Restated.Days
		if len(days) != 1 || days[0].Closed != c.want {
			t.Errorf("%s: %+v, want one, closed %v", name, days, c.want)
		}
	}
}
