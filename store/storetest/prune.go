package storetest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"goscan/providers"
	"goscan/store"
)

const (
	october1 = october31 - 30 // the first day that the suite keeps when it prunes
	year     = 365
)

func (f *fixture) prune(s Store, account string, before providers.Month) {
	f.Helper()
	if err := s.Prune(f.Context(), account, before); err != nil {
		f.Fatalf("prune %s before %s: %v", account, before, err)
	}
}

// oldAndNew are days on both sides of the bound, restated by storeOldAndNew.
func oldAndNew() []providers.Day {
	return []providers.Day{october1 - 2*year, october1 - 31, october1 - 30, october1 - 1, october1, october31}
}

// storeOldAndNew stores the days of an account twice, and returns what is current and the loads that are not.
func (f *fixture) storeOldAndNew(s Store, account string) (current truth, superseded []store.LoadID) {
	f.Helper()
	for i, d := range oldAndNew() {
		superseded = append(superseded, f.replace(s, account, d, samplesFrom(i, 4)).After.LoadID)
		load := f.replace(s, account, d, samplesFrom(2*i, 5)).After.LoadID
		current = append(current, storedDay{bill: bill(account, d), day: d, lines: samplesFrom(2*i, 5), load: load})
	}
	return current, superseded
}

func loadsOf(t truth) (loads []store.LoadID) {
	for _, d := range t {
		loads = append(loads, d.load)
	}
	return loads
}

func testPrune(t *testing.T, f *fixture) {
	s := f.open("run-1")
	prod, superseded := f.storeOldAndNew(s, "prod")
	other, _ := f.storeOldAndNew(s, "prod-2")
	september := compared("prod", at(3), 3)
	for i := range september {
		september[i].Month--
	}
	f.record(s, september)
	f.record(s, compared("prod", at(4), 5))
	f.record(s, compared("prod-2", at(4), 2))
	before := f.clock.Now()

	f.prune(s, "prod", october)
	kept := prod[4:]
	check := func(s Store) {
		t.Helper()
		if diff := cmp.Diff(loadsOf(kept), loadsOfMarks(f.days(s, "prod"))); diff != "" {
			t.Errorf("days (-want +got):\n%s", diff)
		}
		for _, from := range []providers.Day{october1 - 3*year, october1 - 31, october1} {
			for _, by := range []store.Dimension{store.ByAccount, store.ByDay, store.ByResource} {
				f.wantCosts(s, slices.Concat(kept, other), store.Query{From: from, To: october31, By: []store.Dimension{by}})
			}
		}
		for _, d := range prod[:4] {
			f.wantLines(s, "prod", d.day, nil)
		}
		for _, d := range kept {
			f.wantLines(s, "prod", d.day, d.lines)
		}
		for _, d := range other {
			f.wantLines(s, "prod-2", d.day, d.lines)
		}
		f.wantMonths(s, "prod", compared("prod", at(4), 5))
		f.wantMonths(s, "prod-2", compared("prod-2", at(4), 2))
		commits, err := s.Commits(f.Context(), "prod", october1-3*year, october31)
		if want := []store.LoadID{superseded[4], prod[4].load, superseded[5], prod[5].load}; err != nil || !slices.Equal(loadsOfMarks(commits), want) {
			t.Errorf("commits are %+v, %v, want the loads %d", commits, err, want)
		}
		past, err := store.AsOf(s, before).Days(f.Context(), "prod")
		if err != nil || !slices.Equal(loadsOfMarks(past), loadsOf(kept)) {
			t.Errorf("days as of before are %+v, %v, want the loads %d", past, err, loadsOf(kept))
		}
	}
	check(s)
	check(f.open("reader"))
	f.clean(s)
	check(s)
	f.prune(s, "prod", october)
	f.clean(s)
	check(s)

	for _, d := range prod[:4] {
		if n := f.storedLines("prod", d.day); n != 0 {
			t.Errorf("%d lines of %s are kept after cleaning", n, d.day)
		}
	}
	gone := slices.Concat(superseded[:4], loadsOf(prod[:4]))
	f.wantCosts(s, nil, store.Query{From: october1 - 3*year, To: october31, Loads: gone})
	f.wantCosts(s, kept, store.Query{From: october1 - 3*year, To: october31, Loads: loadsOf(prod), By: []store.Dimension{store.ByDay}})
}

func loadsOfMarks(marks []store.Mark) (loads []store.LoadID) {
	for _, m := range marks {
		loads = append(loads, m.LoadID)
	}
	return loads
}

func testPruneNothing(t *testing.T, f *fixture) {
	s := f.open("run-1")
	f.prune(s, "prod", october) // an empty store
	current, _ := f.storeOldAndNew(s, "prod")
	f.prune(s, "pro", october+5)
	f.prune(s, "prod", current[0].day.Month())
	if diff := cmp.Diff(loadsOf(current), loadsOfMarks(f.days(s, "prod"))); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
	f.prune(s, "prod", october+1)
	f.clean(s)
	if days := f.days(s, ""); len(days) != 0 {
		t.Errorf("of an account that was pruned as a whole there is left %+v", days)
	}
}

func testPrunedIsStoredAgain(t *testing.T, f *fixture) {
	for _, cleaned := range []bool{false, true} {
		s := f.open("run-1")
		for round, lines := range [][]providers.Line{samples(6), samples(6), nil, nil, samples(2)} {
			change := f.replace(s, "prod", october31, lines)
			if !change.First() || change.Confirmed || change.Superseded {
				t.Errorf("round %d: storing a pruned day again: %+v", round, change)
			}
			if m := f.mark(s, "prod", october31); m == nil || m.LoadID != change.After.LoadID || m.Lines != len(lines) {
				t.Errorf("round %d: its commit is %+v", round, m)
			}
			f.wantLines(s, "prod", october31, lines)
			if again := f.replace(s, "prod", october31, lines); !again.Confirmed {
				t.Errorf("round %d: the same lines again: %+v", round, again)
			}
			if cleaned {
				f.clean(s)
				f.wantLines(s, "prod", october31, lines)
			}
			f.prune(s, "prod", october+1)
			f.wantLines(s, "prod", october31, nil)
			if cleaned {
				f.clean(s)
			}
		}
	}
}

