package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store/report/series"
	"goscan/store/sqlite"
)

const (
	checkOfChannel  = "channel"
	checkOfHolidays = "holidays"
)

// examineChannels tells what each channel gets and what waits for it. Nothing is sent: a doctor that writes into a group
// would not be asked twice.
func (a *app) examineChannels(ctx context.Context, cfg *config.Config) examined {
	waiting, err := waitingMessages(ctx, cfg)
	var e examined
	for _, c := range cfg.Channels {
		f := finding{Check: checkOfChannel, Subject: c.Name, Status: fine, Found: takes(c)}
		if _, openErr := a.openChannel(cfg, c); openErr != nil {
			f.Status, f.Found, f.code = broken, openErr.Error(), exitUsage
		}
		if n := waiting[c.Name]; n > 0 && f.Status == fine {
			f.Status = doubtful
			f.Found += fmt.Sprintf("; %d %s", n, plural(n, "message waits", "messages wait"))
			f.Cure = "goscan notify outbox says why, goscan notify test " + c.Name + " tries the channel"
		}
		e.findings = append(e.findings, f)
	}
	if err != nil {
		e.findings = append(e.findings, finding{Check: checkOfChannel, Status: broken, Found: "the outbox cannot be read: " + err.Error()})
	}
	return e
}

// takes says what a channel gets.
func takes(c config.Channel) string {
	kinds := make([]string, len(c.Settings.Base().Kinds))
	for i, k := range c.Settings.Base().Kinds {
		kinds[i] = string(k)
	}
	if len(kinds) == 0 {
		kinds = []string{"everything"}
	}
	text := c.Type + " gets " + strings.Join(kinds, ", ")
	if where := c.Settings.Base().Where; len(where) > 0 {
		text += " of " + strings.Join(where, ",")
	}
	return text + "; not tried, goscan notify test " + c.Name + " does"
}

// waitingMessages counts what waits for each channel. Without a state nothing does.
func waitingMessages(ctx context.Context, cfg *config.Config) (map[string]int, error) {
	state, err := sqlite.OpenStateReader(ctx, cfg.State)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all, err := state.Messages(ctx, "")
	waiting := map[string]int{}
	for _, m := range all {
		if m.Settled.IsZero() {
			waiting[m.Channel]++
		}
	}
	return waiting, errors.Join(err, state.Close())
}

// examineHolidays tells whether the holidays of this year, and late in a year of the next, are known to this binary.
func examineHolidays(now time.Time) finding {
	year, month, _ := providers.DayOf(now).Date()
	years := series.China().Years()
	f := finding{Check: checkOfHolidays, Status: fine, Found: fmt.Sprintf("China's holidays are known of %d to %d", years[0], years[len(years)-1])}
	missing := year
	if slices.Contains(years, year) {
		if missing = year + 1; month < time.December || slices.Contains(years, missing) {
			return f
		}
	}
	f.Status, f.Found = doubtful, fmt.Sprintf("China's holidays of %d are not known to this version: its weekends and workdays are taken for plain ones", missing)
	f.Cure = "a later version of goscan knows them; expected: in the configuration silences what they make unusual"
	return f
}
