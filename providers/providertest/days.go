package providertest

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
)

// testSizes reads days whose number of lines is awkward for pages of 300.
func (s suite) testSizes(t *testing.T) {
	on := s.open(t, simulator.Options{Empty: true}, hurried())
	first := providers.NewDay(2026, 10, 1)
	for i, n := range []int{0, 1, 299, 300, 301, 10_000} {
		t.Run(fmt.Sprintf("%d lines", n), func(t *testing.T) {
			d := first + providers.Day(i)
			rows := s.slim(on.cloud.Rows(d, n))
			for j := 1; j < len(rows); j += 97 {
				rows[j] = rows[j-1] // identical lines are legitimate
			}
			if err := on.cloud.SetDay(d, rows); err != nil {
				t.Fatal(err)
			}
			lines, err := s.fetch(t.Context(), on, d)
			if err != nil {
				t.Fatal(err)
			}
			s.mustEqual(t, on, d, lines)
		})
	}
	t.Run("every request says who asks", func(t *testing.T) {
		for _, r := range on.cloud.Served() {
			if !strings.Contains(r.UserAgent, UserAgent) {
				t.Fatalf("%s was asked by %q", r.Op, r.UserAgent)
			}
		}
	})
}

// testCalendar reads made-up bills, with all their fields, at the edges of the calendar.
func (s suite) testCalendar(t *testing.T) {
	for _, d := range []providers.Day{
		providers.NewDay(2024, 2, 29), providers.NewDay(2024, 3, 1), providers.NewDay(2025, 12, 31), providers.NewDay(2026, 1, 1),
		providers.NewDay(2026, 2, 28), providers.NewDay(2026, 10, 31), providers.NewDay(2026, 11, 1), providers.NewDay(2026, 11, 8),
	} {
		t.Run(d.String(), func(t *testing.T) {
			clock := func() time.Time { return (d + 3).Start() }
			on := s.open(t, simulator.Options{Seed: uint64(d), Now: clock}, hurried())
			lines, err := s.fetch(t.Context(), on, d)
			if err != nil {
				t.Fatal(err)
			}
			s.mustEqual(t, on, d, lines)
			for i, l := range lines {
				if l.BillingMode == providers.BillingModePayAsYouGo &&
					(!l.ChargePeriodStart.Equal(d.Start()) || !l.ChargePeriodEnd.Equal((d + 1).Start())) {
					t.Fatalf("line %d is charged for %s to %s", i, l.ChargePeriodStart, l.ChargePeriodEnd)
				}
				if l.BillingAccountID == "" || l.ServiceName == "" || l.ChargeCategory == "" || l.EffectiveCost.Cmp(l.BilledCost) != 0 {
					t.Fatalf("line %d lacks an account, a service, a category or an effective cost: %+v", i, l)
				}
			}
			for _, r := range on.cloud.Served() {
				if r.Day != d || r.Month != d.Month() {
					t.Errorf("asked for %s of %s", r.Day, r.Month)
				}
			}
		})
	}
}

// zoneVariable says that this process is a child that testZones started.
const zoneVariable = "GOSCAN_CONFORMANCE_ZONE"

// testZones runs testCalendar again, in processes of other zones: a process reads TZ once, when it starts.
func (s suite) testZones(t *testing.T) {
	if os.Getenv(zoneVariable) != "" {
		return
	}
	root, _, _ := strings.Cut(t.Name(), "/")
	for _, zone := range []string{"UTC", "America/New_York", "Pacific/Kiritimati"} {
		t.Run(zone, func(t *testing.T) {
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+root+"$/^calendar$", "-test.v", "-test.count=1")
			child.Env = append(os.Environ(), "TZ="+zone, zoneVariable+"="+zone)
			text, err := child.CombinedOutput()
			if err != nil || !strings.Contains(string(text), "calendar/2026-11-08") {
				t.Errorf("under TZ=%s: %v\n%s", zone, err, text)
			}
		})
	}
}

