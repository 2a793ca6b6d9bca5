package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"goscan/providers"
	"goscan/store"
)

// cleanupPatience is how long a failed replacement tries to remove its own lines; what stays is removed by Clean.
const cleanupPatience = 5 * time.Second

// Replace makes the lines that fill puts the only lines of the day. What a reader sees changes with one transaction, the
// last; when anything fails before its end, nothing changed. An error of fill or of a put is returned even if fill did
// not return it.
func (l *Ledger) Replace(ctx context.Context, b providers.Bill, d providers.Day, fill func(put providers.Emit) error) (store.Change, error) {
	version := l.run.Now().Truncate(time.Microsecond)
	return l.replace(ctx, &load{
		ledger: l, bill: b, day: d, id: store.NewLoadID(version), version: version, state: l.run.State(b, d, version),
	}, fill)
}

// Adopt takes a day over from another store: see store.Adopter.
func (l *Ledger) Adopt(ctx context.Context, m store.Mark, fill func(put providers.Emit) error) (store.Change, error) {
	b := providers.Bill{Account: m.Account, Provider: m.Provider, Dataset: m.Dataset, Month: m.Month}
	var before store.Mark
	err := l.db.view(ctx, func(tx *sql.Tx) (err error) {
		before, err = current(ctx, tx, b, m.Day)
		return err
	})
	if err != nil {
		return store.Change{}, err
	}
	if change, already := store.Already(before, m); already {
		return change, nil
	}
	return l.replace(ctx, &load{
		ledger: l, bill: b, day: m.Day, id: store.NewLoadID(l.run.Now()), version: m.Version.Truncate(time.Microsecond), state: m.State,
	}, fill)
}

func (l *Ledger) replace(ctx context.Context, attempt *load, fill func(put providers.Emit) error) (store.Change, error) {
	err := fill(func(page []providers.Line) error { return attempt.put(ctx, page) })
	if failure := attempt.end(); err == nil {
		err = failure
	}
	var change store.Change
	if err == nil {
		err = l.db.update(ctx, func(tx *sql.Tx) (err error) {
			change, err = attempt.commit(ctx, tx)
			return err
		})
	}
	if err != nil {
		attempt.abandon(ctx)
		return store.Change{}, err
	}
	return change, nil
}

// abandon removes the load's lines as far as it can.
func (l *load) abandon(ctx context.Context) {
	if !l.inserted {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupPatience)
	defer cancel()
	_, _ = l.ledger.remove(ctx, l.id)
}

// commit makes the load the day's current one; or, when the day's lines are the same already, confirms those; or, when
// another fetch that began later was committed first, leaves the day to it. In the last two cases the load's lines go.
func (l *load) commit(ctx context.Context, tx *sql.Tx) (store.Change, error) {
	before, err := current(ctx, tx, l.bill, l.day)
	if err != nil {
		return store.Change{}, err
	}
	mark := l.mark()
	if laterThan(before, mark) {
		return store.Change{Before: before, After: before, Superseded: true}, deleteLines(ctx, tx, l.id)
	}
	confirmed := l.tally.SameAs(before)
	if confirmed && before.Version.Equal(mark.Version) { // adopted by somebody else meanwhile
		return store.Change{Before: before, After: before, Confirmed: true}, deleteLines(ctx, tx, l.id)
	}
	if confirmed {
		mark.LoadID = before.LoadID
		err = deleteLines(ctx, tx, l.id)
	} else {
		err = l.supersede(ctx, tx, before.LoadID)
	}
	if err != nil {
		return store.Change{}, err
	}
	return store.Change{Before: before, After: mark, Confirmed: confirmed}, insertMark(ctx, tx, mark)
}

// laterThan tells whether a day's newest commit stays its newest when next is committed.
func laterThan(newest, next store.Mark) bool {
	if newest.Version.Equal(next.Version) {
		return newest.LoadID > next.LoadID
	}
	return newest.LoadID != 0 && newest.Version.After(next.Version)
}

// supersede completes the load's lines and sums, and drops the lines of the load that was current.
func (l *load) supersede(ctx context.Context, tx *sql.Tx, old store.LoadID) error {
	if l.block != nil {
		if err := l.block.insert(ctx, tx); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, insertDaily(), int64(l.id), l.bill.Account, l.bill.Provider, l.bill.Dataset, l.bill.Month.String(), l.day.String())
	if err != nil {
		return err
	}
	if err := l.verify(ctx, tx); err != nil {
		return err
	}
	return deleteLines(ctx, tx, old)
}

