package alicloud_test

import (
	"fmt"
	"strconv"
	"testing"

	"goscan/providers"
	"goscan/providers/internal/wiretest"
)

// fetchMonth fetches the month of day and returns its lines.
func fetchMonth(t *testing.T, p providers.Provider) (lines []providers.Line, err error) {
	t.Helper()
	b := providers.Bill{Account: "test", Dataset: providers.DatasetBill, Month: day.Month()}
	err = p.(providers.MonthFetcher).FetchMonth(t.Context(), b, func(page []providers.Line) error {
		lines = append(lines, page...)
		return nil
	})
	return lines, err
}

func TestTheRequestOfAMonthNamesNoDay(t *testing.T) {
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return page(r, 900) })
	lines, err := fetchMonth(t, open(t, s.URL, wiretest.Options()))
	if err != nil {
		t.Fatal(err)
	}
	wiretest.CheckLines(t, lines, 900)
	asked := s.Requests()
	if len(asked) != 3 {
		t.Errorf("%d requests, want 3", len(asked))
	}
	for i, r := range asked {
		want := map[string]string{"BillingCycle": "2026-10", "Granularity": "MONTHLY", "IsBillingItem": "true", "MaxResults": "300"}
		if i > 0 {
			want["NextToken"] = "T" + strconv.Itoa(i*300)
		}
		if r.Op != "DescribeInstanceBill" || fmt.Sprint(r.Query) != fmt.Sprint(want) || r.Body != nil {
			t.Errorf("request %d: %s %v with body %v, want %v", r.N, r.Op, r.Query, r.Body, want)
		}
	}
}

func TestRowsOfAMonthMayHaveAnyDateButNoOtherBillingCycle(t *testing.T) {
	start, end := day.Month().First().Start(), (day.Month() + 1).First().Start()
	for name, test := range map[string]struct {
		row       map[string]any
		cycle     string // of the page
		malformed bool
	}{
		"no date":                           {map[string]any{"InstanceID": "i-0"}, "2026-10", false},
		"an empty date":                     {map[string]any{"BillingDate": ""}, "2026-10", false},
		"a date of another month":           {map[string]any{"BillingDate": "2026-09-30", "BillingCycle": "2026-10"}, "2026-10", false},
		"a row of another month's bill":     {map[string]any{"BillingCycle": "2026-09"}, "2026-10", true},
		"a page that is of another month's": {map[string]any{"BillingDate": "2026-10-01"}, "2026-09", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply {
				return wiretest.Reply{Body: wrap(map[string]any{"BillingCycle": test.cycle, "TotalCount": 1, "Items": []any{test.row}})}
			})
			lines, err := fetchMonth(t, open(t, s.URL, wiretest.Options()))
			if test.malformed {
				if providers.KindOf(err) != providers.Malformed || len(lines) != 0 {
					t.Errorf("%d lines, kind %s, want malformed: %v", len(lines), providers.KindOf(err), err)
				}
				return
			}
			if err != nil || len(lines) != 1 {
				t.Fatal(len(lines), err)
			}
			if l := lines[0]; !l.ChargePeriodStart.Equal(start) || !l.ChargePeriodEnd.Equal(end) {
				t.Errorf("charged for %s to %s, want the month", l.ChargePeriodStart, l.ChargePeriodEnd)
			}
			if date, ok := test.row["BillingDate"]; ok && lines[0].Native.Map()["BillingDate"] != date {
				t.Errorf("native BillingDate is %q, want %q", lines[0].Native.Map()["BillingDate"], date)
			}
		})
	}
}