// testNotReady asks for a day without lines around the instant from which it is complete.
func (s suite) testNotReady(t *testing.T) {
	d := providers.NewDay(2026, 2, 28)
	issued := s.cloud.Calendar.Issued(d)
	for _, test := range []struct {
		name     string
		clock    time.Time
		lines    int
		notReady bool
	}{
		{"half an hour after its end it is empty", (d + 1).Start().Add(30 * time.Minute), 0, true},
		{"a second before the issue lag ends it is empty", issued.Add(-time.Second), 0, true},
		{"when the issue lag ends it is empty", issued, 0, false},
		{"months later it is empty", issued.AddDate(0, 3, 0), 0, false},
		{"half an hour after its end it has lines", (d + 1).Start().Add(30 * time.Minute), 2, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			on := s.open(t, simulator.Options{Empty: true, Now: func() time.Time { return test.clock }}, hurried())
			s.fill(t, on.cloud, d, test.lines)
			lines, err := s.fetch(t.Context(), on, d)
			if test.notReady {
				if providers.KindOf(err) != providers.NotReady {
					t.Errorf("error is %v, want one of kind not ready", err)
				}
				return
			}
			if err != nil || len(lines) != test.lines {
				t.Errorf("%d lines and %v, want %d", len(lines), err, test.lines)
			}
		})
	}
}

// testConcurrency reads several days at once through one provider.
func (s suite) testConcurrency(t *testing.T) {
	on := s.open(t, simulator.Options{Empty: true}, hurried())
	first := providers.NewDay(2026, 9, 28) // across the end of a month
	const days = 6
	var readers sync.WaitGroup
	results := make([]map[int]providers.Line, days)
	errs := make([]error, days)
	for i := range days {
		d := first + providers.Day(i)
		s.fill(t, on.cloud, d, 450+i)
		readers.Go(func() { results[i], errs[i] = s.fetch(t.Context(), on, d) })
	}
	readers.Wait()
	for i := range days {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		s.mustEqual(t, on, first+providers.Day(i), results[i])
	}
}

// testNative checks that fields nobody knows are kept as they came.
func (s suite) testNative(t *testing.T) {
	on := s.open(t, simulator.Options{}, hurried())
	d := providers.NewDay(2026, 10, 20)
	rows := on.cloud.Day(d)
	rows[0]["TextOfTheFuture"] = "a \"quoted\"\nline 中文"
	rows[0]["NumberOfTheFuture"] = json.Number("12345678901234567890.10e-7")
	rows[0]["NestOfTheFuture"] = map[string]any{"a": []any{json.Number("1"), "二"}}
	rows[0]["SwitchOfTheFuture"] = true
	if err := on.cloud.SetDay(d, rows); err != nil {
		t.Fatal(err)
	}
	lines, err := s.fetch(t.Context(), on, d)
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{
		"TextOfTheFuture": "a \"quoted\"\nline 中文", "NumberOfTheFuture": "12345678901234567890.10e-7",
		"NestOfTheFuture": `{"a":[1,"二"]}`, "SwitchOfTheFuture": "true",
	} {
		if got, ok := lines[0].Native.Get(field); !ok || got != want {
			t.Errorf("native %s is %q, want %q", field, got, want)
		}
	}
}

// testPrecision checks that an amount which the store could not keep exactly fails the day, and that one which it can
// does not.
func (s suite) testPrecision(t *testing.T) {
	field := s.costField()
	d := providers.NewDay(2026, 10, 20)
	for text, kept := range map[string]bool{
		"0.000000000001": true, "-0.01": true, "12345678901.123456": true, "1e-5": true, "2.5E-05": true, "0.10": true,
		"0.0000000000001": false, "1e27": false,
	} {
		t.Run(text, func(t *testing.T) {
			on := s.open(t, simulator.Options{Empty: true}, hurried())
			rows := s.slim(on.cloud.Rows(d, 2))
			rows[1][field] = json.Number(text)
			if err := on.cloud.SetDay(d, rows); err != nil {
				t.Fatal(err)
			}
			lines, err := s.fetch(t.Context(), on, d)
			switch {
			case kept && err != nil:
				t.Fatal(err)
			case kept:
				s.mustEqual(t, on, d, lines)
			case providers.KindOf(err) != providers.Malformed || !strings.Contains(err.Error(), field):
				t.Errorf("error is %v, want one of kind malformed that names %s", err, field)
			}
		})
	}
}
