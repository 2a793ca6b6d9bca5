package sync_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
	billsync "goscan/sync"
)

// memory is a Sink and Marks in memory, enough to see what an Engine does to them.
type memory struct {
	mu     sync.Mutex
	days   map[store.Key]store.Mark
	marks  map[store.Key]store.Mark
	fail   error // what Replace returns instead of storing
	setErr error
}

func newMemory() *memory {
	return &memory{days: map[store.Key]store.Mark{}, marks: map[store.Key]store.Mark{}}
}

func (m *memory) Replace(_ context.Context, b providers.Bill, d providers.Day, fill func(providers.Emit) error) (store.Change, error) {
	var mu sync.Mutex
	lines := 0
	if err := fill(func(page []providers.Line) error {
		mu.Lock()
		defer mu.Unlock()
		lines += len(page)
		return nil
	}); err != nil {
		return store.Change{}, fmt.Errorf("load: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return store.Change{}, m.fail
	}
	key := store.Key{Account: b.Account, Dataset: b.Dataset, Day: d}
	before := m.days[key]
	after := store.Mark{Account: b.Account, Dataset: b.Dataset, Month: b.Month, Day: d, LoadID: before.LoadID + 1, Lines: lines}
	m.days[key] = after
	return store.Change{Before: before, After: after}, nil
}

func (m *memory) Days(_ context.Context, account string) ([]store.Mark, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var days []store.Mark
	for _, mark := range m.days {
		if mark.Account == account {
			days = append(days, mark)
		}
	}
	return days, nil
}

func (m *memory) All(context.Context) ([]store.Mark, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Values(m.marks)), nil
}

func (m *memory) Set(_ context.Context, marks ...store.Mark) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.setErr != nil {
		return m.setErr
	}
	for _, mark := range marks {
		m.marks[mark.Key()] = mark
	}
	return nil
}

func (m *memory) Forget(_ context.Context, keys ...store.Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range keys {
		delete(m.marks, k)
	}
	return nil
}

// cloud is a Provider made of one function.
type cloud func(ctx context.Context, d providers.Day, emit providers.Emit) error

func (c cloud) Fetch(ctx context.Context, _ providers.Bill, d providers.Day, emit providers.Emit) error {
	return c(ctx, d, emit)
}

func (cloud) Overview(context.Context, providers.Month) ([]providers.Total, error) { return nil, nil }

// three emits two pages, of three lines together.
func three(_ context.Context, _ providers.Day, emit providers.Emit) error {
	if err := emit(make([]providers.Line, 2)); err != nil {
		return err
	}
	return emit(make([]providers.Line, 1))
}

func engine(m *memory, clouds map[string]providers.Provider) *billsync.Engine {
	return &billsync.Engine{Sink: m, Marks: m, Providers: clouds, Workers: 2, Now: time.Now}
}

func tasks(account string, from, to string) []billsync.Task {
	s := source(from)
	s.Account = account
	planned, err := billsync.PlanRange(at("2026-11-22 08:00"), []billsync.Source{s}, nil, billsync.Range{From: day(from), To: day(to)})
	if err != nil {
		panic(err)
	}
	return planned
}

func TestEngineStoresAndRemembers(t *testing.T) {
	m := newMemory()
	outcomes, err := engine(m, map[string]providers.Provider{"prod": cloud(three)}).Run(t.Context(), tasks("prod", "2026-11-01", "2026-11-10"))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		if o.Err != nil || o.Pages != 2 || o.Lines != 3 || !o.Change.First() {
			t.Errorf("%s: %d pages, %d lines, error %v; want 2, 3, none", o.Task.Day, o.Pages, o.Lines, o.Err)
		}
	}
	if len(outcomes) != 10 || len(m.marks) != 10 || !maps.EqualFunc(m.marks, m.days, func(a, b store.Mark) bool { return a.LoadID == b.LoadID }) {
		t.Errorf("%d outcomes, %d marks, %d days, want 10 of each and the same", len(outcomes), len(m.marks), len(m.days))
	}
}

