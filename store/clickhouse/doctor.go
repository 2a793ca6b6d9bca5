package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"goscan/store"
)

// A Probe is what a look at a server finds.
type Probe struct {
	Version    string        // "26.7.2.1"; empty when the server did not answer
	Outdated   bool          // older than OldestServer
	Latency    time.Duration // of one statement on an open connection
	Ahead      time.Duration // how far the server's clock is ahead of this machine's; negative: behind
	Migrations []Migration   // the schema's history, as SchemaStatus returns it
	StoreID    string        // what Store.ID returns; empty unless the schema fits
	Lacking    []Right       // what the user may not do; empty unless the schema fits
	Asked      bool          // the server was asked for the user's rights and knows that question

	incomplete bool // a server of the cluster lacks tables
}

// A Right is one privilege on one table or view.
type Right struct{ Privilege, Object string }

// String returns the right as GRANT writes it.
func (r Right) String() string { return r.Privilege + " ON " + r.Object }

// OldestServer is the first version that knows every statement of this package: deletes of one partition's lines, and
// the question whether a user has a right, are of the autumn of 2024.
const OldestServer = "24.10"

// rights are what sync and reports need in the database. What reaches bill_daily is written by its materialized view. On
// a cluster every server lets the user at its own part.
func rights(c Cluster) []Right {
	needed := []Right{
		{"SELECT", "bills"}, {"SELECT", "bills_daily"}, {"SELECT", "bill_lines"}, {"SELECT", "bill_days"},
		{"SELECT", "bill_daily"}, {"SELECT", "bill_months"},
		{"INSERT", "bill_lines"}, {"INSERT", "bill_days"}, {"INSERT", "bill_months"},
		{"ALTER DELETE", c.local("bill_lines")},
	}
	if c.Name != "" {
		needed = append(needed, Right{"SELECT", c.local("bill_lines")}, Right{"SELECT", c.local("bill_daily")}, Right{"INSERT", c.local("bill_lines")})
	}
	return needed
}

// Examine asks the first server of cfg that answers for its version, its clock, the schema and the user's rights, and
// changes nothing. An error that wraps store.ErrUnreachable comes with an empty Probe; with any other, as that of
// SchemaStatus, the Probe holds what was found before.
func Examine(ctx context.Context, cfg Config) (p Probe, err error) {
	err = withServer(ctx, cfg, func(s *server) error {
		if err := s.greet(ctx, &p); err != nil {
			return err
		}
		if p.Migrations, err = s.history(ctx); err != nil {
			return err
		}
		if err := fits(p.Migrations); err != nil {
			return err
		}
		if err := s.fitsEverywhere(ctx); err != nil {
			p.incomplete = errors.Is(err, store.ErrSchema)
			return err
		}
		if p.StoreID, err = s.storeID(ctx); err != nil {
			return err
		}
		p.Lacking, p.Asked, err = s.lacking(ctx, rights(s.cfg.Cluster))
		return err
	})
	return p, err
}

// greet asks twice: the first answer takes as long as connecting does.
func (s *server) greet(ctx context.Context, p *Probe) error {
	for range 2 {
		var now time.Time
		began := time.Now()
		if err := s.queryRow(ctx, "asking for the version", "SELECT version(), now64(6)", &p.Version, &now); err != nil {
			return err
		}
		p.Latency = time.Since(began)
		p.Ahead = now.Sub(began.Add(p.Latency / 2))
	}
	p.Outdated = olderThan(p.Version, OldestServer)
	return nil
}

// lacking returns which rights the user does not have. asked is false when the server is too old for the question.
func (s *server) lacking(ctx context.Context, rights []Right) (lacking []Right, asked bool, err error) {
	const doing = "asking for rights"
	for _, r := range rights {
		var granted uint8
		limited, cancel := s.bounded(ctx)
		err := s.pool(ctx).QueryRow(limited, fmt.Sprintf("CHECK GRANT %s ON %s", r.Privilege, qualified(s.cfg.Database, r.Object))).Scan(&granted)
		cancel()
		if code, _, answered := exception(err); answered && code == codeSyntaxError {
			return nil, false, nil
		}
		if err != nil {
			return nil, false, s.cfg.explain(ctx, doing, err)
		}
		if granted == 0 {
			lacking = append(lacking, Right{r.Privilege, qualified(s.cfg.Database, r.Object)})
		}
	}
	return lacking, true, nil
}

const codeSyntaxError = 62

// olderThan compares versions number by number. What is no number counts as 0.
func olderThan(version, other string) bool {
	a, b := strings.Split(version, "."), strings.Split(other, ".")
	for i := range min(len(a), len(b)) {
		x, _ := strconv.Atoi(a[i])
		y, _ := strconv.Atoi(b[i])
		if x != y {
			return x < y
		}
	}
	return len(a) < len(b)
}

// Pending tells whether Migrate would make the schema fit: something is missing, and nothing is there that this binary
// cannot use.
func (p Probe) Pending() bool {
	return problems(p.Migrations) == nil && (p.incomplete || fits(p.Migrations) != nil)
}
