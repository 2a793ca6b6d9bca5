package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"goscan/providers"
	"goscan/store"
)

// copyOptions are the flags of schema copy.
type copyOptions struct {
	from, to string
	wait     time.Duration
	json     bool
}

func newSchemaCopy(a *app) *cobra.Command {
	var o copyOptions
	c := &cobra.Command{
		Use:   "copy",
		Short: "Copy all bills from the ledger into ClickHouse, or back",
		Long: `Copy every stored day from one store into the other: the ledger is the one in the state's folder, ClickHouse the
one in the configuration. Each day is stored whole, as of its fetch, with its state; days that the other store
has already, or fetched later, stay. Interrupt it as you like and run it again. At the end the sums of every amount,
month and currency of the two are compared to the last digit.

Then the next sync goes on in the store that the configuration means. The other one is left as it is. Lines and what was
reconciled are copied, the history of restatements is not.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore, exitLocked, exitInterrupted),
		Example: `  goscan schema migrate && goscan schema copy        from the ledger into ClickHouse
  goscan schema copy --from clickhouse --to ledger   and back`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := errors.Join(checkStore("from", o.from), checkStore("to", o.to)); err != nil {
				return usageError{err}
			}
			if o.from == o.to {
				return usageError{fmt.Errorf("--from and --to are both %s", o.to)}
			}
			return a.runCopy(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.from, "from", inLedger, "ledger or clickhouse")
	f.StringVar(&o.to, "to", inClickHouse, "ledger or clickhouse")
	f.DurationVar(&o.wait, "lock-wait", 0, "how long to wait for another run on the same state (5m), instead of exit 11")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	return c
}

func (a *app) runCopy(ctx context.Context, o copyOptions) (err error) {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	if o.from == inLedger && missing(ledgerFile(cfg)) {
		return fmt.Errorf("there is no ledger to copy: %s is not there", ledgerFile(cfg))
	}
	m, err := a.openMove(ctx, cfg, "schema copy", o.to, o.wait)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.end(ctx, err)) }()
	defer providers.Recover(&err)
	from, err := openNamed(ctx, cfg, o.from, store.Run{ID: m.id, Now: a.now, State: stateOf(cfg)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	a.note("from %s into %s", from.is, m.to.is)
	if err := m.days(ctx, from); err != nil {
		return err
	}
	if err := m.comparisons(ctx, from.Months); err != nil {
		return err
	}
	if err := m.since(ctx, from.id); err != nil {
		return err
	}
	if err := m.confirm(ctx); err != nil {
		return err
	}
	differ, err := m.compare(ctx, from)
	if err != nil {
		return err
	}
	return errors.Join(m.print("goscan.copy/1", o.json), differ)
}

// since lets the first day that is kept of an account be the same in both stores.
func (m *move) since(ctx context.Context, from string) error {
	for _, account := range m.accountsMoved() {
		first, known, err := m.state.Since(ctx, from, account)
		if err != nil {
			return err
		}
		_, there, err := m.state.Since(ctx, m.to.id, account)
		if err != nil {
			return err
		}
		if !known || there {
			continue
		}
		if err := m.state.SetSince(ctx, m.to.id, account, first); err != nil {
			return err
		}
	}
	return nil
}

// A monthSum is what is added up in both stores.
type monthSum struct{ account, month, currency string }

type counted struct {
	amount providers.Money
	lines  int64
}

// compare adds up the days that both stores have of the same lines, in each of them, and says in which months they differ.
func (m *move) compare(ctx context.Context, from opened) (differ, err error) {
	for _, account := range m.accountsMoved() {
		loads, err := m.sameDays(ctx, from, account)
		if err != nil {
			return nil, err
		}
		for _, column := range store.AmountColumns() {
			amount, err := store.ParseAmount(column)
			if err != nil {
				return nil, err
			}
			here, err := sumsOf(ctx, from, amount, loads[0])
			if err != nil {
				return nil, err
			}
			there, err := sumsOf(ctx, m.to, amount, loads[1])
			if err != nil {
				return nil, err
			}
			differ = errors.Join(differ, m.judge(account, column, from.is, here, there))
		}
	}
	return differ, nil
}

// sameDays returns the loads of an account's days that both stores have of the same lines.
func (m *move) sameDays(ctx context.Context, from opened, account string) (loads [2][]store.LoadID, err error) {
	here, err := from.Days(ctx, account)
	if err != nil {
		return loads, err
	}
	there, err := m.to.Days(ctx, account)
	if err != nil {
		return loads, err
	}
	byKey := map[store.Key]store.Mark{}
	for _, d := range there {
		byKey[d.Key()] = d
	}
	for _, d := range here {
		if other, ok := byKey[d.Key()]; ok && d.HasLinesOf(other) {
			loads[0], loads[1] = append(loads[0], d.LoadID), append(loads[1], other.LoadID)
		}
	}
	return loads, nil
}

func sumsOf(ctx context.Context, s opened, amount store.Amount, loads []store.LoadID) (map[monthSum]counted, error) {
	sums := map[monthSum]counted{}
	rows, err := s.Costs(ctx, store.Query{
		To: lastStorable, Amount: amount, By: []store.Dimension{store.ByAccount, store.ByMonth}, Loads: slices.Concat([]store.LoadID{}, loads),
	})
	for _, r := range rows {
		sums[monthSum{r.Keys[0], r.Keys[1], r.Currency}] = counted{r.Amount, r.Lines}
	}
	return sums, err
}

// judge notes for each month of an account whether an amount is the same in both.
func (m *move) judge(account, column, from string, here, there map[monthSum]counted) (differ error) {
	for _, x := range m.moved {
		if x.Account != account {
			continue
		}
		if x.Agrees == nil {
			x.Agrees = new(true)
		}
		for _, currency := range x.Billed.Currencies() {
			key := monthSum{account, x.Month.String(), currency}
			a, b := here[key], there[key]
			if a.lines == b.lines && a.amount.Equal(b.amount) {
				continue
			}
			*x.Agrees = false
			differ = errors.Join(differ, fmt.Errorf("%s %s: %s in %s: %s has %s of %d lines, %s %s of %d",
				account, x.Month, column, currency, from, a.amount, a.lines, m.to.is, b.amount, b.lines))
		}
	}
	return differ
}