func TestAFailingDayFailsAlone(t *testing.T) {
	m := newMemory()
	broken := &providers.Error{Kind: providers.Malformed, Op: "ListBillDetail"}
	p := cloud(func(ctx context.Context, d providers.Day, emit providers.Emit) error {
		if d == day("2026-11-05") {
			return broken
		}
		return three(ctx, d, emit)
	})
	outcomes, err := engine(m, map[string]providers.Provider{"prod": p}).Run(t.Context(), tasks("prod", "2026-11-01", "2026-11-10"))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		failed := o.Task.Day == day("2026-11-05")
		if failed != errors.Is(o.Err, broken) || o.Skipped {
			t.Errorf("%s: error %v", o.Task.Day, o.Err)
		}
	}
	if len(m.marks) != 9 {
		t.Errorf("%d days are remembered, want 9", len(m.marks))
	}
}

func TestADayThatMovesIsReadAgain(t *testing.T) {
	moved := &providers.Error{Kind: providers.Changed, Op: "ListBillDetail"}
	for times, stored := range map[int]bool{0: true, 1: true, 3: true, 4: false} {
		t.Run(fmt.Sprintf("%d times", times), func(t *testing.T) {
			m, reads := newMemory(), 0
			p := cloud(func(ctx context.Context, d providers.Day, emit providers.Emit) error {
				reads++
				if reads <= times {
					return errors.Join(emit(make([]providers.Line, 2)), moved)
				}
				return three(ctx, d, emit)
			})
			outcomes, err := engine(m, map[string]providers.Provider{"prod": p}).Run(t.Context(), tasks("prod", "2026-11-01", "2026-11-01"))
			if err != nil {
				t.Fatal(err)
			}
			if o := outcomes[0]; (o.Err == nil) != stored || (len(m.days) == 1) != stored {
				t.Errorf("error %v, %d days stored; want stored: %v", o.Err, len(m.days), stored)
			}
			if want := min(times, 3) + 1; reads != want {
				t.Errorf("read %d times, want %d", reads, want)
			}
			if stored && outcomes[0].Lines != 3 {
				t.Errorf("%d lines, want those of the last read, 3", outcomes[0].Lines)
			}
		})
	}
}

func TestADayThatIsNotIssuedIsNoFailure(t *testing.T) {
	m := newMemory()
	p := cloud(func(context.Context, providers.Day, providers.Emit) error {
		return &providers.Error{Kind: providers.NotReady}
	})
	outcomes, err := engine(m, map[string]providers.Provider{"prod": p}).Run(t.Context(), tasks("prod", "2026-11-21", "2026-11-21"))
	if err != nil || outcomes[0].Err != nil || !outcomes[0].NotReady {
		t.Fatalf("outcome %+v, error %v", outcomes[0], err)
	}
	if len(m.days)+len(m.marks) != 0 {
		t.Errorf("%d days and %d marks, want none: an answer that is not there is no zero", len(m.days), len(m.marks))
	}
}

func TestDeniedCredentialsGiveUpTheirAccountOnly(t *testing.T) {
	m, calls := newMemory(), make(chan bool, 100)
	denied := &providers.Error{Kind: providers.Denied, Op: "DescribeInstanceBill", Code: "NotAuthorized"}
	clouds := map[string]providers.Provider{
		"bad": cloud(func(context.Context, providers.Day, providers.Emit) error {
			calls <- true
			return denied
		}),
		"good": cloud(three),
	}
	outcomes, err := engine(m, clouds).Run(t.Context(), append(tasks("bad", "2026-10-01", "2026-10-31"), tasks("good", "2026-10-01", "2026-10-31")...))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		if o.Task.Bill.Account == "bad" && !errors.Is(o.Err, denied) {
			t.Errorf("bad %s: error %v, want the refusal", o.Task.Day, o.Err)
		}
		if o.Task.Bill.Account == "good" && o.Err != nil {
			t.Errorf("good %s: error %v", o.Task.Day, o.Err)
		}
	}
	if n := len(calls); n > 2 {
		t.Errorf("the refused account was called %d times, want at most one call for each worker", n)
	}
}

