package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goscan/providers"
	"goscan/store"
)

const october31 = providers.Day(20757) // 2026-10-31

func testReplace(t *testing.T, f *fixture) {
	s := f.open("run-1")
	for _, lines := range [][]providers.Line{samples(7), samplesFrom(20, 11), samplesFrom(3, 2), samples(1)} {
		f.replace(s, "prod", october31, lines)
		f.wantLines(s, "prod", october31, lines)
		f.wantLines(f.open("reader"), "prod", october31, lines)
	}
	f.clean(s)
	f.wantLines(s, "prod", october31, samples(1))
	if n := f.storedLines("prod", october31); n != 1 {
		t.Errorf("%d lines are kept of a day of 1 line after cleaning", n)
	}
}

func testChange(t *testing.T, f *fixture) {
	if got := october31.String(); got != "2026-10-31" {
		t.Fatalf("the suite's day is %s", got)
	}
	s := f.open("run-1")
	f.clock.set(october31.Start().Add(20 * time.Hour))
	began := f.clock.Now()
	first := f.replace(s, "prod", october31, samples(9))
	ended := f.clock.Now()

	if !first.First() || first.Confirmed || first.Superseded {
		t.Errorf("first storing: %+v", first)
	}
	if diff := cmp.Diff(store.Mark{}, first.Before); diff != "" {
		t.Errorf("before the first storing (-want +got):\n%s", diff)
	}
	var tally store.Tally
	for _, l := range samples(9) {
		tally.Add(&l)
	}
	after := first.After
	if after.Version.Before(began) || after.CommittedAt.Before(after.Version) || after.CommittedAt.After(ended) {
		t.Errorf("version %s, committed %s, between %s and %s", after.Version, after.CommittedAt, began, ended)
	}
	if after.LoadID == 0 || after.LoadID.Began().Before(began.Truncate(time.Millisecond)) {
		t.Errorf("load %d began %s", after.LoadID, after.LoadID.Began())
	}
	want := store.Mark{
		Account: "prod", Provider: "volcengine", Dataset: providers.DatasetBill, Month: october31.Month(), Day: october31,
		LoadID: after.LoadID, Version: after.Version, CommittedAt: after.CommittedAt,
		State: providers.Provisional, Lines: 9, BilledCost: tally.BilledCost(), Checksum: tally.Checksum, RunID: "run-1",
	}
	if diff := cmp.Diff(want, after); diff != "" {
		t.Errorf("after the first storing (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]store.Mark{after}, f.days(s, "prod")); diff != "" {
		t.Errorf("days (-change +days):\n%s", diff)
	}

	f.clock.set((october31 + 1).Start().Add(7 * time.Hour))
	second := f.replace(f.open("run-2"), "prod", october31, samplesFrom(1, 4))
	if diff := cmp.Diff(after, second.Before); diff != "" {
		t.Errorf("before the second storing (-want +got):\n%s", diff)
	}
	if second.First() || second.Confirmed || second.Superseded || second.After.LoadID == after.LoadID {
		t.Errorf("second storing: %+v", second)
	}
	if second.After.State != providers.Complete || second.After.RunID != "run-2" || second.After.Lines != 4 {
		t.Errorf("after the second storing: %+v", second.After)
	}
}

func testNeighbours(t *testing.T, f *fixture) {
	s := f.open("run-1")
	type place struct {
		account string
		day     providers.Day
	}
	places := []place{
		{"prod", october31}, {"prod", october31 - 1}, {"prod", october31 + 1}, {"prod", october31 - 365},
		{"prod-2", october31}, {"Prod", october31}, {"pro", october31},
	}
	for i, p := range places {
		f.replace(s, p.account, p.day, samplesFrom(i, 5+i))
	}
	for i := range 3 {
		f.replace(s, "prod", october31, samplesFrom(50+i, 3))
	}
	f.clean(s)
	f.wantLines(s, "prod", october31, samplesFrom(52, 3))
	for i, p := range places[1:] {
		f.wantLines(s, p.account, p.day, samplesFrom(i+1, 6+i))
	}
}

func testEmptyDay(t *testing.T, f *fixture) {
	s := f.open("run-1")
	if m := f.mark(s, "prod", october31); m != nil {
		t.Errorf("a day that was never stored has a commit: %+v", m)
	}
	first := f.replace(s, "prod", october31, nil)
	if !first.First() || first.Confirmed {
		t.Errorf("first storing of an empty day: %+v", first)
	}
	m := f.mark(s, "prod", october31)
	if m == nil || m.Lines != 0 || m.LoadID == 0 || len(m.BilledCost) != 0 {
		t.Fatalf("the empty day's commit: %+v", m)
	}
	f.wantLines(s, "prod", october31, nil)

	if again := f.replace(s, "prod", october31, nil); !again.Confirmed {
		t.Errorf("an empty day that is still empty: %+v", again)
	}
	f.replace(s, "prod", october31, samples(3))
	f.wantLines(s, "prod", october31, samples(3))
	if emptied := f.replace(s, "prod", october31, nil); emptied.Confirmed || emptied.Before.Lines != 3 {
		t.Errorf("a day that became empty: %+v", emptied)
	}
	f.wantLines(s, "prod", october31, nil)
	f.clean(s)
	f.wantLines(s, "prod", october31, nil)
	if m := f.mark(s, "prod", october31); m == nil || m.Lines != 0 {
		t.Errorf("the emptied day's commit: %+v", m)
	}
}

func testIdenticalLines(_ *testing.T, f *fixture) {
	s := f.open("run-1")
	twins := []providers.Line{sample(4), sample(4), sample(4), sample(8)}
	f.replace(s, "prod", october31, twins)
	f.wantLines(s, "prod", october31, twins)
}

func testCalendar(t *testing.T, f *fixture) {
	s := f.open("run-1")
	dates := []string{"2024-02-29", "2025-02-28", "2025-03-01", "2025-12-31", "2026-01-01", "2026-10-31", "2026-08-31", "2026-09-01"}
	var all truth
	for i, date := range dates {
		d, err := providers.ParseDay(date)
		if err != nil {
			t.Fatal(err)
		}
		lines := samplesFrom(i, 3)
		f.replace(s, "prod", d, lines)
		f.wantLines(s, "prod", d, lines)
		if m := f.mark(s, "prod", d); m == nil || m.Month.String() != date[:7] || m.Day.String() != date {
			t.Errorf("%s is stored as %+v", date, m)
		}
		all = append(all, storedDay{bill: bill("prod", d), day: d, lines: lines})
	}
	for _, by := range []store.Dimension{store.ByDay, store.ByMonth} {
		f.wantCosts(s, all, store.Query{
			From: providers.NewDay(2024, 2, 29), To: providers.NewDay(2026, 9, 1), Amount: store.ListCost, By: []store.Dimension{by},
		})
	}
}

func testDays(t *testing.T, f *fixture) {
	s := f.open("run-1")
	for _, account := range []string{"zeta", "alpha"} {
		for _, d := range []providers.Day{october31, october31 - 40, october31 + 3} {
			f.replace(s, account, d, samples(2))
		}
	}
	f.replace(s, "zeta", october31, samples(3))
	if got := f.days(s, "nobody"); len(got) != 0 {
		t.Errorf("days of an unknown account: %+v", got)
	}
	var got []store.Key
	for _, m := range f.days(s, "") {
		got = append(got, m.Key())
	}
	var want []store.Key
	for _, account := range []string{"alpha", "zeta"} {
		for _, d := range []providers.Day{october31 - 40, october31, october31 + 3} {
			want = append(want, store.Key{Account: account, Dataset: providers.DatasetBill, Day: d})
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("all days (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(f.days(s, "")[3:], f.days(s, "zeta")); diff != "" {
		t.Errorf("days of zeta (-of all +of one):\n%s", diff)
	}
}
