package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"goscan/providers"
	"goscan/store"
)

// jobVariable holds, in a child process, the job that it does instead of running tests.
const jobVariable = "GOSCAN_STORETEST_JOB"

// A job is what a child process does.
type job struct {
	Address string
	Writer  string
	Prune   bool // say so and prune the account before October; or:
	Hang    bool // put many lines, say so and wait to be killed; else replace days
	Count   int  // how many replacements
}

// A report is what a child process prints of one replacement.
type report struct {
	Day        providers.Day
	Resource   string // that all lines of the replacement have
	Lines      int
	Version    time.Time
	LoadID     store.LoadID
	Superseded bool
}

const (
	raceDays  = 4
	raceTotal = 60 // what each replacement of a day adds up to, in whatever number of lines

	hangLines = 5000
	pruning   = "pruning" // what a child prints before it prunes
	hanging   = "hanging" // what a hanging child prints when its lines are put
)

// Child does the suite's work of a child process and ends it, when the suite started this process for that; else it
// does nothing. TestMain calls it first.
func Child(open func(ctx context.Context, address string, run store.Run) (Store, error)) {
	text := os.Getenv(jobVariable)
	if text == "" {
		return
	}
	if err := work(text, open); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func work(text string, open func(ctx context.Context, address string, run store.Run) (Store, error)) error {
	ctx := context.Background()
	var j job
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return err
	}
	s, err := open(ctx, j.Address, newRun(j.Writer, time.Now))
	if err != nil {
		return err
	}
	if j.Prune {
		fmt.Println(pruning)
		return s.Prune(ctx, "prod", october)
	}
	if j.Hang {
		_, err = s.Replace(ctx, bill("prod", october31), october31, hang)
		return fmt.Errorf("a hanging replacement ended: %w", err)
	}
	for i := range j.Count {
		r, err := race(ctx, s, fmt.Sprintf("%s-%d", j.Writer, i))
		if err != nil {
			return err
		}
		if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
			return err
		}
	}
	return s.Close()
}

func hang(put providers.Emit) error {
	if err := filling(samplesFrom(1, hangLines), 300)(put); err != nil {
		return err
	}
	fmt.Println(hanging)
	time.Sleep(time.Minute)
	return errCloud
}

// race replaces one of the days, chosen at random.
func race(ctx context.Context, s Store, resource string) (report, error) {
	d := october31 - providers.Day(rand.IntN(raceDays))
	lines := sharing(raceTotal, 1+rand.IntN(40), resource)
	change, err := s.Replace(ctx, bill("prod", d), d, filling(lines, 7))
	if err != nil {
		return report{}, fmt.Errorf("%s: %w", resource, err)
	}
	return report{
		Day: d, Resource: resource, Lines: len(lines), Superseded: change.Superseded,
		Version: change.After.Version, LoadID: change.After.LoadID,
	}, nil
}
