package sync

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"goscan/providers"
	"goscan/store"
)

// An Engine fetches days and has them stored. All fields are required except Observe and Guard.
type Engine struct {
	Sink      Sink
	Marks     Marks
	Providers map[string]providers.Provider // by account
	Workers   int                           // how many days of one account are fetched at once, at most if its provider is Paced
	Now       func() time.Time
	Observe   func(Event) // progress; called from several goroutines
	// Guard is asked before a day is replaced by none or under half of its lines, whose sums of cost_before_voucher it is
	// given. Its error keeps the old lines.
	Guard func(ctx context.Context, t Task, lines int, sums store.Amounts) error
}

// An Event is a step of a task: a page was put, or the task ended.
type Event struct {
	Task    Task
	Lines   int      // of the page
	Outcome *Outcome // not nil when the task ended
}

// An Outcome is what became of a task.
type Outcome struct {
	Task    Task
	Change  store.Change // when Err is nil and NotReady is false
	Pages   int          // fetched, also by attempts that failed
	Lines   int          // fetched by the last attempt
	Began   time.Time
	Seconds float64

	NotReady bool  // the cloud has not issued the day yet: not a failure, nothing was stored
	Skipped  bool  // not tried, because the account was given up; Err says why
	Err      error // the day keeps the lines it had
}

const (
	rereads  = 3 // how often a day that moved while it was read is read again
	failures = 3 // days of an account that the cloud fails in a row until the account is given up
)

// Run does the tasks, accounts side by side and Workers days of each at once, and returns one Outcome for each task, in
// their order. A failing day fails alone, also by a panic of its provider, but an account whose credentials are refused, or
// whose cloud fails several days in a row, is given up. The error is not nil when the run as a whole could not go on: ctx
// ended, the store became unreachable, the state could not be written, or there was a panic elsewhere.
func (e *Engine) Run(ctx context.Context, tasks []Task) ([]Outcome, error) {
	outcomes := make([]Outcome, len(tasks))
	byAccount := map[string][]int{}
	for i, t := range tasks {
		outcomes[i].Task = t
		byAccount[t.Bill.Account] = append(byAccount[t.Bill.Account], i)
	}
	all, allCtx := errgroup.WithContext(ctx)
	for _, slots := range byAccount {
		all.Go(func() (err error) {
			defer providers.Recover(&err)
			return e.runAccount(allCtx, outcomes, slots)
		})
	}
	err := all.Wait()
	if _, crashed := errors.AsType[*providers.Crash](err); crashed {
		skipUntried(outcomes, err)
	} else if ctx.Err() != nil {
		err = ctx.Err()
	}
	return outcomes, err
}

// skipUntried gives an error to the tasks that a panic kept from being looked at.
func skipUntried(outcomes []Outcome, err error) {
	for i := range outcomes {
		if o := &outcomes[i]; o.Began.IsZero() && o.Err == nil {
			o.Skipped, o.Err = true, err
		}
	}
}

// runAccount does an account's tasks, which are those of the given slots of outcomes.
func (e *Engine) runAccount(ctx context.Context, outcomes []Outcome, slots []int) error {
	accountCtx, giveUp := context.WithCancelCause(ctx)
	var failed atomic.Int32 // days in a row
	days, daysCtx := errgroup.WithContext(accountCtx)
	days.SetLimit(max(e.Workers, 1))
	defer func() { _ = days.Wait() }() // a panic here leaves no day at work either
	defer giveUp(nil)
	turns := e.newTurns(outcomes[slots[0]].Task.Bill.Account)
	for n, i := range slots {
		turn := turns.next(daysCtx, len(slots)-n)
		days.Go(func() (err error) {
			o := &outcomes[i]
			defer turn.end()
			defer func() { o.Err = cmp.Or(o.Err, err) }()
			defer providers.Recover(&err) // of the store, the state or an observer: what they hold open then is not known
			if daysCtx.Err() != nil {
				o.Skipped, o.Err = true, context.Cause(daysCtx)
			} else {
				e.runTask(daysCtx, o, turn)
			}
			e.observe(Event{Task: o.Task, Outcome: o})
			switch {
			case o.Err == nil:
				failed.Store(0)
				return nil
			case doomsRun(o.Err):
				return o.Err
			case !o.Skipped && hopeless(o.Err, &failed):
				giveUp(o.Err)
			}
			return nil
		})
	}
	return days.Wait()
}

