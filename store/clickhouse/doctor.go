package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	Excess     []string      // what the user may do that goscan has no use for, as GRANT writes it; empty unless the schema fits

	incomplete bool // a server of the cluster lacks tables
}

// OldestServer is the first version that knows every statement of this package: deletes of one partition's lines, and
// the question whether a user has a right, are of the autumn of 2024.
const OldestServer = "24.10"

// needed are the rights that sync and reports need, table by table: whoever grants so has granted enough. On a cluster
// every server lets the user at its own part.
func (c Config) needed() (rights []Right) {
	for _, object := range []string{"bills", "bills_daily", "bill_lines", "bill_days", "bill_daily", "bill_months", ledgerTable} {
		rights = append(rights, Right{"SELECT", object})
	}
	if c.Cluster.Name != "" {
		rights = append(rights, Right{"SELECT", c.Cluster.local("bill_lines")}, Right{"SELECT", c.Cluster.local("bill_daily")})
	}
	return slices.Concat(rights, c.toCluster(), c.toWrite())
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
		if p.Lacking, p.Asked, err = s.lacking(ctx, s.cfg.needed()); err != nil {
			return err
		}
		p.Excess = s.excess(ctx)
		return nil
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
		err := s.pool(ctx).QueryRow(limited, fmt.Sprintf("CHECK GRANT %s ON %s", r.Privilege, s.cfg.object(r))).Scan(&granted)
		cancel()
		if code, _, answered := exception(err); answered && code == codeSyntaxError {
			return nil, false, nil
		}
		if err != nil {
			return nil, false, s.cfg.explain(ctx, doing, err)
		}
		if granted == 0 {
			lacking = append(lacking, Right{r.Privilege, s.cfg.object(r)})
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
