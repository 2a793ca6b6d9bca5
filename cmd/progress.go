package cmd

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"

	"goscan/sync"
)

// progress shows how far a run is: a bar on a terminal, a log line every 10 s elsewhere, nothing when quiet.
type progress struct {
	bar   *progressbar.ProgressBar // nil when there is none
	log   *slog.Logger
	total int
	days  atomic.Int64
	lines atomic.Int64
	stop  chan struct{}
	done  chan struct{}
}

const progressPeriod = 10 * time.Second

// newProgress starts to show the progress of a run of n days. The caller ends it with close.
func (a *app) newProgress(n int) *progress {
	p := &progress{log: a.log, total: n, stop: make(chan struct{}), done: make(chan struct{})}
	if a.terminal && !a.quiet && n > 0 {
		p.bar = progressbar.NewOptions(n,
			progressbar.OptionSetWriter(a.err),
			progressbar.OptionSetDescription("days"),
			progressbar.OptionShowCount(),
			progressbar.OptionSetWidth(30),
			progressbar.OptionSetElapsedTime(true),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionSetTheme(progressbar.Theme{Saucer: "█", SaucerPadding: "░", BarStart: "", BarEnd: ""}),
		)
		close(p.done)
		return p
	}
	beside(a.log, p.report)
	return p
}

// observe counts a step of the run. It is called from several goroutines.
func (p *progress) observe(e sync.Event) {
	lines := p.lines.Add(int64(e.Lines))
	if e.Outcome != nil {
		p.days.Add(1)
	}
	if p.bar == nil {
		return
	}
	p.bar.Describe(fmt.Sprintf("%s %s, %d lines", e.Task.Bill.Account, e.Task.Day, lines))
	if e.Outcome != nil {
		_ = p.bar.Add(1) // a bar that cannot be drawn is no reason to stop
	}
}

func (p *progress) report() {
	defer close(p.done)
	tick := time.NewTicker(progressPeriod)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
			p.log.Info("syncing", "days", p.days.Load(), "of", p.total, "lines", p.lines.Load())
		}
	}
}

func (p *progress) close() {
	close(p.stop)
	<-p.done
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
