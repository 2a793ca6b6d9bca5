package cmd

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
)

// A prunedMonth is a month of an account that goes.
type prunedMonth struct {
	Account string          `json:"account"`
	Month   providers.Month `json:"month"`
	Days    int             `json:"days"`
	Lines   int             `json:"lines"`
	Billed  store.Amounts   `json:"billed"`
	Lost    bool            `json:"beyond_history"` // the cloud no longer answers for it
}

// A pruning is what a prune is about to do.
type pruning struct {
	before   providers.Month // the first month that stays
	accounts []string        // all that it concerns, also those that have nothing to drop
	months   []prunedMonth
	keys     map[string][]store.Key // of the days that go, by account
}

func (m prunedMonth) equal(other prunedMonth) bool {
	return m.Account == other.Account && m.Month == other.Month && m.Days == other.Days && m.Lines == other.Lines && m.Billed.Equal(other.Billed)
}

// planPrune looks at what the store has.
func (s *session) planPrune(ctx context.Context, cfg *config.Config, o pruneOptions) (*pruning, error) {
	days, err := s.store.Days(ctx, "")
	if err != nil {
		return nil, err
	}
	now := s.app.now()
	oldest := map[string]providers.Month{}
	for _, acc := range cfg.Accounts {
		oldest[acc.Name] = acc.Cloud.Calendar.Oldest(now)
	}
	p := &pruning{before: providers.MonthOf(now) - providers.Month(o.keep-1), keys: map[string][]store.Key{}}
	if p.accounts, err = accountsToPrune(cfg, days, o.accounts); err != nil {
		return nil, err
	}
	for _, d := range days { // by account and day
		if d.Month >= p.before || !slices.Contains(p.accounts, d.Account) {
			continue
		}
		p.keys[d.Account] = append(p.keys[d.Account], d.Key())
		if n := len(p.months); n == 0 || p.months[n-1].Account != d.Account || p.months[n-1].Month != d.Month {
			p.months = append(p.months, prunedMonth{Account: d.Account, Month: d.Month, Billed: store.Amounts{}, Lost: d.Month < oldest[d.Account]})
		}
		m := &p.months[len(p.months)-1]
		m.Days, m.Lines = m.Days+1, m.Lines+d.Lines
		for currency, amount := range d.BilledCost {
			m.Billed.Add(currency, amount)
		}
	}
	return p, nil
}

// accountsToPrune returns the accounts that were asked for, all without any: the configured ones and those that are stored.
func accountsToPrune(cfg *config.Config, days []store.Mark, asked []string) ([]string, error) {
	known := map[string]bool{}
	for _, acc := range cfg.Accounts {
		known[acc.Name] = true
	}
	for _, d := range days {
		known[d.Account] = true
	}
	if len(asked) == 0 {
		return slices.Sorted(maps.Keys(known)), nil
	}
	for _, name := range asked {
		if !known[name] { // the configuration knows how to say so
			_, err := cfg.Select(name)
			return nil, err
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(asked))), nil
}

// contradicts returns an error when the configuration wants months kept that would go: the next sync would fetch them.
func (p *pruning) contradicts(cfg *config.Config) error {
	for _, acc := range cfg.Accounts {
		if d := acc.Settings.Base().Since; d != nil && *d < p.before.First() && len(p.keys[acc.Name]) > 0 {
			return withHint{
				usageError{fmt.Errorf("providers.%s.since is %s: sync would fetch again what goes", acc.Name, *d)},
				fmt.Sprintf("set it to %s or later, or remove it", p.before.First()),
			}
		}
	}
	return nil
}
