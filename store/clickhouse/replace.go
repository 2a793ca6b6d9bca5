package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
)

// Replace makes the lines that fill puts the only lines of that day of the bill: see package sync, Sink. When the
// commit itself ends without an answer, the log is read back; when that fails too, the error leaves open whether the
// new lines are current, and the load's lines are left alone for it.
func (s *Store) Replace(ctx context.Context, b providers.Bill, d providers.Day, fill func(put providers.Emit) error) (store.Change, error) {
	if d.Month() != b.Month || d < 0 {
		return store.Change{}, fmt.Errorf("%s is no day of the bill %s", d, b)
	}
	version := s.run.Now().UTC().Truncate(time.Microsecond)
	l := s.newLoad(b, d, version)
	l.version, l.state = version, s.run.State(b, d, version)
	return s.replace(s.hosts.onOneHost(ctx), l, fill)
}

// Adopt takes a day over from another store: see store.Adopter. It ends as Replace does when the commit has no answer.
func (s *Store) Adopt(ctx context.Context, m store.Mark, fill func(put providers.Emit) error) (store.Change, error) {
	if m.Day.Month() != m.Month || m.Day < 0 {
		return store.Change{}, fmt.Errorf("%s is no day of %s", m.Day, m.Month)
	}
	ctx = s.hosts.onOneHost(ctx)
	before, err := s.newest(ctx, m.Key())
	if err != nil {
		return store.Change{}, err
	}
	if change, already := store.Already(before, m); already {
		return change, nil
	}
	// The load's id tells when this attempt began, not when the fetch did: else Clean would take it for abandoned.
	b := providers.Bill{Account: m.Account, Provider: m.Provider, Dataset: m.Dataset, Month: m.Month}
	l := s.newLoad(b, m.Day, s.run.Now())
	l.version, l.state = m.Version.UTC().Truncate(time.Microsecond), m.State
	if pruned(before) && !l.version.After(before.Version) { // whoever adopts a pruned day wants it back
		l.version = before.Version.Add(time.Microsecond)
	}
	return s.replace(ctx, l, fill)
}

func (s *Store) replace(ctx context.Context, l *load, fill func(put providers.Emit) error) (store.Change, error) {
	defer l.leave()
	err := l.end(ctx, fill(func(page []providers.Line) error { return l.put(ctx, page) }))
	if err != nil {
		l.discard(ctx, err)
		return store.Change{}, err
	}
	before, err := s.newest(ctx, store.Key{Account: l.bill.Account, Dataset: l.bill.Dataset, Day: l.day})
	if err != nil {
		l.discard(ctx, err)
		return store.Change{}, err
	}
	if before.LoadID == 0 { // pruned: as if it had never been stored
		before = store.Mark{}
	}
	confirmed, err := s.settle(ctx, l, before)
	if err != nil {
		l.discard(ctx, err)
		return store.Change{}, err
	}
	mark := l.mark(s.run)
	if confirmed {
		l.discard(ctx, nil)
		mark.LoadID = before.LoadID
	}
	return s.publish(ctx, before, mark, confirmed)
}

// settle decides which load holds the day's lines and sees to it that it does: the current one, when it has exactly the
// lines that were put, else the new one. What the log says of the current load is not taken on trust.
func (s *Store) settle(ctx context.Context, l *load, before store.Mark) (confirmed bool, err error) {
	if l.tally.SameAs(before) {
		err := s.verify(ctx, l, before.LoadID)
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, errDiffers) {
			return false, err
		}
	}
	if err := l.flush(ctx); err != nil {
		return false, err
	}
	return false, s.verify(ctx, l, l.id)
}

