package cmd

import (
	"testing"
	"time"
)

func TestHolidaysThatAreNotKnownAreTold(t *testing.T) {
	for date, want := range map[string]health{
		"2025-06-01": fine, "2026-11-30": fine, "2026-12-01": doubtful, "2027-01-01": doubtful, "2099-05-01": doubtful, "2025-12-31": fine,
	} {
		now, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		if got := examineHolidays(now); got.Status != want {
			t.Errorf("%s: %s (%s), want %s", date, got.Status, got.Found, want)
		}
	}
}
