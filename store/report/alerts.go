package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report/anomaly"
	"goscan/store/report/series"
)

// anomalies adds to each section the alerts that concern the period, as what is known now tells them and, where days
// were restated since Options.Since, as what was known then did: that tells which alerts were revised or retracted.
func (r reading) anomalies(ctx context.Context, u *usage) error {
	from, to := r.report.Period.From, r.report.Period.To
	now := r.detect(u, from-1, to)
	var before []anomaly.Alert
	if r.report.Restated != nil && r.report.Restated.Count > 0 {
		past := r
		past.Source = store.AsOf(r.Source, r.options.Since)
		known, err := past.readUsage(ctx, r.options.Where)
		if err != nil {
			return fmt.Errorf("as of %s: %w", r.options.Since.Format(time.RFC3339), err)
		}
		if past.history, err = readHistory(ctx, past.Source, r.options.Accounts); err != nil {
			return err
		}
		before = past.detect(known, from-1, to)
	}
	for _, alert := range anomaly.LifeWithin(now, before, from, to) {
		for i := range r.report.Sections {
			if s := &r.report.Sections[i]; s.Currency == alert.Currency {
				s.Anomalies = append(s.Anomalies, alert)
			}
		}
	}
	for i := range r.report.Sections {
		slices.SortStableFunc(r.report.Sections[i].Anomalies, worstFirst)
	}
	return nil
}

// detect finds the alerts of a range of days.
func (r reading) detect(u *usage, from, to providers.Day) []anomaly.Alert {
	return anomaly.Detect(r.scopes(u), from, to, r.options.Rules, r.options.Planned, series.China())
}

// worstFirst orders alerts: unplanned ones by the size of their impact, then planned ones.
func worstFirst(a, b anomaly.Alert) int {
	planned := func(a anomaly.Alert) int {
		if a.Planned != "" {
			return 1
		}
		return 0
	}
	return cmp.Or(planned(a)-planned(b), b.Impact.Abs().Cmp(a.Impact.Abs()), cmp.Compare(a.ID, b.ID))
}