func (l *load) mark(run store.Run) store.Mark {
	return store.Mark{
		Account: l.bill.Account, Provider: l.bill.Provider, Dataset: l.bill.Dataset, Month: l.bill.Month, Day: l.day,
		LoadID: l.id, Version: l.version, CommittedAt: run.Now().UTC().Truncate(time.Microsecond),
		State: l.state, Lines: l.tally.Lines, BilledCost: l.tally.BilledCost(),
		Checksum: l.tally.Checksum, RunID: run.ID,
	}
}

// publish commits and reads the newest commit back.
func (s *Store) publish(ctx context.Context, before, mark store.Mark, confirmed bool) (store.Change, error) {
	lost := s.commit(ctx, "committing "+mark.Day.String(), mark)
	after, err := s.newest(ctx, mark.Key())
	if err != nil {
		return store.Change{}, errors.Join(lost, err)
	}
	mine := after.LoadID == mark.LoadID && after.Version.Equal(mark.Version)
	if lost != nil && !mine {
		return store.Change{}, lost
	}
	return store.Change{Before: before, After: after, Confirmed: confirmed && mine, Superseded: !mine}, nil
}

// errDiffers says that a load in the tables is not what was put.
var errDiffers = errors.New("the store does not hold what was put")

// verify compares a load in bill_lines and in bill_daily with the tally: the count, and all sums of each currency.
func (s *Store) verify(ctx context.Context, l *load, id store.LoadID) error {
	for _, table := range []struct{ name, count string }{{"bill_lines", "count()"}, {"bill_daily", "sum(lines)"}} {
		if err := s.awaitReplicas(ctx, "verifying "+l.day.String(), table.count, table.name, l.condition(id), l.tally.Lines); err != nil {
			return err
		}
		stored, err := s.stored(ctx, table.name, table.count, l, id)
		if err != nil {
			return err
		}
		if err := compare(&l.tally, stored); err != nil {
			return fmt.Errorf("clickhouse: %s of %s in %s: %w", l.bill.Account, l.day, table.name, err)
		}
	}
	return nil
}

// condition selects the lines, or the sums, of a load of the day.
func (l *load) condition(id store.LoadID) string {
	return fmt.Sprintf("account = %s AND month = %s AND day = %s AND load_id = %d",
		literal(l.bill.Account), literal(l.bill.Month.First().String()), literal(l.day.String()), id)
}

// stored returns the count and the sums of a load in a table.
func (s *Store) stored(ctx context.Context, table, count string, l *load, id store.LoadID) (*store.Tally, error) {
	statement := fmt.Sprintf("SELECT currency, %s, sum(%s) FROM %s WHERE %s GROUP BY currency",
		count, strings.Join(store.AmountColumns(), "), sum("), qualified(s.cfg.Database, table), l.condition(id))
	tally := &store.Tally{Sums: map[string]*[store.AmountCount]providers.Money{}}
	err := s.query(ctx, "verifying "+l.day.String(), statement, func(rows driver.Rows) error {
		var currency string
		var lines uint64
		sums := new([store.AmountCount]decimal.Decimal)
		into := []any{&currency, &lines}
		for i := range sums {
			into = append(into, &sums[i])
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		tally.Lines += int(lines)
		tally.Sums[currency] = sums
		return nil
	})
	return tally, err
}

func compare(put, stored *store.Tally) error {
	if put.Lines != stored.Lines {
		return fmt.Errorf("%w: %d lines instead of %d", errDiffers, stored.Lines, put.Lines)
	}
	if len(put.Sums) != len(stored.Sums) {
		return fmt.Errorf("%w: %d currencies instead of %d", errDiffers, len(stored.Sums), len(put.Sums))
	}
	for currency, sums := range put.Sums {
		other := stored.Sums[currency]
		if other == nil {
			return fmt.Errorf("%w: no line in %s", errDiffers, currency)
		}
		for i := range sums {
			if !sums[i].Equal(other[i]) {
				return fmt.Errorf("%w: %s is %s %s instead of %s", errDiffers, store.Amount(i), other[i], currency, sums[i])
			}
		}
	}
	return nil
}
