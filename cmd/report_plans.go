package cmd

import (
	"fmt"

	"goscan/cmd/config"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/anomaly"
)

// plansOf returns what the configuration says of budgets, of costs that are expected and of when a cost is unusual. Its
// error names the key.
func plansOf(cfg *config.Config) (report.Options, error) {
	o := report.Options{Rules: anomaly.Parameters{
		K: cfg.Anomalies.Sensitivity, MinPercent: cfg.Anomalies.MinPercent, MinAmount: cfg.Anomalies.MinAmount, Rule: cfg.Anomalies.Rule,
	}}
	if err := o.Rules.Validate(); err != nil {
		return o, fmt.Errorf("anomalies.rule: %w", err)
	}
	for i, b := range cfg.Budgets {
		match, err := store.ParseFilters(b.Match...)
		if err != nil {
			return o, fmt.Errorf("budgets[%d].match: %w", i, err)
		}
		o.Plans = append(o.Plans, report.Plan{
			Name: b.Name, Match: match, Amount: b.Amount, Currency: b.Currency, Thresholds: b.Thresholds,
		})
	}
	for _, e := range cfg.Expected {
		o.Planned = append(o.Planned, anomaly.Planned{Account: e.Account, Service: e.Service, From: *e.From, To: *e.To, Reason: e.Reason})
	}
	return o, nil
}

// checkFilters reports filters of the configuration that no report understands: package config does not know them.
func checkFilters(cfg *config.Config) error {
	if _, err := plansOf(cfg); err != nil {
		return usageError{err}
	}
	for _, c := range cfg.Channels {
		if _, err := store.ParseFilters(c.Settings.Base().Where...); err != nil {
			return usageError{fmt.Errorf("notify.%s.where: %w", c.Name, err)}
		}
	}
	return nil
}
