package anomaly

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"goscan/providers"
)

// estate makes accounts of services of every shape, some that begin or end on the way, and days that are not known.
func estate(seed uint64) []Scoped {
	const days = 160
	random := rand.New(rand.NewPCG(seed, 3))
	var all []Scoped
	for i := range 18 {
		s, _ := generate(families()[i%len(families())], days, random)
		if i%5 == 1 {
			s.Values = s.Values[:90+random.IntN(60)]
		}
		if i%7 == 2 {
			n := 60 + random.IntN(60)
			s.Values, s.From = s.Values[n:], s.From+providers.Day(n)
		}
		for j := range s.Values {
			if d := s.From + providers.Day(j) - firstDay; i%3 == int(d)%30 {
				s.Values[j].Known = false
			}
		}
		scope := Scope{fmt.Sprintf("account-%d", i%3), "volcengine", fmt.Sprintf("s%02d", i), "", []string{"CNY", "CNY", "USD"}[i%3]}
		all = append(all, Scoped{scope, s})
	}
	return all
}

const estateEnd = firstDay + 159

func TestDetectIsTheSameInEveryOrder(t *testing.T) {
	for seed := range uint64(3) {
		all := estate(seed)
		want := Detect(all, firstDay, estateEnd, Parameters{}, nil, weekends)
		if len(want) < 10 {
			t.Fatalf("%d alerts: the test shows nothing", len(want))
		}
		for _, a := range want {
			checkSums(t, a)
		}
		slices.Reverse(all)
		rand.New(rand.NewPCG(seed, 9)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		given := slices.Clone(all)
		if got := Detect(all, firstDay, estateEnd, Parameters{}, nil, weekends); !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: in another order %s, want %s", seed, brief(got), brief(want))
		}
		if !reflect.DeepEqual(all, given) {
			t.Errorf("seed %d: Detect changed what it was given", seed)
		}
	}
}

// What is known on a day must not depend on what comes after it: an alert only grows.
func TestNoLaterDayChangesAnAlert(t *testing.T) {
	all := estate(1)
	final := Detect(all, firstDay, estateEnd, Parameters{}, nil, weekends)
	for day := firstDay + 40; day < estateEnd; day += 3 {
		then := Detect(all, firstDay, day, Parameters{}, nil, weekends)
		cut := slices.Clone(all)
		for i := range cut {
			cut[i].Series = cut[i].Series.Through(day)
		}
		if got := Detect(cut, firstDay, day, Parameters{}, nil, weekends); !reflect.DeepEqual(got, then) {
			t.Fatalf("%s: the days after it change %s to %s", day, brief(got), brief(then))
		}
		known := 0
		for _, a := range final {
			if a.From > day {
				continue
			}
			known++
			i := slices.IndexFunc(then, func(b Alert) bool { return b.ID == a.ID })
			if i < 0 {
				t.Fatalf("%s: the %s of %s is not known yet", day, a.Kind, a.From)
			}
			checkGrown(t, then[i], a)
		}
		if known != len(then) {
			t.Errorf("%s: of %d alerts %d are left", day, len(then), known)
		}
	}
}

func checkGrown(t *testing.T, before, after Alert) {
	t.Helper()
	if before.Kind != after.Kind || before.From != after.From || before.To > after.To || before.Rule != after.Rule {
		t.Errorf("%s: from %+v to %+v", before.ID, before, after)
	}
	if n := len(before.Days); !reflect.DeepEqual(before.Days, after.Days[:n]) {
		t.Errorf("%s: the days %v became %v", before.ID, before.Days, after.Days[:n])
	}
}

func TestOnlyAlertsOfTheDaysAreReturned(t *testing.T) {
	all := estate(2)
	from, to := firstDay+80, firstDay+95
	got := Detect(all, from, to, Parameters{}, nil, weekends)
	var want []Alert
	for _, a := range Detect(all, firstDay, to, Parameters{}, nil, weekends) {
		if a.To >= from {
			want = append(want, a)
		}
	}
	if len(got) == 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("%s, want %s", brief(got), brief(want))
	}
}

func TestIDsAreOfOneAlert(t *testing.T) {
	seen := map[string]Alert{}
	for _, a := range Detect(estate(4), firstDay, estateEnd, Parameters{}, nil, weekends) {
		if b, twice := seen[a.ID]; twice || len(a.ID) != 10 {
			t.Errorf("%q is of %+v and %+v", a.ID, a, b)
		}
		seen[a.ID] = a
	}
}

func TestMedianIsTheMiddleOfWhatIsSorted(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		x := make([]float64, 1+random.IntN(40))
		for i := range x {
			x[i] = float64(random.IntN(12))
		}
		sorted := slices.Sorted(slices.Values(x))
		n := len(sorted)
		want := (sorted[(n-1)/2] + sorted[n/2]) / 2
		if got := median(x); got != want {
			t.Fatalf("the median of %v is %v, not %v", sorted, want, got)
		}
	}
}