// hopeless tells whether an account is to be given up after err.
func hopeless(err error, failed *atomic.Int32) bool {
	switch providers.KindOf(err) {
	case providers.Denied:
		return true
	case providers.Throttled, providers.Unavailable:
		return failed.Add(1) >= failures
	}
	return false
}

// errState marks an error of the local state, errStore a panic of the store.
var (
	errState = errors.New("state")
	errStore = errors.New("store")
)

func doomsRun(err error) bool {
	return errors.Is(err, store.ErrUnreachable) || errors.Is(err, store.ErrSchema) || errors.Is(err, errState) || errors.Is(err, errStore)
}

// runTask fetches and stores one day, again when the answer moved while it was read.
func (e *Engine) runTask(ctx context.Context, o *Outcome, turn *turn) {
	o.Began = e.Now()
	for try := 0; ; try++ {
		o.Change, o.Err = e.replace(ctx, o, turn)
		if providers.KindOf(o.Err) != providers.Changed || try == rereads || ctx.Err() != nil {
			break
		}
	}
	o.Seconds = e.Now().Sub(o.Began).Seconds()
	if o.Err == nil {
		return
	}
	if providers.KindOf(o.Err) == providers.NotReady {
		o.NotReady, o.Err = true, nil
		return
	}
	if cause := context.Cause(ctx); cause != nil && errors.Is(o.Err, context.Canceled) {
		o.Err = cause // why the account was given up, where that is what ended the task
		o.Skipped = true
	}
}

// replace fetches one day into the store and, only when the store has it, remembers it.
func (e *Engine) replace(ctx context.Context, o *Outcome, turn *turn) (store.Change, error) {
	t := o.Task
	count := newCount()
	change, err := e.Sink.Replace(ctx, t.Bill, t.Day, func(put providers.Emit) error {
		if err := e.fetch(ctx, t, count, turn, put); err != nil {
			return err
		}
		turn.readAll() // while the store commits the day, the next one is read
		if lines, sums := count.tally(); e.Guard != nil && 2*lines < t.Known {
			return e.Guard(ctx, t, lines, sums)
		}
		return nil
	})
	o.Pages += count.pages()
	o.Lines, _ = count.tally()
	if err != nil {
		return store.Change{}, err
	}
	// The day is stored: an interrupt at this point does not make it unknown.
	if err := e.Marks.Set(context.WithoutCancel(ctx), change.After); err != nil {
		return change, fmt.Errorf("%w: %w", errState, err)
	}
	return change, nil
}

// fetch puts the pages of a day. A panic of the provider is an error of that day.
func (e *Engine) fetch(ctx context.Context, t Task, c count, turn *turn, put providers.Emit) (err error) {
	defer providers.Recover(&err)
	ctx = providers.ForDay(ctx, t.Bill, t.Day)
	return e.Providers[t.Bill.Account].Fetch(ctx, t.Bill, t.Day, func(page []providers.Line) error {
		if err := putWhole(put, page); err != nil {
			return err
		}
		c.add(page)
		turn.moved()
		e.observe(Event{Task: t, Lines: len(page)})
		return nil
	})
}

// putWhole puts a page. A panic of the store is told apart from one of the provider that calls it.
func putWhole(put providers.Emit, page []providers.Line) (err error) {
	defer func() {
		if crash, ok := errors.AsType[*providers.Crash](err); ok {
			err = fmt.Errorf("%w: %w", errStore, crash)
		}
	}()
	defer providers.Recover(&err)
	return put(page)
}

func (e *Engine) observe(ev Event) {
	if e.Observe != nil {
		e.Observe(ev)
	}
}
