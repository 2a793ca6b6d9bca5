package cmd

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"goscan/cmd/config"
	"goscan/providers"
)

// impatience is how long the doctor bears with a cloud: within checkPatience it either answers or is said not to.
func impatience() providers.Patience {
	return providers.Patience{Attempt: 20 * time.Second, First: 500 * time.Millisecond, Longest: time.Second, Total: 2 * time.Second}
}

// examineAccount makes the calls that prove an account's credentials and permissions: one for lines, one for the
// provider's own totals, which a sync compares them with.
func (a *app) examineAccount(ctx context.Context, acc config.Account) examined {
	about := finding{Check: checkOfAccount, Subject: acc.Name}
	options := providers.Options{
		Account:   acc.Name,
		UserAgent: userAgent(),
		Getenv:    a.getenv,
		Now:       a.now,
		Log:       a.log.With("account", acc.Name),
		Patience:  impatience(),
		Observe: func(c providers.Call) {
			a.log.Debug("request", "account", acc.Name, "op", c.Op, "attempt", c.Attempt, "request", c.RequestID, "failed", c.Err != nil)
		},
	}
	p, err := acc.Settings.Open(options)
	if err != nil {
		about.Status, about.Found, about.code = broken, err.Error(), exitUsage
		return examined{findings: []finding{about}}
	}
	server := &heardOf{}
	began := time.Now()
	err = prove(server.watch(ctx), p, providers.MonthOf(a.now())-1)
	about.Status, about.Found = fine, fmt.Sprintf("%s lets bills be read (%.1f s)", acc.Cloud.Title, time.Since(began).Seconds())
	if err != nil {
		about.Status, about.Found, about.Cure, about.code = broken, err.Error(), cureOfCloud(err), exitFailed
	}
	if providers.KindOf(err) == providers.Denied {
		about.code = exitDenied
	}
	e := examined{findings: []finding{about}}
	if t, known := server.time(ctx, a.now, options.UserAgent); known {
		e.times = []reference{t}
	}
	return e
}

func prove(ctx context.Context, p providers.Provider, ended providers.Month) error {
	if c, ok := p.(providers.Checker); ok {
		if err := c.Check(ctx); err != nil {
			return err
		}
	}
	_, err := p.Overview(ctx, ended)
	return err
}

// cureOfCloud says what to do about an error of a cloud that does not say it itself.
func cureOfCloud(err error) string {
	general := ""
	switch providers.KindOf(err) {
	case providers.Denied:
		general = "check the account's keys in the configuration"
	case providers.Throttled:
		general = "other programs use the same keys: lower rate:, or try again later"
	case providers.Unavailable:
		general = "check this machine's network, its proxy (HTTPS_PROXY) and the account's endpoint"
	}
	return cmp.Or(hintOf(err), general)
}
