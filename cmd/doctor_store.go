package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
	"goscan/store/clickhouse"
)

const (
	hostPatience      = 5 * time.Second  // to be connected
	statementPatience = 10 * time.Second // for one answer

	cureUnreachable = "check clickhouse.hosts, port, username, password and secure in the configuration, and that the server runs"
)

// A hostProbe is what one host of the section clickhouse said.
type hostProbe struct {
	host string
	clickhouse.Probe
	err error
}

// examineClickHouse looks at every host on its own: a sync uses the first that answers, and would not tell of the others.
func examineClickHouse(ctx context.Context, cfg *config.Config) examined {
	c, err := clickHouseConfig(cfg.ClickHouse)
	if err != nil {
		return examined{findings: []finding{{Check: checkOfStore, Status: broken, Found: err.Error(), Cure: "name a readable PEM file", code: exitUsage}}}
	}
	c.Limits = clickhouse.Limits{Dial: hostPatience, Statement: statementPatience}
	probes := make([]hostProbe, len(c.Hosts))
	var g errgroup.Group
	for i, host := range c.Hosts {
		g.Go(func() error {
			defer providers.Recover(&probes[i].err)
			one := c
			one.Hosts = []string{host}
			probes[i].host = host
			probes[i].Probe, probes[i].err = clickhouse.Examine(ctx, one)
			return nil
		})
	}
	_ = g.Wait() // errors are in the probes
	answering := 0
	for _, p := range probes {
		if p.Version != "" {
			answering++
		}
	}
	var e examined
	for _, p := range probes {
		e.findings = append(e.findings, p.findings(c, answering > 0, len(cfg.Accounts) > 0)...)
		if p.Version != "" {
			e.times = append(e.times, reference{who: "ClickHouse " + p.host, ahead: p.Ahead})
		}
	}
	e.findings = append(e.findings, differing(probes)...)
	return e
}

// differing tells of two hosts that keep different bills.
func differing(probes []hostProbe) []finding {
	var first hostProbe
	for _, p := range probes {
		switch {
		case p.StoreID == "":
		case first.StoreID == "":
			first = p
		case p.StoreID != first.StoreID:
			return []finding{{
				Check: checkOfStore, Subject: p.host, Status: broken, code: exitUsage,
				Found: fmt.Sprintf("it is another store than %s: bills would be spread over both", first.host),
				Cure:  "name only replicas of one dataset in clickhouse.hosts, or set clickhouse.cluster",
			}}
		}
	}
	return nil
}

// findings tells what a host said. replaceable: another host answers. syncs: this machine stores, and not only reports.
func (p hostProbe) findings(c clickhouse.Config, replaceable, syncs bool) []finding {
	about := finding{Check: checkOfStore, Subject: p.host, Status: fine}
	if p.Version == "" {
		about.Status, about.Found, about.Cure, about.code = broken, errorText(p.err), cureUnreachable, exitStore
		if replaceable {
			about.Status = doubtful
		}
		return []finding{about}
	}
	about.Found = fmt.Sprintf("ClickHouse %s answers in %s", p.Version, milliseconds(p.Latency))
	if p.err == nil {
		about.Found += fmt.Sprintf(", database %s has schema %d", c.Database, len(p.Migrations))
	}
	all := []finding{about}
	add := func(status health, found, cure string) {
		all = append(all, finding{Check: checkOfStore, Subject: p.host, Status: status, Found: found, Cure: cure, code: exitStore})
	}
	if p.Outdated {
		add(doubtful, fmt.Sprintf("version %s is older than %s", p.Version, clickhouse.OldestServer), "update the server: superseded lines cannot be deleted on it")
	}
	if p.Ahead.Abs() > skewWorthALook {
		add(doubtful, fmt.Sprintf("the server's clock is %s this machine's", offset(p.Ahead, "ahead of", "behind")), "have both set by NTP: of two writers of a day the later wins")
	}
	if p.err != nil {
		add(broken, errorText(p.err), p.cure(c))
		return all
	}
	lacking := lackingFor(p.Lacking, syncs)
	if len(lacking) > 0 {
		add(broken, "user "+c.Username+" lacks "+strings.Join(lacking, ", "), grantOf(c, syncs))
	}
	if len(p.Excess) > 0 {
		add(doubtful, "user "+c.Username+" may do more than goscan needs: "+strings.Join(p.Excess, "; "), "goscan config policy clickhouse prints users who may not")
	}
	if !p.Asked {
		add(unchecked, "this version does not tell whether user "+c.Username+" has the rights it needs", grantOf(c, syncs))
	}
	return all
}

// cure says what to do about a server that answers and cannot be used.
func (p hostProbe) cure(c clickhouse.Config) string {
	switch {
	case errors.Is(p.err, store.ErrSchema) && p.Pending():
		return "run: goscan schema migrate"
	case errors.Is(p.err, store.ErrSchema):
		return "run the goscan that applied it or a newer one; goscan schema status lists who did"
	case errors.Is(p.err, store.ErrUnreachable), errors.Is(p.err, context.DeadlineExceeded):
		return cureUnreachable
	}
	return grantOf(c, true)
}

// lackingFor returns the rights that matter: a machine that only reports need not write.
func lackingFor(rights []clickhouse.Right, syncs bool) []string {
	var texts []string
	for _, r := range rights {
		if syncs || r.Privilege == "SELECT" {
			texts = append(texts, r.String())
		}
	}
	return texts
}

func grantOf(c clickhouse.Config, syncs bool) string {
	privileges := "SELECT"
	if syncs {
		privileges = "SELECT, INSERT, ALTER DELETE"
	}
	return fmt.Sprintf("GRANT %s ON %s.* TO %s", privileges, c.Database, c.Username)
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1000) }

// errorText is the text of an error that may be none.
func errorText(err error) string {
	if err == nil {
		return "no answer"
	}
	return err.Error()
}
