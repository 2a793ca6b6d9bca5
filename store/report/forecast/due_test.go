package forecast_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"goscan/store/report/forecast"
)

// payments reads "2026-01-31 vm 100, ...".
func payments(t *testing.T, text string) []forecast.Payment {
	t.Helper()
	var all []forecast.Payment
	for part := range strings.SplitSeq(text, ", ") {
		f := strings.Fields(part)
		if len(f) != 3 {
			continue
		}
		all = append(all, forecast.Payment{Day: day(t, f[0]), Resource: f[1], Amount: decimal.RequireFromString(f[2])})
	}
	return all
}

func written(all []forecast.Payment) string {
	var parts []string
	for _, p := range all {
		parts = append(parts, fmt.Sprintf("%s %s %s", p.Day, p.Resource, p.Amount))
	}
	return strings.Join(parts, ", ")
}

func TestDue(t *testing.T) {
	const monthly = "2026-08-15 vm 100, 2026-09-15 vm 100, 2026-10-15 vm 120"
	tests := map[string]struct{ past, from, to, want string }{
		"nothing was paid":                      {"", "2026-11-01", "2026-11-30", ""},
		"monthly, the last amount":              {monthly, "2026-11-01", "2026-11-30", "2026-11-15 vm 120"},
		"on the first day asked for":            {monthly, "2026-11-15", "2026-11-30", "2026-11-15 vm 120"},
		"on the last":                           {monthly, "2026-11-01", "2026-11-15", "2026-11-15 vm 120"},
		"after the last":                        {monthly, "2026-11-01", "2026-11-14", ""},
		"overdue by 3 days":                     {monthly, "2026-11-18", "2026-11-30", "2026-11-18 vm 120"},
		"overdue by 4: not renewed":             {monthly, "2026-11-19", "2026-12-31", ""},
		"twice in two months":                   {monthly, "2026-11-01", "2026-12-31", "2026-11-15 vm 120, 2026-12-15 vm 120"},
		"twice paid is enough":                  {"2026-09-15 vm 100, 2026-10-15 vm 100", "2026-11-01", "2026-11-30", "2026-11-15 vm 100"},
		"once paid is not":                      {"2026-10-15 vm 100", "2026-11-01", "2026-11-30", ""},
		"paid already":                          {monthly + ", 2026-11-12 vm 120", "2026-11-13", "2026-11-30", ""},
		"paid early by ten days":                {monthly + ", 2026-11-05 vm 120", "2026-11-06", "2026-12-10", "2026-12-05 vm 120"},
		"two days late, then two early":         {"2026-08-15 vm 100, 2026-09-17 vm 100, 2026-10-15 vm 100", "2026-11-01", "2026-11-30", "2026-11-15 vm 100"},
		"three weeks apart is no month":         {"2026-09-24 vm 100, 2026-10-15 vm 100", "2026-11-01", "2026-11-30", ""},
		"paid whenever it ran out":              {"2026-08-15 pack 100, 2026-09-15 pack 100, 2026-09-20 pack 100, 2026-10-02 pack 100, 2026-10-15 pack 100", "2026-11-01", "2026-11-30", ""},
		"the 31st in a short month":             {"2026-07-31 vm 100, 2026-08-31 vm 100", "2026-09-01", "2026-10-31", "2026-09-30 vm 100, 2026-10-31 vm 100"},
		"the 31st after February":               {"2026-01-31 vm 100, 2026-02-28 vm 100", "2026-03-01", "2026-03-31", "2026-03-31 vm 100"},
		"the 28th after February":               {"2026-01-28 vm 100, 2026-02-28 vm 100", "2026-03-01", "2026-03-31", "2026-03-28 vm 100"},
		"quarterly":                             {"2026-05-20 vm 300, 2026-08-20 vm 300", "2026-11-01", "2026-11-30", "2026-11-20 vm 300"},
		"quarterly, not this month":             {"2026-06-20 vm 300, 2026-09-20 vm 300", "2026-11-01", "2026-11-30", ""},
		"yearly":                                {"2024-11-20 db 9000, 2025-11-20 db 9000", "2026-11-01", "2026-11-30", "2026-11-20 db 9000"},
		"a year ago, once":                      {"2025-11-20 db 9000", "2026-11-01", "2026-11-30", ""},
		"monthly, then for a year":              {"2026-08-15 vm 100, 2026-09-15 vm 100, 2026-10-15 vm 1000", "2026-11-01", "2026-11-30", ""},
		"lines of a day are one payment":        {"2026-09-15 vm 100, 2026-09-15 vm 20, 2026-10-15 vm 100, 2026-10-15 vm 20", "2026-11-01", "2026-11-30", "2026-11-15 vm 120"},
		"given back in full":                    {monthly + ", 2026-10-20 vm -120", "2026-11-01", "2026-11-30", ""},
		"given back in part":                    {monthly + ", 2026-10-20 vm -70", "2026-11-01", "2026-11-30", ""},
		"given back on the day":                 {monthly + ", 2026-11-15 vm 120, 2026-11-15 vm -120", "2026-11-16", "2026-12-31", "2026-11-16 vm 120, 2026-12-15 vm 120"},
		"bought again":                          {"2026-08-15 vm 100, 2026-09-15 vm 100, 2026-09-16 vm -100, 2026-10-15 vm 100", "2026-11-01", "2026-11-30", ""},
		"bought again and renewed":              {"2026-07-15 vm 100, 2026-08-01 vm -50, 2026-09-15 vm 100, 2026-10-15 vm 100", "2026-11-01", "2026-11-30", "2026-11-15 vm 100"},
		"free":                                  {"2026-09-15 vm 0, 2026-10-15 vm 0", "2026-11-01", "2026-11-30", ""},
		"to is before from":                     {monthly, "2026-11-30", "2026-11-01", ""},
		"a resource's payments are its own":     {"2026-09-15 a 100, 2026-10-15 b 100", "2026-11-01", "2026-11-30", ""},
		"several resources, by day and by name": {"2026-09-15 b 1, 2026-10-15 b 1, 2026-09-15 a 2, 2026-10-15 a 2, 2026-09-03 c 3, 2026-10-03 c 3", "2026-11-01", "2026-11-30", "2026-11-03 c 3, 2026-11-15 a 2, 2026-11-15 b 1"},
	}
	for name, test := range tests {
		past := payments(t, test.past)
		for range 2 { // in any order
			if got := written(forecast.Due(past, day(t, test.from), day(t, test.to))); got != test.want {
				t.Errorf("%s: %q, want %q", name, got, test.want)
			}
			slices.Reverse(past)
		}
	}
}