// A fetch that is under way while its day is pruned may be stored or not: but it is never a commit without its lines.
func testPrunedMeanwhile(t *testing.T, f *fixture) {
	for name, lines := range map[string][]providers.Line{"the same lines": samples(6), "others": samplesFrom(9, 4), "none": nil} {
		a, b := f.open("run-a"), f.open("run-b")
		f.replace(a, "prod", october31, samples(6))
		_, err := a.Replace(f.Context(), bill("prod", october31), october31, func(put providers.Emit) error {
			if err := filling(lines, 3)(put); err != nil {
				return err
			}
			return b.Prune(f.Context(), "prod", october+1)
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for range 2 {
			f.clean(b)
			if m := f.mark(b, "prod", october31); m == nil {
				f.wantLines(b, "prod", october31, nil)
			} else {
				f.wantLines(b, "prod", october31, lines)
			}
		}
		f.prune(b, "prod", october+1)
		f.clean(b)
	}
}

const (
	prunedMonths    = 8 // before October, of which each has prunedDays days
	prunedDays      = 4
	prunedOfEachDay = 7 // what the lines of a day add up to
)

func (f *fixture) storeMonths(s Store) {
	f.Helper()
	for back := range prunedMonths {
		first := (october - 1 - providers.Month(back)).First()
		for d := range providers.Day(prunedDays) {
			f.replace(s, "prod", first+d, sharing(prunedOfEachDay, 3, "old"))
		}
	}
}

// wholeMonths fails when a month is there in part, by sums or by lines, and returns how many there are.
func wholeMonths(ctx context.Context, s Store) (months int, err error) {
	for _, q := range []store.Query{
		{By: []store.Dimension{store.ByMonth}},
		{By: []store.Dimension{store.ByMonth}, Where: []store.Filter{{Dimension: store.Tag("none"), Values: []string{""}}}},
	} {
		q.From, q.To, q.Amount = october1-year, october1-1, store.BilledCost
		costs, err := s.Costs(ctx, q)
		if err != nil {
			return 0, err
		}
		for _, c := range costs {
			if c.Amount.String() != fmt.Sprint(prunedOfEachDay*prunedDays) {
				return 0, fmt.Errorf("a reader saw %s of %s, want %d or nothing", c.Amount, c.Keys[0], prunedOfEachDay*prunedDays)
			}
		}
		months = len(costs)
	}
	days, err := s.Days(ctx, "prod")
	counts := map[providers.Month]int{}
	for _, d := range days {
		counts[d.Month]++
	}
	for _, m := range slices.Sorted(maps.Keys(counts)) {
		if counts[m] != prunedDays {
			return 0, fmt.Errorf("a reader saw %d days of %s, want %d or none", counts[m], m, prunedDays)
		}
	}
	return months, err
}

func testPrunedAtOnce(t *testing.T, f *fixture) {
	s, reader := f.open("run-1"), f.open("reader")
	f.storeMonths(s)
	running, done := context.WithCancel(f.Context())
	var readers errgroup.Group
	reading := make(chan struct{}, 1)
	readers.Go(func() error {
		defer close(reading)
		for running.Err() == nil {
			select {
			case reading <- struct{}{}:
			default:
			}
			if _, err := wholeMonths(f.Context(), reader); err != nil {
				return err
			}
		}
		return nil
	})
	for back := range prunedMonths {
		<-reading // has begun another round, or ended with an error
		f.prune(s, "prod", october-prunedMonths+providers.Month(back)+1)
	}
	done()
	if err := readers.Wait(); err != nil {
		t.Fatal(err)
	}
	if n, err := wholeMonths(f.Context(), s); n != 0 || err != nil {
		t.Errorf("%d months are left, %v", n, err)
	}
}

func testPruneKilled(t *testing.T, f *fixture) {
	f.clock.set(time.Now().Add(-time.Hour))
	s := f.open("run-1")
	f.storeMonths(s)
	for attempt := range 4 {
		f.killPruning(time.Duration(attempt*attempt) * 2 * time.Millisecond)
		if _, err := wholeMonths(f.Context(), s); err != nil {
			t.Fatalf("attempt %d: %v", attempt, err)
		}
	}
	f.clock.set(time.Now().Add(time.Hour))
	f.prune(s, "prod", october)
	if n, err := wholeMonths(f.Context(), s); n != 0 || err != nil {
		t.Errorf("%d months are left, %v", n, err)
	}
	f.clean(s)
	for back := range prunedMonths {
		if n := f.storedLines("prod", (october - 1 - providers.Month(back)).First()); n != 0 {
			t.Errorf("%d lines are kept after cleaning", n)
		}
	}
}

// killPruning has another process prune and kills it, some time after it began.
func (f *fixture) killPruning(after time.Duration) {
	f.Helper()
	ctx, kill := context.WithCancel(f.Context())
	defer kill()
	cmd := f.child(ctx, job{Writer: "pruner", Prune: true})
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		f.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		f.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != pruning+"\n" {
		f.Fatalf("the pruner said %q, %v: %s", line, err, errs.String())
	}
	time.Sleep(after)
	kill()
	_ = cmd.Wait() // killed, or done before
}
