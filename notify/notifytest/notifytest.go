// Package notifytest is the conformance suite that every channel over HTTP passes, against the servers of package simulator:
//
//	func TestConformance(t *testing.T) {
//		notifytest.Run(t, notifytest.Subject{Kind: "wecom", Settings: func(url string) notify.Settings { ... }})
//	}
package notifytest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"goscan/notify"
	"goscan/notify/simulator"
)

// A Subject is a channel to be tested.
type Subject struct {
	Kind string // of server that the simulator plays
	// Settings returns valid settings of a channel that sends to the address, and signs with Secret if it can.
	Settings func(url string) notify.Settings
	// Refused is a code of the dialect that no document knows.
	Refused int
	// Markup must not occur in what a group is shown of Hostile names, because it would be read as markup.
	Markup []string
	// Unsigned says that the channel knows no Secret.
	Unsigned bool
	// AnyBody says that a status of 2xx alone is a success.
	AnyBody bool
}

// Secret is the signature's secret, and Key the robot's: neither may be seen anywhere.
const (
	Secret = "SECcanary8d1f3e5b7a90"
	Key    = "canary-key-4c6a8e02"
)

// Run tests a channel.
func Run(t *testing.T, s Subject) {
	t.Run("a message arrives", s.testArrives)
	t.Run("500 rows", s.testManyRows)
	t.Run("odd messages", s.testOdd)
	t.Run("hostile names", s.testHostile)
	t.Run("settings show no secret", s.testSettings)
	t.Run("faults", s.testFaults)
	t.Run("redirects are not followed", s.testRedirect)
	t.Run("an ended context", s.testContext)
	t.Run("a server that is not there", s.testAbsent)
	t.Run("a server error is tried again", s.testAgain)
}

// A trial is a channel with its server.
type trial struct {
	server  *simulator.Server
	channel notify.Channel
}

func (s Subject) open(t *testing.T) trial {
	t.Helper()
	clock := newClock()
	server, err := simulator.Start(simulator.Options{Kind: s.Kind, Key: Key, Secret: Secret, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return trial{server, s.channel(t, server.URL(), clock)}
}

func (s Subject) channel(t *testing.T, url string, now func() time.Time) notify.Channel {
	t.Helper()
	settings := s.Settings(url)
	if err := settings.Validate(); err != nil {
		t.Fatalf("valid settings: %v", err)
	}
	channel, err := settings.Open(notify.Options{Name: "team", UserAgent: "goscan/test", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return channel
}

// newClock returns a clock that goes on by four seconds whenever it is read: no rate is reached.
func newClock() func() time.Time {
	var mutex sync.Mutex
	now := time.Date(2026, 11, 23, 2, 7, 0, 0, time.UTC)
	return func() time.Time {
		mutex.Lock()
		defer mutex.Unlock()
		now = now.Add(4 * time.Second)
		return now
	}
}

// send renders a message and sends all its parts.
func (on trial) send(t *testing.T, m notify.Message) []notify.Part {
	t.Helper()
	parts, err := on.channel.Render(m)
	if err != nil {
		t.Fatalf("Render: %v", err)
	}
	for _, p := range parts {
		reply, err := on.channel.Send(t.Context(), p)
		mustHide(t, "reply", reply, p.Name, string(p.Body))
		if err != nil {
			t.Fatalf("%s: %v", p.Name, err)
		}
	}
	return parts
}

// mustHide fails if a secret can be seen in any of the values.
func mustHide(t *testing.T, what string, values ...any) {
	t.Helper()
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%q"} {
			shown := fmt.Sprintf(verb, v)
			for _, secret := range []string{Secret, Key} {
				if strings.Contains(shown, secret) {
					t.Fatalf("%s shows %s: %s", what, secret, shown)
				}
			}
		}
	}
}

// shown is all that the group saw.
func (on trial) shown() string {
	var b strings.Builder
	for _, m := range on.server.Messages() {
		b.WriteString(m.Title + "\n" + m.Content + "\n")
	}
	return b.String()
}