func (l *load) mark() store.Mark {
	run := l.ledger.run
	return store.Mark{
		Account: l.bill.Account, Provider: l.bill.Provider, Dataset: l.bill.Dataset, Month: l.bill.Month, Day: l.day,
		LoadID: l.id, Version: l.version, CommittedAt: run.Now().Truncate(time.Microsecond),
		State: l.state, Lines: l.tally.Lines, BilledCost: l.tally.BilledCost(),
		Checksum: l.tally.Checksum, RunID: run.ID,
	}
}

func insertMark(ctx context.Context, tx *sql.Tx, m store.Mark) error {
	args, err := markArgs(m)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO bill_days ("+markColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", args...)
	return err
}

func deleteLines(ctx context.Context, tx *sql.Tx, id store.LoadID) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM bill_lines WHERE load_id = ?", int64(id))
	return err
}

// insertDaily returns the statement that computes a load's daily sums; its arguments are the load's id, account, provider,
// dataset, month and day. Lines are added up by their kinds first, whose ids are quickly sorted, and kinds by their texts. A
// sum's fraction is carried into its whole part; a whole part that overflows is an error of SQLite.
func insertDaily() string {
	const keys = `service_code, service_name, region_id, region_name,
		charge_category, billing_mode, sub_account_id, sub_account_name, cost_unit, currency`
	columns, ofKinds, sums := "load_id, account, provider, dataset, month, day, "+keys, "kind", "?1, ?2, ?3, ?4, ?5, ?6, "+keys
	for _, a := range store.AmountColumns() {
		columns += fmt.Sprintf(", %[1]s_whole, %[1]s_pico", a)
		ofKinds += fmt.Sprintf(", sum(%[1]s_whole) AS %[1]s_whole, sum(%[1]s_pico) AS %[1]s_pico", a)
		sums += fmt.Sprintf(", sum(%[1]s_whole) + sum(%[1]s_pico) / %[2]d, sum(%[1]s_pico) %% %[2]d", a, picosPerWhole)
	}
	return "INSERT INTO bill_daily (" + columns + ", lines) SELECT " + sums + ", sum(n) FROM (SELECT " + ofKinds +
		", count(*) AS n FROM bill_lines WHERE load_id = ?1 GROUP BY kind) AS l CROSS JOIN bill_kinds AS k ON k.id = l.kind GROUP BY " + keys
}

// verify checks that the tables hold of the load exactly what was put: how many lines, and every sum. It adds up the daily
// sums: they were just made from all of the load's lines, so they agree only if the lines do.
func (l *load) verify(ctx context.Context, tx *sql.Tx) error {
	const table = "bill_daily"
	sums := make([]string, 0, store.AmountCount)
	for _, a := range store.AmountColumns() {
		sums = append(sums, sumColumns("t", a))
	}
	rows, err := tx.QueryContext(ctx, "SELECT t.currency, sum(t.lines), "+strings.Join(sums, ", ")+
		" FROM "+table+" AS t WHERE t.load_id = ? GROUP BY t.currency", int64(l.id))
	if err != nil {
		return err
	}
	defer rows.Close()
	lines, currencies := 0, 0
	for rows.Next() {
		n, err := l.verifyCurrency(rows, table)
		if err != nil {
			return err
		}
		lines += n
		currencies++
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if lines != l.tally.Lines || currencies != len(l.tally.Sums) {
		return fmt.Errorf("%s %s: %s holds %d lines in %d currencies of %d in %d that were put",
			l.bill.Account, l.day, table, lines, currencies, l.tally.Lines, len(l.tally.Sums))
	}
	return nil
}

func (l *load) verifyCurrency(rows *sql.Rows, table string) (lines int, err error) {
	var currency string
	var sums [store.AmountCount]moneySum
	targets := []any{&currency, &lines}
	for i := range sums {
		targets = append(targets, &sums[i].whole, &sums[i].micros, &sums[i].picos)
	}
	if err := rows.Scan(targets...); err != nil {
		return 0, err
	}
	put := l.tally.Sums[currency]
	for i, sum := range sums {
		if put == nil || !sum.money().Equal(put[i]) {
			return 0, fmt.Errorf("%s %s: %s holds another sum of %s in %s than was put: %s",
				l.bill.Account, l.day, table, store.Amount(i), currency, sum.money())
		}
	}
	return lines, nil
}
