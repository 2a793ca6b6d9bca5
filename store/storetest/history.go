package storetest

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goscan/providers"
	"goscan/store"
)

// restated stores three days of two accounts three times over, the last time with one day as it was, and returns what
// each load holds and what each replacement changed.
func (f *fixture) restated(s Store) (loads truth, changes []store.Change) {
	f.Helper()
	for round := range 3 {
		for i, account := range []string{"prod", "test"} {
			for back := range 3 {
				d := october31 + 1 - providers.Day(back) // the last one is of the next month
				version := round
				if back == 1 && round == 2 {
					version = 1
				}
				lines := samplesFrom(10*version+3*i+back, 20+version-back)
				change := f.replace(s, account, d, lines)
				if change.Confirmed != (version != round) {
					f.Fatalf("round %d of %s %s: %+v", round, account, d, change)
				}
				changes = append(changes, change)
				if !change.Confirmed {
					loads = append(loads, storedDay{bill: bill(account, d), day: d, lines: lines, load: change.After.LoadID})
				}
			}
		}
	}
	return loads, changes
}

func testLoads(_ *testing.T, f *fixture) {
	s := f.open("run-1")
	loads, _ := f.restated(s)
	f.clean(s) // lines of superseded loads go, their sums do not
	every, ids := make([]store.LoadID, len(loads)), map[string][]store.LoadID{}
	for i, l := range loads {
		every[i] = l.load
		ids[l.bill.Account] = append(ids[l.bill.Account], l.load)
	}
	first := loads[0]
	unknown := store.NewLoadID(f.clock.Now())
	for name, asked := range map[string][]store.LoadID{
		"none":                        {},
		"one that nobody stored":      {unknown},
		"the first, superseded twice": {first.load},
		"twice the same":              {first.load, first.load},
		"superseded and current":      {first.load, loads[6].load, loads[12].load, unknown},
		"all of an account":           ids["test"],
		"all":                         every,
	} {
		f.Run(name, func(t *testing.T) {
			g := *f
			g.T = t
			for _, by := range [][]store.Dimension{
				nil, {store.ByLoad}, {store.ByDay, store.ByLoad}, {store.ByAccount, store.ByMonth, store.ByService}, {store.ByRegion, store.ByProject},
			} {
				query := func(from, to providers.Day, amount store.Amount, where ...store.Filter) {
					t.Helper()
					g.wantCosts(s, loads, store.Query{From: from, To: to, Amount: amount, By: by, Where: where, Loads: asked})
				}
				query(october31-1, october31+1, store.BilledCost)
				query(october31, october31, store.ListCost)
				query(october31+2, october31+9, store.BilledCost)
				query(october31-1, october31+1, store.CostBeforeVoucher,
					store.Filter{Dimension: store.ByService, Values: []string{"svc1", "svc2"}},
					store.Filter{Dimension: store.ByAccount, Values: []string{"prod"}})
				query(october31-1, october31+1, store.BilledCost, store.Filter{Dimension: store.ByLoad, Values: []string{"17", loadKey(first)}})
			}
		})
	}
}

func loadKey(s storedDay) string {
	key, _ := s.key(&providers.Line{}, store.ByLoad)
	return key
}

func testLoadsWithoutLines(t *testing.T, f *fixture) {
	s := f.open("run-1")
	load := f.replace(s, "prod", october31, samples(3)).After.LoadID
	for _, d := range []store.Dimension{store.ByResource, store.ByMeter, store.ByUnit, store.Tag("team"), store.Native("Zone")} {
		for _, loads := range [][]store.LoadID{{load}, {}} {
			for _, q := range []store.Query{
				{By: []store.Dimension{store.ByService, d}},
				{Where: []store.Filter{{Dimension: d, Values: []string{"a"}}}},
				{By: []store.Dimension{store.ByService}, Quantity: true},
			} {
				q.From, q.To, q.Loads = october31, october31, loads
				if costs, err := s.Costs(f.Context(), q); !errors.Is(err, store.ErrPast) {
					t.Errorf("%+v: %+v and the error %v, want ErrPast", q, costs, err)
				}
			}
		}
	}
}

func testCommits(t *testing.T, f *fixture) {
	s := f.open("run-1")
	_, changes := f.restated(s)
	f.clean(s)
	marks := make([]store.Mark, len(changes))
	for i, c := range changes {
		marks[i] = c.After
	}
	slices.SortStableFunc(marks, func(a, b store.Mark) int { // stable: of a day, in the order of their commits
		if a.Account != b.Account {
			return int(a.Account[0]) - int(b.Account[0])
		}
		return int(a.Day - b.Day)
	})
	kept := func(keep func(m store.Mark) bool) []store.Mark {
		return slices.DeleteFunc(slices.Clone(marks), func(m store.Mark) bool { return !keep(m) })
	}
	commits := func(account string, from, to providers.Day) []store.Mark {
		got, err := s.Commits(f.Context(), account, from, to)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if diff := cmp.Diff(marks, commits("", october31-100, october31+100)); diff != "" {
		t.Errorf("all commits (-want +got):\n%s", diff)
	}
	want := kept(func(m store.Mark) bool { return m.Account == "test" && m.Day >= october31 })
	got := commits("test", october31, october31+1)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("commits of two days of test (-want +got):\n%s", diff)
	}
	if got[1].LoadID != got[2].LoadID || got[0].LoadID == got[1].LoadID || !got[2].Version.After(got[1].Version) {
		t.Errorf("a replacement and its confirmation are %+v", got[:3])
	}
	for _, none := range [][]store.Mark{
		commits("nobody", october31-100, october31+100), commits("", october31+2, october31+100), commits("", october31, october31-1),
	} {
		if len(none) != 0 {
			t.Errorf("commits that there are not: %+v", none)
		}
	}
}

// A store may list the commit of the fetch that was overtaken, or not: the later version is the newest in either case.
func testOvertakenCommits(t *testing.T, f *fixture) {
	a, b := f.open("run-a"), f.open("run-b")
	first := f.replace(a, "prod", october31, samples(6)).After
	_, later := f.overtake(a, b, samplesFrom(10, 8), samplesFrom(50, 7))
	commits, err := a.Commits(f.Context(), "prod", october31, october31)
	if err != nil {
		t.Fatal(err)
	}
	if len(commits) < 2 || len(commits) > 3 || commits[0].LoadID != first.LoadID || commits[1].LoadID != later.After.LoadID {
		t.Fatalf("commits: %+v", commits)
	}
	for _, m := range commits[2:] {
		if m.RunID != "run-a" || !m.Version.Before(later.After.Version) || m.CommittedAt.Before(later.After.CommittedAt) {
			t.Errorf("the overtaken fetch is %+v", m)
		}
	}
	for _, m := range commits {
		if m.Version.After(later.After.Version) {
			t.Errorf("%+v is newer than %+v", m, later.After)
		}
	}
	f.wantCosts(a, truth{{bill: bill("prod", october31), day: october31, lines: samples(6), load: first.LoadID}},
		store.Query{From: october31, To: october31, Loads: []store.LoadID{first.LoadID}, By: []store.Dimension{store.ByService}})
}
