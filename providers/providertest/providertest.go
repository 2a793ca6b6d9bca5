// Package providertest is the conformance suite that every provider passes. It opens the provider the way the program
// does, lets it read from a simulated cloud, and compares what it hands over with the simulator's truth: for days of
// every awkward size, at the edges of the calendar, under every fault in every phase of a day, when it is cancelled and
// when its pages are not wanted.
//
// A provider's folder runs it from one test of its own:
//
//	func TestConformance(t *testing.T) {
//		providertest.Run(t, "volcengine", volcengine.Cloud(), func(endpoint string) providers.Settings { ... })
//	}
package providertest

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"goscan/providers"
	"goscan/providers/simulator"
)

// UserAgent is what the suite's providers are told to send.
const UserAgent = "goscan/0.0-conformance"

const account = "conformance"

// Run runs the suite. kind is the provider's key in the registry and the simulator's kind; settings returns the settings
// of an account at an endpoint, with simulator.AccessKey and simulator.SecretKey as its credentials. The test must not
// be parallel: the suite watches os.Stdout and counts goroutines.
func Run(t *testing.T, kind string, cloud providers.Cloud, settings func(endpoint string) providers.Settings) {
	s := suite{kind: kind, cloud: cloud, settings: settings}
	before := goleak.IgnoreCurrent()
	printed := watchStdout(t)

	t.Run("lines equal the truth", s.testSizes)
	t.Run("calendar", s.testCalendar)
	t.Run("calendar in other zones", s.testZones)
	t.Run("a day that is not issued", s.testNotReady)
	t.Run("several days at once", s.testConcurrency)
	t.Run("native keeps what has no column", s.testNative)
	t.Run("amounts that cannot be kept", s.testPrecision)
	t.Run("emit's error", s.testEmitError)
	t.Run("cancelling", s.testCancel)
	t.Run("overview", s.testOverview)
	t.Run("FetchMonth sums the days and shows undated rows", s.testMonth)
	t.Run("FetchMonth of a month that moves", s.testMonthMoves)
	t.Run("credentials", s.testCredentials)
	t.Run("attempts are observed", s.testObserve)
	t.Run("a slower cloud", s.testRate)
	t.Run("faults", s.testFaults)
	t.Run("overview faults", s.testOverviewFaults)
	t.Run("a day that changes while it is read", s.testRestated)
	if kind == simulator.Alicloud {
		t.Run("a token behind the last line", s.testTrailingToken)
	}

	if err := goleak.Find(before); err != nil {
		t.Errorf("goroutines are left: %v", err)
	}
	if text := printed(); text != "" {
		t.Errorf("printed on stdout: %.500s", text)
	}
}

type suite struct {
	kind     string
	cloud    providers.Cloud
	settings func(endpoint string) providers.Settings
}

// A subject is a provider and the cloud it reads from.
type subject struct {
	providers.Provider
	cloud *simulator.Cloud
	log   *record
	calls func() []providers.Call
}

// now is the suite's clock: 2026-11-22, 15:00 UTC+8.
func now() time.Time { return providers.NewDay(2026, 11, 22).Start().Add(15 * time.Hour) }

// hurried is the patience of most tests: little between attempts, enough in all.
func hurried() providers.Patience {
	return providers.Patience{Attempt: 20 * time.Second, First: time.Millisecond, Longest: 5 * time.Millisecond, Total: 30 * time.Second}
}

// open starts a cloud and opens the provider on it.
func (s suite) open(t *testing.T, o simulator.Options, patience providers.Patience) subject {
	t.Helper()
	if o.Now == nil {
		o.Now = now
	}
	cloud, err := simulator.Start(s.kind, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cloud.Close)
	return s.openAt(t, cloud, o.Now, patience)
}

func (s suite) openAt(t *testing.T, cloud *simulator.Cloud, clock func() time.Time, patience providers.Patience) subject {
	t.Helper()
	settings := s.settings(cloud.URL())
	const fast = 1000 // requests per second: pacing is not what most tests are about
	settings.Base().Rate = fast
	if err := settings.Validate(); err != nil {
		t.Fatalf("the settings are invalid: %v", err)
	}
	log := &record{}
	var mu sync.Mutex
	var calls []providers.Call
	provider, err := settings.Open(providers.Options{
		Account:   account,
		UserAgent: UserAgent,
		Getenv:    func(string) string { return "" },
		Now:       clock,
		Log:       slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Observe: func(c providers.Call) {
			mu.Lock()
			defer mu.Unlock()
			calls = append(calls, c)
		},
		Patience: patience,
	})
	if err != nil {
		t.Fatalf("the provider does not open: %v", err)
	}
	t.Cleanup(func() { log.mustHideSecrets(t) })
	return subject{provider, cloud, log, func() []providers.Call {
		mu.Lock()
		defer mu.Unlock()
		return append([]providers.Call(nil), calls...)
	}}
}

func (s suite) bill(d providers.Day) providers.Bill {
	return providers.Bill{Account: account, Provider: s.kind, Dataset: providers.DatasetBill, Month: d.Month()}
}

// A record is everything a provider logged, and every error it returned.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write makes the record a log's destination.
func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) noteError(err error) {
	if err != nil {
		_, _ = fmt.Fprintf(r, "%v\n%+v\n%#v\n%s\n", err, err, err, providers.HintOf(err))
	}
}

func (r *record) mustHideSecrets(t *testing.T) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range secretForms(simulator.AccessKey, simulator.SecretKey) {
		if at := strings.Index(r.text.String(), secret); at >= 0 {
			t.Errorf("an error or a log line holds a credential, after %q", r.text.String()[max(0, at-200):at])
		}
	}
}

// watchStdout redirects os.Stdout to a file until the test ends. printed returns what was written.
func watchStdout(t *testing.T) (printed func() string) {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "stdout")
	if err != nil {
		t.Fatal(err)
	}
	real := os.Stdout
	os.Stdout = file
	t.Cleanup(func() {
		os.Stdout = real
		_ = file.Close()
	})
	return func() string {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}
