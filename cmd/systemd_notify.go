package cmd

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// What the service manager is told, see sd_notify(3).
const (
	managerReady    = daemon.SdNotifyReady
	managerStopping = daemon.SdNotifyStopping
	managerStatus   = "STATUS="
	managerExtend   = "EXTEND_TIMEOUT_USEC="
)

// tellManager tells the service manager how the run goes, if one has started the process and listens (NOTIFY_SOCKET). Nobody
// depends on it: what cannot be told is logged at most.
func (a *app) tellManager(states ...string) {
	for i, s := range states {
		states[i] = oneLine(s)
	}
	if _, err := daemon.SdNotify(false, strings.Join(states, "\n")); err != nil {
		a.log.Debug("sd_notify", "error", err)
	}
}

// managed tells whether a service manager listens.
func (a *app) managed() bool { return a.getenv("NOTIFY_SOCKET") != "" }

// whenInterrupted tells the manager once the run is asked to stop, until the returned function is called.
func (a *app) whenInterrupted(ctx context.Context) (unhook func() bool) {
	return context.AfterFunc(ctx, func() {
		a.tellManager(managerStopping, managerStatus+"interrupted: what is being stored is finished or given up")
	})
}

const (
	managerPeriod = time.Second
	// patience is how long a run past its TimeoutStartSec= may stand still: systemd lets it go on as long as it moves.
	patience = 30 * time.Minute
)

// reportProgress tells the manager how far the run is, once a second where something moved, until the progress is closed.
func (a *app) reportProgress(p *progress) {
	if !a.managed() {
		return
	}
	beside(a.log, func() {
		tick := time.NewTicker(managerPeriod)
		defer tick.Stop()
		told := ""
		for {
			select {
			case <-p.stop:
				return
			case <-tick.C:
				if text := p.text(); text != told {
					told = text
					a.tellManager(managerStatus+text, extension())
				}
			}
		}
	})
}

// text says how far the run is.
func (p *progress) text() string {
	return fmt.Sprintf("%d of %d %s, %d lines", p.days.Load(), p.total, plural(p.total, "day", "days"), p.lines.Load())
}

func extension() string { return fmt.Sprintf("%s%d", managerExtend, patience.Microseconds()) }
