package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"goscan/store/sqlite"
)

// posted is a message of the outbox as JSON shows it.
type posted struct {
	Channel  string     `json:"channel"`
	ID       string     `json:"id"`
	Title    string     `json:"title"`
	Queued   time.Time  `json:"queued"`
	Settled  *time.Time `json:"settled"` // null while it waits
	Outcome  string     `json:"outcome"`
	Attempts int        `json:"attempts"`
	Error    string     `json:"error,omitempty"`
}

func (a *app) runNotifyOutbox(ctx context.Context, asJSON bool) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	state, err := sqlite.OpenStateReader(ctx, cfg.State)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	all := []posted{}
	if err == nil {
		defer state.Close()
		messages, err := state.Messages(ctx, "")
		if err != nil {
			return err
		}
		for _, m := range messages {
			all = append(all, postedOf(m))
		}
	}
	if asJSON {
		return printJSON(a.out, map[string]any{"schema": "goscan.outbox/1", "messages": all})
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(a.out, "nothing was sent yet")
		return err
	}
	rows := [][]string{{"queued", "channel", "message", "outcome", ""}}
	for _, p := range all {
		rows = append(rows, []string{p.Queued.UTC().Format("2006-01-02 15:04Z"), p.Channel, p.ID, p.Outcome, p.Error})
	}
	return printTable(a.out, rows, "lllll")
}

func postedOf(m sqlite.Outgoing) posted {
	p := posted{Channel: m.Channel, ID: m.ID, Title: m.Title, Queued: m.Queued, Outcome: cmp.Or(m.Outcome, outcomeWaiting), Attempts: m.Attempts, Error: m.Error}
	if !m.Settled.IsZero() {
		p.Settled = &m.Settled
	}
	return p
}
