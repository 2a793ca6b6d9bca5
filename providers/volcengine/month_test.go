package volcengine_test

import (
	"fmt"
	"sync"
	"testing"

	"goscan/providers"
	"goscan/providers/internal/wiretest"
)

// fetchMonth fetches the month of day and returns its lines by offset.
func fetchMonth(t *testing.T, p providers.Provider) (map[int]providers.Line, error) {
	t.Helper()
	var mu sync.Mutex
	lines := map[int]providers.Line{}
	b := providers.Bill{Account: "test", Dataset: providers.DatasetBill, Month: day.Month()}
	err := p.(providers.MonthFetcher).FetchMonth(t.Context(), b, func(page []providers.Line) error {
		mu.Lock()
		defer mu.Unlock()
		for _, l := range page {
			lines[l.Offset] = l
		}
		return nil
	})
	return lines, err
}

func TestTheRequestOfAMonthNamesNoDay(t *testing.T) {
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return page(r, 900) })
	if lines, err := fetchMonth(t, open(t, s.URL, wiretest.Options())); err != nil || len(lines) != 900 {
		t.Fatal(len(lines), err)
	}
	asked := s.Requests()
	if len(asked) != 3 {
		t.Errorf("%d requests, want 3", len(asked))
	}
	for _, r := range asked {
		want := map[string]any{
			"BillPeriod": "2026-10", "GroupPeriod": 0.0, "GroupTerm": 0.0, "IgnoreZero": 0.0, "Limit": 300.0,
			"Offset": float64((r.N - 1) * 300),
		}
		if r.N != 2 {
			want["NeedRecordNum"] = 1.0
		}
		if r.Op != "ListBillDetail" || fmt.Sprint(r.Body) != fmt.Sprint(want) {
			t.Errorf("request %d: %s %v, want %v", r.N, r.Op, r.Body, want)
		}
	}
}

func TestRowsOfAMonthMayHaveAnyDateButNoOtherBillPeriod(t *testing.T) {
	start, end := day.Month().First().Start(), (day.Month() + 1).First().Start()
	for name, test := range map[string]struct {
		row  map[string]any
		want providers.Kind
	}{
		"no date":                   {map[string]any{"BillPeriod": "2026-10", "ExpenseDate": ""}, providers.Other},
		"a date of another month":   {map[string]any{"BillPeriod": "2026-10", "ExpenseDate": "2026-09-30"}, providers.Other},
		"a period of its own":       {map[string]any{"ExpenseBeginTime": "2026-10-05 12:00:00", "ExpenseEndTime": "2026-11-04 23:59:59"}, providers.Other},
		"the bill of another month": {map[string]any{"BillPeriod": "2026-09", "ExpenseDate": "2026-10-01"}, providers.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply {
				return wiretest.Reply{Body: answer([]any{test.row}, 1, 300, 0)}
			})
			lines, err := fetchMonth(t, open(t, s.URL, wiretest.Options()))
			if test.want != providers.Other {
				if providers.KindOf(err) != test.want {
					t.Errorf("kind %s, want %s: %v", providers.KindOf(err), test.want, err)
				}
				return
			}
			if err != nil || len(lines) != 1 {
				t.Fatal(len(lines), err)
			}
			if l := lines[0]; !l.ChargePeriodStart.Equal(start) || !l.ChargePeriodEnd.Equal(end) {
				t.Errorf("charged for %s to %s, want the month", l.ChargePeriodStart, l.ChargePeriodEnd)
			}
			for field, text := range test.row {
				if lines[0].Native.Map()[field] != text {
					t.Errorf("native %s is %q, want %q", field, lines[0].Native.Map()[field], text)
				}
			}
		})
	}
}
