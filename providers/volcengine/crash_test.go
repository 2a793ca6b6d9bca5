package volcengine_test

import (
	"errors"
	"sync/atomic"
	"testing"

	"goscan/providers"
	"goscan/providers/internal/wiretest"
)

// Pages are read side by side: a panic over one of them must not end the process, nor keep the next days from being read.
func TestAPanicOverAPageIsTheErrorOfItsDay(t *testing.T) {
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return page(r, 1501) })
	p := open(t, s.URL, wiretest.Options())
	bill := providers.Bill{Account: "test", Dataset: providers.DatasetBill, Month: day.Month()}
	const days = 20 // more than pages may be in hand at once
	for range days {
		var pages atomic.Int32
		err := p.Fetch(t.Context(), bill, day, func([]providers.Line) error {
			if pages.Add(1) == 3 {
				panic("no such line")
			}
			return nil
		})
		if crash, ok := errors.AsType[*providers.Crash](err); !ok || crash.Value != "no such line" {
			t.Fatalf("got %v", err)
		}
	}
	lines, err := wiretest.Fetch(t.Context(), p, day)
	if err != nil {
		t.Fatal(err)
	}
	wiretest.CheckLines(t, lines, 1501)
}
