package sync_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/sync"
)

// ali is a calendar with Alibaba Cloud's rules.
var ali = providers.Calendar{IssueLag: 24 * time.Hour, CloseDay: 3, CloseHour: 12, History: 18}

func source(since string) sync.Source {
	return sync.Source{Account: "prod", Provider: "alicloud", Dataset: providers.DatasetBill, Calendar: ali, Since: day(since), Lookback: 3}
}

func day(s string) providers.Day {
	d, err := providers.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// at parses a time of the billing calendar.
func at(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04 -0700", s+" +0800")
	if err != nil {
		panic(err)
	}
	return t
}

// stored returns a mark for every day of a span, each fetched at the given time.
func stored(from, to, fetched string) []store.Mark {
	var marks []store.Mark
	began := at(fetched)
	for d := day(from); d <= day(to); d++ {
		marks = append(marks, store.Mark{
			Account: "prod", Provider: "alicloud", Dataset: providers.DatasetBill, Month: d.Month(), Day: d,
			LoadID: store.NewLoadID(began), Version: began, State: ali.State(d, began), Lines: 10,
		})
	}
	return marks
}

// spans writes tasks as "first..last reason" runs, newest first.
func spans(tasks []sync.Task) string {
	var out []string
	for i := 0; i < len(tasks); {
		j := i
		for j+1 < len(tasks) && tasks[j+1].Day == tasks[j].Day-1 && tasks[j+1].Reason == tasks[i].Reason {
			j++
		}
		out = append(out, fmt.Sprintf("%s..%s %s", tasks[j].Day, tasks[i].Day, tasks[i].Reason))
		i = j + 1
	}
	return strings.Join(out, "; ")
}

func TestPlan(t *testing.T) {
	tests := map[string]struct {
		now   string
		since string
		marks []store.Mark
		want  string
	}{
		"the first run fetches everything from since to yesterday": {
			now: "2026-11-22 08:00", since: "2026-10-01",
			want: "2026-10-01..2026-11-21 missing",
		},
		"a daily run fetches yesterday and the lookback": {
			now: "2026-11-22 08:00", since: "2026-11-01", marks: stored("2026-11-01", "2026-11-20", "2026-11-21 08:00"),
			want: "2026-11-21..2026-11-21 missing; 2026-11-19..2026-11-20 recent",
		},
		"today is never asked for, not even one minute before midnight": {
			now: "2026-11-22 23:59", since: "2026-11-21",
			want: "2026-11-21..2026-11-21 missing",
		},
		"half an hour after midnight yesterday is asked for": {
			now: "2026-11-23 00:30", since: "2026-11-22",
			want: "2026-11-22..2026-11-22 missing",
		},
		"a hole is filled": {
			now: "2026-11-22 08:00", since: "2026-11-01",
			marks: append(stored("2026-11-01", "2026-11-09", "2026-11-21 08:00"), stored("2026-11-11", "2026-11-21", "2026-11-22 07:00")...),
			want:  "2026-11-19..2026-11-21 recent; 2026-11-10..2026-11-10 missing",
		},
		"a day that was stored before it was complete is fetched again after an outage": {
			now: "2026-11-22 08:00", since: "2026-11-01", marks: stored("2026-11-01", "2026-11-10", "2026-11-11 08:00"),
			want: "2026-11-11..2026-11-21 missing; 2026-11-10..2026-11-10 unsettled",
		},
		"final days are left alone": {
			now: "2026-11-22 08:00", since: "2026-10-01",
			marks: append(stored("2026-10-01", "2026-10-31", "2026-11-03 12:00"), stored("2026-11-01", "2026-11-21", "2026-11-22 07:00")...),
			want:  "2026-11-19..2026-11-21 recent",
		},
		"an ended month that is not final is fetched whole, once a day": {
			now: "2026-11-02 08:00", since: "2026-10-01",
			marks: append(stored("2026-10-01", "2026-10-31", "2026-11-01 08:00"), stored("2026-11-01", "2026-11-01", "2026-11-02 07:00")...),
			want:  "2026-10-30..2026-11-01 recent; 2026-10-01..2026-10-29 unsettled",
		},
		"on the same day only the lookback is fetched again": {
			now: "2026-11-02 18:00", since: "2026-10-01",
			marks: append(stored("2026-10-01", "2026-10-31", "2026-11-02 08:00"), stored("2026-11-01", "2026-11-01", "2026-11-02 08:00")...),
			want:  "2026-10-30..2026-11-01 recent",
		},
		"a month that closed since this morning is fetched whole once more": {
			now: "2026-11-03 12:00", since: "2026-10-01",
			marks: append(stored("2026-10-01", "2026-10-31", "2026-11-03 11:59"), stored("2026-11-01", "2026-11-02", "2026-11-03 11:59")...),
			want:  "2026-10-31..2026-11-02 recent; 2026-10-01..2026-10-30 unsettled",
		},
		"a month that a backfill stored before since is fetched until it is final": {
			now: "2026-11-02 08:00", since: "2026-11-01", marks: stored("2026-10-30", "2026-10-31", "2026-11-01 08:00"),
			want: "2026-11-01..2026-11-01 missing; 2026-10-30..2026-10-31 recent",
		},
		"days before since that nobody stored are left alone": {
			now: "2026-11-03 13:00", since: "2026-11-01", marks: append(stored("2026-10-01", "2026-10-05", "2026-11-01 08:00"), stored("2026-11-01", "2026-11-02", "2026-11-03 12:30")...),
			want: "2026-11-01..2026-11-02 recent; 2026-10-01..2026-10-05 unsettled",
		},
		"across the year's end": {
			now: "2027-01-01 06:00", since: "2026-12-30",
			want: "2026-12-30..2026-12-31 missing",
		},
		"February 29 is a day": {
			now: "2028-03-01 06:00", since: "2028-02-28",
			want: "2028-02-28..2028-02-29 missing",
		},
		"on the 31st no month is skipped": {
			now: "2026-03-31 06:00", since: "2026-01-30",
			want: "2026-01-30..2026-03-30 missing",
		},
		"days before the cloud's history are left out": {
			now: "2026-11-22 08:00", since: "2020-01-01", marks: stored("2025-05-02", "2026-11-21", "2026-11-22 07:59"),
			want: "2026-11-19..2026-11-21 recent; 2025-05-01..2025-05-01 missing",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := spans(sync.Plan(at(tt.now), []sync.Source{source(tt.since)}, tt.marks))
			if got != tt.want {
				t.Errorf("plan %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestPlanIsTheSameInEveryZone(t *testing.T) {
	now := at("2026-11-01 07:30") // still October in UTC and in New York
	want := spans(sync.Plan(now, []sync.Source{source("2026-10-25")}, nil))
	if want != "2026-10-25..2026-10-31 missing" {
		t.Fatalf("plan %s", want)
	}
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("EST", -5*3600), time.FixedZone("NZDT", 13*3600)} {
		if got := spans(sync.Plan(now.In(zone), []sync.Source{source("2026-10-25")}, nil)); got != want {
			t.Errorf("in %s: plan %s, want %s", zone, got, want)
		}
	}
}

func TestPlanRange(t *testing.T) {
	now := at("2026-11-22 08:00")
	final := stored("2026-09-01", "2026-09-30", "2026-10-05 08:00")
	tests := map[string]struct {
		r    sync.Range
		want string
	}{
		"stored final days are skipped":  {sync.Range{From: day("2026-08-30"), To: day("2026-10-01")}, "2026-10-01..2026-10-01 missing; 2026-08-30..2026-08-31 missing"},
		"force fetches them again":       {sync.Range{From: day("2026-09-29"), To: day("2026-10-01"), Force: true}, "2026-10-01..2026-10-01 missing; 2026-09-29..2026-09-30 forced"},
		"the range is cut at yesterday":  {sync.Range{From: day("2026-11-20"), To: day("2026-12-31")}, "2026-11-20..2026-11-21 missing"},
		"since does not hold it back":    {sync.Range{From: day("2026-01-31"), To: day("2026-01-31")}, "2026-01-31..2026-01-31 missing"},
		"an empty range plans no day":    {sync.Range{From: day("2026-09-01"), To: day("2026-09-30")}, ""},
		"a range of the future is empty": {sync.Range{From: day("2027-01-01"), To: day("2027-01-31")}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tasks, err := sync.PlanRange(now, []sync.Source{source("2026-10-01")}, final, tt.r)
			if err != nil {
				t.Fatal(err)
			}
			if got := spans(tasks); got != tt.want {
				t.Errorf("plan %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestPlanRangeOutsideTheHistory(t *testing.T) {
	_, err := sync.PlanRange(at("2026-11-22 08:00"), []sync.Source{source("2026-10-01")}, nil, sync.Range{From: day("2025-04-30"), To: day("2025-05-02")})
	var history *sync.HistoryError
	if !errors.As(err, &history) {
		t.Fatalf("error %v, want a HistoryError", err)
	}
	if want := "prod: 2025-04 is outside the cloud's history of 18 months: the oldest month is 2025-05"; err.Error() != want {
		t.Errorf("error %q\nwant  %q", err, want)
	}
}

func TestDefaultSince(t *testing.T) {
	if got := sync.DefaultSince(at("2026-01-15 08:00"), nil); got != day("2025-12-01") {
		t.Errorf("first sync: since %s, want 2025-12-01", got)
	}
	if got := sync.DefaultSince(at("2026-11-22 08:00"), stored("2026-03-07", "2026-03-08", "2026-03-09 08:00")); got != day("2026-03-01") {
		t.Errorf("lost state: since %s, want the first day of the oldest stored month", got)
	}
}
