package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"goscan/cmd/config"
	"goscan/notify"
	"goscan/providers"
	"goscan/store"
	"goscan/store/report/anomaly"
	"goscan/store/report/render"
	"goscan/store/sqlite"
)

// What is between the id of a message and what tells its corrections, or its repetitions, apart.
const (
	corrected = ",corrected-"
	again     = ",again-"
)

// lastTold returns what was told last about each period, by the id of the first message that told it.
func lastTold(sent []sqlite.Outgoing) map[string]told {
	all := map[string]told{}
	for _, m := range sent { // in the order in which they were queued
		var t told
		if m.Outcome != sqlite.OutcomeSent || m.Told == "" || json.Unmarshal([]byte(m.Told), &t) != nil {
			continue
		}
		id, _, _ := strings.Cut(m.ID, corrected)
		id, _, _ = strings.Cut(id, again)
		all[id] = t
	}
	return all
}

// currentTotals returns what the period of a message costs as far as is known now.
func currentTotals(ctx context.Context, source store.Reader, t told) (store.Amounts, error) {
	amount, err := store.ParseAmount(t.Cost)
	if err != nil {
		return nil, err
	}
	where, err := store.ParseFilters(t.Where...)
	if err != nil {
		return nil, err
	}
	rows, err := source.Costs(ctx, store.Query{From: t.From, To: t.To, Amount: amount, Where: where})
	if err != nil {
		return nil, fmt.Errorf("costs from %s to %s: %w", t.From, t.To, err)
	}
	now := store.Amounts{}
	for _, row := range rows {
		now.Add(row.Currency, row.Amount)
	}
	return now, nil
}

// correction returns the letter that corrects what was told, if it differs by enough.
func correction(cfg *config.Config, ch channel, id string, before told, now store.Amounts) (letter, bool) {
	w, lang := wordsOf(render.Lang(ch.common.Lang)), ch.common.Lang
	table := &notify.Table{Columns: []notify.Column{{Title: w.cost}, {Title: w.told, Right: true}, {Title: w.now, Right: true}, {Title: "±", Right: true}}}
	var changes []string
	after := told{From: before.From, To: before.To, Where: before.Where, Cost: before.Cost, Totals: map[string]string{}}
	for _, currency := range currenciesOf(before, now) {
		was, err := providers.ParseMoney(before.Totals[currency])
		if err != nil {
			return letter{}, false
		}
		after.Totals[currency] = now[currency].String()
		change := now[currency].Sub(was)
		if !worthTelling(cfg, currency, was, change) {
			continue
		}
		changes = append(changes, render.Amount(change)+" "+currency)
		table.Rows = append(table.Rows, []string{currency, render.Amount(was), render.Amount(now[currency]), render.Amount(change)})
	}
	if len(changes) == 0 {
		return letter{}, false
	}
	text, err := after.text()
	if err != nil {
		return letter{}, false
	}
	period := before.From.String()
	if before.To != before.From {
		period += " – " + before.To.String()
	}
	hash := fnv.New32a()
	hash.Write([]byte(text)) // never fails
	return letter{to: ch, told: text, message: notify.Message{
		ID:   fmt.Sprintf("%s%s%08x", id, corrected, hash.Sum32()),
		Kind: kindOfID(id), Severity: notify.Warning, Lang: lang,
		Title:    fmt.Sprintf(w.correctionTitle, period),
		Summary:  []string{fmt.Sprintf(w.correction, period, strings.Join(changes, ", "))},
		Sections: []notify.Section{{Table: table}},
		Notes:    append(slices.Clone(before.Where), "goscan changes --month "+before.From.Month().String()),
	}}, true
}

// kindOfID returns the kind of the message that has the id.
func kindOfID(id string) notify.Kind {
	kind, _, _ := strings.Cut(id, "-")
	return notify.Kind(kind)
}

func currenciesOf(before told, now store.Amounts) []string {
	all := now.Currencies()
	for currency := range before.Totals {
		if !slices.Contains(all, currency) {
			all = append(all, currency)
		}
	}
	slices.Sort(all)
	return all
}

// worthTelling tells whether a change of what was told is more than a hundredth of it, and more than what is unusual at
// all.
func worthTelling(cfg *config.Config, currency string, was, change providers.Money) bool {
	floor := anomaly.Parameters{MinAmount: cfg.Anomalies.MinAmount}.Floor(currency)
	return change.Abs().GreaterThan(was.Abs().Shift(-2)) && !change.Abs().LessThan(floor)
}
