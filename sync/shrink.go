package sync

import (
	"context"
	"fmt"

	"goscan/providers"
	"goscan/store"
)

// Guard accepts that a day shrinks only if the month's sum with the new day is no further from the cloud's overview than with
// the old one, in every currency: an answer that is empty or half by accident would be further. It is an Engine's Guard.
func (v *Verifier) Guard(ctx context.Context, t Task, lines int, sums store.Amounts) error {
	suspicious := func(why string, cause error) error {
		return &providers.Error{
			Kind: providers.Malformed, Err: cause,
			Message: fmt.Sprintf("%d lines where %d are stored, %s: the old lines stay", lines, t.Known, why),
			Hint:    "if the cloud's console shows the same, run again with --accept-shrink",
		}
	}
	totals, err := v.overview(ctx, t.Bill)
	if err != nil {
		return suspicious("and the cloud's overview could not be asked", err)
	}
	month, err := v.sumsOfDays(ctx, t.Bill.Account, t.Bill.Month.First(), t.Bill.Month.Last())
	if err != nil {
		return err
	}
	day, err := v.sumsOfDays(ctx, t.Bill.Account, t.Day, t.Day)
	if err != nil {
		return err
	}
	announced := announcedSums(totals, month, v.Proofs[t.Bill.Account])
	for _, currencies := range []store.Amounts{month, sums, announced} {
		for c := range currencies {
			before := month[c].Sub(announced[c]).Abs()
			after := month[c].Sub(day[c]).Add(sums[c]).Sub(announced[c]).Abs()
			if after.GreaterThan(before) {
				return suspicious(fmt.Sprintf("and the month would be %s %s from the cloud's overview instead of %s", after, c, before), nil)
			}
		}
	}
	return nil
}

// sumsOfDays returns what is stored of an account's days: cost_before_voucher by currency.
func (v *Verifier) sumsOfDays(ctx context.Context, account string, from, to providers.Day) (store.Amounts, error) {
	rows, err := v.Books.Costs(ctx, store.Query{
		From: from, To: to, Amount: store.CostBeforeVoucher,
		Where: []store.Filter{{Dimension: store.ByAccount, Values: []string{account}}},
	})
	sums := store.Amounts{}
	for _, r := range rows {
		sums.Add(r.Currency, r.Amount)
	}
	return sums, err
}

// announcedSums returns an overview's sums by currency. Where it does not say the currency, it is the one that is stored.
func announcedSums(totals []providers.Total, stored store.Amounts, proof providers.Proof) store.Amounts {
	only := ""
	if c := stored.Currencies(); len(c) == 1 {
		only = c[0]
	}
	sums := store.Amounts{}
	for _, t := range totals {
		if t.Currency == "" {
			t.Currency = only
		}
		amount := t.CostBeforeVoucher
		if proof.RoundedOnce {
			amount = amount.Add(t.RoundingAmount)
		}
		sums.Add(t.Currency, amount)
	}
	return sums
}
