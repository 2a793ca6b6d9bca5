package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"goscan/providers"
	"goscan/store"
)

// A Run is one execution of a command that writes bills, as the state remembers it.
type Run struct {
	ID       string
	Command  string // as people type it: "goscan sync"
	Host     string
	PID      int
	Started  time.Time // microseconds
	Ended    time.Time // microseconds; zero: it runs, or it was killed
	ExitCode int       // means nothing before the end
	Outcome  string    // the caller's word; of a run without an end OutcomeRunning or OutcomeKilled
	Error    string    // of the run as a whole; secrets are masked by the caller
	StoreID  string
	Bills    []RunBill
}

// The outcomes of runs without an end. They are not stored but seen: a run that is not over and does not hold the state's
// lock is dead.
const (
	OutcomeRunning = "running"
	OutcomeKilled  = "killed"
)

// A RunBill is what a run did to one bill. Days are planned ones: Stored, Confirmed, NotIssued, Failed and Undone are of
// them.
type RunBill struct {
	Account  string
	Provider string
	Dataset  string
	Month    providers.Month

	Days      int
	Stored    int // new or changed
	Confirmed int
	NotIssued int
	Failed    int
	Undone    int // interrupted, or not begun when the run was

	Lines     int           // of the month, as stored when the run ended
	Total     store.Amounts // of the month, likewise
	Pages     int
	Retries   int
	Throttles int
	Seconds   float64

	Outcome string // the caller's word
	Error   string // the first; secrets are masked by the caller
}

// keptRuns is how many runs are remembered.
const keptRuns = 1000

// BeginRun remembers a run that holds the lock. Bills that it is given already are those that the run is about to touch:
// where it is killed, they are what is known of it. EndRun replaces them.
func (s *State) BeginRun(ctx context.Context, r Run) error {
	r.Ended = time.Time{}
	return s.record(ctx, r)
}

// EndRun remembers a run's end and its bills, together or not at all, and forgets all but the last thousand runs. A run that
// the state does not know is remembered whole. A caller that was interrupted passes a context that was not.
func (s *State) EndRun(ctx context.Context, r Run) error {
	if r.Ended.IsZero() {
		return fmt.Errorf("run %s has no end", r.ID)
	}
	return s.record(ctx, r)
}

func (s *State) record(ctx context.Context, r Run) error {
	return s.db.update(ctx, func(tx *sql.Tx) error {
		number, err := putRun(ctx, tx, r)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM run_bills WHERE run = ?", number); err != nil {
			return err
		}
		for _, b := range r.Bills {
			if err := putRunBill(ctx, tx, number, b); err != nil {
				return err
			}
		}
		return forgetRuns(ctx, tx)
	})
}

func putRun(ctx context.Context, tx *sql.Tx, r Run) (number int64, err error) {
	var ended any
	if !r.Ended.IsZero() {
		ended = r.Ended.UTC().Format(instant)
	}
	err = tx.QueryRowContext(ctx, `INSERT INTO runs (id, command, host, pid, started, ended, exit_code, outcome, error, store_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET ended = excluded.ended, exit_code = excluded.exit_code, outcome = excluded.outcome,
			error = excluded.error, store_id = excluded.store_id
		RETURNING number`,
		r.ID, r.Command, r.Host, r.PID, r.Started.UTC().Format(instant), ended, r.ExitCode, r.Outcome, r.Error, r.StoreID,
	).Scan(&number)
	return number, err
}

func putRunBill(ctx context.Context, tx *sql.Tx, number int64, b RunBill) error {
	if b.Total == nil {
		b.Total = store.Amounts{}
	}
	total, err := json.Marshal(b.Total)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO run_bills (run, "+runBillColumns+
		") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		number, b.Account, b.Provider, b.Dataset, b.Month.String(), b.Days, b.Stored, b.Confirmed, b.NotIssued, b.Failed,
		b.Undone, b.Lines, string(total), b.Pages, b.Retries, b.Throttles, b.Seconds, b.Outcome, b.Error)
	return err
}

// forgetRuns drops the oldest runs. Numbers have no gaps: nothing else deletes runs.
func forgetRuns(ctx context.Context, tx *sql.Tx) error {
	for _, text := range []string{
		"DELETE FROM run_bills WHERE run <= (SELECT max(number) FROM runs) - ?",
		"DELETE FROM runs WHERE number <= (SELECT max(number) FROM runs) - ?",
	} {
		if _, err := tx.ExecContext(ctx, text, keptRuns); err != nil {
			return err
		}
	}
	return nil
}