func TestACloudThatKeepsFailingIsGivenUp(t *testing.T) {
	m, calls := newMemory(), make(chan bool, 100)
	down := &providers.Error{Kind: providers.Unavailable, Op: "ListBillDetail"}
	p := cloud(func(context.Context, providers.Day, providers.Emit) error {
		calls <- true
		return down
	})
	outcomes, err := engine(m, map[string]providers.Provider{"prod": p}).Run(t.Context(), tasks("prod", "2026-10-01", "2026-10-31"))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		if !errors.Is(o.Err, down) {
			t.Errorf("%s: error %v, want the cloud's", o.Task.Day, o.Err)
		}
	}
	if n := len(calls); n < 3 || n > 4 {
		t.Errorf("%d calls, want three in a row and what the other worker had begun", n)
	}
}

func TestAnUnreachableStoreEndsTheRun(t *testing.T) {
	m := newMemory()
	m.fail = fmt.Errorf("localhost:9000: %w", store.ErrUnreachable)
	outcomes, err := engine(m, map[string]providers.Provider{"a": cloud(three), "b": cloud(three)}).
		Run(t.Context(), append(tasks("a", "2026-10-01", "2026-10-31"), tasks("b", "2026-10-01", "2026-10-31")...))
	if !errors.Is(err, store.ErrUnreachable) {
		t.Fatalf("error %v, want the store's", err)
	}
	for _, o := range outcomes {
		if o.Err == nil {
			t.Errorf("%s %s has no error", o.Task.Bill.Account, o.Task.Day)
		}
	}
}

func TestAStateThatCannotBeWrittenEndsTheRun(t *testing.T) {
	m := newMemory()
	m.setErr = errors.New("state.db: disk full")
	_, err := engine(m, map[string]providers.Provider{"a": cloud(three)}).Run(t.Context(), tasks("a", "2026-10-01", "2026-10-31"))
	if !errors.Is(err, m.setErr) {
		t.Fatalf("error %v, want the state's", err)
	}
}

func TestACancelledRunStopsPromptly(t *testing.T) {
	m := newMemory()
	ctx, cancel := context.WithCancel(t.Context())
	started := make(chan bool, 100)
	p := cloud(func(ctx context.Context, _ providers.Day, _ providers.Emit) error {
		started <- true
		<-ctx.Done()
		return ctx.Err()
	})
	go func() {
		<-started
		cancel()
	}()
	began := time.Now()
	outcomes, err := engine(m, map[string]providers.Provider{"a": p}).Run(ctx, tasks("a", "2026-10-01", "2026-10-31"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want Canceled", err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
	for _, o := range outcomes {
		if o.Err == nil {
			t.Errorf("%s has no error", o.Task.Day)
		}
	}
}

func TestConfirmHealsTheMarks(t *testing.T) {
	m := newMemory()
	mark := func(d string, load store.LoadID) store.Mark {
		return store.Mark{Account: "prod", Dataset: providers.DatasetBill, Day: day(d), LoadID: load}
	}
	both, truncated, unmarked, moved := mark("2026-11-01", 1), mark("2026-11-02", 2), mark("2026-11-03", 3), mark("2026-11-04", 4)
	elsewhere := store.Mark{Account: "other", Dataset: providers.DatasetBill, Day: day("2026-11-01"), LoadID: 9}
	m.days = map[store.Key]store.Mark{both.Key(): both, unmarked.Key(): unmarked, moved.Key(): moved}
	m.marks = map[store.Key]store.Mark{both.Key(): both, truncated.Key(): truncated, moved.Key(): mark("2026-11-04", 3), elsewhere.Key(): elsewhere}

	got, err := billsync.Confirm(t.Context(), m, m, []string{"prod"})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 {
		t.Errorf("%d days, want the 3 stored ones", len(got))
	}
	want := map[store.Key]store.LoadID{both.Key(): 1, unmarked.Key(): 3, moved.Key(): 4, elsewhere.Key(): 9}
	if len(m.marks) != len(want) {
		t.Errorf("%d marks, want %d: %v", len(m.marks), len(want), m.marks)
	}
	for key, load := range want {
		if m.marks[key].LoadID != load {
			t.Errorf("%v: load %d, want %d", key, m.marks[key].LoadID, load)
		}
	}
}
