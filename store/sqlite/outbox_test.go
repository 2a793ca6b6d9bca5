package sqlite_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"goscan/store/sqlite"
)

var noon = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)

func outgoing(id string) sqlite.Outgoing {
	return sqlite.Outgoing{
		Channel: "team", ID: id, Kind: "daily", Title: "a title", Parts: []byte("parts of " + id), Told: "CNY 3",
		Queued: noon, Expires: noon.Add(time.Hour),
	}
}

func enqueue(t *testing.T, s *sqlite.State, m sqlite.Outgoing, want bool) {
	t.Helper()
	if queued, err := s.Enqueue(t.Context(), m); err != nil || queued != want {
		t.Fatalf("queued %s: %t, %v; want %t", m.ID, queued, err, want)
	}
}

func claim(t *testing.T, s *sqlite.State, now time.Time, want string) sqlite.Outgoing {
	t.Helper()
	m, ok, err := s.Claim(t.Context(), "team", now, now.Add(10*time.Minute))
	if err != nil || ok != (want != "") || m.ID != want {
		t.Fatalf("claimed %q, %t, %v; want %q", m.ID, ok, err, want)
	}
	return m
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAMessageIsSentOnce(t *testing.T) {
	dir := t.TempDir()
	s, other := openState(t, dir), openState(t, dir)
	enqueue(t, s, outgoing("1"), true)
	enqueue(t, other, outgoing("1"), false)
	enqueue(t, s, outgoing("2"), true)

	m := claim(t, s, noon, "1")
	want := outgoing("1")
	want.Attempts = 1
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("claimed (-want +got):\n%s", diff)
	}
	claim(t, other, noon, "2")
	claim(t, other, noon, "")
	must(t, s.Arrived(t.Context(), "team", "1", 2))
	must(t, s.Release(t.Context(), "team", "1", "no answer"))
	if m = claim(t, other, noon, "1"); m.Sent != 2 || m.Attempts != 2 || m.Error != "no answer" {
		t.Errorf("claimed again: %+v", m)
	}
	must(t, other.Settle(t.Context(), "team", "1", sqlite.OutcomeSent, "", noon))
	claim(t, s, noon, "")
	enqueue(t, s, outgoing("1"), false)
	got, found, err := s.Message(t.Context(), "team", "1")
	if err != nil || !found || got.Outcome != sqlite.OutcomeSent || got.Told != "CNY 3" || len(got.Parts) != 0 || !got.Settled.Equal(noon) {
		t.Errorf("remembered %+v, %t, %v", got, found, err)
	}
	if all, err := s.Messages(t.Context(), ""); err != nil || len(all) != 2 {
		t.Errorf("%d messages, %v", len(all), err)
	}
}

func TestAMessageOfAKilledProcessIsSentByTheNext(t *testing.T) {
	s := openState(t, t.TempDir())
	enqueue(t, s, outgoing("1"), true)
	claim(t, s, noon, "1")
	claim(t, s, noon.Add(9*time.Minute), "")
	claim(t, s, noon.Add(10*time.Minute), "1")
}

func TestAMessageThatIsTooOldIsGivenUp(t *testing.T) {
	s := openState(t, t.TempDir())
	enqueue(t, s, outgoing("1"), true)
	claim(t, s, noon.Add(time.Hour), "")
	if m, _, err := s.Message(t.Context(), "team", "1"); err != nil || m.Outcome != sqlite.OutcomeExpired {
		t.Errorf("%+v, %v", m, err)
	}
	fresh := outgoing("1")
	fresh.Expires = noon.Add(3 * time.Hour)
	enqueue(t, s, fresh, true)
	claim(t, s, noon.Add(time.Hour), "1")
	must(t, s.Settle(t.Context(), "team", "1", sqlite.OutcomeRefused, "93000: gone", noon))
	enqueue(t, s, fresh, true)
}

func TestWhatWasToldIsForgottenAfterAYear(t *testing.T) {
	s := openState(t, t.TempDir())
	enqueue(t, s, outgoing("old"), true)
	claim(t, s, noon, "old")
	must(t, s.Settle(t.Context(), "team", "old", sqlite.OutcomeSent, "", noon))
	late := outgoing("late")
	late.Queued = noon.Add(401 * 24 * time.Hour)
	enqueue(t, s, late, true)
	if _, found, err := s.Message(t.Context(), "team", "old"); err != nil || found {
		t.Errorf("found %t, %v", found, err)
	}
}

// Whatever the instants at which several processes ask, no span of the length of a limit holds more messages than it allows.
func TestProcessesShareThePace(t *testing.T) {
	dir := t.TempDir()
	limits := []sqlite.Limit{{Messages: 3, Per: time.Second}, {Messages: 20, Per: time.Minute}}
	now, taken := noon, []time.Time{}
	states := []*sqlite.State{openState(t, dir), openState(t, dir)}
	for i := 0; len(taken) < 45; i++ {
		wait, err := states[i%2].Take(t.Context(), "robot", limits, now)
		must(t, err)
		if wait == 0 {
			taken = append(taken, now)
		}
		now = now.Add(wait)
	}
	for _, l := range limits {
		for i := l.Messages; i < len(taken); i++ {
			if span := taken[i].Sub(taken[i-l.Messages]); span < l.Per {
				t.Fatalf("%d messages within %s", l.Messages+1, span)
			}
		}
	}
	if total := taken[44].Sub(taken[0]); total > 130*time.Second {
		t.Errorf("45 messages took %s", total)
	}
	if wait, err := states[0].Take(t.Context(), "another robot", limits, noon); wait != 0 || err != nil {
		t.Errorf("another robot waits for %s, %v", wait, err)
	}
}

func TestOneOfManyGetsTheLastMessage(t *testing.T) {
	dir := t.TempDir()
	var group errgroup.Group
	got := make([]time.Duration, 12)
	for i := range got {
		s := openState(t, dir)
		group.Go(func() (err error) {
			got[i], err = s.Take(t.Context(), "robot", []sqlite.Limit{{Messages: 5, Per: time.Hour}}, noon)
			return err
		})
	}
	must(t, group.Wait())
	taken := 0
	for _, wait := range got {
		if wait == 0 {
			taken++
		}
	}
	if taken != 5 {
		t.Errorf("%d of 12 were allowed, want 5: %s", taken, fmt.Sprint(got))
	}
}

func TestTroubles(t *testing.T) {
	dir := t.TempDir()
	s := openState(t, dir)
	a := sqlite.Trouble{Account: "prod", Kind: "failed", Since: noon, Detail: "denied"}
	b := sqlite.Trouble{Kind: "stale", Since: noon.Add(time.Minute), Detail: "2026-11-20"}
	must(t, s.SetTroubles(t.Context(), []sqlite.Trouble{a, b}))
	must(t, s.SetTroubles(t.Context(), []sqlite.Trouble{a}))
	got, err := openState(t, dir).Troubles(t.Context())
	must(t, err)
	if diff := cmp.Diff([]sqlite.Trouble{a}, got); diff != "" {
		t.Errorf("troubles (-want +got):\n%s", diff)
	}
}
