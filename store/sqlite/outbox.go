package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// An Outgoing is a message to a channel, as the state remembers it.
type Outgoing struct {
	Channel string
	ID      string // what is told: a channel is told it once
	Kind    string
	Title   string
	Parts   []byte // what is sent, in the caller's form; empty once it is settled
	Sent    int    // how many parts arrived
	Told    string // the numbers that it tells, in the caller's form
	Queued  time.Time
	Expires time.Time // from then on it is not worth sending any more

	Settled  time.Time // zero: it waits
	Outcome  string    // empty while it waits
	Attempts int
	Error    string // of the last attempt
}

// The outcomes of messages.
const (
	OutcomeSent    = "sent"
	OutcomeRefused = "refused" // the channel will never take it
	OutcomeExpired = "expired"
)

// keptMessages is how long it is remembered what was told: a report of a day is not sent again a year later.
const keptMessages = 400 * 24 * time.Hour

// Enqueue remembers a message that is to be sent. It tells false when the channel was told the same before, or is about to
// be. What was refused or given up is tried anew.
func (s *State) Enqueue(ctx context.Context, m Outgoing) (queued bool, err error) {
	err = s.db.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM messages WHERE settled <> '' AND queued < ?",
			m.Queued.Add(-keptMessages).UTC().Format(instant)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM messages WHERE channel = ? AND id = ? AND settled <> '' AND outcome <> ?",
			m.Channel, m.ID, OutcomeSent); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `INSERT INTO messages
			(channel, id, kind, title, parts, sent, told, queued, expires, claimed, settled, outcome, attempts, error)
			VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, '', '', '', 0, '') ON CONFLICT DO NOTHING`,
			m.Channel, m.ID, m.Kind, m.Title, m.Parts, m.Told, m.Queued.UTC().Format(instant), m.Expires.UTC().Format(instant))
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		queued = n == 1
		return err
	})
	return queued, err
}

// Message returns what is remembered of a message to a channel.
func (s *State) Message(ctx context.Context, channel, id string) (m Outgoing, found bool, err error) {
	all, err := s.messages(ctx, "channel = ? AND id = ?", channel, id)
	if err != nil || len(all) == 0 {
		return Outgoing{}, false, err
	}
	return all[0], true, nil
}

// Messages returns what is remembered of the messages of a channel, or of all channels when channel is empty, in the
// order in which they were queued.
func (s *State) Messages(ctx context.Context, channel string) ([]Outgoing, error) {
	return s.messages(ctx, "channel = ? OR ? = ''", channel, channel)
}

// Claim takes the oldest message to a channel that waits, so that no other process sends it before the given instant. Those
// that expired are given up. ok is false when nothing waits.
func (s *State) Claim(ctx context.Context, channel string, now, until time.Time) (m Outgoing, ok bool, err error) {
	at := now.UTC().Format(instant)
	err = s.db.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE messages SET settled = ?, outcome = ?, parts = x'' WHERE channel = ? AND settled = '' AND expires <= ?`,
			at, OutcomeExpired, channel, at); err != nil {
			return err
		}
		var id string
		err := tx.QueryRowContext(ctx, `UPDATE messages SET claimed = ?, attempts = attempts + 1 WHERE number =
			(SELECT min(number) FROM messages WHERE channel = ? AND settled = '' AND claimed <= ?) RETURNING id`,
			until.UTC().Format(instant), channel, at).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		m, err = scanMessage(tx.QueryRowContext(ctx, "SELECT "+messageColumns+" FROM messages WHERE channel = ? AND id = ?", channel, id))
		ok = err == nil
		return err
	})
	return m, ok, err
}

// Arrived remembers how many parts of a claimed message arrived.
func (s *State) Arrived(ctx context.Context, channel, id string, sent int) error {
	return s.change(ctx, "UPDATE messages SET sent = ? WHERE channel = ? AND id = ?", sent, channel, id)
}

// Settle ends a claimed message: it was sent, or it will never be.
func (s *State) Settle(ctx context.Context, channel, id, outcome, problem string, now time.Time) error {
	return s.change(ctx, "UPDATE messages SET settled = ?, outcome = ?, error = ?, parts = x'', claimed = '' WHERE channel = ? AND id = ?",
		now.UTC().Format(instant), outcome, problem, channel, id)
}

// Release gives a claimed message back: the next run tries again.
func (s *State) Release(ctx context.Context, channel, id, problem string) error {
	return s.change(ctx, "UPDATE messages SET claimed = '', error = ? WHERE channel = ? AND id = ?", problem, channel, id)
}

func (s *State) change(ctx context.Context, statement string, args ...any) error {
	return s.db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	})
}

const messageColumns = "channel, id, kind, title, parts, sent, told, queued, expires, settled, outcome, attempts, error"

func (s *State) messages(ctx context.Context, where string, args ...any) ([]Outgoing, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+messageColumns+" FROM messages WHERE "+where+" ORDER BY number", args...)
	if err != nil {
		return nil, s.db.explain(ctx, err)
	}
	defer rows.Close()
	var all []Outgoing
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, s.db.explain(ctx, err)
		}
		all = append(all, m)
	}
	return all, s.db.explain(ctx, rows.Err())
}

func scanMessage(row interface{ Scan(...any) error }) (Outgoing, error) {
	var m Outgoing
	var queued, expires, settled string
	if err := row.Scan(&m.Channel, &m.ID, &m.Kind, &m.Title, &m.Parts, &m.Sent, &m.Told, &queued, &expires, &settled,
		&m.Outcome, &m.Attempts, &m.Error); err != nil {
		return m, err
	}
	for _, t := range []struct {
		text string
		into *time.Time
	}{{queued, &m.Queued}, {expires, &m.Expires}, {settled, &m.Settled}} {
		if t.text == "" {
			continue
		}
		at, err := time.Parse(instant, t.text)
		if err != nil {
			return m, err
		}
		*t.into = at
	}
	return m, nil
}
