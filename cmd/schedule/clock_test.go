package schedule_test

import (
	"fmt"
	"testing"
	"time"

	"goscan/cmd/schedule"
)

func TestChooseIsAfterEveryCloudAndNeverCrowded(t *testing.T) {
	seen := map[schedule.Clock]bool{}
	for lags, earliest := range map[[2]time.Duration]string{
		{}:                               "06:30",
		{6 * time.Hour, 24 * time.Hour}:  "06:30",
		{24 * time.Hour, 24 * time.Hour}: "06:30", // issued at midnight, but nobody is up
		{10*time.Hour + time.Second, 0}:  "10:30",
		{33 * time.Hour, 0}:              "09:30",
	} {
		from, err := schedule.ParseClock(earliest)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 300 {
			seed := fmt.Sprint("host-", i, " ali")
			at := schedule.Choose(lags[:], seed)
			if at != schedule.Choose(lags[:], seed) {
				t.Fatal("the same seed chooses another time")
			}
			if at < from || at > from+90 {
				t.Errorf("%v: %s, want at most 90 minutes after %s", lags, at, earliest)
			}
			for delay := range schedule.Clock(11) { // what a timer adds
				if m := (at + delay).Minute() % 30; m < 3 || m > 27 {
					t.Errorf("%v: %s and %d minutes is near the full or half hour", lags, at, delay)
				}
			}
			if at.Later() != at+90 {
				t.Errorf("the report of %s is at %s", at, at.Later())
			}
			seen[at] = true
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d different times: hosts do not spread", len(seen))
	}
}

func TestChooseWrapsAroundMidnight(t *testing.T) {
	at := schedule.Choose([]time.Duration{23*time.Hour + 45*time.Minute}, "x")
	if at >= 2*60 {
		t.Errorf("23:45 and half an hour is %s", at)
	}
}

func TestParseClock(t *testing.T) {
	for text, want := range map[string]schedule.Clock{"00:00": 0, "06:47": 407, "23:59": 1439} {
		if got, err := schedule.ParseClock(text); err != nil || got != want || got.String() != text {
			t.Errorf("%s: %d (%s), %v", text, got, got, err)
		}
	}
	for _, text := range []string{"", "7:00", "24:00", "12:60", "12", "12:5", "+1:00", "12:00:00", "-1:00", "ab:cd"} {
		if got, err := schedule.ParseClock(text); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}

func TestInZones(t *testing.T) {
	for name, c := range map[string]struct {
		at, want string
		varies   bool
	}{
		"UTC":                {"06:47", "22:47", false},
		"Asia/Shanghai":      {"06:47", "06:47", false},
		"Asia/Kolkata":       {"06:47", "04:17", false},
		"Asia/Kathmandu":     {"06:47", "04:32", false},
		"America/New_York":   {"06:47", "18:47", true}, // summer: UTC-4; in winter it is 07:47 of UTC+8
		"Australia/Adelaide": {"06:47", "09:17", true}, // summer is January there
		"Pacific/Kiritimati": {"06:47", "12:47", false},
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		at, err := schedule.ParseClock(c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got, varies := at.In(zone, 2026); got.String() != c.want || varies != c.varies {
			t.Errorf("%s: %s, %v; want %s, %v", name, got, varies, c.want, c.varies)
		}
	}
}
